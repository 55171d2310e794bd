"""Permutation importance: how much worse a model gets when a column is shuffled."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t
from sklearn.utils import check_random_state
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.random import sample_without_replacement

from sknn.exceptions import InvalidParameterError
from sknn.interpret.importance.conditional import permuted_within, subgroups
from sknn.interpret.importance.progress import shown
from sknn.interpret.importance.scoring import (
    PARTS,
    Function,
    OwnScore,
    Remembered,
    score_of_parts,
    scorers_of,
    scores_of,
)
from sknn.interpret.players import Players
from sknn.interpret.result import Result, weights_of
from sknn.interpret.table import Table

__all__ = ["PermutationImportance", "permutation_importance"]

Array = npt.NDArray[Any]

#: Rows that are predicted at a time.
STACKED = 16384


class PermutationImportance(Result):
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

    display: ClassVar[str | None] = "sknn.interpret.plots.importance.ImportanceDisplay"

    def to_frame(self) -> Any:
        """One row for each column or group, the most important first."""
        frame = self._frame(
            {
                "feature": self.feature_names,
                "importance": self.importances_mean,
                "std": self.importances_std,
                "se": self.importances_se,
                "low": self.ci[:, 0],
                "high": self.ci[:, 1],
            }
        )
        return frame.sort_values("importance", ascending=False, ignore_index=True, kind="stable")


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
    work = _Work(estimator, scorers, baseline, table, y, weight, players)
    batches = list(_batches(players.n, n_repeats, n_rows))
    found = Parallel(n_jobs=n_jobs)(
        delayed(work.scores)([(j, sources[j][r]) for j, r in batch])
        for batch in shown(batches, progress, "permutation importance")
    )
    results = {
        name: _result(work, name, found, n_repeats, confidence, conditional, n_subgroups)
        for name in baseline
    }
    return results.get("", results)  # under "" if there is one only


class _Work:
    """What is needed to score tables with permuted columns."""

    def __init__(
        self,
        estimator: Any,
        scorers: Any,
        baseline: dict[str, float],
        table: Table,
        y: Any,
        weight: Any,
        players: Players,
    ) -> None:
        self.estimator, self.scorers, self.baseline = estimator, scorers, baseline
        self.table, self.y, self.weight, self.players = table, y, weight, players
        self.names = dict.fromkeys(baseline, "")
        for name, scorer in (scorers if isinstance(scorers, dict) else {"": scorers}).items():
            if name in self.names:
                self.names[name] = _scorer_name(scorer)
        self.share = weights_of(weight, table.n_rows)
        self.y_array = np.asarray(y)
        self.base_parts = {name: self._parts(name, estimator, table.native) for name in baseline}
        self.left = self._not_from_parts()

    def _not_from_parts(self) -> Any:
        """The scorers that are to be called: those whose number is not that of the rows' parts."""
        scores = scores_of(
            self.scorers, self.estimator, self.estimator, self.table.native, self.y, self.weight
        )
        for name, parts in self.base_parts.items():
            if parts is not None and not np.isclose(
                score_of_parts(parts, self.share), scores[name], rtol=1e-9, atol=1e-12
            ):
                self.base_parts[name] = None
        if not isinstance(self.scorers, dict):
            return self.scorers if self.base_parts.get("") is None else {}
        return {n: s for n, s in self.scorers.items() if self.base_parts.get(n) is None}

    def scores(self, wanted: list[tuple[int, Array]]) -> list[tuple[dict[str, float], Any]]:
        """Scores, and what each row has part in them, for players and sources of their rows."""
        n = self.table.n_rows
        cells = np.tile(np.arange(n)[:, np.newaxis], (len(wanted), self.table.n_columns))
        for i, (j, source) in enumerate(wanted):
            cells[i * n : (i + 1) * n, self.players.columns[j]] = source[:, np.newaxis]
        stacked = self.table.pick(cells)
        blocks = [part.native for part in stacked.chunks(n)]
        asked = Remembered(self.estimator, stacked.native, blocks, n)
        out = []
        for block, (_, source) in zip(blocks, wanted, strict=True):
            score = scores_of(self.left, self.estimator, asked, block, self.y, self.weight)
            moved = {}
            for name, base in self.base_parts.items():
                if base is None:
                    continue
                above, below = PARTS[self.names[name]](asked, block, self.y_array, self.share)
                score[name] = score_of_parts((above, below), self.share)
                fall = base[0] - above
                given = np.empty_like(fall)
                given[source] = fall  # where a row's values went
                moved[name] = (fall, given)
            out.append((score, moved))
        return out

    def _parts(self, name: str, asked: Any, X: Any) -> tuple[Array, Array] | None:
        parts = PARTS.get(self.names[name])
        if parts is None:
            return None
        try:
            above, below = parts(asked, X, self.y_array, self.share)
        except (TypeError, ValueError, AttributeError, IndexError):  # targets of another kind
            return None
        return (above, below) if (self.share @ below > 0).all() else None


def _result(
    work: _Work,
    name: str,
    found: list[list[tuple[dict[str, float], Any]]],
    n_repeats: int,
    confidence: float,
    conditional: bool,
    n_subgroups: Array,
) -> PermutationImportance:
    flat = [pair for batch in found for pair in batch]
    permuted = np.array([score[name] for score, _ in flat]).reshape(-1, n_repeats)
    importances = work.baseline[name] - permuted
    mean, std = importances.mean(axis=1), importances.std(axis=1)
    n = work.table.n_rows
    base = work.base_parts[name]
    if base is not None and n > 1:
        covers, factor = "rows and permutations", float(norm.ppf((1 + confidence) / 2))
        se = np.empty(len(mean))
        for j in range(len(mean)):
            pairs = [moved[name] for _, moved in flat[j * n_repeats : (j + 1) * n_repeats]]
            se[j] = _se_over_rows(pairs, base[1], weights_of(work.weight, n))
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


def _se_over_rows(pairs: list[tuple[Array, Array]], below: Array, weight: Array) -> float:
    """The standard error of a mean fall from each row's part, as predicted and as giving.

    In a U-statistic of pairs, row i counts by the sum of its two conditional means. With the fall
    being a ratio to mean(below), its linear part in below counts too (delta method).
    """
    fall = np.mean([own for own, _ in pairs], axis=0)
    given = np.mean([own for _, own in pairs], axis=0)
    scale = weight @ below
    scale = np.where(scale > 0, scale, np.nan)
    overall = weight @ fall
    part = fall - overall + given - given.T @ weight - overall / scale * (below - scale)
    of_row = (part / scale).mean(axis=1)
    n = np.count_nonzero(weight)
    return float(np.sqrt((weight**2 * of_row**2).sum() * n / max(n - 1, 1)))


def _batches(n_players: int, n_repeats: int, n_rows: int) -> Iterator[list[tuple[int, int]]]:
    pairs = [(j, r) for j in range(n_players) for r in range(n_repeats)]
    size = max(STACKED // n_rows, 1)
    for start in range(0, len(pairs), size):
        yield pairs[start : start + size]


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


def _scorer_name(scorer: Any) -> str:
    """The name that a scorer goes by in scikit-learn."""
    if isinstance(scorer, OwnScore):
        return scorer.name
    score = getattr(scorer, "_score_func", None)
    if score is None:
        return str(getattr(scorer, "__name__", type(scorer).__name__))
    name = str(getattr(score, "__name__", score)).removesuffix("_score")
    return name if getattr(scorer, "_sign", 1) > 0 else f"neg_{name}"


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
