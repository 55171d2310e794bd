"""One array, in memory or in a file, of which some rows are read at a time."""

import mmap
from collections.abc import Iterator
from os import PathLike, fspath
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.streaming.blocks import cut, n_rows

__all__ = ["Stored", "is_array_file", "is_dask"]

#: Rows of targets that are looked at together.
PART_ROWS = 2**20


def is_array_file(given: Any) -> bool:
    """Whether this is the path of a NumPy file."""
    return isinstance(given, (str, PathLike)) and str(fspath(given)).endswith(".npy")


def is_dask(given: Any) -> bool:
    """Whether this is a Dask array, frame or series; Dask is not imported for it."""
    package = type(given).__module__.partition(".")[0]
    return package in ("dask", "dask_expr") and hasattr(given, "dask")


class Stored:
    """Rows of an array.

    A file is named rather than carried along when this is pickled, so that a worker opens it
    anew, and what has been read of a memory map does not stay in memory.

    Parameters
    ----------
    given : array-like, sparse matrix, frame, Dask collection or path of a ``.npy`` file
        A Dask collection is computed.
    name : str
        What the errors call it.

    Examples
    --------
    >>> Stored([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "X").rows(1, 3)
    array([[3., 4.],
           [5., 6.]])
    """

    def __init__(self, given: Any, name: str) -> None:
        self.path = str(fspath(given)) if is_array_file(given) else None
        if self.path is None and isinstance(given, (str, PathLike)):
            raise InvalidParameterError(
                f"{name} must be an array, a Dask collection or the path of a .npy file; the name "
                "of a column goes with X as Parquet or as a Dask DataFrame. "
                f"Got {str(given)!r} instead."
            )
        self._take(given.compute() if is_dask(given) else given)

    @classmethod
    def maybe(cls, given: Any, name: str) -> "Stored | None":
        """The array, or None where none is given."""
        return None if given is None else cls(given, name)

    def _take(self, given: Any) -> None:
        if self.path is not None:
            given = np.load(self.path, mmap_mode="r")
        elif not hasattr(given, "shape"):
            given = np.asarray(given)
        self.array = given.tocsr() if hasattr(given, "tocsr") else given
        self._map, self._lets_go = _mapping(self.array)

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "array": self.array if self.path is None else None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.path = state["path"]
        self._take(state["array"])

    @property
    def n_rows(self) -> int:
        return n_rows(self.array)

    @property
    def row_bytes(self) -> float:
        """Bytes of a row; of a frame, as if all its columns were numbers."""
        array: Any = self.array
        if hasattr(array, "nnz"):
            return float(array.nnz * 12 / max(array.shape[0], 1))
        itemsize = array.dtype.itemsize if hasattr(array, "dtype") else 8
        return float(np.prod(array.shape[1:]) * itemsize)

    def rows(self, start: int, stop: int) -> Any:
        """Consecutive rows: a copy of those of a memory map, else a view."""
        part = cut(self.array, start, stop)
        if self._map is None:
            return part
        part = np.array(part)  # read now, by the thread that reads ahead
        if self._lets_go:
            # pages of a file count as memory of this process until they are let go; they stay
            # in the cache of the system
            self._map.madvise(mmap.MADV_DONTNEED)
        return part

    def parts(self) -> Iterator[Any]:
        """All rows, a part at a time."""
        for start in range(0, self.n_rows, PART_ROWS):
            yield self.rows(start, min(start + PART_ROWS, self.n_rows))


def _mapping(array: Any) -> tuple[Any, bool]:
    """The memory map that an array lies in, and whether its pages may be let go.

    Not those of a private map (mode "c"), which may hold changes that the file does not.
    """
    while array is not None:
        if isinstance(array, np.memmap):
            found: Any = getattr(array, "_mmap", None)
            can = hasattr(mmap, "MADV_DONTNEED") and getattr(array, "mode", "c") != "c"
            return found, can and found is not None
        array = getattr(array, "base", None)
    return None, False
