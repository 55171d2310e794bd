"""What the rest needs to know of a source of rows: how many blocks, and to read them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.streaming.blocks import Block, cut, stacked
from sknn.streaming.sources.stored import Stored

__all__ = ["BLOCK_BYTES", "IntArray", "Pieced", "Source", "check_rows", "ranges"]

#: Size of a block of an array where none is asked for: large beside the few milliseconds that a
#: call of ``partial_fit`` costs, small beside the memory of a laptop.
BLOCK_BYTES = 32 * 2**20

IntArray = npt.NDArray[np.intp]


class Source(ABC):
    """Rows, in blocks.

    Attributes
    ----------
    pieces : array of int or None
        For each block the piece of the storage in which it begins: blocks of one piece are best
        read one after another. None where blocks come in one order only.
    n_rows : int or None
        None where it is known only after reading.
    """

    pieces: IntArray | None = None
    n_rows: int | None = None

    @property
    def n_blocks(self) -> int | None:
        """Blocks of one pass; None where that is known only after reading."""
        return None if self.pieces is None else len(self.pieces)

    @classmethod
    @abstractmethod
    def accepts(cls, X: Any) -> bool:
        """Whether this is a source of the rows that X names."""

    @abstractmethod
    def blocks(self, order: Iterable[int] | None = None) -> Iterator[Block]:
        """The blocks with these numbers; all of them, as they are stored, by default."""

    @abstractmethod
    def targets(self) -> Iterator[Any]:
        """The targets alone, a part at a time, for as little reading as there can be."""

    def for_a_task(self) -> "Source":
        """The source as a task on a worker reads it: by itself, without tasks of its own."""
        return self


def ranges(n_rows: int, block_rows: int) -> list[tuple[int, int]]:
    """First row and end of each block.

    Examples
    --------
    >>> ranges(10, 4)
    [(0, 4), (4, 8), (8, 10)]
    """
    return [(at, min(at + block_rows, n_rows)) for at in range(0, n_rows, block_rows)]


def check_rows(n_rows: int, **others: Stored | None) -> None:
    """Raise where there are no rows, or not as many targets or weights as rows."""
    if n_rows == 0:
        raise InvalidParameterError("X must have rows to train on. Got none.")
    for name, stored in others.items():
        if stored is not None and stored.n_rows != n_rows:
            raise InvalidParameterError(
                f"{name} must have one entry for each of the {n_rows} rows of X. "
                f"Got {stored.n_rows} instead."
            )


class Pieced(Source):
    """A source that is stored in pieces, each of which is read as a whole.

    A block is a piece, or ``block_rows`` rows from one piece or several.
    """

    sizes: IntArray | None

    def _set_up(
        self, sizes: IntArray | None, y: Stored | None, weight: Stored | None, block_rows: Any
    ) -> None:
        """Take note of the rows of each piece, and of targets and weights kept elsewhere."""
        self.sizes, self.block_rows = sizes, block_rows
        self._y, self._weight = y, weight
        self._ranges: list[tuple[int, int]] | None = None
        if sizes is None:
            return
        self.n_rows = int(sizes.sum())
        check_rows(self.n_rows, y=y, sample_weight=weight)
        self._ends = np.cumsum(sizes)
        if block_rows is None:
            self.pieces = np.flatnonzero(sizes)
        else:
            self._ranges = ranges(self.n_rows, block_rows)
            starts = [start for start, _ in self._ranges]
            self.pieces = np.searchsorted(self._ends, starts, side="right")

    @abstractmethod
    def _read(self, piece: int) -> Block:
        """A piece, without what is kept elsewhere."""

    @abstractmethod
    def _read_targets(self) -> Iterator[Any]:
        """The targets of each piece."""

    def targets(self) -> Iterator[Any]:
        return self._read_targets() if self._y is None else self._y.parts()

    def blocks(self, order: Iterable[int] | None = None) -> Iterator[Block]:
        assert self.pieces is not None
        order = range(len(self.pieces)) if order is None else order
        if self._ranges is None:
            return (self._piece(int(self.pieces[number])) for number in order)
        return self._across(self._ranges[number] for number in order)

    def _piece(self, piece: int) -> Block:
        block = self._read(piece)
        if self._y is None and self._weight is None:
            return block
        stop = int(self._ends[piece])
        start = stop - block.n_rows
        y = block.y if self._y is None else self._y.rows(start, stop)
        weight = block.weight if self._weight is None else self._weight.rows(start, stop)
        return Block(block.X, y, weight)

    def _across(self, spans: Iterable[tuple[int, int]]) -> Iterator[Block]:
        """Blocks of rows counted over all pieces; the pieces of the last block are at hand."""
        held: dict[int, Block] = {}
        for start, stop in spans:
            first, last = np.searchsorted(self._ends, [start, stop - 1], side="right")
            needed = [p for p in range(first, last + 1) if self._size(p)]
            held = {p: block for p, block in held.items() if p in needed}
            parts = []
            for piece in needed:
                if piece not in held:
                    held[piece] = self._piece(piece)
                offset = int(self._ends[piece]) - self._size(piece)
                low, high = max(start - offset, 0), min(stop - offset, self._size(piece))
                parts.append(Block(*(cut(column, low, high) for column in held[piece])))
            yield stacked(parts)

    def _size(self, piece: int) -> int:
        assert self.sizes is not None
        return int(self.sizes[piece])
