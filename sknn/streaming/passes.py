"""Passes over a source: the order of the blocks, and how rows are mixed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.streaming.blocks import Block, stacked
from sknn.streaming.prefetch import Prefetched
from sknn.streaming.sources import Source

__all__ = ["Passes", "block_order", "mixed"]

IntArray = npt.NDArray[np.intp]


def block_order(pieces: IntArray, rng: np.random.Generator) -> IntArray:
    """A random order of blocks, in which those of one piece of the storage stay together.

    A row group or a partition is so read once, however many blocks are cut from it.

    Examples
    --------
    >>> block_order(np.array([0, 0, 1, 1, 2]), np.random.default_rng(0)).tolist()
    [3, 2, 4, 0, 1]
    """
    _, number = np.unique(pieces, return_inverse=True)
    turn = rng.permutation(number.max() + 1)
    return np.lexsort((rng.permutation(len(pieces)), turn[number]))


def mixed(blocks: Iterable[Block], window: int, rng: np.random.Generator) -> Iterator[Block]:
    """Blocks of the same sizes, with rows shuffled among ``window`` of them at a time.

    Examples
    --------
    >>> blocks = [Block(np.array([[0], [1], [2]])), Block(np.array([[3], [4]]))]
    >>> [b.X.ravel().tolist() for b in mixed(blocks, 2, np.random.default_rng(0))]
    [[2, 4, 3], [0, 1]]
    """
    blocks = iter(blocks)
    while held := list(islice(blocks, window)):
        ends = np.cumsum([block.n_rows for block in held])
        together: Block = stacked(held)
        del held
        for rows in np.split(rng.permutation(ends[-1]), ends[:-1]):
            yield together.take(rows)


def _with_rows(blocks: Iterable[Block]) -> Iterator[Block]:
    """Leave out blocks without rows, such as a partition of which a filter left none."""
    empty = True
    for block in blocks:
        if block.n_rows:
            empty = False
            yield block
    if empty:
        raise InvalidParameterError("X must have rows to train on. Got none.")


class Passes:
    """A source that is read pass after pass, each in an order of its own.

    The order is a function of the seed and the number of the pass, so that a run can go on.

    Parameters
    ----------
    source : Source
        What is read.
    numbers : array of int or None
        The blocks to read; all by default.
    shuffle : bool
        Whether blocks come in a random order with their rows shuffled, or as they are stored.
    window : int
        Blocks among which rows are shuffled.
    seed : sequence of int
        Where randomness comes from.
    prefetch : int
        Blocks that are read ahead.
    """

    def __init__(
        self,
        source: Source,
        numbers: IntArray | None = None,
        *,
        shuffle: bool = False,
        window: int = 1,
        seed: Sequence[int] = (0,),
        prefetch: int = 0,
    ) -> None:
        self.source = source
        self.numbers = numbers
        if numbers is None and source.n_blocks is not None:
            self.numbers = np.arange(source.n_blocks)
        self.shuffle = shuffle
        self.window = window
        self.seed = list(seed)
        self.prefetch = prefetch

    def shuffled(self, number: int) -> Prefetched[Block]:
        """The blocks of a training pass."""
        return self._ahead(lambda: self._in_turn(number))

    def stored(self) -> Prefetched[Block]:
        """The blocks as they are stored."""
        return self._ahead(lambda: self.source.blocks(self.numbers))

    def _ahead(self, make: Callable[[], Iterable[Block]]) -> Prefetched[Block]:
        length = None if self.numbers is None else len(self.numbers)
        return Prefetched(lambda: _with_rows(make()), self.prefetch, length)

    def _in_turn(self, number: int) -> Iterator[Block]:
        if not self.shuffle:
            return self.source.blocks(self.numbers)
        rng = np.random.default_rng([*self.seed, number])
        order = None
        if self.numbers is not None:
            assert self.source.pieces is not None
            order = self.numbers[block_order(self.source.pieces[self.numbers], rng)]
        return mixed(self.source.blocks(order), self.window, rng)
