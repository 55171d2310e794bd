"""The first layer of a network that embeds its columns: several embeddings side by side."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.embeddings.base import Embedding, rows_shape
from sknn.nn.params import Param
from sknn.nn.typing import Array, IndexArray, is_sparse

__all__ = ["Embed", "settle"]


def settle(
    embeddings: Sequence[Embedding],
    n_features: int,
    X: Any = None,
    before: Sequence[Embedding] = (),
) -> tuple[Embedding, ...]:
    """Decide which columns each embedding takes, and what else depends on the data.

    Parameters
    ----------
    embeddings : sequence of Embedding
    n_features : int
        Columns of X.
    X : array of shape (n_rows, n_features), optional
        The training rows, which ``Category(n_levels="auto")`` asks for.
    before : sequence of Embedding, optional
        What was decided for the network that goes on being trained.

    Raises
    ------
    InvalidParameterError
        If a column does not exist or is taken twice, an embedding has no column, or X is sparse.

    Examples
    --------
    >>> from sknn.nn.layers.embeddings import PBLD, Category
    >>> embeddings = settle([PBLD(), Category(columns=[1], n_levels=4)], n_features=3)
    >>> [embedding.columns for embedding in embeddings]
    [(0, 2), (1,)]
    """
    if is_sparse(X):
        raise InvalidParameterError(_dense_only("the training data"))
    owner: dict[int, Embedding] = {}
    for embedding in embeddings:
        for column in _listed(embedding.columns):
            if column >= n_features:
                raise InvalidParameterError(
                    f"columns of {embedding!r} must be numbers of columns of X, from 0 to "
                    f"{n_features - 1}. Got {column} instead."
                )
            if column in owner:
                raise InvalidParameterError(
                    f"Each column may be embedded once. Got column {column} in "
                    f"{owner[column]!r} and in {embedding!r}; take it out of one of them."
                )
            owner[column] = embedding
    rest = tuple(column for column in range(n_features) if column not in owner)
    if sum(embedding.columns is None for embedding in embeddings) > 1:
        raise InvalidParameterError(
            "At most one embedding may have columns=None, which takes all that are left. Got "
            f"{list(embeddings)!r}; tell the columns of the others."
        )
    settled = []
    for place, embedding in enumerate(embeddings):
        columns = rest if embedding.columns is None else _listed(embedding.columns)
        if not columns:
            raise InvalidParameterError(
                f"An embedding needs at least one of the {n_features} columns of X. Got none for "
                f"{embedding!r}; leave it out."
            )
        earlier = before[place] if place < len(before) else None
        same_kind = earlier if type(earlier) is type(embedding) else None
        settled.append(embedding.settled(columns, X, same_kind))
    return tuple(settled)


class Embed(Layer):
    """Embed columns, and hand on the others as they are: y = [e_1(x), e_2(x), ..., the rest].

    Parameters
    ----------
    embeddings : sequence of Embedding
        With their columns as tuples, as :func:`settle` decides them.

    Attributes
    ----------
    origin : array of int
        The column of X that each output is a function of.
    """

    def __init__(self, embeddings: Sequence[Embedding]) -> None:
        self.embeddings = tuple(embeddings)
        self.parts = [embedding.layer() for embedding in embeddings]

    @property
    def stacks(self) -> bool:  # type: ignore[override]
        """Whether all of the embeddings do."""
        return all(part.stacks for part in self.parts)

    @property
    def looks_at_data(self) -> bool:  # type: ignore[override]
        """Whether one of the embeddings does."""
        return any(part.looks_at_data for part in self.parts)

    def declare(self, n_in: int) -> dict[str, Param]:
        taken = [column for embedding in self.embeddings for column in embedding.columns]
        self.columns = [np.array(embedding.columns) for embedding in self.embeddings]
        self.rest: IndexArray = np.setdiff1d(np.arange(n_in), taken)
        wishes: dict[str, Param] = {}
        origin, self.places, end = [], [], 0
        for i, (part, columns) in enumerate(zip(self.parts, self.columns, strict=True)):
            wishes |= {f"{i}.{k}": wish for k, wish in part.declare(len(columns)).items()}
            origin.append(np.repeat(columns, part.n_out // len(columns)))
            self.places.append(slice(end, end := end + part.n_out))
        self.origin: IndexArray = np.concatenate([*origin, self.rest])
        self.n_in, self.n_out, self.n_passed = n_in, len(self.origin), len(self.rest)
        self.n_work = sum(part.n_work for part in self.parts)
        return wishes

    def bind(self, values: dict[str, Array], grads: dict[str, Array] | None) -> None:
        super().bind(values, grads)
        for i, part in enumerate(self.parts):
            part.bind(_under(i, values), None if grads is None else _under(i, grads))

    def describe(self) -> str:
        words = [f"{type(of).__name__}: {len(of.columns)}" for of in self.embeddings]
        if self.n_passed:
            words.append(f"as they are: {self.n_passed}")
        return f"Embed({', '.join(words)})"

    def start(self, rng: np.random.RandomState) -> None:
        for part in self.parts:
            part.start(rng)

    def look(self, x: Array, share: Array) -> None:
        for part, columns in zip(self.parts, self.columns, strict=True):
            part.look(x[:, columns], share)

    def room(self, n_rows: Any, dtype: npt.DTypeLike, training: bool) -> Room:
        lead = rows_shape(n_rows)
        return Room(
            parts=[part.room(n_rows, dtype, training) for part in self.parts],
            columns=[np.empty((*lead, len(columns)), dtype) for columns in self.columns],
            y=np.empty((*lead, self.n_out), dtype),
            dx=np.empty((*lead, self.n_in), dtype) if training else None,
        )

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        if is_sparse(x):
            raise InvalidParameterError(_dense_only("X"))
        y: Array = room.y
        for (part, columns, place), own_room, own_x in zip(
            self._each(), room.parts, room.columns, strict=True
        ):
            np.take(x, columns, axis=-1, out=own_x, mode="clip")
            y[..., place] = part.forward(own_x, own_room, step)
        if self.n_passed:
            y[..., -self.n_passed :] = x[..., self.rest]
        return y

    def express(self, ops: Ops, x: Any) -> Any:
        parts = [part.express(ops, ops.columns(x, columns)) for part, columns, _ in self._each()]
        rest = [ops.columns(x, self.rest)] if self.n_passed else []
        return ops.concat([*parts, *rest], -1)

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        for (part, columns, place), own_room in zip(self._each(), room.parts, strict=True):
            dx = part.backward(grad[..., place], own_room, wanted)
            if wanted:
                room.dx[..., columns] = dx
        return self._with_passed(grad, room) if wanted else grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        for (part, columns, place), own_room in zip(self._each(), room.parts, strict=True):
            room.dx[..., columns] = part.pull_back(grad[..., place], own_room)
        return self._with_passed(grad, room)

    def by_column(self, numbers: Array) -> Array:
        """Sums over the outputs of each column, along the last axis."""
        of_column = self.origin[:, np.newaxis] == np.arange(self.n_in)
        out: Array = numbers @ of_column.astype(numbers.dtype)
        return out

    def _with_passed(self, grad: Array, room: Room) -> Array:
        dx: Array = room.dx
        if self.n_passed:
            dx[..., self.rest] = grad[..., -self.n_passed :]
        return dx

    def _each(self) -> Iterator[tuple[Layer, IndexArray, slice]]:
        return zip(self.parts, self.columns, self.places, strict=True)


def _listed(columns: Any) -> tuple[int, ...]:
    """The columns that are told, as a tuple.

    >>> _listed(2), _listed(range(3)), _listed(None)
    ((2,), (0, 1, 2), ())
    """
    if columns is None:
        return ()
    return (columns,) if isinstance(columns, int) else tuple(map(int, columns))


def _under(i: int, arrays: dict[str, Array]) -> dict[str, Array]:
    """The arrays of embedding ``i``, by their own names."""
    beginning = f"{i}."
    return {k.removeprefix(beginning): v for k, v in arrays.items() if k.startswith(beginning)}


def _dense_only(what: str) -> str:
    return (
        f"An embedding needs a dense array of columns. Got {what} as a sparse matrix; use "
        "X.toarray(), or embedding=None."
    )
