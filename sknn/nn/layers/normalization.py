"""Normalization layers: keep the inputs of the next activation in one scale."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from sknn.config import Config, Range, param
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.params import Param
from sknn.nn.typing import Array
from sknn.registry import Registry

__all__ = ["NORMALIZATIONS", "BatchNorm", "BatchNormLayer", "Normalization"]


class Normalization(Config, ABC):
    """Settings of a normalization; each network gets layers of its own from them."""

    @abstractmethod
    def layer(self) -> Layer:
        """A new layer with these settings."""


class BatchNorm(Normalization):
    """Give each unit mean 0 and variance 1 over the batch, then a learned scale and shift.

    Training: y = gamma (x - mean) / sqrt(var + epsilon) + beta with the weighted mean and
    (population) variance of the batch. Prediction uses their running means. The first batches
    count alike in the running means, so that short fits are not biased towards the start; from
    batch 1 / ``momentum`` on, they are exponential. A batch of one row has no variance and is
    normalized by the running means.

    Parameters
    ----------
    momentum : float in (0, 1], default=0.1
        Weight of the latest batch in the running means.
    epsilon : float > 0, default=1e-5
        Added to the variance.

    References
    ----------
    Ioffe, Szegedy (2015), "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", arXiv:1502.03167, algorithms 1 and 2.
    """

    momentum: float = param(0.1, Range(0, 1, closed="right"))
    epsilon: float = param(1e-5, Range(0, None, closed="neither"))

    def layer(self) -> Layer:
        return BatchNormLayer(self)


class BatchNormLayer(Layer):
    """The layer that :class:`BatchNorm` makes."""

    def __init__(self, settings: BatchNorm) -> None:
        self.settings = settings

    def declare(self, n_in: int) -> dict[str, Param]:
        self.n_in = self.n_out = n_in
        return {
            "scale": Param((n_in,), "constant", fill=1.0),
            "shift": Param((n_in,), "constant", fill=0.0),
            "mean": Param((n_in,), "statistic", fill=0.0),
            "variance": Param((n_in,), "statistic", fill=1.0),
            "n_batches": Param((1,), "statistic", fill=0.0),
        }

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        shape = (n_rows, self.n_out)
        return Room(scaled=np.empty(shape, dtype), y=np.empty(shape, dtype))

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        values, scaled = self.values, room.scaled
        share = None if step is None else self._shares(len(x), step.weight, x.dtype)
        if share is None:
            mean, variance = values["mean"], values["variance"]
            np.subtract(x, mean, out=scaled)
        else:
            mean = share @ x
            np.subtract(x, mean, out=scaled)
            variance = np.einsum("i,ij,ij->j", share, scaled, scaled)
            self._remember(mean, variance)
        room.share, room.inverse_std = share, 1.0 / np.sqrt(variance + self.settings.epsilon)
        scaled *= room.inverse_std
        y: Array = np.multiply(scaled, values["scale"], out=room.y)
        y += values["shift"]
        return y

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        scaled = room.scaled
        np.einsum("ij,ij->j", grad, scaled, out=self.grads["scale"])
        np.sum(grad, axis=0, out=self.grads["shift"])
        grad *= self.values["scale"]
        if room.share is not None:
            # every row moves the batch's mean and variance, by its share of the weight
            pull = grad.sum(axis=0) + scaled * np.einsum("ij,ij->j", grad, scaled)
            pull *= room.share[:, np.newaxis]
            grad -= pull
        grad *= room.inverse_std
        return grad

    def _shares(self, n_rows: int, weight: Array | None, dtype: npt.DTypeLike) -> Array | None:
        """Share of each row in the batch's mean, or None where there is no variance to have."""
        if weight is None:
            return np.full(n_rows, 1.0 / n_rows, dtype) if n_rows > 1 else None
        return weight / weight.sum() if np.count_nonzero(weight) > 1 else None

    def _remember(self, mean: Array, variance: Array) -> None:
        statistics = self.values
        statistics["n_batches"] += 1
        latest = max(self.settings.momentum, 1.0 / float(statistics["n_batches"][0]))
        statistics["mean"] += latest * (mean - statistics["mean"])
        statistics["variance"] += latest * (variance - statistics["variance"])


NORMALIZATIONS: Registry[Normalization] = Registry(
    "normalization",
    Normalization,  # type: ignore[type-abstract]
    batch=BatchNorm,
)
