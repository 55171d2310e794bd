"""LIME with numbers as numbers: a weighted linear model of the predictions around a row."""

from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.local.explanation import LimeExplanation
from sknn.interpret.local.native import Native
from sknn.interpret.local.neighbours import Neighbourhood
from sknn.interpret.local.package import Packaged
from sknn.interpret.model import Model
from sknn.interpret.result import generator, weights_of
from sknn.interpret.table import Table

__all__ = ["lime"]

Array = npt.NDArray[Any]

#: Columns whose places at the top are compared between seeds.
TOP = 5

#: Into how many parts numbers are cut, and where each engine draws rows.
PARTS = {False: None, "quartile": 4, "decile": 10}
PARTS_IN_WORDS = {
    False: "",
    "quartile": " (of numbers only the quarter they lie in)",
    "decile": " (of numbers only the tenth they lie in)",
}
WHERE = {"native": "drawn around each row", "lime": "drawn by the lime package"}


def lime(
    estimator: Any,
    X: Any,
    background: Any,
    *,
    n_samples: int = 5000,
    kernel_width: float | None = None,
    n_features: int | None = 10,
    output: str = "auto",
    n_seeds: int = 5,
    discretize: bool | str = False,
    engine: str = "native",
    sample_weight: Any = None,
    random_state: Any = None,
    **options: Any,
) -> LimeExplanation:
    """Explain each row by a linear model of the predictions around it.

    Rows z are drawn around x (normal noise with the background's standard deviations, categories by
    their frequency), and weighted by sqrt(exp(-D^2 / w^2)) with D their distance in standard
    deviations, where another category counts 1. The coefficients minimize
    sum_z weight_z (f(z) - a - c z')^2 + |c|^2, with z' as (z - x) / sd.

    Unlike the lime package, which by default cuts numbers at their quartiles and draws rows around
    the mean of the data, numbers stay numbers and rows are drawn around x.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
    X : table of shape (n, d)
        The rows to explain.
    background : table of shape (m, d)
        Rows that tell how columns vary.
    n_samples : int, default=5000
        Rows that are drawn around each row.
    kernel_width : float, optional
        How far around counts, w; by default 0.75 sqrt(d) as in the lime package.
    n_features : int or None, default=10
        Columns that a row's linear model keeps, those with the largest coefficients; None keeps
        all. The others have the value 0.
    output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
        The scale that is explained: ``"auto"`` is log-odds for classifiers with probabilities.
    n_seeds : int, default=5
        How often all is done with other random rows, to see what is stable. 1 tells nothing of it
        (NaN). Values are those of the first.
    discretize : bool or {"quartile", "decile"}, default=False
        Tell the linear model of numbers only whether they lie in the same quarter (True) or tenth
        of the background as the row's. It reads as rules, and explains far less: on real models the
        default of the lime package has a local R^2 of 0.16.
    engine : {"native", "lime"}, default="native"
        ``"lime"`` has the lime package do it, around the mean of the data as is its default, and
        ``to_lime()`` gives its own explanations.
    sample_weight : array-like of shape (m,), optional
        Weights of the background rows.
    random_state : int, Generator, RandomState or None, default=None
        An int gives the same explanation each time.
    **options
        Passed on to the lime package: ``feature_selection``, ``kernel``,
        ``sample_around_instance``, ``distance_metric`` and ``model_regressor``.

    Returns
    -------
    explanation : LimeExplanation

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    InvalidParameterError
        For a setting that is not allowed, or columns of ``X`` and ``background`` that differ.
    MissingExtraError
        If the lime package is asked for, and not installed.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rows = rng.normal(size=(100, 3))
    >>> found = lime(lambda r: 3 * r[:, 0] - r[:, 1], rows[:1], rows, n_seeds=2, random_state=0)
    >>> (found.coefficients / rows.std(axis=0)).round(1) + 0.0, found.scores.round(3)
    (array([[ 3., -1.,  0.]]), array([1.]))

    References
    ----------
    Ribeiro, Singh, Guestrin (2016), "Why should I trust you?: Explaining the predictions of any
    classifier", arXiv:1602.04938, sections 3.3 and 3.4; Visani et al. (2022), "Statistical
    stability indices for LIME", Journal of the Operational Research Society, for stability.
    """
    behind = Table.of(background)
    table = Table.of(X).like(behind)
    weight = weights_of(sample_weight, behind.n_rows)
    discretize = "quartile" if discretize is True else discretize
    _check(n_samples, kernel_width, n_features, n_seeds, discretize, engine, options)
    model = Model.of(estimator, table, output=output)
    rng = generator(random_state)
    around = Neighbourhood(behind, weight, PARTS[discretize])
    n, d, k = table.n_rows, table.n_columns, model.n_outputs
    width = 0.75 * np.sqrt(d) if kernel_width is None else float(kernel_width)
    kept = d if n_features is None else min(int(n_features), d)
    way: Native | Packaged = (
        Packaged(model, around, discretize, width, kept, n_samples, options)
        if engine == "lime"
        else Native(model, around, width, kept, n_samples)
    )
    coefficients, values = np.zeros((n_seeds, n, d, k)), np.zeros((n, d, k))
    local, scores = np.zeros((n, k)), np.zeros((n, k))
    originals = np.empty(n, dtype=object)
    for seed in range(n_seeds):
        for i in range(n):
            row = table.take([i])
            fit = way.fit(row, rng)
            coefficients[seed, i] = fit[0]
            if seed == 0:
                _, local[i], scores[i], originals[i] = fit
                values[i] = -fit[0] * around.of_background(row)[:, np.newaxis]
    stability, rank_stability = _agreement(coefficients)
    predictions = model(table).astype(float)
    base = local - values.sum(axis=1)

    def squeezed(numbers: Array) -> Array:
        return numbers[..., 0] if model.single else numbers

    return LimeExplanation(
        values=squeezed(values),
        base_values=squeezed(base),
        predictions=squeezed(predictions),
        data=table.values(),
        feature_names=table.names,
        output_names=model.output_names,
        output=model.output,
        technique="lime",
        method=(
            f"A linear model of {kept} of {d} columns{PARTS_IN_WORDS[discretize]}, fitted to "
            f"predictions on the scale "
            f"{model.output!r} of {n_samples} rows {WHERE[engine]}, with a kernel of width "
            f"{width:.2g} standard deviations. It stands for the model there as far as its local "
            f"R^2 says, which is {scores.min():.2f} to {scores.max():.2f}; the columns are drawn "
            "one by one, as if they did not depend on each other."
        ),
        approximate=True,
        coefficients=squeezed(coefficients[0]),
        scores=squeezed(scores),
        stability=squeezed(stability),
        rank_stability=squeezed(rank_stability),
        local_predictions=squeezed(local),
        conditions=np.array(
            [
                [around.condition(j, row[j]) if j in around.cuts else "" for j in range(d)]
                for row in table.values()
            ],
            dtype=object,
        ).reshape(n, d),
        originals=originals if engine == "lime" else None,
    )


def _agreement(coefficients: Array) -> tuple[Array, Array]:
    """Jaccard of the strongest columns and Spearman of all, mean over pairs of seeds: (n, k)."""
    n_seeds, n, d, k = coefficients.shape
    if n_seeds < 2:
        return np.full((n, k), np.nan), np.full((n, k), np.nan)
    size = np.abs(coefficients)
    top = min(TOP, d)
    places = np.argsort(np.argsort(-size, axis=2, kind="stable"), axis=2)
    chosen = (places < top) & (size > 0)
    ranks = rankdata(size, axis=2)
    ranks = ranks - ranks.mean(axis=2, keepdims=True)
    jaccard, spearman = [], []
    for a, b in combinations(range(n_seeds), 2):
        both = (chosen[a] & chosen[b]).sum(axis=1)
        either = (chosen[a] | chosen[b]).sum(axis=1)
        jaccard.append(np.where(either > 0, both / np.maximum(either, 1), 1.0))
        scale = np.sqrt((ranks[a] ** 2).sum(axis=1) * (ranks[b] ** 2).sum(axis=1))
        product = (ranks[a] * ranks[b]).sum(axis=1)
        spearman.append(np.divide(product, scale, out=np.ones_like(product), where=scale > 0))
    return np.mean(jaccard, axis=0), np.mean(spearman, axis=0)


def _check(
    n_samples: Any,
    kernel_width: Any,
    n_features: Any,
    n_seeds: Any,
    discretize: Any,
    engine: Any,
    options: Any,
) -> None:
    for name, value, least in (
        ("n_samples", n_samples, 10),
        ("n_features", 1 if n_features is None else n_features, 1),
        ("n_seeds", n_seeds, 1),
    ):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < least:
            raise InvalidParameterError(f"{name} must be an int >= {least}. Got {value!r} instead.")
    if kernel_width is not None and not kernel_width > 0:
        raise InvalidParameterError(
            f"kernel_width must be a float > 0 or None. Got {kernel_width!r} instead."
        )
    if not isinstance(discretize, (bool, str)) or discretize not in PARTS:
        raise InvalidParameterError(
            f"discretize must be a bool, 'quartile' or 'decile'. Got {discretize!r} instead."
            f"{nearest(str(discretize), ['quartile', 'decile'])}"
        )
    if engine not in WHERE:
        raise InvalidParameterError(
            f"engine must be 'native' or 'lime'. Got {engine!r} instead."
            f"{nearest(str(engine), list(WHERE))}"
        )
    if options and engine == "native":
        raise InvalidParameterError(
            f"lime has no setting {next(iter(options))!r}, unless engine='lime' may know it."
        )
