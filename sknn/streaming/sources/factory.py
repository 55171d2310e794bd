"""A function that makes an iterator of blocks, for whatever is not served otherwise."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sknn.exceptions import InvalidParameterError
from sknn.streaming.blocks import Block
from sknn.streaming.sources.base import Source

__all__ = ["FactorySource"]


class FactorySource(Source):
    """The blocks of an iterator, made anew for each pass, in the order in which they come.

    Parameters
    ----------
    X : callable
        Returns an iterator of tuples ``(X, y)`` or ``(X, y, sample_weight)``.
    y, weight : None
        They come with the blocks.
    block_rows : None
        The blocks are as they come.
    multiple : int
        Not used.

    Examples
    --------
    >>> source = FactorySource(lambda: (([[k]], [2 * k]) for k in range(3)), None, None, None, 1)
    >>> [block.y for block in source.blocks()]
    [[0], [2], [4]]
    """

    def __init__(
        self, X: Callable[[], Any], y: Any, weight: Any, block_rows: int | None, multiple: int
    ) -> None:
        given = {"y": y, "sample_weight": weight, "block_rows": block_rows}
        for name, value in given.items():
            if value is not None:
                raise InvalidParameterError(
                    f"{name} must be None where X is a function that makes blocks (X, y) or "
                    f"(X, y, sample_weight), since it is told by them. Got {value!r} instead."
                )
        self._make = X

    @classmethod
    def accepts(cls, X: Any) -> bool:
        return callable(X)

    def blocks(self, order: Iterable[int] | None = None) -> Iterator[Block]:
        empty = True
        for given in self._make():
            if not isinstance(given, tuple) or not 1 <= len(given) <= 3:
                raise InvalidParameterError(
                    "X must make tuples (X, y) or (X, y, sample_weight). "
                    f"Got {type(given).__name__} instead."
                )
            empty = False
            yield Block(*given)
        if empty:
            raise InvalidParameterError(
                "X must make a new iterator of blocks each time that it is called. Got one without "
                "blocks: is it the same iterator as before?"
            )

    def targets(self) -> Iterator[Any]:
        return (block.y for block in self.blocks() if block.y is not None)
