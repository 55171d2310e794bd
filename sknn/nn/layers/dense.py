"""The fully connected layer."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.nn.activations import Activation
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.params import Param
from sknn.nn.typing import Array, is_sparse

__all__ = ["Dense"]


class Dense(Layer):
    """Each output is a weighted sum of all inputs and a bias: z = x W + b.

    Backward: dW = x^T dz, db = sum over rows of dz, dx = dz W^T. A sparse ``x`` stays sparse. The
    room keeps x and dz until the next batch, for those who watch over the gradients.

    Parameters
    ----------
    units : int
        Number of outputs.
    activation : Activation
        What follows, which initializers may want to know.
    """

    is_affine = True

    def __init__(self, units: int, activation: Activation) -> None:
        self.units = units
        self.activation = activation

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in, self.n_out = n_in, self.units
        return {
            "weight": Param((n_in, self.units), "weight"),
            "bias": Param((self.units,), "bias"),
        }

    def describe(self) -> str:
        return f"Dense(units={self.units})"

    def bind(self, values: dict[str, Array], grads: dict[str, Array] | None) -> None:
        super().bind(values, grads)
        # attributes, since a step looks each of them up: 0.05 us less than in a dict
        self.weight, self.bias, self.weight_T = values["weight"], values["bias"], values["weight"].T
        if grads is not None:
            self.dweight, self.dbias = grads["weight"], grads["bias"]

    def drawn(self, z: Array) -> Iterable[tuple[Array, Array, Array]]:
        """What initializers draw, one after another: weights and biases, with x W of some rows."""
        return [(self.weight, self.bias, z)]

    def bias_of_rows(self, n_rows: int) -> Array:
        """The bias of each row, or one that all of them have."""
        return self.bias

    def weight_gradient(self, room: Room, out: Array) -> Array:
        """The gradient at the weights alone, without penalties, for the latest batch."""
        x, dz = room.x, room.dz
        gradient: Array = x.T @ dz if is_sparse(x) else np.dot(x.T, dz, out=out)
        return gradient

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        room = Room(z=np.empty((n_rows, self.n_out), dtype))
        if training:
            room.ones = np.ones(n_rows, dtype)
            room.dx = np.empty((n_rows, self.n_in), dtype)  # untouched, so free, in a first layer
        return room

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        room.x = x
        z: Array = x @ self.weight if is_sparse(x) else np.dot(x, self.weight, room.z)
        z += self.bias
        return z

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.matmul(x, ops.constant(self.weight, "weight")) + ops.constant(self.bias, "bias")

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        room.dz = grad
        if is_sparse(room.x):
            self.dweight[...] = room.x.T @ grad
        else:
            np.dot(room.x.T, grad, self.dweight)
        np.dot(room.ones, grad, self.dbias)  # 1 us where grad.sum(axis=0) takes 4
        return self.pull_back(grad, room) if wanted else grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        dx: Array = np.dot(grad, self.weight_T, room.dx)
        return dx
