"""What a normalization is: settings from which each network gets layers of its own."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from sknn.config import Choice, Config, Range, param
from sknn.nn.layers.base import Layer, Room
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["Normalization", "NormalizationLayer"]


class Normalization(Config, ABC):
    """Settings of a normalization, shared by all kinds.

    Parameters
    ----------
    epsilon : float > 0, default=1e-5
        Added to the variance, so that constant values do no harm.
    position : {"before", "after"}, default="before"
        Before or after the activation of the layer.
    """

    epsilon: float = param(1e-5, Range(0, None, closed="neither"), kw_only=True)
    position: str = param("before", Choice(("before", "after")), kw_only=True)

    @abstractmethod
    def layer(self) -> Layer:
        """A new layer with these settings."""

    def misfit(self, units: int) -> str | None:
        """Why a layer of so many units cannot be normalized so, as the end of a sentence."""
        return None


class NormalizationLayer(Layer, ABC):
    """Base of the layers: y = scale * scaled + shift, with ``scaled`` from :meth:`_normalize`."""

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in = self.n_out = n_in
        return {
            "scale": Param((n_in,), "constant", fill=1.0),
            "shift": Param((n_in,), "constant", fill=0.0),
        }

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        shape = (n_rows, self.n_out)
        room = Room(scaled=np.empty(shape, dtype), y=np.empty(shape, dtype))
        if training:
            room.product, room.ones = np.empty(shape, dtype), np.ones(n_rows, dtype)
        return room

    def _scale_and_shift(self, room: Room) -> Array:
        """From the normalized values in the room to the output."""
        y: Array = np.multiply(room.scaled, self.values["scale"], out=room.y)
        y += self.values["shift"]
        return y

    def _learn(self, grad: Array, room: Room) -> None:
        """The gradients of scale and shift; then ``grad`` becomes that of the normalized values."""
        assert self.grads is not None
        np.multiply(grad, room.scaled, out=room.product)
        np.dot(room.ones, room.product, out=self.grads["scale"])
        np.dot(room.ones, grad, out=self.grads["shift"])
        grad *= self.values["scale"]
