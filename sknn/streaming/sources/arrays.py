"""Arrays: in memory, as a memory map, or the path of a NumPy file."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.streaming.blocks import Block
from sknn.streaming.sources.base import BLOCK_BYTES, IntArray, Source, check_rows, ranges
from sknn.streaming.sources.stored import Stored, is_array_file

__all__ = ["ArraySource"]


class ArraySource(Source):
    """Blocks of ``block_rows`` rows of an array, a CSR matrix or a frame.

    Examples
    --------
    >>> source = ArraySource(np.zeros((10, 2)), np.arange(10), None, block_rows=4, multiple=1)
    >>> [block.y.tolist() for block in source.blocks([2, 0])]
    [[8, 9], [0, 1, 2, 3]]
    """

    n_rows: int
    pieces: IntArray

    def __init__(self, X: Any, y: Any, weight: Any, block_rows: int | None, multiple: int) -> None:
        self._X = Stored(X, "X")
        self._y = Stored.maybe(y, "y")
        self._weight = Stored.maybe(weight, "sample_weight")
        if len(self._X.array.shape) < 2:
            raise InvalidParameterError(
                f"X must have rows and columns. Got the shape {self._X.array.shape} instead."
            )
        self.n_rows = self._X.n_rows
        check_rows(self.n_rows, y=self._y, sample_weight=self._weight)
        if block_rows is None:
            fitting = int(BLOCK_BYTES / max(self._X.row_bytes, 1.0))
            block_rows = max(fitting // multiple, 1) * multiple
        self._ranges = ranges(self.n_rows, block_rows)
        self.pieces = np.arange(len(self._ranges))

    @classmethod
    def accepts(cls, X: Any) -> bool:
        return is_array_file(X) or hasattr(X, "shape") or isinstance(X, (list, tuple))

    def blocks(self, order: Iterable[int] | None = None) -> Iterator[Block]:
        for number in range(len(self._ranges)) if order is None else order:
            span = self._ranges[number]
            columns = (self._X, self._y, self._weight)
            yield Block(*(column and column.rows(*span) for column in columns))

    def targets(self) -> Iterator[Any]:
        return iter(()) if self._y is None else self._y.parts()
