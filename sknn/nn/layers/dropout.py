"""Dropout."""

import numpy as np
import numpy.typing as npt

from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.typing import Array

__all__ = ["Dropout"]


class Dropout(Layer):
    """Silence a random share of the units in each training step, so that none relies on another.

    Training: y = x m / (1 - rate) with m = 0 for a share ``rate`` of the values and 1 for the
    rest, drawn anew in each step. Prediction: y = x.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), "Dropout: a simple way to
    prevent neural networks from overfitting"; scaled in training ("inverted").
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        if not training:
            return Room()
        shape = (n_rows, self.n_out)
        return Room(
            chance=np.empty(shape, np.float32),
            factor=np.empty(shape, dtype),
            y=np.empty(shape, dtype),
        )

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        if step is None:
            return x
        step.rng.random(dtype=np.float32, out=room.chance)
        np.greater_equal(room.chance, self.rate, out=room.factor)
        room.factor *= 1.0 / (1.0 - self.rate)
        y: Array = np.multiply(x, room.factor, out=room.y)
        return y

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        grad *= room.factor
        return grad
