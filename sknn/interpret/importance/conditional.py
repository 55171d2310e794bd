"""Subgroups of rows in which columns hardly depend on the others, to permute within.

A column that is permuted over all rows meets values of other columns that never occur with it.
Within the leaves of a tree that predicts it from the others, what is left of their dependence is
small, so that permuted rows stay plausible (Molnar, König, Bischl and Casalicchio 2023).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeRegressor

from sknn.interpret.table import Table

__all__ = ["permuted_within", "subgroups"]

Index = npt.NDArray[np.intp]

#: Fewest rows in a subgroup, and the share of a column's variance that a split must explain.
FEWEST, GAIN = 30, 0.002


def subgroups(table: Table, columns: Index) -> Index:
    """The number of the subgroup of each row, shape (n_rows,).

    Parameters
    ----------
    table : Table
    columns : int array
        Those to be permuted together. A tree predicts all of them from the other columns.
    """
    others = np.setdiff1d(np.arange(table.n_columns), columns)
    if not len(others) or table.n_rows < 2 * FEWEST:
        return np.zeros(table.n_rows, dtype=np.intp)
    numbers = table.numbers()[:, others]
    lowest = np.nanmin(np.where(np.isnan(numbers), np.inf, numbers), axis=0)
    lowest[~np.isfinite(lowest)] = 0.0
    numbers = np.where(np.isnan(numbers), lowest - 1.0, numbers)  # missing is a value like others
    target = np.concatenate([_target(table, int(j)) for j in columns], axis=1)
    if not target.shape[1]:
        return np.zeros(table.n_rows, dtype=np.intp)
    tree = DecisionTreeRegressor(
        min_samples_leaf=FEWEST, min_impurity_decrease=GAIN, random_state=0
    ).fit(numbers, target)
    return np.asarray(tree.apply(numbers), dtype=np.intp)


def _target(table: Table, column: int) -> npt.NDArray[np.float64]:
    """A column as standardized numbers, or one of zeros and ones for each category."""
    values = table.column(column)
    if values.dtype.kind == "f":
        missing = np.isnan(values)
        middle = values[~missing].mean() if (~missing).any() else 0.0
        parts = [np.where(missing, middle, values), missing.astype(float)]
    else:
        parts = [
            np.array([value == category for value in values], dtype=float)
            for category in table.categories(column)
        ]
    spread = [part.std() for part in parts]
    scaled = [(p - p.mean()) / s for p, s in zip(parts, spread, strict=True) if s > 0]
    target = np.stack(scaled, axis=1) if scaled else np.empty((table.n_rows, 0))
    return np.asarray(target / np.sqrt(max(target.shape[1], 1)), dtype=np.float64)


def permuted_within(
    groups: Index, n_repeats: int, rng: np.random.RandomState
) -> Iterator[npt.NDArray[Any]]:
    """For each repeat, the row that each row gets its values from, one of the same subgroup."""
    order = np.argsort(groups, kind="stable")
    for _ in range(n_repeats):
        source = np.empty(len(groups), dtype=np.intp)
        source[order] = np.lexsort((rng.random_sample(len(groups)), groups))
        yield source
