"""Dense layers of several members at once: one batched product for all of them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.nn.activations import Activation
from sknn.nn.express import Ops
from sknn.nn.layers.base import Room, Step
from sknn.nn.layers.dense import Dense
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["BatchEnsemble", "ParallelDense"]


class ParallelDense(Dense):
    """A dense layer of each member: z_k = x_k W_k + b_k, with W of shape (k, n_in, n_out).

    Parameters
    ----------
    n_parallel : int
        How many members there are.
    units : int
        Number of outputs of each.
    activation : Activation
        What follows, which initializers may want to know.
    """

    is_affine = False

    def __init__(self, n_parallel: int, units: int, activation: Activation) -> None:
        super().__init__(units, activation)
        self.n_parallel = n_parallel

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in, self.n_out, k = n_in, self.units, self.n_parallel
        return {
            "weight": Param((k, n_in, self.units), "weight"),
            "bias": Param((k, self.units), "bias"),
        }

    def describe(self) -> str:
        return f"{type(self).__name__}(units={self.units}, members={self.n_parallel})"

    def drawn(self, z: Array) -> Iterable[tuple[Array, Array, Array]]:
        return zip(self.weight, self.bias, self._by_member(z), strict=True)

    def bias_of_rows(self, n_rows: int) -> Array:
        bias: Array = np.repeat(self.bias, n_rows // self.n_parallel, axis=0)
        return bias

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        room = super().room(n_rows, dtype, training)
        room.z_by_member = self._by_member(room.z)
        if training:
            room.ones = np.ones(n_rows // self.n_parallel, dtype)
            room.dx_by_member = self._by_member(room.dx)
        return room

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        room.x, room.weights = x, self.weights(room)
        z = np.matmul(self._by_member(x), room.weights, out=room.z_by_member)
        z += self.bias[:, np.newaxis]
        out: Array = room.z
        return out

    def express(self, ops: Ops, x: Any) -> Any:
        weights = ops.constant(self.prediction_weights(), "weight")
        return ops.matmul(x, weights) + ops.constant(self.bias[:, np.newaxis], "bias")

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        room.dz = grad
        self.weight_gradient(room, out=self.dweight)
        np.matmul(room.ones, self._by_member(grad), out=self.dbias)
        return self.pull_back(grad, room) if wanted else grad

    def weight_gradient(self, room: Room, out: Array) -> Array:
        dz, x = self._by_member(room.dz), self._by_member(room.x)
        gradient: Array = np.matmul(x.swapaxes(1, 2), dz, out=out)
        return gradient

    def pull_back(self, grad: Array, room: Room) -> Array:
        weights_T = room.weights.swapaxes(1, 2)
        np.matmul(self._by_member(grad), weights_T, out=room.dx_by_member)
        dx: Array = room.dx
        return dx

    def weights(self, room: Room) -> Array:
        """The weights of each member, shape (k, n_in, n_out)."""
        return self.weight

    def prediction_weights(self) -> Array:
        """The weights of each member, in a new array if need be, shape (k, n_in, n_out)."""
        return self.weight

    def _by_member(self, rows: Array) -> Array:
        return rows.reshape(self.n_parallel, -1, rows.shape[1])


class BatchEnsemble(ParallelDense):
    """Dense layers that share their weights up to factors: z_k = ((x_k r_k) W) s_k + b_k.

    Worked out as z_k = x_k W_k + b_k with W_k = r_k W s_k, which takes a multiplication for each
    weight in place of two for each row and unit.

    Parameters
    ----------
    n_parallel : int
        How many members there are.
    units : int
        Number of outputs of each.
    activation : Activation
        What follows, which initializers may want to know.
    scales_input : bool, default=True
        False for r = 1.

    References
    ----------
    Wen, Tran, Ba (2020), "BatchEnsemble: an alternative approach to efficient ensemble and lifelong
    learning", arXiv:2002.06715.
    """

    def __init__(
        self, n_parallel: int, units: int, activation: Activation, scales_input: bool = True
    ) -> None:
        super().__init__(n_parallel, units, activation)
        self.scales_input = scales_input

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in, self.n_out, k = n_in, self.units, self.n_parallel
        wishes = {
            "weight": Param((n_in, self.units), "weight"),
            "bias": Param((k, self.units), "bias"),
            "output_scale": Param((k, self.units), "constant", fill=1.0),
        }
        if self.scales_input:
            wishes["input_scale"] = Param((k, n_in), "constant", fill=1.0)
        return wishes

    def drawn(self, z: Array) -> Iterable[tuple[Array, Array, Array]]:
        return [(self.weight, self.bias, z)]  # what is drawn for the bias goes to all members

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        room, shape = (
            super().room(n_rows, dtype, training),
            (self.n_parallel, self.n_in, self.n_out),
        )
        room.factor, room.scaled = np.empty(shape, dtype), np.empty(shape, dtype)
        if training:
            room.dweights, room.product = np.empty(shape, dtype), np.empty(shape, dtype)
        return room

    def weights(self, room: Room) -> Array:
        room.factor[...] = self.values["output_scale"][:, np.newaxis]
        if self.scales_input:
            room.factor *= self.values["input_scale"][..., np.newaxis]
        scaled: Array = np.multiply(self.weight, room.factor, out=room.scaled)
        return scaled

    def prediction_weights(self) -> Array:
        weights: Array = self.weight * self.values["output_scale"][:, np.newaxis]
        if self.scales_input:
            weights *= self.values["input_scale"][..., np.newaxis]
        return weights

    def weight_gradient(self, room: Room, out: Array) -> Array:
        dweights = super().weight_gradient(room, out=room.dweights)
        product = np.multiply(dweights, room.factor, out=room.product)
        gradient: Array = np.sum(product, axis=0, out=out)
        return gradient

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        out = super().backward(grad, room, wanted)
        product = np.multiply(room.dweights, self.weight, out=room.product)
        of_output, of_input = self.grads["output_scale"], self.grads.get("input_scale")
        if of_input is None:
            np.sum(product, axis=1, out=of_output)
            return out
        scale = self.values["output_scale"]
        np.matmul(product, scale[..., np.newaxis], out=of_input[..., np.newaxis])
        scale = self.values["input_scale"]
        np.matmul(scale[:, np.newaxis], product, out=of_output[:, np.newaxis])
        return out
