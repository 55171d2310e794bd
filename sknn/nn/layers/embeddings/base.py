"""What an embedding is: each column becomes several numbers, by weights of its own."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from sknn.config import AnyOf, Config, Each, Exactly, Range, param
from sknn.nn.express import Ops, missing, own_formula
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["BasisLayer", "Embedding", "rows_shape"]

_INDEX = Range(0, None, integer=True)


class Embedding(Config, ABC):
    """Settings of an embedding; each network gets layers of its own from them.

    Parameters
    ----------
    columns : int, tuple of int, range or None, default=None
        Numbers of the columns that are embedded, from 0; None for all that no other embedding of
        the network takes.
    """

    columns: Any = param(None, AnyOf(_INDEX, Each(_INDEX, "a tuple of such ints"), Exactly(None)))

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, value in vars(self).copy().items():
            if isinstance(value, (list, np.ndarray)):  # a setting is a value that can be hashed
                object.__setattr__(self, name, tuple(np.asarray(value).tolist()))

    @abstractmethod
    def layer(self) -> Layer:
        """A new layer with these settings, from its columns to what they become, side by side."""

    def settled(self, columns: tuple[int, ...], X: Any, before: Self | None) -> Self:
        """These settings with all that depends on the data decided.

        Parameters
        ----------
        columns : tuple of int
            The columns it takes.
        X : array of shape (n_rows, n_features), or None
            The training rows, where they are known.
        before : Embedding or None
            The settings that it was settled to, where training goes on.
        """
        return self.with_params(columns=columns)


class BasisLayer(Layer):
    """Functions of each column, mixed by weights of its own: e = phi(x) C.

    A subclass tells ``n_basis`` functions in :meth:`expand`, and their derivative in
    :meth:`slope`. Everything in the room lies by column, shape (n_columns, ..., n_rows), so that
    there is one product of matrices for each column. All arrays may have the members of a stack as
    leading axis.

    Parameters
    ----------
    n_basis : int
        Functions of each column.
    n_mixed : int
        Numbers that they are mixed to.
    n_kept : {0, 1}, default=0
        1 to hand on the column itself beside them, as the last number.

    Attributes
    ----------
    learns_basis : bool
        Whether the functions have parameters of their own.
    """

    stacks: ClassVar[bool] = True
    learns_basis: ClassVar[bool] = False

    def __init__(self, n_basis: int, n_mixed: int, n_kept: int = 0) -> None:
        self.n_basis, self.n_mixed, self.n_kept = n_basis, n_mixed, n_kept

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in, self.n_out = n_in, n_in * (self.n_mixed + self.n_kept)
        self.n_work = n_in * self.n_basis
        return {"coef": Param((n_in, self.n_basis, self.n_mixed), "embedding")}

    @abstractmethod
    def expand(self, room: Room) -> None:
        """Write the functions of ``room.x`` into ``room.phi``, shape (n_columns, n_basis, n)."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_formula(cls, BasisLayer, "expand", "express_basis")

    def express_basis(self, ops: Ops, x: Any) -> Any:
        """The functions but the last, which is 1, as a formula: shape (n_columns, n, n_basis - 1).

        x has the shape (n_columns, n, 1).
        """
        raise missing(self, "express_basis(ops, x)")

    @abstractmethod
    def slope(self, dphi: Array, room: Room, learning: bool) -> Array:
        """From the gradient at the functions to that at ``room.x``, shape (n_columns, n).

        ``dphi`` may be overwritten. With ``learning`` the gradients of parameters that the
        functions have are written too.
        """

    def room(self, n_rows: Any, dtype: npt.DTypeLike, training: bool) -> Room:
        *stack, n = rows_shape(n_rows)
        width = self.n_mixed + self.n_kept
        room = Room(
            x=np.empty((*stack, self.n_in, n), dtype),
            phi=np.ones((*stack, self.n_in, self.n_basis, n), dtype),
            y=np.empty((*stack, n, self.n_out), dtype),
        )
        room.by_column = room.y.reshape(*stack, n, self.n_in, width).swapaxes(-3, -2)
        if training:
            room.dphi = np.empty_like(room.phi)
            room.dx = np.empty((*stack, n, self.n_in), dtype)
        return room

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        np.copyto(room.x, x.swapaxes(-1, -2))
        self.expand(room)
        e = room.by_column
        np.matmul(room.phi.swapaxes(-1, -2), self.values["coef"], out=e[..., : self.n_mixed])
        if self.n_kept:
            e[..., -1] = room.x
        y: Array = room.y
        return y

    def express(self, ops: Ops, x: Any) -> Any:
        column = ops.reshape(ops.transpose(x, (1, 0)), (self.n_in, -1, 1))
        coef = self.values["coef"]
        functions, others = coef[:, :-1], coef[:, -1:]  # the last function is 1
        y = ops.matmul(self.express_basis(ops, column), ops.constant(functions, "coef"))
        y = y + ops.constant(others, "shift")
        if self.n_kept:
            y = ops.concat([y, column], -1)
        return ops.reshape(ops.transpose(y, (1, 0, 2)), (-1, self.n_out))

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        grad = self._by_column(grad)
        np.matmul(room.phi, grad[..., : self.n_mixed], out=self.grads["coef"])
        if wanted or self.learns_basis:
            return self._to_input(grad, room, learning=True)
        return grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        return self._to_input(self._by_column(grad), room, learning=False)

    def _by_column(self, grad: Array) -> Array:
        *lead, n_out = grad.shape
        return grad.reshape(*lead, self.n_in, n_out // self.n_in).swapaxes(-3, -2)

    def _to_input(self, grad: Array, room: Room, learning: bool) -> Array:
        mixed = grad[..., : self.n_mixed].swapaxes(-1, -2)
        np.matmul(self.values["coef"], mixed, out=room.dphi)
        dx = self.slope(room.dphi, room, learning)
        if self.n_kept:
            dx = dx + grad[..., -1]
        np.copyto(room.dx, dx.swapaxes(-1, -2))
        out: Array = room.dx
        return out


def rows_shape(n_rows: int | Sequence[int]) -> tuple[int, ...]:
    """The leading axes of arrays of a row each: rows, or members of a stack and rows.

    >>> rows_shape(5), rows_shape((2, 5))
    ((5,), (2, 5))
    """
    return (n_rows,) if isinstance(n_rows, (int, np.integer)) else tuple(n_rows)
