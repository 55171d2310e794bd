"""Normalizations of each row by itself: the same in training and prediction, in any batch."""

import numpy as np

from sknn.config import Range, param
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.normalization.base import Normalization, NormalizationLayer
from sknn.nn.typing import Array

__all__ = ["GroupNorm", "LayerNorm", "RMSNorm", "RowNormLayer"]


class GroupNorm(Normalization):
    """Give groups of neighbouring units mean 0 and variance 1 in each row, then scale and shift.

    y = gamma (x - mean) / sqrt(var + epsilon) + beta, with mean and (population) variance over
    the units of a group, and gamma, beta learned for each unit. It does not depend on the other
    rows of a batch, so single rows and small batches are no trouble.

    Parameters
    ----------
    epsilon : float > 0, default=1e-5
        Added to the variance.
    position : {"before", "after"}, default="before"
        Before or after the activation of the layer.
    n_groups : int >= 1, default=2
        Groups of equal size. It must divide the width of each hidden layer, with at least two
        units in a group.

    References
    ----------
    Wu, He (2018), "Group normalization", arXiv:1803.08494, eq. 1 and 7.
    """

    n_groups: int = param(2, Range(1, None, integer=True))

    def layer(self) -> Layer:
        return RowNormLayer(self.n_groups, self.epsilon)

    def misfit(self, units: int) -> str | None:
        if units % self.n_groups == 0 and units > self.n_groups:
            return None
        fitting = [n for n in range(1, units // 2 + 1) if units % n == 0]
        nearest = sorted(sorted(fitting, key=lambda n: abs(n - self.n_groups))[:4])
        return (
            f"{self.n_groups} groups do not divide it into groups of two or more units; "
            f"n_groups may be {', '.join(map(str, nearest)) or 'nothing at all'}"
        )


class LayerNorm(Normalization):
    """Give the units of a layer mean 0 and variance 1 in each row, then scale and shift.

    y = gamma (x - mean) / sqrt(var + epsilon) + beta, with mean and (population) variance over
    all units of the row, and gamma, beta learned for each unit.

    Parameters
    ----------
    epsilon : float > 0, default=1e-5
        Added to the variance.
    position : {"before", "after"}, default="before"
        Before or after the activation of the layer.

    References
    ----------
    Ba, Kiros, Hinton (2016), "Layer normalization", arXiv:1607.06450, eq. 3 and 4.
    """

    def layer(self) -> Layer:
        return RowNormLayer(1, self.epsilon)

    def misfit(self, units: int) -> str | None:
        return None if units > 1 else "the only unit would always be 0"


class RMSNorm(Normalization):
    """Divide the units of a layer by their root mean square in each row, then scale and shift.

    y = gamma x / sqrt(mean(x^2) + epsilon) + beta. Layer normalization without the subtraction
    of the mean, at less cost.

    Parameters
    ----------
    epsilon : float > 0, default=1e-5
        Added to the mean square.
    position : {"before", "after"}, default="before"
        Before or after the activation of the layer.

    References
    ----------
    Zhang, Sennrich (2019), "Root mean square layer normalization", arXiv:1910.07467, eq. 4; the
    shift is its bias b, which is added after normalizing.
    """

    def layer(self) -> Layer:
        return RowNormLayer(1, self.epsilon, centred=False)


class RowNormLayer(NormalizationLayer):
    """The layer that the normalizations of this file make.

    Parameters
    ----------
    n_groups : int
        Groups of neighbouring units.
    epsilon : float
        Added to the mean square.
    centred : bool, default=True
        Subtract the mean.
    """

    def __init__(self, n_groups: int, epsilon: float, centred: bool = True) -> None:
        self.n_groups = n_groups
        self.epsilon = epsilon
        self.centred = centred

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        scaled = self._grouped(room.scaled)
        if self.centred:
            groups = self._grouped(x)
            np.subtract(groups, groups.mean(axis=2, keepdims=True), out=scaled)
        else:
            np.copyto(room.scaled, x)
        mean_square = np.einsum("igk,igk->ig", scaled, scaled)[:, :, np.newaxis]
        mean_square /= scaled.shape[2]
        room.inverse_std = 1.0 / np.sqrt(mean_square + self.epsilon)
        scaled *= room.inverse_std
        return self._scale_and_shift(room)

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        self._learn(grad, room)
        groups, scaled, pull = map(self._grouped, (grad, room.scaled, room.product))
        along = np.einsum("igk,igk->ig", groups, scaled)[:, :, np.newaxis]
        along /= scaled.shape[2]
        if self.centred:
            groups -= groups.mean(axis=2, keepdims=True)
        np.multiply(scaled, along, out=pull)
        groups -= pull
        groups *= room.inverse_std
        return grad

    def _grouped(self, x: Array) -> Array:
        """A view of shape (n_rows, n_groups, units of a group)."""
        view: Array = x.reshape(len(x), self.n_groups, -1)
        return view
