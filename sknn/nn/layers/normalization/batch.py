"""Batch normalization: each unit over the rows of a batch."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import Range, param
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.normalization.base import Normalization, are_sound, careful_moments
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["BatchNorm", "BatchNormLayer"]


class BatchNorm(Normalization):
    """Give each unit mean 0 and variance 1 over the batch, then a learned scale and shift.

    Training: y = gamma (x - mean) / sqrt(var + epsilon) + beta with the weighted mean and
    variance of the batch. Prediction uses their running means. The first batches count alike in
    the running means, so that short fits are not biased towards the start; from batch
    1 / ``momentum`` on, they are exponential. A batch of one row has no variance and is
    normalized by the running means.

    The variance is the population's (divided by n, where algorithm 2 of the paper divides by
    n - 1), since only so is a row of weight 2 two rows, and weights all doubled change nothing.

    Parameters
    ----------
    momentum : float in (0, 1], default=0.1
        Weight of the latest batch in the running means.
    epsilon : float > 0, default=1e-5
        Added to the variance.
    position : {"before", "after"}, default="before"
        Whether values are normalized before or after the activation function.

    Examples
    --------
    >>> from sknn.nn.layers import Step
    >>> from sknn.nn.network import Network
    >>> network = Network([BatchNorm().layer()], n_features=1, dtype="float64")
    >>> x = np.array([[1.0], [2.0], [3.0]])
    >>> room = network.room(n_rows=3, training=True)
    >>> network.forward(x, room, Step(None, np.random.default_rng(0))).ravel().round(3)
    array([-1.225,  0.   ,  1.225])

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

    mixes_rows = True
    is_affine = True  # with the running means of prediction

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
        y = np.empty(shape, dtype)
        if not training:
            return Room(centered=y, y=y)
        return Room(
            centered=np.empty(shape, dtype),
            y=y,
            work=np.empty(shape, dtype),
            ones=np.ones(n_rows, dtype),
            even=np.full(n_rows, 1.0 / n_rows, dtype),
            weighted=np.empty(n_rows, dtype),
        )

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        values = self.values
        room.share = None if step is None else self._shares(room, step.weight)
        if room.share is None:
            variance = values["variance"]
            np.subtract(x, values["mean"].astype(x.dtype, copy=False), out=room.centered)
        else:
            mean, variance = self._moments(x, room)
            self._remember(mean, variance)
        inverse_std = 1.0 / np.sqrt(variance + self.settings.epsilon)
        room.inverse_std = inverse_std.astype(x.dtype, copy=False)
        y: Array = np.multiply(room.centered, room.inverse_std * values["scale"], out=room.y)
        y += values["shift"]
        return y

    def express(self, ops: Ops, x: Any) -> Any:
        values = self.values
        inverse_std = 1.0 / np.sqrt(values["variance"] + self.settings.epsilon)
        factor = ops.constant(inverse_std * values["scale"], "scale")
        return (x - ops.constant(values["mean"])) * factor + ops.constant(values["shift"], "shift")

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        dscale, dshift, work = self.grads["scale"], self.grads["shift"], room.work
        np.multiply(grad, room.centered, out=work)
        np.dot(room.ones, work, out=dscale)
        dscale *= room.inverse_std
        np.dot(room.ones, grad, out=dshift)
        if room.share is not None:
            # every row moves the batch's mean and variance, by its share of the weight
            even = room.share is room.even
            share = 1.0 / len(grad) if even else 1.0
            np.multiply(room.centered, share * room.inverse_std * dscale, out=work)
            work += share * dshift
            if not even:
                work *= room.share[:, np.newaxis]
            grad -= work
        grad *= self.values["scale"] * room.inverse_std
        return grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        inverse_std = 1.0 / np.sqrt(self.values["variance"] + self.settings.epsilon)
        grad *= inverse_std.astype(grad.dtype, copy=False) * self.values["scale"]
        return grad

    def _shares(self, room: Room, weight: Array | None) -> Array | None:
        """Share of each row in the batch's mean, or None where there is no variance to have."""
        share: Array = room.even if weight is None else room.weighted
        if weight is not None:
            np.divide(weight, weight.sum(), out=share)
        several = len(share) > 1 and (weight is None or np.count_nonzero(weight) > 1)
        return share if several else None

    def _moments(self, x: Array, room: Room) -> tuple[Array, Array]:
        """Mean and variance of the batch; leaves x less its mean in ``room.centered``."""
        mean = np.dot(room.share, x)
        np.subtract(x, mean, out=room.centered)
        np.multiply(room.centered, room.centered, out=room.work)
        variance = np.dot(room.share, room.work)  # half the time of one einsum over both
        if are_sound(mean, variance, self.settings.epsilon):
            return mean, variance
        mean, deviation = careful_moments(x, room.centered, room.share, axis=0)
        return mean, np.square(deviation, dtype=np.float64)  # may be too large for float32

    def _remember(self, mean: Array, variance: Array) -> None:
        statistics = self.values
        statistics["n_batches"] += 1
        latest = max(self.settings.momentum, 1.0 / float(statistics["n_batches"][0]))
        statistics["mean"] += latest * (mean - statistics["mean"])
        statistics["variance"] += latest * (variance - statistics["variance"])
