"""Parquet files and other data sets of Arrow."""

import glob
from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.streaming.blocks import Block
from sknn.streaming.sources.base import Pieced
from sknn.streaming.sources.names import column_names
from sknn.streaming.sources.stored import Stored

__all__ = ["ParquetSource"]

SUFFIXES = (".parquet", ".pq", ".parq")


class ParquetSource(Pieced):
    """The row groups of Parquet files, as pandas frames.

    A row group is what is read at once. A data set in another format is read file by file.

    Parameters
    ----------
    X : path, glob, folder, list of paths or pyarrow.dataset.Dataset
        All columns but those of y and weight.
    y, weight : str, list of str, array-like, path of a ``.npy`` file or None
        Names of columns, or an array kept elsewhere.
    block_rows : int or None
        Rows of a block; a row group each by default.
    multiple : int
        Not used: row groups are as they are.
    """

    def __init__(self, X: Any, y: Any, weight: Any, block_rows: int | None, multiple: int) -> None:
        require("pandas", extra="stream", purpose="Reading Parquet files")
        dataset = _opened(X)
        self._schema = dataset.schema
        self._target = column_names("y", y, self._schema.names)
        self._weight_name = column_names("sample_weight", weight, self._schema.names)
        taken = {*(self._target or []), *(self._weight_name or [])}
        self._features = [name for name in self._schema.names if name not in taken]
        self._single = isinstance(y, str)
        self._fragments = [
            piece
            for fragment in dataset.get_fragments()
            for piece in (
                fragment.split_by_row_group()
                if hasattr(fragment, "split_by_row_group")
                else [fragment]
            )
        ]
        sizes = np.array([_n_rows(piece) for piece in self._fragments], dtype=np.intp)
        self._set_up(
            sizes,
            Stored.maybe(None if self._target else y, "y"),
            Stored.maybe(None if self._weight_name else weight, "sample_weight"),
            block_rows,
        )

    @classmethod
    def accepts(cls, X: Any) -> bool:
        if isinstance(X, (list, tuple)) and X:
            return all(isinstance(path, (str, PathLike)) for path in X)
        if isinstance(X, (str, PathLike)):
            path = str(fspath(X))
            return path.endswith(SUFFIXES) or Path(path).is_dir() or glob.has_magic(path)
        return type(X).__module__.startswith("pyarrow") and hasattr(X, "get_fragments")

    def _read(self, piece: int) -> Block:
        names = [*self._features, *(self._target or []), *(self._weight_name or [])]
        frame = self._table(piece, names).to_pandas()
        weight = frame[self._weight_name[0]].to_numpy() if self._weight_name else None
        return Block(frame[self._features], self._targets_in(frame), weight)

    def _read_targets(self) -> Iterator[Any]:
        if self._target is None:
            return
        for piece in range(len(self._fragments)):
            yield self._targets_in(self._table(piece, self._target).to_pandas())

    def _table(self, piece: int, names: list[str]) -> Any:
        return self._fragments[piece].to_table(schema=self._schema, columns=names)

    def _targets_in(self, frame: Any) -> Any:
        if self._target is None:
            return None
        return frame[self._target[0] if self._single else self._target].to_numpy()


def _n_rows(fragment: Any) -> int:
    """Rows of a row group, or of a file in another format."""
    if not hasattr(fragment, "row_groups"):
        return int(fragment.count_rows())
    return sum(group.num_rows for group in fragment.row_groups)  # count_rows counts the file


def _opened(X: Any) -> Any:
    """The data set that a path or several name."""
    if hasattr(X, "get_fragments"):
        return X
    pyarrow = require("pyarrow.dataset", extra="stream", purpose="Reading Parquet files")
    paths: Any = [str(fspath(path)) for path in ([X] if isinstance(X, (str, PathLike)) else X)]
    if len(paths) == 1 and Path(paths[0]).is_dir():
        return pyarrow.dataset(paths[0], format="parquet", partitioning="hive")
    found = [path for pattern in paths for path in _files(pattern)]
    return pyarrow.dataset(found, format="parquet")


def _files(pattern: str) -> list[str]:
    found = sorted(glob.glob(pattern)) if glob.has_magic(pattern) else [pattern]
    missing = not found or not Path(found[0]).exists()
    if missing:
        raise InvalidParameterError(
            f"X must name files that are there. Got {pattern!r}, where there are none."
        )
    return found
