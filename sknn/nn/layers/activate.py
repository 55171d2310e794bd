"""The layer that applies an activation function."""

import numpy as np
import numpy.typing as npt

from sknn.nn.activations import Activation
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.typing import Array

__all__ = ["Activate"]


class Activate(Layer):
    """Bend each value by an activation function: y = f(x).

    Works in place where the derivative can be had from y alone.
    """

    def __init__(self, activation: Activation) -> None:
        self.activation = activation

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        if training and self.activation.needs_input:
            return Room(y=np.empty((n_rows, self.n_out), dtype))
        return Room(y=None)

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        y = x if room.y is None else room.y
        self.activation.forward(x, out=y)
        room.x, room.output = x, y
        return y

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        self.activation.backward(room.x, room.output, grad)
        return grad
