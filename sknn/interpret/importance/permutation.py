"""Permutation importance: how much worse a model gets when a column is shuffled."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t
from sklearn.utils import check_random_state
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.random import sample_without_replacement

from sknn.exceptions import InvalidParameterError
from sknn.interpret.importance.conditional import permuted_within, subgroups
from sknn.interpret.importance.permuted import PermutedScores
from sknn.interpret.importance.result import Importance
from sknn.interpret.importance.scoring import Function, scorers_of, scores_of
from sknn.interpret.players import Players
from sknn.interpret.result import weights_of
from sknn.interpret.stacking import tables_at_once
from sknn.interpret.table import Table
from sknn.progress import shown

__all__ = ["PermutationImportance", "permutation_importance"]

Array = npt.NDArray[Any]


class PermutationImportance(Importance):
    """How much a score falls when columns are shuffled.

    Attributes
    ----------
    importances : ndarray of shape (d, n_repeats)
        Score without less score with the permuted column, for each repeat.
    importances_mean, importances_std : ndarray of shape (d,)
        Mean and standard deviation over the repeats, as in scikit-learn.
    importances_se : ndarray of shape (d,)
        Standard error of the mean; what it covers is told by ``covers``.
    ci : ndarray of shape (d, 2)
        Interval of the mean.
    covers : {"rows and permutations", "permutations"}
        What else than chance would move the importances out of the interval: with the first, other
        rows and other permutations; with the second, other permutations of these rows.
    confidence : float
    feature_names : list of str
        Columns or groups.
    baseline_score : float
        The score of the rows as they are.
    scorer_name : str
    conditional : bool
    n_subgroups : ndarray of shape (d,)
        Within how many subgroups each was permuted: 1 where over all rows.
    method : str
    """


def permutation_importance(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    scoring: Any = None,
    n_repeats: int = 5,
    n_jobs: int | None = None,
    random_state: Any = None,
    sample_weight: Any = None,
    max_samples: float = 1.0,
    groups: Any = None,
    conditional: bool = False,
    confidence: float = 0.95,
    progress: bool = False,
) -> Any:
    """Measure how much worse a model scores when the values of a column are shuffled.

    The importance of column j is s - mean_r s_r(j): the score of the rows as they are, less its
    mean over repeats r in which the values of the column went to other rows. For squared errors of
    a linear model and independent columns it estimates 2 w_j^2 Var(x_j).

    With the same ``random_state`` the numbers are those of scikit-learn's function. Here the
    permuted tables of several repeats and columns are predicted at once; columns can be permuted
    together; or only among rows in which the other columns are alike.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
        A callable from rows to numbers is scored like ``predict`` of a regressor.
    X : table of shape (n, d)
        Rows that the model was not fitted on, as it takes them: an array or a frame of any types.
    y : array-like of shape (n,) or (n, k), or None
        Targets.
    scoring : None, str, callable, list or dict, default=None
        As in scikit-learn: None for ``estimator.score``, a name, ``scorer(estimator, X, y)``, or
        several as a list of names or a dict from names to scorers.
    n_repeats : int, default=5
        How often each column is permuted.
    n_jobs : int, optional
        Parallel jobs over the columns, as in joblib.
    random_state : int, RandomState, Generator or None, default=None
        None gives other permutations each time.
    sample_weight : array-like of shape (n,), optional
        Weights in the score.
    max_samples : int or float, default=1.0
        Rows that are permuted and scored, a number or a share of all.
    groups : None, dict or fitted transformer, default=None
        Columns that are permuted together: ``{"place": ["lat", "lon"]}``, or the encoder whose
        output ``X`` is, so that all columns of a category go together.
    conditional : bool, default=False
        Permute within subgroups: the leaves, of at least 30 rows, of a tree that predicts the
        column from the others. What is measured then is what the column tells beyond the others.
    confidence : float, default=0.95
        Level of the intervals.
    progress : bool, default=False
        Show a bar (needs tqdm).

    Returns
    -------
    result : PermutationImportance
        Or a dict of these by the name of the score, if there are several.

    Raises
    ------
    InvalidParameterError
        For a number of repeats, samples or a confidence that is not allowed, for names that are not
        there, or columns of the same name.

    Notes
    -----
    For accuracy, R2, squared and absolute errors, and log loss, ``importances_se`` counts that
    other rows could have been drawn: the importance is a U-statistic over pairs of a row that is
    predicted and a row that gives the value, so each row counts by its mean loss in both parts
    (Hoeffding 1948; Fisher et al. 2019, section 3). It covers the permutations too. For other
    scores it is std / sqrt(n_repeats), with intervals of Student's t: it covers the permutations
    of these rows only. The intervals treat the model as given; refitting it is not covered.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, section 10.
    Fisher, A., Rudin, C. and Dominici, F. (2019). All models are wrong, but many are useful.
    JMLR 20(177).
    Molnar, C., König, G., Bischl, B. and Casalicchio, G. (2023). Model-agnostic feature importance
    and effects with dependent features: a conditional subgroup approach. Data Mining and Knowledge
    Discovery, section 4 (``conditional=True``).

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = [[1, 9, 9], [1, 9, 9], [1, 9, 9], [0, 9, 9], [0, 9, 9], [0, 9, 9]]
    >>> y = [1, 1, 1, 0, 0, 0]
    >>> model = LogisticRegression().fit(X, y)
    >>> permutation_importance(model, X, y, n_repeats=10, random_state=0).importances_mean
    array([0.46..., 0. , 0. ])
    """
    table = Table.of(X)
    if not hasattr(estimator, "predict") and callable(estimator):
        estimator = Function(estimator)
    n_rows = _checked(table, y, n_repeats, max_samples, confidence)
    weight = None if sample_weight is None else np.asarray(sample_weight, dtype=float)
    weights_of(weight, table.n_rows)
    players = Players.of(groups, table)
    scorers = scorers_of(estimator, scoring, table.native, y)
    baseline = scores_of(scorers, estimator, estimator, table.native, y, weight)
    seed = _random_state(random_state).randint(np.iinfo(np.int32).max + 1)
    rng = check_random_state(seed)
    if n_rows < table.n_rows:
        rows = sample_without_replacement(table.n_rows, n_rows, random_state=rng)
        table, y = table.take(rows), _rows(y, rows)
        weight = None if weight is None else weight[rows]
    sources: dict[int, list[Array]] = {}
    if not conditional:
        shared = list(_shuffles(n_rows, n_repeats, rng))
        sources = dict.fromkeys(range(players.n), shared)
    n_subgroups = np.ones(players.n, dtype=int)
    if conditional:
        for j in range(players.n):
            leaves = subgroups(table, players.columns[j])
            n_subgroups[j] = len(np.unique(leaves))
            sources[j] = list(permuted_within(leaves, n_repeats, check_random_state(seed + j)))
    work = PermutedScores(estimator, scorers, baseline, table, y, weight, players)
    size = max(4 * tables_at_once(table) // n_repeats, 1)
    batches = [range(j, min(j + size, players.n)) for j in range(0, players.n, size)]
    found = Parallel(n_jobs=n_jobs)(
        delayed(work.summary)(batch, [sources[j] for j in batch])
        for batch in shown(batches, progress, "permutation importance")
    )
    results = {
        name: _result(work, name, found, n_repeats, confidence, conditional, n_subgroups)
        for name in baseline
    }
    return results.get("", results)  # under "" if there is one only


def _result(
    work: PermutedScores,
    name: str,
    found: list[list[tuple[list[dict[str, float]], dict[str, float]]]],
    n_repeats: int,
    confidence: float,
    conditional: bool,
    n_subgroups: Array,
) -> PermutationImportance:
    of_player = [pair for batch in found for pair in batch]
    permuted = np.array([[score[name] for score in scores] for scores, _ in of_player])
    importances = work.baseline[name] - permuted
    mean, std = importances.mean(axis=1), importances.std(axis=1)
    n = work.table.n_rows
    base = work.base_parts[name]
    if base is not None and n > 1:
        covers, factor = "rows and permutations", float(norm.ppf((1 + confidence) / 2))
        se = np.array([errors[name] for _, errors in of_player])
    else:
        covers = "permutations"
        enough = n_repeats > 1
        factor = float(t.ppf((1 + confidence) / 2, n_repeats - 1)) if enough else np.nan
        se = importances.std(axis=1, ddof=1) / np.sqrt(n_repeats) if enough else mean * np.nan
    scorer_name = work.names[name] or name or "score"
    how = (
        f"within {n_subgroups.min()} to {n_subgroups.max()} subgroups of rows in which the other "
        "columns are alike"
        if conditional
        else "over all rows"
    )
    caution = (
        "a small value may mean that other columns tell the same"
        if conditional
        else "where columns depend on each other, the permuted rows may be ones that never occur"
    )
    percent = f"{100 * confidence:g} %"
    span = (
        f"The {percent} intervals cover the permutations, and that other rows could have been drawn"
        if covers == "rows and permutations"
        else f"The {percent} intervals (Student's t over the repeats) cover the permutations of "
        "these rows only, not that other rows could have been drawn"
    )
    return PermutationImportance(
        importances=importances,
        importances_mean=mean,
        importances_std=std,
        importances_se=se,
        ci=mean[:, np.newaxis] + factor * se[:, np.newaxis] * np.array([-1.0, 1.0]),
        covers=covers,
        confidence=confidence,
        feature_names=list(work.players.names),
        baseline_score=work.baseline[name],
        scorer_name=scorer_name,
        conditional=conditional,
        n_subgroups=n_subgroups,
        method=(
            f"Fall of {scorer_name} when a column is permuted {how}, mean of {n_repeats} "
            f"permutations of {n} rows. {span}; {caution}."
        ),
    )


def _shuffles(n_rows: int, n_repeats: int, rng: np.random.RandomState) -> Iterator[Array]:
    """The row that each row gets its values from: each repeat shuffles what the last one left."""
    order, source = np.arange(n_rows), np.arange(n_rows)
    for _ in range(n_repeats):
        rng.shuffle(order)
        source = source[order]
        yield source


def _random_state(random_state: Any) -> np.random.RandomState:
    """As in scikit-learn, but None is no use of NumPy's global numbers."""
    if random_state is None:
        random_state = np.random.default_rng()
    if isinstance(random_state, np.random.Generator):
        random_state = int(random_state.integers(2**31))
    state: np.random.RandomState = check_random_state(random_state)
    return state


def _rows(y: Any, rows: Array) -> Any:
    if y is None:
        return None
    return y.iloc[rows] if hasattr(y, "iloc") else np.asarray(y)[rows]


def _checked(table: Table, y: Any, n_repeats: int, max_samples: float, confidence: float) -> int:
    """How many rows are permuted."""
    if not isinstance(n_repeats, (int, np.integer)) or n_repeats < 1:
        raise InvalidParameterError(f"n_repeats must be an int >= 1. Got {n_repeats!r} instead.")
    if not 0 < confidence < 1:
        raise InvalidParameterError(
            f"confidence must be between 0 and 1, such as 0.95. Got {confidence!r} instead."
        )
    n = table.n_rows
    if y is not None and len(y) != n:
        raise InvalidParameterError(f"X and y must be of one length. Got {n} and {len(y)} rows.")
    whole = isinstance(max_samples, (int, np.integer))
    if not (1 <= max_samples <= n if whole else 0 < max_samples <= 1):
        raise InvalidParameterError(
            f"max_samples must be an int from 1 to the {n} rows of X, or a share in (0, 1]. Got "
            f"{max_samples!r} instead."
        )
    return max(int(max_samples if whole else max_samples * n), 1)
