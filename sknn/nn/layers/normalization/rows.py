"""Normalizations of each row by itself: its units together, or in groups.

They know nothing of the batch, so training and prediction are alike, and sample weights and the
size of the batch do not matter.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import Range, param
from sknn.exceptions import InvalidParameterError
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.normalization.base import Normalization, are_sound, careful_moments
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["GroupNorm", "LayerNorm", "RMSNorm", "RowNormLayer"]

#: What a layer of one unit may do instead.
REMEDY = "; two units or more, or BatchNorm(), would do"


class LayerNorm(Normalization):
    """Give the units of each row mean 0 and variance 1, then each unit a learned scale and shift.

    y_j = gamma_j (x_j - mean) / sqrt(var + epsilon) + beta_j with the mean and (population)
    variance of the row's units. A row whose units are all alike becomes beta.

    Parameters
    ----------
    epsilon : float > 0, default=1e-5
        Added to the variance.
    position : {"before", "after"}, default="before"
        Whether values are normalized before or after the activation function.

    Examples
    --------
    >>> from sknn.nn.network import Network
    >>> network = Network([LayerNorm().layer()], n_features=3, dtype="float64")
    >>> network.raw_output(np.array([[1.0, 2.0, 3.0], [7.0, 7.0, 7.0]])).round(3)
    array([[-1.225,  0.   ,  1.225],
           [ 0.   ,  0.   ,  0.   ]])

    References
    ----------
    Ba, Kiros, Hinton (2016), "Layer normalization", arXiv:1607.06450, section 3, eq. 3.
    """

    epsilon: float = param(1e-5, Range(0, None, closed="neither"))

    def layer(self) -> Layer:
        return RowNormLayer(self, 1, self.epsilon)

    def objection(self, width: int) -> str:
        return "" if width > 1 else f"a single unit less its mean is 0, whatever it was{REMEDY}"


class GroupNorm(Normalization):
    """Give each group of units in a row mean 0 and variance 1, then a learned scale and shift.

    The units of a layer are cut into ``n_groups`` groups of neighbours, each of which is
    normalized as :class:`LayerNorm` normalizes the whole row. Scale and shift belong to a unit.

    Parameters
    ----------
    n_groups : int >= 1, default=2
        Must divide the units of every hidden layer, with at least two in a group. (The paper's 32
        is for hundreds of channels.)
    epsilon : float > 0, default=1e-5
        Added to the variance.
    position : {"before", "after"}, default="before"
        Whether values are normalized before or after the activation function.

    Examples
    --------
    >>> from sknn.nn.network import Network
    >>> network = Network([GroupNorm(n_groups=2).layer()], n_features=4, dtype="float64")
    >>> network.raw_output(np.array([[1.0, 3.0, 10.0, 50.0]])).round(3)
    array([[-1.,  1., -1.,  1.]])

    References
    ----------
    Wu, He (2018), "Group normalization", arXiv:1803.08494, eq. 1, 2, 6 and 7.
    """

    n_groups: int = param(2, Range(1, None, integer=True))
    epsilon: float = param(1e-5, Range(0, None, closed="neither"))

    def layer(self) -> Layer:
        return RowNormLayer(self, self.n_groups, self.epsilon)

    def objection(self, width: int) -> str:
        if width % self.n_groups == 0 and self.n_groups < width:
            return ""
        possible = [n for n in range(1, width) if width % n == 0]
        below = [n for n in possible if n < self.n_groups][-1:]
        above = [n for n in possible if n > self.n_groups][:1]
        nearest = " or ".join(f"n_groups={n}" for n in below + above)
        return f"{width} units cannot be cut into {self.n_groups} equal groups of two or more" + (
            f"; {nearest} would do" if nearest else ""
        )


class RMSNorm(Normalization):
    """Divide each row by its root mean square, then give each unit a learned scale and shift.

    y_j = gamma_j x_j / sqrt(mean(x^2) + epsilon) + beta_j: layer normalization without the
    mean. Before the activation, beta is the bias of the paper's neuron.

    Parameters
    ----------
    epsilon : float > 0, default=1e-5
        Added to the mean square.
    position : {"before", "after"}, default="before"
        Whether values are normalized before or after the activation function.

    Examples
    --------
    >>> from sknn.nn.network import Network
    >>> network = Network([RMSNorm().layer()], n_features=2, dtype="float64")
    >>> network.raw_output(np.array([[1.0, 7.0]])).round(3)
    array([[0.2, 1.4]])

    References
    ----------
    Zhang, Sennrich (2019), "Root mean square layer normalization", arXiv:1910.07467, eq. 4.
    """

    epsilon: float = param(1e-5, Range(0, None, closed="neither"))

    def layer(self) -> Layer:
        return RowNormLayer(self, 1, self.epsilon, centers=False)

    def objection(self, width: int) -> str:
        return "" if width > 1 else f"a single unit divided by its size is a bare sign{REMEDY}"


class RowNormLayer(Layer):
    """The layer that the normalizations of this file make.

    Works on x as a table of shape (n_rows * n_groups, n_units / n_groups), a group a row.

    Parameters
    ----------
    settings : Normalization
        Tells what it does not fit.
    n_groups : int
        Groups of a row.
    epsilon : float
        Added to the variance.
    centers : bool, default=True
        Subtract the mean.
    """

    def __init__(
        self, settings: Normalization, n_groups: int, epsilon: float, centers: bool = True
    ) -> None:
        self.settings = settings
        self.n_groups = n_groups
        self.epsilon = epsilon
        self.centers = centers

    def declare(self, n_in: int) -> dict[str, Param]:
        if objection := self.settings.objection(n_in):
            raise InvalidParameterError(f"{self.settings} does not fit: {objection}.")
        self.n_in = self.n_out = n_in
        self.size = n_in // self.n_groups
        return {
            "scale": Param((n_in,), "constant", fill=1.0),
            "shift": Param((n_in,), "constant", fill=0.0),
        }

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        n_groups = n_rows * self.n_groups
        y = np.empty((n_rows, self.n_out), dtype)
        normed = np.empty_like(y) if training else y
        room = Room(
            y=y,
            normed=normed,
            groups=normed.reshape(n_groups, self.size),
            even=np.full(self.size, 1.0 / self.size, dtype),
            mean=np.zeros(n_groups, dtype),
            inverse_std=np.empty(n_groups, dtype),
        )
        if training:
            room.ones = np.ones(n_rows, dtype)
            room.work = np.empty_like(y)
            room.pull = np.empty(n_groups, dtype)
        return room

    def forward(self, x: Array, room: Room, step: Step | None) -> Array:
        groups = x.reshape(room.groups.shape)
        centered = groups
        if self.centers:
            np.dot(groups, room.even, out=room.mean)
            centered = np.subtract(groups, room.mean[:, np.newaxis], out=room.groups)
        inverse_std = np.einsum("ij,ij->i", centered, centered, out=room.inverse_std)
        inverse_std *= 1.0 / self.size
        if are_sound(room.mean, inverse_std, self.epsilon):
            inverse_std += self.epsilon
            np.sqrt(inverse_std, out=inverse_std)
        else:
            _, deviation = careful_moments(groups, centered, room.even, 1, self.centers)
            np.hypot(deviation, self.epsilon**0.5, out=inverse_std)
        np.divide(1.0, inverse_std, out=inverse_std)
        np.multiply(centered, inverse_std[:, np.newaxis], out=room.groups)
        y: Array = np.multiply(room.normed, self.values["scale"], out=room.y)
        y += self.values["shift"]
        return y

    def express(self, ops: Ops, x: Any) -> Any:
        centered = x - self._group_mean(ops, x) if self.centers else x
        variance = self._group_mean(ops, centered * centered)
        normed = centered / ops.sqrt(variance + self.epsilon)
        scale, shift = (ops.constant(self.values[name], name) for name in ("scale", "shift"))
        return normed * scale + shift

    def _group_mean(self, ops: Ops, x: Any) -> Any:
        """For each unit the mean of its group."""
        if self.n_groups == 1:
            return ops.mean(x, -1)
        group = np.repeat(np.arange(self.n_groups), self.size)
        shares = (group[:, np.newaxis] == group) / self.size
        return ops.matmul(x, ops.constant(shares))

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        assert self.grads is not None
        np.multiply(grad, room.normed, out=room.work)
        np.dot(room.ones, room.work, out=self.grads["scale"])
        np.dot(room.ones, grad, out=self.grads["shift"])
        return self.pull_back(grad, room)

    def pull_back(self, grad: Array, room: Room) -> Array:
        work, normed = room.work.reshape(room.groups.shape), room.groups
        grad *= self.values["scale"]
        # each unit moves the mean and the variance of its group
        groups = grad.reshape(normed.shape)
        variance_pull = np.einsum("ij,ij->i", groups, normed, out=room.pull)
        variance_pull *= 1.0 / self.size
        np.multiply(normed, variance_pull[:, np.newaxis], out=work)
        if self.centers:
            groups -= np.dot(groups, room.even, out=room.pull)[:, np.newaxis]
        groups -= work
        groups *= room.inverse_std[:, np.newaxis]
        return grad
