"""Dropout: chance in training, so that no unit relies on another one."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sknn.config import Config, Range, param
from sknn.nn.activations.rectifiers import SELU_ALPHA, SELU_SCALE
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.typing import Array, is_sparse
from sknn.registry import Registry

__all__ = [
    "DROPOUTS",
    "AlphaDropout",
    "AlphaDropoutLayer",
    "Dropout",
    "DropoutKind",
    "DropoutLayer",
]


class DropoutKind(Config, ABC):
    """Settings of a dropout, from which each network gets layers of its own."""

    @abstractmethod
    def layer(self) -> Layer:
        """A new layer with these settings."""


class Dropout(DropoutKind):
    """Silence a random share of the units in each training step, so that none relies on another.

    Training: y = x m / (1 - rate) with m = 0 for a share ``rate`` of the values and 1 for the
    rest, drawn anew in each step. Prediction: y = x.

    Parameters
    ----------
    rate : float in [0, 1), default=0.5
        Share that is silenced.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), "Dropout: a simple way to
    prevent neural networks from overfitting"; scaled in training ("inverted").
    """

    rate: float = param(0.5, Range(0, 1, closed="left"))

    def layer(self) -> Layer:
        return DropoutLayer(self.rate)


class AlphaDropout(DropoutKind):
    """Dropout for SELU units: it keeps their mean 0 and variance 1.

    Training: y = a (x m + s (1 - m)) + b with m as in :class:`Dropout`, where the silenced units
    take SELU's lowest value s = -1.7581; with q = 1 - rate, a = (q + s^2 q (1 - q))^(-1/2) and
    b = -a (1 - q) s. Prediction: y = x.

    Parameters
    ----------
    rate : float in [0, 1), default=0.1
        Share that is silenced.

    References
    ----------
    Klambauer, Unterthiner, Mayr, Hochreiter (2017), "Self-normalizing neural networks",
    arXiv:1706.02515, section "New dropout technique".
    """

    rate: float = param(0.1, Range(0, 1, closed="left"))

    def layer(self) -> Layer:
        return AlphaDropoutLayer(self.rate)


class DropoutLayer(Layer):
    """The layer that :class:`Dropout` makes; it takes sparse input too, as the first layer."""

    uses_chance: ClassVar[bool] = True

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        if not training:
            return Room()
        shape = (n_rows, self.n_out)  # memory that is not touched, as for sparse input, is free
        return Room(
            chance=np.empty(shape, np.float32),
            factor=np.empty(shape, dtype),
            y=np.empty(shape, dtype),
        )

    def forward(self, x: Any, room: Room, step: Step | None) -> Any:
        if step is None:
            return x
        if is_sparse(x):
            # what is not stored is 0 and stays so
            kept = step.rng.random(x.nnz, dtype=np.float32) >= self.rate
            factor = kept.astype(x.dtype) * x.dtype.type(1.0 / (1.0 - self.rate))
            return type(x)((x.data * factor, x.indices, x.indptr), shape=x.shape)
        self._draw(room, step, 1.0 / (1.0 - self.rate))
        y: Array = np.multiply(x, room.factor, out=room.y)
        return y

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        grad *= room.factor
        return grad

    def _draw(self, room: Room, step: Step, kept: float) -> None:
        """Into ``room.factor``: 0 for what is silenced and ``kept`` for the rest."""
        step.rng.random(dtype=np.float32, out=room.chance)
        np.greater_equal(room.chance, self.rate, out=room.factor)
        room.factor *= kept


class AlphaDropoutLayer(DropoutLayer):
    """The layer that :class:`AlphaDropout` makes."""

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        if step is None:
            return x
        lowest, q = -SELU_SCALE * SELU_ALPHA, 1.0 - self.rate
        a = (q + lowest**2 * q * (1.0 - q)) ** -0.5
        b = -a * (1.0 - q) * lowest
        self._draw(room, step, a)
        # a (x m + s (1 - m)) + b = (x - s) (a m) + (a s + b)
        y: Array = np.subtract(x, lowest, out=room.y)
        y *= room.factor
        y += a * lowest + b
        return y


DROPOUTS: Registry[DropoutKind] = Registry(
    "dropout",
    DropoutKind,  # type: ignore[type-abstract]
    dropout=Dropout,
    alpha_dropout=AlphaDropout,
)
