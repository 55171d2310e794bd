"""The layer that applies an activation function."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.nn.activations import Activation, Identity, LearnedActivation
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Rows, Step, shape_of
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["Activate"]


class Activate(Layer):
    """Bend each value by an activation function: y = f(x).

    Works in place where the derivative can be had from y alone. The numbers of a
    :class:`~sknn.nn.activations.LearnedActivation` are parameters of this layer.
    """

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self._exact = activation.without_surrogate()
        # asked once: isinstance takes 0.4 us with an abstract class
        self._learned, self._exact_learned = _if_learned(activation), _if_learned(self._exact)

    @property
    def stacks(self) -> bool:  # type: ignore[override]
        """Whether the activation, if it learns, can do so for several networks at once."""
        return self._learned is None or self._learned.stacks

    @property
    def is_affine(self) -> bool:  # type: ignore[override]
        """Whether the activation is a straight line that is the same for all units."""
        return type(self.activation) is Identity

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in = self.n_out = n_in
        return {} if self._learned is None else self._learned.declare(n_in)

    def room(self, n_rows: Rows, dtype: npt.DTypeLike, training: bool) -> Room:
        if training and self.activation.needs_input:
            return Room(y=np.empty(shape_of(n_rows, self.n_out), dtype))
        return Room(y=None)

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        y = x if room.y is None else room.y
        if self._learned is not None:
            self._learned.forward_with(self.values, x, out=y)
        else:
            self.activation.forward(x, out=y)
        room.x, room.output = x, y
        return y

    def slopes(self, room: Room) -> Array:
        """The derivative at each value of the latest batch, in a new array."""
        slope: Array = np.ones_like(room.output)
        if self._learned is not None:
            self._learned.backward_with(self.values, None, room.x, room.output, slope)
        else:
            self.activation.backward(room.x, room.output, slope)
        return slope

    def express(self, ops: Ops, x: Any) -> Any:
        if self._learned is None:
            return self.activation.express(ops, x)
        learned = {name: ops.constant(value, name) for name, value in self.values.items()}
        return self._learned.express_with(ops, learned, x)

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        if self._learned is not None:
            self._learned.backward_with(self.values, self.grads, room.x, room.output, grad)
        else:
            self.activation.backward(room.x, room.output, grad)
        return grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        if self.is_affine:
            return grad
        if self._exact_learned is not None:
            self._exact_learned.backward_with(self.values, None, room.x, room.output, grad)
        else:
            self._exact.backward(room.x, room.output, grad)
        return grad


def _if_learned(activation: Activation) -> LearnedActivation | None:
    return activation if isinstance(activation, LearnedActivation) else None
