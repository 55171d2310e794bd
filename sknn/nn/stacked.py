"""Networks of one architecture side by side: one batched product per layer for all of them.

A small network spends its time in Python, not in arithmetic: a step of 32 rows through 16 units
is 20 calls of NumPy of a microsecond each. A stack makes the same calls once for all members.
Each member keeps its own parameters, rows, dropout and penalties, and computes what it would
compute alone, up to the order of summation.
"""

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from sknn.nn.layers import Dense, Layer, Step
from sknn.nn.layers.dropout import DropoutLayer, InputDropoutLayer
from sknn.nn.losses.base import Loss, Target
from sknn.nn.network import Network
from sknn.nn.typing import Array

__all__ = ["StackedNetwork", "can_stack", "layers_of"]

Room = SimpleNamespace


class StackedLayer(ABC):
    """One layer of all members.

    Parameters
    ----------
    layers : sequence of Layer
        The layer of each member.
    values, grads : dict of array
        Their parameters and gradients, stacked.
    """

    def __init__(
        self, layers: Sequence[Any], values: dict[str, Array], grads: dict[str, Array]
    ) -> None:
        self.layers = layers
        self.n_in, self.n_out = layers[0].n_in, layers[0].n_out
        self.values, self.grads = values, grads

    @abstractmethod
    def room(self, n_rows: int, dtype: Any, training: bool) -> Room:
        """Working memory for batches of ``n_rows``."""

    @abstractmethod
    def forward(self, x: Array, room: Room, steps: Sequence[Step] | None) -> Array:
        """From the input of shape (members, rows, n_in) to the output; no steps to predict."""

    @abstractmethod
    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        """Write the gradients of the parameters, and return that of the input where wanted."""


class StackedDense(StackedLayer):
    """z = x W + b for each member."""

    def room(self, n_rows: int, dtype: Any, training: bool) -> Room:
        shape = (len(self.layers), n_rows)
        room = Room(z=np.empty((*shape, self.n_out), dtype))
        if training:
            room.dx, room.ones = np.empty((*shape, self.n_in), dtype), np.ones(n_rows, dtype)
        return room

    def forward(self, x: Array, room: Room, steps: Sequence[Step] | None) -> Array:
        room.x = x
        z: Array = np.matmul(x, self.values["weight"], out=room.z)
        z += self.values["bias"][:, np.newaxis]
        return z

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        np.matmul(room.x.transpose(0, 2, 1), grad, out=self.grads["weight"])
        # a product with ones, since a sum over the middle axis takes several times as long
        np.matmul(room.ones, grad, out=self.grads["bias"])
        if not wanted:
            return grad
        dx: Array = np.matmul(grad, self.values["weight"].transpose(0, 2, 1), out=room.dx)
        return dx


class StackedAlike(StackedLayer):
    """A layer that works for a stack as it does for a single network."""

    def __init__(
        self, layers: Sequence[Any], values: dict[str, Array], grads: dict[str, Array]
    ) -> None:
        super().__init__(layers, values, grads)
        gathered = {
            name: np.stack([layer.values[name] for layer in layers])
            for name in layers[0].values
            if name not in values
        }
        self.layer: Layer = copy.deepcopy(layers[0])  # whose parts stay with the member
        self.layer.bind(values | gathered, grads)

    def room(self, n_rows: int, dtype: Any, training: bool) -> Room:
        return self.layer.room((len(self.layers), n_rows), dtype, training)

    def forward(self, x: Array, room: Room, steps: Sequence[Step] | None) -> Array:
        return self.layer.forward(x, room, None if steps is None else steps[0])

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        return self.layer.backward(grad, room, wanted)


class StackedDropout(StackedLayer):
    """Dropout with a rate and random numbers of each member's own."""

    def room(self, n_rows: int, dtype: Any, training: bool) -> Room:
        if not training:
            return Room()
        shape = (len(self.layers), n_rows, self.n_out)
        return Room(factor=np.empty(shape, dtype), y=np.empty(shape, dtype))

    def forward(self, x: Array, room: Room, steps: Sequence[Step] | None) -> Array:
        if steps is None:
            return x
        for layer, factor, step in zip(self.layers, room.factor, steps, strict=True):
            layer.draw(factor, step)
        y: Array = np.multiply(x, room.factor, out=room.y)
        return y

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        grad *= room.factor
        return grad


#: The stack of the layers that do not stack as they are; exactly of this kind, since a subclass
#: does something else.
STACKED: dict[type[Layer], type[StackedLayer]] = {
    Dense: StackedDense,
    DropoutLayer: StackedDropout,
    InputDropoutLayer: StackedDropout,
}


def can_stack(network: Network) -> bool:
    """Whether all layers of a network can be stacked."""
    return all(layer.stacks or type(layer) in STACKED for layer in network.layers)


def layers_of(network: Network) -> tuple[Any, ...]:
    """What networks have to share to be stacked."""
    return tuple(
        (
            type(layer).__name__,
            layer.n_in,
            layer.n_out,
            repr(getattr(layer, "activation", None)),
            repr(getattr(layer, "embeddings", None)),
        )
        for layer in network.layers
    )


class StackedNetwork:
    """Networks of one architecture, trained and asked by the same calls.

    The members live in the rows of the stack while it is there, so that each of them can still
    be asked, copied and restored by itself.

    Parameters
    ----------
    networks : sequence of Network
        The members, with layers of the same kinds and sizes.
    training : bool, default=True
        Whether they are trained, and not only asked.

    Attributes
    ----------
    values, grads : array of shape (members, n_parameters)
        The members' flat vectors; there are no ``grads`` without training.
    """

    #: Most batch sizes that room is kept for: all whole batches, and the last one.
    n_rooms: ClassVar[int] = 4

    def __init__(self, networks: Sequence[Network], training: bool = True) -> None:
        first = networks[0]
        self.networks, self.n_outputs, self.dtype = networks, first.n_outputs, first.dtype
        self.values: Array = np.stack([network.values for network in networks])
        self.grads: Array = np.zeros_like(self.values) if training else self.values[:, :0]
        for place, network in enumerate(networks):
            network.move(self.values[place], self.grads[place] if training else None)
        values = first.by_layer(self.values)
        grads = first.by_layer(self.grads) if training else [{}] * len(values)
        self.layers = [
            STACKED.get(type(layers[0]), StackedAlike)(layers, values[place], grads[place])
            for place, layers in enumerate(zip(*(n.layers for n in networks), strict=True))
        ]
        self.first_that_learns = next(i for i, lent in enumerate(values) if lent)
        self._rooms: dict[int, tuple[list[Room], Array]] = {}

    def loss_and_grad(
        self, X: Array, y: Target, weight: Array | None, loss: Loss, steps: Sequence[Step]
    ) -> Array:
        """The mean loss of each member on its batch; the gradients are left in ``grads``.

        Parameters
        ----------
        X : array of shape (members, n_rows, n_features)
        y : array of shape (members, n_rows) or (members, n_rows, n_targets)
        weight : array of shape (members, n_rows), or None
        loss : Loss
        steps : sequence of Step
            One for each member.
        """
        members, n_rows = X.shape[:2]
        rooms, grad = self._room(n_rows)
        raw = self.forward(X, rooms, steps)
        flat = (members * n_rows, self.n_outputs)
        each = loss.pointwise(raw.reshape(flat), y.reshape(-1, *y.shape[2:]), grad.reshape(flat))
        each = each.reshape(members, n_rows)
        if weight is None:
            grad /= n_rows
            means: Array = each.sum(axis=1) / n_rows
        else:
            total = weight.sum(axis=1)
            grad *= (weight / total[:, np.newaxis])[:, :, np.newaxis]
            means = (each * weight).sum(axis=1) / total
        for place in range(len(self.layers) - 1, self.first_that_learns - 1, -1):
            wanted = place > self.first_that_learns
            grad = self.layers[place].backward(grad, rooms[place], wanted)
        return means

    def forward(self, X: Array, rooms: list[Room], steps: Sequence[Step] | None = None) -> Array:
        """The raw output of each member; it lies in ``rooms``, and the next one overwrites it."""
        raw = X
        for layer, room in zip(self.layers, rooms, strict=True):
            raw = layer.forward(raw, room, steps)
        return raw

    def room(self, n_rows: int, training: bool) -> list[Room]:
        """Working memory of all layers for batches of ``n_rows``."""
        return [layer.room(n_rows, self.dtype, training) for layer in self.layers]

    def raw_output(self, X: Array) -> Array:
        """The raw output of each member for any number of rows, shape (members, n_rows, n_outputs).

        As that of :class:`Network`, in blocks of rows, and safe to call from several threads.
        """
        members, n_rows = len(self.networks), len(X)
        size = max(self.networks[0].block_rows // members, 1)
        out = np.empty((members, n_rows, self.n_outputs), self.dtype)
        for start in range(0, n_rows, size):
            block = X[start : start + size].astype(self.dtype, copy=False)
            if start == 0 or len(block) != size:
                rooms = self.room(len(block), training=False)
            of_all = np.broadcast_to(block, (members, *block.shape))
            out[:, start : start + size] = self.forward(of_all, rooms)
        return out

    def release(self) -> None:
        """Give the members flat vectors of their own again."""
        for network in self.networks:
            network.move(network.values.copy(), np.zeros_like(network.values))

    def _room(self, n_rows: int) -> tuple[list[Room], Array]:
        if n_rows not in self._rooms:
            if len(self._rooms) >= self.n_rooms:
                self._rooms.clear()
            grad = np.empty((len(self.networks), n_rows, self.n_outputs), self.dtype)
            self._rooms[n_rows] = self.room(n_rows, training=True), grad
        return self._rooms[n_rows]
