"""Batch normalization: each unit over the rows of a batch."""

import numpy as np
import numpy.typing as npt

from sknn.config import Range, param
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.normalization.base import Normalization, NormalizationLayer
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["BatchNorm", "BatchNormLayer"]


class BatchNorm(Normalization):
    """Give each unit mean 0 and variance 1 over the batch, then a learned scale and shift.

    Training: y = gamma (x - mean) / sqrt(var + epsilon) + beta with the weighted mean and
    (population) variance of the batch. Prediction uses their running means. The first batches
    count alike in the running means, so that short fits are not biased towards the start; from
    batch 1 / ``momentum`` on, they are exponential. A batch of one row has no variance and is
    normalized by the running means.

    Parameters
    ----------
    epsilon : float > 0, default=1e-5
        Added to the variance.
    position : {"before", "after"}, default="before"
        Before or after the activation of the layer.
    momentum : float in (0, 1], default=0.1
        Weight of the latest batch in the running means.

    References
    ----------
    Ioffe, Szegedy (2015), "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", arXiv:1502.03167, algorithms 1 and 2.
    """

    momentum: float = param(0.1, Range(0, 1, closed="right"))

    def layer(self) -> Layer:
        return BatchNormLayer(self)


class BatchNormLayer(NormalizationLayer):
    """The layer that :class:`BatchNorm` makes."""

    def __init__(self, settings: BatchNorm) -> None:
        self.settings = settings

    def declare(self, n_in: int) -> dict[str, Param]:
        return super().declare(n_in) | {
            "mean": Param((n_in,), "statistic", fill=0.0),
            "variance": Param((n_in,), "statistic", fill=1.0),
            "n_batches": Param((1,), "statistic", fill=0.0),
        }

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        values, scaled = self.values, room.scaled
        share = None if step is None else self._shares(len(x), step.weight, x.dtype)
        if share is None:
            variance = values["variance"]
            np.subtract(x, values["mean"], out=scaled)
        else:
            mean = share @ x
            np.subtract(x, mean, out=scaled)
            np.multiply(scaled, scaled, out=room.product)
            variance = share @ room.product
            self._remember(mean, variance)
        room.share, room.inverse_std = share, 1.0 / np.sqrt(variance + self.settings.epsilon)
        scaled *= room.inverse_std
        return self._scale_and_shift(room)

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        self._learn(grad, room)
        if room.share is not None:
            # every row moves the batch's mean and variance, by its share of the weight
            scaled, pull = room.scaled, room.product
            np.multiply(grad, scaled, out=pull)
            along = room.ones @ pull
            np.multiply(scaled, along, out=pull)
            pull += room.ones @ grad
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
