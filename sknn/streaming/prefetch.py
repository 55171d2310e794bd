"""Reading ahead: a thread makes the next items while the caller works on one."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Generic, TypeVar

__all__ = ["Prefetched"]

T = TypeVar("T")

#: Seconds between two looks whether the thread has ended; it is woken by room in the queue.
PATIENCE = 0.01


class Prefetched(Generic[T]):
    """The items of an iterator, some of them made ahead by a thread.

    To be used in a ``with`` block, which ends the thread whatever happens. An error of the thread
    is raised where its item would have come.

    Parameters
    ----------
    make : callable
        Returns the iterator; called by the thread.
    ahead : int
        Items that wait at most, besides the one that is being made; 0 makes each when it is asked
        for, without a thread.
    length : int, optional
        How many items there will be, for a progress bar.

    Examples
    --------
    >>> with Prefetched(lambda: iter([1, 2, 3]), ahead=2) as items:
    ...     print(sum(items))
    6
    """

    def __init__(
        self, make: Callable[[], Iterable[T]], ahead: int, length: int | None = None
    ) -> None:
        self._make = make
        self._length = length
        self._stops = threading.Event()
        self._ready: queue.Queue[tuple[str, Any]] = queue.Queue(max(ahead, 1))
        self._thread = threading.Thread(target=self._read, daemon=True) if ahead else None

    def __len__(self) -> int:
        if self._length is None:
            raise TypeError("The number of items is not known.")
        return self._length

    def __enter__(self) -> "Prefetched[T]":
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stops.set()
        if self._thread is None:
            return
        while self._thread.is_alive():  # it may wait for room, and ends after one item more
            with suppress(queue.Empty):
                self._ready.get(timeout=PATIENCE)
        self._thread.join()

    def __iter__(self) -> Iterator[T]:
        if self._thread is None:
            yield from self._make()
            return
        while True:
            kind, item = self._ready.get()
            if kind == "error":
                raise item
            if kind == "end":
                return
            yield item
            del item  # not kept while the next one is waited for

    def _read(self) -> None:
        try:
            for item in self._make():
                self._ready.put(("item", item))
                del item
                if self._stops.is_set():
                    return
        except BaseException as error:  # also what is no Exception belongs to the caller
            self._ready.put(("error", error))
        else:
            self._ready.put(("end", None))
