"""``shap_values``: which way to Shapley values, and what comes back."""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.attribution import Explanation, grouped_data
from sknn.interpret.gradients import deep_values, expected_gradients
from sknn.interpret.model import Model
from sknn.interpret.players import Players
from sknn.interpret.result import generator, weights_of
from sknn.interpret.shapley.exact import exact_interactions, exact_values
from sknn.interpret.shapley.game import Game
from sknn.interpret.shapley.interactions import sampled_interactions
from sknn.interpret.shapley.linear import is_linear, linear_values
from sknn.interpret.shapley.package import PACKAGED, package_values
from sknn.interpret.shapley.permutation import permutation_values
from sknn.interpret.table import Table
from sknn.progress import shown

__all__ = ["METHODS", "shap_values"]

Array = npt.NDArray[Any]

METHODS = ("auto", "linear", "exact", "permutation", "deep", "gradient", *PACKAGED)

#: ``"auto"`` plays every coalition where that takes no more mixed rows than these: for one row that
#: is explained, and for all of them.
ALL_COALITIONS = 120_000, 20_000_000

#: Players up to which all coalitions can be played at all.
MOST_PLAYERS = 16

#: Passes over the background by which interactions are sampled, if nothing else is asked.
INTERACTION_PASSES = 2


def shap_values(
    estimator: Any,
    X: Any,
    background: Any,
    *,
    method: str = "auto",
    output: str = "auto",
    groups: Any = None,
    interactions: bool = False,
    n_permutations: int | str = "auto",
    tol: float = 0.02,
    sample_weight: Any = None,
    random_state: Any = None,
    progress: bool = False,
    **options: Any,
) -> Explanation:
    """Share out each prediction's distance from the mean prediction among the columns, fairly.

    The Shapley value of column j for a row x is

    phi_j = sum over S without j of |S|! (d - |S| - 1)! / d! [v(S and j) - v(S)],
    v(S) = sum_b w_b f(x_S, b_rest),

    with b the rows of the background: a column that takes no part has its values from there, as
    if it did not depend on the others ("interventional"). Values add up to f(x) - v(nobody).

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
    X : table of shape (n, d)
        The rows to explain: an array, or a frame with columns of any types as the model takes it.
    background : table of shape (m, d)
        Rows that stand for not knowing, such as 100 rows of the training data.
    method : str, default="auto"
        ``"linear"``: closed form of a linear model. ``"exact"``: all coalitions, up to 16 columns.
        ``"permutation"``: random orders, for any model and with standard errors. ``"deep"``
        (DeepLIFT) and ``"gradient"`` (expected gradients): fast, for networks of this package, and
        no Shapley values where columns interact. ``"kernel"``, ``"sampling"`` and ``"partition"``:
        explainers of the shap package. ``"auto"`` is the first of ``"linear"``, ``"exact"`` and
        ``"permutation"`` that applies at a reasonable cost.
    output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
        The scale that is explained: ``"auto"`` is log-odds for classifiers with probabilities.
    groups : None, "auto", dict or fitted transformer, default=None
        Columns that act as one player: ``{"place": ["lat", "lon"]}``, or the encoder whose output
        ``X`` is. Columns of a frame that a pipeline encodes are one player each by themselves.
    interactions : bool, default=False
        Also find how much each pair of columns adds together: exactly with ``"exact"``, else by
        sampling.
    n_permutations : int or "auto", default="auto"
        Orders for each row of ``"permutation"``, rounded up to whole passes over the background.
    tol : float, default=0.02
        With ``n_permutations="auto"``, orders are added until no standard error of a row is larger
        than this share of the mean over the rows of their largest values, or 50 passes are made.
    sample_weight : array-like of shape (m,), optional
        Weights of the background rows: a row of weight 2 counts as two rows.
    random_state : int, Generator, RandomState or None, default=None
        An int gives the same values each time. NumPy's global state is never touched.
    progress : bool, default=False
        Show a bar (needs tqdm).
    **options
        Passed on: ``n_samples`` of ``"gradient"``, or what an explainer of shap takes, such as
        ``nsamples``.

    Returns
    -------
    explanation : Explanation
        Values of shape (n, d), or (n, d, k) for k outputs, with standard errors, the gap of
        additivity, and the method in words. ``to_shap()`` gives a ``shap.Explanation``.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    InvalidParameterError
        If the columns of ``X`` and ``background`` differ, for a method that does not fit the model,
        or a setting that is not allowed.
    MissingExtraError
        If a method of the shap package is asked for, and shap is not installed.

    Examples
    --------
    >>> def f(rows):
    ...     return 10 * rows[:, 0] + 20 * rows[:, 1] + 20 * rows[:, 0] * rows[:, 1]
    >>> explanation = shap_values(f, [[1.0, 1.0]], [[0.0, 0.0]])
    >>> explanation.values, explanation.technique
    (array([[20., 30.]]), 'exact')

    References
    ----------
    Shapley (1953), "A value for n-person games"; Lundberg, Lee (2017), "A unified approach to
    interpreting model predictions", arXiv:1705.07874; Janzing, Minorics, Blöbaum (2020), "Feature
    relevance quantification in explainable AI: a causal problem", arXiv:1910.13413, for columns
    that are set and not observed.
    """
    behind = Table.of(background)
    table = Table.of(X).like(behind)
    weight = weights_of(sample_weight, behind.n_rows)
    players = Players.of(groups, table)
    model = Model.of(estimator, table, output=output)
    technique = _technique(method, model, table, weight, players)
    n_passes = _passes(n_permutations, int((weight > 0).sum()), tol)
    rng = generator(random_state)
    if options and technique not in (*PACKAGED, "gradient"):
        raise InvalidParameterError(
            f"shap_values(method={technique!r}) has no setting {next(iter(options))!r}."
        )
    game = Game(model, table, behind, weight, players)
    values, se, matrix, sizes = _found(
        technique, game, behind, weight, rng, n_passes, tol, interactions, progress, options
    )
    single = model.single
    return Explanation(
        values=values[..., 0] if single else values,
        base_values=game.base[0] if single else game.base,
        predictions=game.of_rows[:, 0] if single else game.of_rows,
        data=grouped_data(table.values(), players, table.names),
        feature_names=players.names,
        output_names=model.output_names,
        output=model.output,
        technique=technique,
        method=_sentence(technique, game, sizes, values, se),
        approximate=technique in ("deep", "gradient", "partition"),
        se=se if se is None else (se[..., 0] if single else se),
        interactions=matrix if matrix is None else (matrix[..., 0] if single else matrix),
    )


def _technique(method: str, model: Model, table: Table, weight: Array, players: Players) -> str:
    if method not in METHODS:
        raise InvalidParameterError(
            f"method must be one of {', '.join(map(repr, METHODS))}. Got {method!r} instead."
            f"{nearest(method, METHODS)}"
        )
    if method == "linear" and not is_linear(model):
        raise InvalidParameterError(
            "method='linear' needs a linear model whose columns each come from one column of X, "
            f"at an output where it is linear. This one is none at output={model.output!r}. "
            "method='auto' takes any model."
        )
    if method == "exact" and players.n > MOST_PLAYERS:
        raise InvalidParameterError(
            f"method='exact' plays every coalition, which is possible for up to {MOST_PLAYERS} "
            f"columns or groups. Got {players.n} instead. Put columns into groups, or choose "
            "method='permutation'."
        )
    if method != "auto":
        return method
    if is_linear(model):
        return "linear"
    n_mixed = 2.0**players.n * int((weight > 0).sum())
    few = n_mixed <= ALL_COALITIONS[0] and n_mixed * table.n_rows <= ALL_COALITIONS[1]
    return "exact" if few else "permutation"


def _passes(n_permutations: int | str, n_background: int, tol: float) -> int | None:
    if not (isinstance(tol, (int, float)) and tol > 0):
        raise InvalidParameterError(f"tol must be a float > 0. Got {tol!r} instead.")
    if n_permutations == "auto":
        return None
    whole = isinstance(n_permutations, (int, np.integer)) and not isinstance(n_permutations, bool)
    if not whole or int(n_permutations) < 1:
        raise InvalidParameterError(
            f"n_permutations must be an int >= 1 or 'auto'. Got {n_permutations!r} instead."
        )
    return -(-int(n_permutations) // n_background)


def _found(
    technique: str,
    game: Game,
    behind: Table,
    weight: Array,
    rng: np.random.Generator,
    n_passes: int | None,
    tol: float,
    interactions: bool,
    progress: bool,
    options: dict[str, Any],
) -> tuple[Array, Array | None, Array | None, Any]:
    """Values (n, p, k), their standard errors, interactions, and the number of orders."""
    se = sizes = matrix = None
    of = game.model, game.table, behind, weight, game.players
    if technique == "linear":
        values = linear_values(game)
    elif technique == "exact":
        if interactions:
            matrix = exact_interactions(game)
        values = matrix.sum(axis=2) if matrix is not None else exact_values(game)
    elif technique == "permutation":
        bar = partial(shown, progress=progress, words="shap_values")
        values, se, sizes = permutation_values(game, rng, n_passes, tol, bar)
    elif technique == "deep":
        values, _, _ = deep_values(*of)
    elif technique == "gradient":
        values, _, se = expected_gradients(*of, rng, **options)
    else:
        values = package_values(technique, *of, rng, options)
    if interactions and matrix is None:
        if technique == "linear" or game.players.n < 2:
            matrix = values[:, :, np.newaxis] * np.eye(game.players.n)[:, :, np.newaxis]
        else:
            matrix, _ = sampled_interactions(game, values, rng, n_passes or INTERACTION_PASSES)
    return values, se, matrix, sizes


def _sentence(technique: str, game: Game, sizes: Any, values: Array, se: Array | None) -> str:
    """How the values came about, in words."""
    m, p = game.n_background, game.players.n
    how = {
        "linear": "in closed form, which is exact for a linear model",
        "exact": f"exactly, from all 2^{p} coalitions of {p} columns or groups",
        "permutation": "by random orders of the columns, each walked both ways",
        "deep": "by DeepLIFT's rescale rule, which approximates Shapley values",
        "gradient": "by expected gradients, which approximate Shapley values",
        "kernel": "by KernelExplainer of the shap package",
        "sampling": "by SamplingExplainer of the shap package",
        "partition": "by PartitionExplainer of the shap package, which are Owen values",
    }[technique]
    if sizes is not None:
        low, high = int(sizes.min()), int(sizes.max())
        how += f" ({low} orders a row)" if low == high else f" ({low} to {high} orders a row)"
    error = ""
    if se is not None and np.isfinite(se).any() and np.abs(values).max() > 0:
        largest = float(np.nanmax(se)) / float(np.abs(values).max())
        error = f" The largest standard error is {100 * largest:.2g} % of the largest value."
    return (
        f"Shapley values on the scale {game.model.output!r} against {m} background rows, {how}."
        f"{error} Columns are set and not observed: where they depend on each other, the model is "
        "asked about rows that may never occur."
    )
