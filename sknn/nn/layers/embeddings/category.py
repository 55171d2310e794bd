"""Categories by their code: a row of learned numbers for each level."""

from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse

from sknn.config import AnyOf, Choice, Each, Range, param
from sknn.exceptions import InvalidParameterError
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.embeddings.base import Embedding, rows_shape
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["Category", "CategoryLayer"]

_COUNT = Range(1, None, integer=True)
#: Most levels of a column that are believed when they are found in the data.
MOST_LEVELS = 1_000_000


class Category(Embedding):
    """A row of learned numbers for each level of a column of codes.

    e(x) = T[x], with a table T of each column's own whose entries start from N(0, 1). The codes
    are 0, 1, ..., ``n_levels`` - 1; 0 stands for missing or unknown, and any other number is taken
    for 0.

    Parameters
    ----------
    columns : int, tuple of int, range or None, default=None
        Numbers of the columns; None for all that no other embedding takes.
    n_levels : int >= 1, tuple with one per column, or "auto", default="auto"
        Codes of each column, 0 included. ``"auto"`` is the largest code among the training rows
        (with ``partial_fit`` those of the first call), plus 1.
    n_outputs : int >= 1, default=8
        Numbers that a column becomes.

    Examples
    --------
    >>> from sknn.nn.layers.embeddings import Embed
    >>> from sknn.nn.network import Network
    >>> embed = Embed([Category(columns=(0,), n_levels=(3,), n_outputs=2)])
    >>> network = Network([embed], 1, dtype="float64")
    >>> network.values[:] = [0, 1, 2, 3, 4, 5]
    >>> network.raw_output(np.array([[2.0], [1.0], [7.0]]))
    array([[4., 5.],
           [2., 3.],
           [0., 1.]])

    References
    ----------
    Guo, Berkhahn (2016), "Entity embeddings of categorical variables", arXiv:1604.06737.
    """

    n_levels: Any = param("auto", AnyOf(_COUNT, Each(_COUNT, "a tuple of them"), Choice(("auto",))))
    n_outputs: int = param(8, _COUNT)

    def layer(self) -> Layer:
        return CategoryLayer(self)

    def settled(self, columns: tuple[int, ...], X: Any, before: Self | None) -> Self:
        given, n_columns = self.n_levels, len(columns)
        if given != "auto":
            levels = (given,) * n_columns if isinstance(given, int) else tuple(given)
            if len(levels) != n_columns:
                raise InvalidParameterError(
                    f"n_levels of Category must have one entry per column ({n_columns}). Got "
                    f"{len(levels)} entries instead. A single int holds for all columns."
                )
        elif before is not None and before.columns == columns:
            levels = before.n_levels
        elif X is None:
            raise InvalidParameterError("n_levels='auto' of Category needs training rows.")
        else:
            levels = tuple(_n_levels(X[:, column], column) for column in columns)
        return self.with_params(columns=columns, n_levels=levels)


def _n_levels(codes: Array, column: int) -> int:
    """The largest code plus 1."""
    known = codes[(codes >= 0.0) & (codes == np.floor(codes))]
    largest = float(known.max(initial=0.0))
    if largest >= MOST_LEVELS:
        raise InvalidParameterError(
            f"Column {column} has codes up to {largest:,.0f}, which would be a table of as many "
            "rows. Number its levels from 1, as OrdinalEncoder does from 0, or set n_levels."
        )
    return int(largest) + 1


class CategoryLayer(Layer):
    """The layer that :class:`Category` makes: the tables of its columns, one below the other."""

    stacks: ClassVar[bool] = True

    def __init__(self, settings: Category) -> None:
        self.settings = settings

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in, self.n_out = n_in, n_in * self.settings.n_outputs
        self.n_work = n_in
        self.n_levels = np.broadcast_to(self.settings.n_levels, n_in)
        self.first = np.cumsum(self.n_levels) - self.n_levels
        return {"table": Param((int(self.n_levels.sum()), self.settings.n_outputs), "table")}

    def start(self, rng: np.random.RandomState) -> None:
        self.values["table"][...] = rng.normal(size=self.values["table"].shape)

    def room(self, n_rows: Any, dtype: npt.DTypeLike, training: bool) -> Room:
        lead = rows_shape(n_rows)
        shape, count = (*lead, self.n_in), lead[-1] * self.n_in
        room = Room(
            known=np.empty(shape, bool),
            code=np.empty(shape, dtype),
            row=np.empty(shape, np.int32),
            y=np.empty((*lead, self.n_out), dtype),
        )
        if training:
            # 1 where a value (a column) takes a row of the tables; its product with a gradient
            # takes 20 microseconds for 2560 values of 8 numbers, where np.add.at takes 1700
            n_table = self.values["table"].shape[-2]
            ones, starts = np.ones(count, dtype), np.arange(count + 1, dtype=np.int32)
            rows = np.zeros(count, np.int32)
            room.taken = scipy.sparse.csc_array((ones, rows, starts), shape=(n_table, count))
            room.dx = np.zeros(shape, dtype)
        return room

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        known, code, row = room.known, room.code, room.row
        np.greater_equal(x, 0.0, out=known)
        known &= x < self.n_levels
        code.fill(0.0)
        np.copyto(code, x, where=known)  # before the conversion, which warns of huge numbers
        np.copyto(row, code, casting="unsafe")
        np.equal(row, code, out=known)
        row *= known
        row += self.first
        for table, of_member, y in self._members(self.values["table"], row, room.y):
            np.take(table, of_member, axis=0, out=y, mode="clip")
        y_all: Array = room.y
        return y_all

    def express(self, ops: Ops, x: Any) -> Any:
        levels, first = ops.constant(self.n_levels * 1.0), ops.constant(self.first)
        code = ops.where((x >= 0.0) & (x < levels), x, 0.0)
        whole = ops.floor(code)
        row = ops.to_int(ops.where(ops.equal(whole, code), whole, 0.0)) + first
        return ops.reshape(
            ops.take(ops.constant(self.values["table"], "table"), row), (-1, self.n_out)
        )

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        for dtable, row, dy in self._members(self.grads["table"], room.row, grad):
            room.taken.indices[...] = row.ravel()
            dtable[...] = room.taken @ dy.reshape(row.size, -1)
        return self.pull_back(grad, room)

    def pull_back(self, grad: Array, room: Room) -> Array:
        dx: Array = room.dx
        dx.fill(0.0)
        return dx

    def _members(self, table: Array, row: Array, y: Array) -> Any:
        """The table, the rows taken of it, and their numbers, of each member of a stack."""
        n_rows, n_in = row.shape[-2:]
        return zip(
            table.reshape(-1, *table.shape[-2:]),
            row.reshape(-1, n_rows, n_in),
            y.reshape(-1, n_rows, n_in, table.shape[-1]),
            strict=True,
        )
