"""What the data is like: gaps, ranges, drift, columns that tell the same or too much."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import kstwobign, rankdata
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sknn.interpret.table import Table

__all__ = [
    "Column",
    "columns_of",
    "correlations",
    "digest",
    "drift",
    "n_repeated",
    "single_column_scores",
]

Array = npt.NDArray[Any]

#: Rows that correlations and scores of single columns are computed from.
MOST_ROWS = 5000


@dataclass(frozen=True)
class Column:
    """A column in a few numbers.

    Attributes
    ----------
    values : str
        The range of numbers, or the most frequent categories.
    """

    name: str
    kind: str
    missing: float
    n_different: int
    values: str


def columns_of(table: Table, words: Any) -> list[Column]:
    """Each column of a table; ``words`` turns numbers into text."""
    found = []
    for j, name in enumerate(table.names):
        values = table.column(j)
        if table.is_numeric(j):
            known = values[~np.isnan(values)]
            told = "all missing"
            if len(known):
                low, middle, high = np.percentile(known, [0, 50, 100])
                told = f"{words(low)} to {words(high)}, median {words(middle)}"
            gaps, different = float(np.isnan(values).mean()), len(np.unique(known))
            found.append(Column(name, "numbers", gaps, different, told))
        else:
            counts = Counter(str(v) for v in values if v is not None)
            top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
            told = ", ".join(f"{k[:24]} ({100 * n / len(values):.0f}%)" for k, n in top)
            gaps = float(np.mean([v is None for v in values]))
            found.append(Column(name, "categories", gaps, len(counts), told or "all missing"))
    return found


def drift(train: Table, test: Table) -> list[tuple[str, float, float]]:
    """How far each column's distribution differs between two sets of rows.

    Returns
    -------
    drift : list of (name, distance, p-value)
        Of numbers the largest distance between both distribution functions (Kolmogorov and
        Smirnov), of categories half the sum of the differences of their shares (total variation;
        p from the same limit, which is conservative for it). Gaps count as a category of their
        own where they are more frequent.
    """
    found = []
    for j, name in enumerate(test.names):
        a, b = train.column(j), test.column(j)
        if test.is_numeric(j) and train.is_numeric(j):
            gap = abs(float(np.isnan(a).mean() - np.isnan(b).mean()))
            a, b = np.sort(a[~np.isnan(a)]), np.sort(b[~np.isnan(b)])
            distance = gap
            if len(a) and len(b):
                every = np.concatenate([a, b])
                below = [np.searchsorted(x, every, side="right") / len(x) for x in (a, b)]
                distance = max(float(np.abs(below[0] - below[1]).max()), gap)
        else:
            one, other = (Counter(map(str, x)) for x in (a, b))
            kinds = sorted(set(one) | set(other))
            distance = 0.5 * sum(abs(one[k] / len(a) - other[k] / len(b)) for k in kinds)
        size = max(len(a) * len(b) / max(len(a) + len(b), 1), 1.0)
        found.append((name, float(distance), float(kstwobign.sf(distance * np.sqrt(size)))))
    return found


def correlations(table: Table, rng: np.random.Generator) -> Array:
    """Rank correlations of numeric columns, shape (d, d); NaN for others and on the diagonal."""
    rows = _some(table.n_rows, rng)
    d = table.n_columns
    ranks = np.full((len(rows), d), np.nan)
    for j in range(d):
        if table.is_numeric(j):
            values = table.column(j)[rows]
            known = ~np.isnan(values)
            if known.sum() > 2 and np.ptp(values[known]) > 0:
                ranks[known, j] = rankdata(values[known])
                ranks[known, j] -= ranks[known, j].mean()
                ranks[~known, j] = 0.0
    use = np.flatnonzero(np.isfinite(ranks).all(axis=0))
    matrix = np.full((d, d), np.nan)
    if len(use) > 1:
        chosen = ranks[:, use] / np.sqrt((ranks[:, use] ** 2).sum(axis=0))
        matrix[np.ix_(use, use)] = chosen.T @ chosen
    np.fill_diagonal(matrix, np.nan)
    return matrix


def n_repeated(train: Table, test: Table) -> int:
    """How many rows of the test are rows of the training data too."""
    seen = set(_lines(train))
    return sum(line in seen for line in _lines(test))


def single_column_scores(
    table: Table, y: Array, is_classification: bool, rng: np.random.Generator
) -> list[tuple[str, float]]:
    """How well a small tree of one column alone does on the half of the rows it has not seen.

    Returns
    -------
    scores : list of (name, score)
        Balanced accuracy rescaled so that guessing is 0, or R2, and 1 is perfect.
    """
    rows = rng.permutation(table.n_rows)[:MOST_ROWS]
    half = len(rows) // 2
    numbers, scores = table.take(rows).numbers(), []
    y = y[rows]
    for j, name in enumerate(table.names):
        x = np.nan_to_num(numbers[:, [j]], nan=np.nanmin(numbers[:, j], initial=0.0) - 1)
        if is_classification:
            tree = DecisionTreeClassifier(max_depth=5, class_weight="balanced", random_state=0)
            told = tree.fit(x[:half], y[:half]).predict(x[half:])
            kinds = np.unique(y[half:])
            shares = [float((told == y[half:])[y[half:] == c].mean()) for c in kinds]
            chance = 1 / max(len(kinds), 2)
            score = (float(np.mean(shares)) - chance) / (1 - chance) if len(kinds) > 1 else 0.0
        else:
            tree = DecisionTreeRegressor(max_depth=5, random_state=0)
            told = tree.fit(x[:half], y[:half]).predict(x[half:])
            spread = float(((y[half:] - y[half:].mean()) ** 2).sum())
            score = 1 - float(((y[half:] - told) ** 2).sum()) / spread if spread else 0.0
        scores.append((name, max(score, 0.0)))
    return scores


def digest(table: Table, y: Array) -> str:
    """A fingerprint of rows and targets, to know the same data again."""
    sha = hashlib.sha256("\x1f".join(table.names).encode("utf-8", "replace"))
    for values in (*(table.column(j) for j in range(table.n_columns)), y):
        if values.dtype.kind in "fiub":
            sha.update(np.ascontiguousarray(values, dtype=np.float64).tobytes())
        else:
            sha.update("\x1f".join(map(str, values.tolist())).encode("utf-8", "replace"))
    return sha.hexdigest()[:16]


def _some(n_rows: int, rng: np.random.Generator) -> Array:
    if n_rows <= MOST_ROWS:
        return np.arange(n_rows)
    return np.sort(rng.choice(n_rows, MOST_ROWS, replace=False))


def _lines(table: Table) -> list[tuple[Any, ...]]:
    columns = []
    for j in range(table.n_columns):
        values = table.column(j)
        columns.append(
            np.where(np.isnan(values), np.inf, values).tolist()  # NaN is not equal to itself
            if values.dtype.kind == "f"
            else list(map(str, values))
        )
    return list(zip(*columns, strict=True))
