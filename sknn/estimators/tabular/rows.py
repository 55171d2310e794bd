"""The rows of a table by their content: equal rows as one of more weight, in an order of their own.

So a row of weight 2 is the same as the row twice, a row of weight 0 the same as none, and a model
does not depend on the order in which its rows came. Equal rows never lie on both sides of a split.
"""

import numpy as np
import numpy.typing as npt

from sknn.nn.typing import Array, IndexArray

__all__ = ["distinct_rows"]

#: Rows whose hash is reckoned at a time.
BLOCK = 65_536


def distinct_rows(X: Array, y: Array, weight: Array | None) -> tuple[IndexArray, Array | None]:
    """One of each group of equal rows, and what each group weighs.

    Parameters
    ----------
    X : array of shape (n_rows, n_columns)
    y : array of shape (n_rows, n_targets)
        Rows are equal where ``X`` and ``y`` are.
    weight : array of shape (n_rows,) or None
        Rows of weight 0 are left out.

    Returns
    -------
    rows : array of int
        The first row of each group, in an order that depends on the content alone.
    weight : array or None
        The sum over each group; None where all weigh 1.

    Examples
    --------
    >>> X = np.array([[1.0], [2.0], [1.0], [3.0]])
    >>> rows, weight = distinct_rows(X, np.zeros((4, 1)), np.array([1.0, 1.0, 0.5, 0.0]))
    >>> sorted(zip(X[rows, 0].tolist(), weight.tolist()))
    [(1.0, 1.5), (2.0, 1.0)]
    """
    counts = np.arange(len(X)) if weight is None else np.flatnonzero(weight > 0)
    content = np.concatenate([_bits(X), _bits(y)], axis=1)[counts]
    order = np.argsort(_hashes(content), kind="stable")
    content = content[order]
    new = np.ones(len(order), bool)
    new[1:] = (content[1:] != content[:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    rows = counts[order]
    if weight is None:
        sums: Array = np.diff(np.append(starts, len(rows))).astype(np.float64)
    else:
        sums = np.add.reduceat(weight[rows].astype(np.float64), starts)
    return rows[starts], None if (sums == 1.0).all() else sums


def _bits(values: Array) -> npt.NDArray[np.uint32]:
    """Numbers as the integers that have their bits; 0 and -0 are the same."""
    return np.ascontiguousarray(values + values.dtype.type(0)).view(np.uint32)


def _hashes(content: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """A number for each row that depends on nothing but its content."""
    drawn = np.random.RandomState(0).randint(1, 2**63, content.shape[1:])
    factors = drawn.astype(np.uint64)
    factors |= np.uint64(1)
    hashes = np.empty(len(content), np.uint64)
    for start in range(0, len(content), BLOCK):
        block = content[start : start + BLOCK].astype(np.uint64)
        block *= factors
        block ^= block >> np.uint64(29)
        hashes[start : start + BLOCK] = block.sum(axis=1, dtype=np.uint64)
    return hashes
