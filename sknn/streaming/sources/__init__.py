"""Where rows come from: one small class for each kind of storage."""

from collections.abc import Iterator
from typing import Any

from sknn.exceptions import InvalidParameterError
from sknn.streaming.sources.arrays import ArraySource
from sknn.streaming.sources.base import Source
from sknn.streaming.sources.dask import DaskSource
from sknn.streaming.sources.factory import FactorySource
from sknn.streaming.sources.parquet import ParquetSource

__all__ = ["SOURCES", "ArraySource", "Source", "as_source"]

#: Every kind of source; the first that accepts X reads it.
SOURCES: list[type[Any]] = [DaskSource, ParquetSource, ArraySource, FactorySource]


def as_source(
    X: Any, y: Any = None, weight: Any = None, block_rows: int | None = None, multiple: int = 1
) -> Source:
    """The source that reads X.

    Parameters
    ----------
    X, y, weight : object
        As ``fit_stream`` takes them.
    block_rows : int, optional
        Rows of a block.
    multiple : int, default=1
        What the rows of a block are a multiple of, where that is ours to choose.

    Raises
    ------
    InvalidParameterError
        If nothing reads X.

    Examples
    --------
    >>> as_source([[1.0], [2.0], [3.0]], [0, 1, 0], block_rows=2).n_blocks
    2
    """
    for kind in SOURCES:
        if kind.accepts(X):
            source: Source = kind(X, y, weight, block_rows, multiple)
            return source
    hint = ""
    if isinstance(X, Iterator):
        hint = " An iterator ends after one pass: pass a function that makes it."
    raise InvalidParameterError(
        "X must be an array or memory map, the path of a .npy file, the path of Parquet files, a "
        "pyarrow Dataset, a Dask collection, or a function that makes an iterator of blocks "
        f"(X, y). Got {X if isinstance(X, str) else type(X).__name__!r} instead.{hint}"
    )
