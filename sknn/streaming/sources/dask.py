"""Dask arrays and Dask DataFrames."""

import copy
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.streaming.blocks import Block
from sknn.streaming.sources.base import Pieced, Source
from sknn.streaming.sources.names import column_names
from sknn.streaming.sources.stored import Stored, is_dask

__all__ = ["DaskSource"]


class DaskSource(Pieced):
    """The chunks of a Dask array or the partitions of a Dask DataFrame.

    Rows, targets and weights of a piece are computed together, so that what they share is
    computed once.

    Parameters
    ----------
    X : dask.array.Array or dask.dataframe.DataFrame
        Of a frame, all columns but those of y and weight.
    y, weight : Dask collection, str, list of str, array-like, path of a ``.npy`` file or None
        Of the same partitions as X, or names of columns, or an array kept elsewhere.
    block_rows : int or None
        Rows of a block; a chunk or partition each by default. The rows of a partition are not
        known before it is computed, so this costs a pass over a DataFrame to count them.
    multiple : int
        Not used: chunks are as they are.
    """

    def __init__(self, X: Any, y: Any, weight: Any, block_rows: int | None, multiple: int) -> None:
        _dask()  # told before anything else
        known = list(X.columns) if _is_frame(X) else []
        self._target = column_names("y", y, known) if known else None
        self._weight_name = column_names("sample_weight", weight, known) if known else None
        self._single = isinstance(y, str)
        y = None if self._target else y
        weight = None if self._weight_name else weight
        self._parts = (X, _beside(X, y, "y"), _beside(X, weight, "sample_weight"))
        stored_y = None if is_dask(y) else Stored.maybe(y, "y")
        stored_weight = None if is_dask(weight) else Stored.maybe(weight, "sample_weight")
        sizes = _chunk_sizes(X)
        counts = block_rows is not None or stored_y is not None or stored_weight is not None
        if sizes is None and counts:
            sizes = self._counted(X)
        self._set_up(sizes, stored_y, stored_weight, block_rows)
        if sizes is None:
            self.pieces = np.arange(X.npartitions if hasattr(X, "columns") else X.numblocks[0])

    @classmethod
    def accepts(cls, X: Any) -> bool:
        return is_dask(X)

    def for_a_task(self) -> Source:
        return _Graphs(self)

    def without_collections(self) -> "DaskSource":
        """The names of columns alone, to be sent to workers."""
        names = copy.copy(self)
        names._parts = (None, None, None)
        return names

    def _read(self, piece: int) -> Block:
        parts = self._parts_of(piece)
        for frames in (True, False):  # Dask warns where it is to compute both together
            alike = [n for n in range(3) if is_dask(parts[n]) and _is_frame(parts[n]) == frames]
            computed = _dask().compute(*(parts[n] for n in alike))
            for number, part in zip(alike, computed, strict=True):
                parts[number] = part
        return self._block(*parts)

    def _parts_of(self, piece: int) -> list[Any]:
        return [None if part is None else _piece(part, piece) for part in self._parts]

    def _block(self, X: Any, y: Any, weight: Any) -> Block:
        """Of what was computed, the named columns taken out of the frame."""
        if self._target is not None:
            y = X[self._columns_of_y]
        if self._weight_name is not None:
            weight = X[self._weight_name[0]]
        if taken := [*(self._target or []), *(self._weight_name or [])]:
            X = X.drop(columns=taken)
        return Block(X, _plain(y), _plain(weight))

    @property
    def _columns_of_y(self) -> Any:
        return self._target[0] if self._target and self._single else self._target

    def _read_targets(self) -> Iterator[Any]:
        y = self._parts[1] if self._target is None else self._parts[0][self._columns_of_y]
        if y is not None:
            for piece in range(_n_pieces(y)):
                yield _plain(_piece(y, piece).compute())

    def _counted(self, X: Any) -> Any:
        """Rows of each piece, for which all of them are computed once, but not at one time."""
        if hasattr(X, "columns"):
            return np.asarray(X.map_partitions(len).compute(), dtype=np.intp)
        lengths = (_piece(X, piece).compute().shape[0] for piece in range(_n_pieces(X)))
        return np.fromiter(lengths, dtype=np.intp)


class _Graphs(Pieced):
    """The pieces of a collection as plain graphs of tasks, which a task runs by itself.

    The collection would ask the cluster to compute it, and wait for the thread that it runs in.
    """

    def __init__(self, source: DaskSource) -> None:
        distributed = require("distributed", extra="dask", purpose="Training on a cluster")
        if any(distributed.futures_of(part) for part in source._parts if part is not None):
            raise InvalidParameterError(
                "X must be a collection that workers can compute. Got one that is persisted: pass "
                "it as it was before persist()."
            )
        n_pieces = _n_pieces(source._parts[0])
        self._graphs = [
            [None if part is None else _graph(part) for part in source._parts_of(piece)]
            for piece in range(n_pieces)
        ]
        self._block = source.without_collections()._block
        self._set_up(source.sizes, source._y, source._weight, source.block_rows)
        if source.sizes is None:
            self.pieces = source.pieces

    @classmethod
    def accepts(cls, X: Any) -> bool:
        return False

    def _read(self, piece: int) -> Block:
        dask = _dask()
        return self._block(
            *(
                None if part is None else part.finish(dask.get(part.tasks, part.keys), *part.more)
                for part in self._graphs[piece]
            )
        )

    def _read_targets(self) -> Iterator[Any]:
        return (self._read(piece).y for piece in range(len(self._graphs)))


class _Graph(NamedTuple):
    """Tasks, those whose results are asked for, and what makes one of the results."""

    tasks: dict[Any, Any]
    keys: list[Any]
    finish: Any
    more: Any


def _graph(part: Any) -> _Graph:
    if _is_frame(part):
        part = part.optimize()  # by itself: dask.optimize of one partition gives another
    else:
        (part,) = _dask().optimize(part)
    return _Graph(dict(part.__dask_graph__()), part.__dask_keys__(), *part.__dask_postcompute__())


def _dask() -> ModuleType:
    return require("dask", extra="dask", purpose="Reading a Dask collection")


def _piece(part: Any, number: int) -> Any:
    return part.partitions[number] if _is_frame(part) else part.blocks[number]


def _is_frame(part: Any) -> bool:
    return not hasattr(part, "chunks")


def _n_pieces(part: Any) -> int:
    return int(part.npartitions if _is_frame(part) else part.numblocks[0])


def _plain(values: Any) -> Any:
    """A series as an array."""
    return values.to_numpy() if hasattr(values, "to_numpy") else values


def _chunk_sizes(X: Any) -> Any:
    """Rows of each chunk, or None where Dask does not know them."""
    sizes = None if _is_frame(X) else X.chunks[0]
    return None if sizes is None or np.isnan(sizes).any() else np.array(sizes, dtype=np.intp)


def _beside(X: Any, part: Any, name: str) -> Any:
    """Targets or weights that are Dask collections, in pieces like those of X."""
    if not is_dask(part):
        return None
    ours, theirs = _chunk_sizes(X), _chunk_sizes(part)
    if ours is not None and theirs is not None:
        if ours.sum() != theirs.sum():
            raise InvalidParameterError(
                f"{name} must have one entry for each of the {ours.sum()} rows of X. "
                f"Got {theirs.sum()} instead."
            )
        return part.rechunk({0: X.chunks[0]})
    if _n_pieces(X) != _n_pieces(part):
        raise InvalidParameterError(
            f"{name} must have the partitions of X, which has {_n_pieces(X)}. "
            f"Got {_n_pieces(part)} instead. Take it from the same collection as X, or call "
            "compute_chunk_sizes() on both."
        )
    return part
