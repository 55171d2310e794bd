"""An order of categories in which neighbours are alike in the other columns."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.table import Table

__all__ = ["by_similarity"]

Array = npt.NDArray[Any]


def by_similarity(table: Table, column: int, codes: Array, n: int, weight: Array) -> Array:
    """The categories' numbers, ordered along the first coordinate of a scaling of distances.

    The distance of two categories is the sum over the other columns of how differently these are
    distributed: Kolmogorov-Smirnov's largest difference of distribution functions for numbers,
    half the sum of the differences of shares for categories (Apley and Zhu 2020, appendix E).

    Parameters
    ----------
    table : Table
    column : int
    codes : int array of shape (n_rows,)
        The category of each row, 0 to n - 1.
    n : int
    weight : array of shape (n_rows,)
    """
    if n < 3:
        return np.arange(n)
    share = np.zeros((n, len(codes)))
    share[codes, np.arange(len(codes))] = weight
    share /= share.sum(axis=1, keepdims=True)
    distance = np.zeros((n, n))
    numbers = table.numbers()
    for j in range(table.n_columns):
        if j == column:
            continue
        values, at = np.unique(np.nan_to_num(numbers[:, j], nan=-np.inf), return_inverse=True)
        shares = np.stack([np.bincount(at, s, minlength=len(values)) for s in share])
        if table.is_numeric(j):
            shares = np.cumsum(shares, axis=1)
            differ = np.abs(shares[:, np.newaxis] - shares).max(axis=2)
        else:
            differ = np.abs(shares[:, np.newaxis] - shares).sum(axis=2) / 2.0
        distance += differ
    centring = np.eye(n) - 1.0 / n
    _, vectors = np.linalg.eigh(-0.5 * centring @ distance**2 @ centring)
    first = vectors[:, -1]
    first = first * (np.sign(first[np.argmax(np.abs(first))]) or 1.0)  # one of the two directions
    return np.argsort(first, kind="stable")
