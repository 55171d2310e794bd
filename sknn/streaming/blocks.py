"""A block: the rows that are in memory at one time, whatever holds them."""

import importlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse
from sklearn.utils import _safe_indexing

__all__ = ["Block", "cut", "n_rows", "stacked"]


class Block(NamedTuple):
    """Rows of a table with their targets and weights, where there are any.

    Examples
    --------
    >>> block = Block(np.arange(6.0).reshape(3, 2), np.array([0, 1, 1]))
    >>> block.take(np.array([2, 0])).X
    array([[4., 5.],
           [0., 1.]])
    """

    X: Any
    y: Any = None
    weight: Any = None

    @property
    def n_rows(self) -> int:
        return n_rows(self.X)

    def take(self, rows: Any) -> "Block":
        """The rows with these numbers, in this order."""
        return Block(*(_taken(part, rows) for part in self))

    def head(self, most: int) -> "Block":
        """The first rows, all of them where there are no more."""
        return Block(*(cut(part, 0, most) for part in self))


def n_rows(rows: Any) -> int:
    """How many rows there are in an array, a sparse matrix or a frame."""
    return int(rows.shape[0]) if hasattr(rows, "shape") else len(rows)


def _taken(part: Any, rows: Any) -> Any:
    if part is None or isinstance(part, np.ndarray):
        return None if part is None else part[rows]
    return _safe_indexing(part, rows)


def cut(rows: Any, start: int, stop: int) -> Any:
    """Consecutive rows; a view where there can be one."""
    if rows is None:
        return None
    return rows.iloc[start:stop] if hasattr(rows, "iloc") else rows[start:stop]


def stacked(parts: Sequence[Any]) -> Any:
    """Rows of one kind, or whole blocks, one below the other.

    Examples
    --------
    >>> stacked([np.zeros((1, 2)), np.ones((2, 2))]).shape
    (3, 2)
    """
    first = parts[0]
    if len(parts) == 1 or first is None:
        return first
    if isinstance(first, Block):
        return Block(*(stacked(column) for column in zip(*parts, strict=True)))
    if scipy.sparse.issparse(first):
        return scipy.sparse.vstack(parts, format="csr")
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)
    # a frame or a series: pandas and polars both have a function concat
    return importlib.import_module(type(first).__module__.partition(".")[0]).concat(parts)
