"""Waves of a column: embeddings by cosines and sines of learned frequencies."""

import math
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from sknn.config import Range, param
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.embeddings.base import BasisLayer, Embedding
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["PBLD", "PBLDLayer", "Periodic", "PeriodicLayer"]

_COUNT = Range(1, None, integer=True)
#: Where the frequencies of Periodic are cut, in units of their scale.
CUT = 3.0


class PBLD(Embedding):
    """Waves of each column with learned frequency and phase, mixed linearly, beside the column.

    e(x) = [W2 cos(2 pi w1 x + b1) + b2, x], with parameters for each column by itself. They start
    at w1 from N(0, ``scale``^2), b1 uniform in [-pi, pi], and W2 and b2 uniform in
    +-1 / sqrt(``n_frequencies``).

    Parameters
    ----------
    columns : int, tuple of int, range or None, default=None
        Numbers of the columns; None for all that no other embedding takes.
    n_frequencies : int >= 1, default=16
        Waves of each column.
    n_outputs : int >= 2, default=4
        Numbers that a column becomes, itself included.
    scale : float > 0, default=0.1
        Standard deviation of the frequencies at the start. Made for columns of a scale of about
        1; larger ones bend more within it.

    Examples
    --------
    >>> from sknn.nn.layers.embeddings import Embed
    >>> from sknn.nn.network import Network
    >>> network = Network([Embed([PBLD(columns=(0,), n_frequencies=1, n_outputs=2)])], 1, "float64")
    >>> network.values[:] = [0.25, 0.0, 3.0, 1.0]  # w1, b1, W2, b2
    >>> network.raw_output(np.array([[0.0], [2.0]])).round(2)
    array([[ 4.,  0.],
           [-2.,  2.]])

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", arXiv:2407.04491, section 3 and appendix A.
    """

    n_frequencies: int = param(16, _COUNT)
    n_outputs: int = param(4, Range(2, None, integer=True))
    scale: float = param(0.1, Range(0, None, closed="neither"))

    def layer(self) -> Layer:
        return PBLDLayer(self)


class PBLDLayer(BasisLayer):
    """The layer that :class:`PBLD` makes: waves, a constant, and the column itself."""

    learns_basis: ClassVar[bool] = True

    def __init__(self, settings: PBLD) -> None:
        self.settings, self.n_waves = settings, settings.n_frequencies
        super().__init__(self.n_waves + 1, settings.n_outputs - 1, n_kept=1)

    def declare(self, n_in: int) -> dict[str, Param]:
        shape = (n_in, self.n_waves)
        waves = {name: Param(shape, "embedding") for name in ("frequency", "phase")}
        return waves | super().declare(n_in)

    def start(self, rng: np.random.RandomState) -> None:
        values, bound = self.values, 1.0 / math.sqrt(self.n_waves)
        values["frequency"][...] = rng.normal(0.0, self.settings.scale, values["frequency"].shape)
        values["phase"][...] = rng.uniform(-np.pi, np.pi, values["phase"].shape)
        values["coef"][...] = rng.uniform(-bound, bound, values["coef"].shape)

    def room(self, n_rows: Any, dtype: npt.DTypeLike, training: bool) -> Room:
        room = super().room(n_rows, dtype, training)
        room.waves = room.phi[..., :-1, :]  # the last function is 1
        room.angle = np.empty_like(room.waves) if training else room.waves
        if training:
            room.sine = np.empty_like(room.waves)
        return room

    def expand(self, room: Room) -> None:
        speed = 2.0 * np.pi * self.values["frequency"]
        np.multiply(speed[..., np.newaxis], room.x[..., np.newaxis, :], out=room.angle)
        room.angle += self.values["phase"][..., np.newaxis]
        np.cos(room.angle, out=room.waves)

    def express_basis(self, ops: Ops, x: Any) -> Any:
        return ops.cos(_angles(self, ops, x))

    def slope(self, dphi: Array, room: Room, learning: bool) -> Array:
        np.sin(room.angle, out=room.sine)
        dangle = np.multiply(dphi[..., :-1, :], room.sine, out=room.sine)
        np.negative(dangle, out=dangle)
        return _through_waves(self, dangle, room, learning)


class Periodic(Embedding):
    """Cosines and sines of each column with learned frequencies, mixed and rectified.

    e(x) = ReLU(W [cos(2 pi w x), sin(2 pi w x)] + b), with parameters for each column by itself.
    They start at w from N(0, ``scale``^2), cut at 3 ``scale``, and W and b uniform in
    +-1 / sqrt(2 ``n_frequencies``).

    Parameters
    ----------
    columns : int, tuple of int, range or None, default=None
        Numbers of the columns; None for all that no other embedding takes.
    n_frequencies : int >= 1, default=48
        Frequencies of each column.
    n_outputs : int >= 1, default=24
        Numbers that a column becomes.
    scale : float > 0, default=0.01
        Standard deviation of the frequencies at the start, for columns of a scale of about 1. Too
        small does less harm than too large.

    Examples
    --------
    >>> from sknn.nn.layers.embeddings import Embed
    >>> from sknn.nn.network import Network
    >>> embed = Embed([Periodic(columns=(0,), n_frequencies=1, n_outputs=1)])
    >>> network = Network([embed], 1, dtype="float64")
    >>> network.values[:] = [0.25, 1.0, 3.0, 0.5]  # w, W of the cosine and of the sine, b
    >>> network.raw_output(np.array([[0.0], [1.0], [2.0]])).round(2)
    array([[1.5],
           [3.5],
           [0. ]])

    References
    ----------
    Gorishniy, Rubachev, Babenko (2022), "On embeddings for numerical features in tabular deep
    learning", arXiv:2203.05556, section 3.3.
    """

    n_frequencies: int = param(48, _COUNT)
    n_outputs: int = param(24, _COUNT)
    scale: float = param(0.01, Range(0, None, closed="neither"))

    def layer(self) -> Layer:
        return PeriodicLayer(self)


class PeriodicLayer(BasisLayer):
    """The layer that :class:`Periodic` makes: cosines, sines, and a constant."""

    learns_basis: ClassVar[bool] = True

    def __init__(self, settings: Periodic) -> None:
        self.settings, self.n_waves = settings, settings.n_frequencies
        super().__init__(2 * self.n_waves + 1, settings.n_outputs)

    def declare(self, n_in: int) -> dict[str, Param]:
        frequency = Param((n_in, self.n_waves), "embedding")
        return {"frequency": frequency} | super().declare(n_in)

    def start(self, rng: np.random.RandomState) -> None:
        frequency, coef = self.values["frequency"], self.values["coef"]
        chance = rng.uniform(ndtr(-CUT), ndtr(CUT), frequency.shape)
        frequency[...] = self.settings.scale * ndtri(chance)
        bound = 1.0 / math.sqrt(2 * self.n_waves)
        coef[...] = rng.uniform(-bound, bound, coef.shape)

    def room(self, n_rows: Any, dtype: npt.DTypeLike, training: bool) -> Room:
        room, k = super().room(n_rows, dtype, training), self.n_waves
        room.cosine, room.sine = room.phi[..., :k, :], room.phi[..., k:-1, :]
        if training:
            room.work = np.empty_like(room.cosine)
            room.grad = np.empty_like(room.y)
        return room

    def expand(self, room: Room) -> None:
        angle = room.sine
        speed = 2.0 * np.pi * self.values["frequency"]
        np.multiply(speed[..., np.newaxis], room.x[..., np.newaxis, :], out=angle)
        np.cos(angle, out=room.cosine)
        np.sin(angle, out=angle)

    def express_basis(self, ops: Ops, x: Any) -> Any:
        angle = _angles(self, ops, x)
        return ops.concat([ops.cos(angle), ops.sin(angle)], -1)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.maximum(super().express(ops, x), 0.0)

    def slope(self, dphi: Array, room: Room, learning: bool) -> Array:
        k = self.n_waves
        dangle = np.multiply(dphi[..., k:-1, :], room.cosine, out=room.work)
        dcosine = dphi[..., :k, :]
        dcosine *= room.sine
        dangle -= dcosine
        return _through_waves(self, dangle, room, learning)

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        y: Array = super().forward(x, room, step)
        return np.maximum(y, 0.0, out=y)

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        return super().backward(self._rectified(grad, room), room, wanted)

    def pull_back(self, grad: Array, room: Room) -> Array:
        return super().pull_back(self._rectified(grad, room), room)

    def _rectified(self, grad: Array, room: Room) -> Array:
        rectified: Array = np.multiply(grad, room.y > 0.0, out=room.grad)
        return rectified


def _angles(layer: Layer, ops: Ops, x: Any) -> Any:
    """2 pi w x + b as a formula."""
    speed = 2.0 * np.pi * layer.values["frequency"]
    angle = x * ops.constant(speed[:, np.newaxis], "speed")
    if "phase" not in layer.values:
        return angle
    return angle + ops.constant(layer.values["phase"][:, np.newaxis], "phase")


def _through_waves(layer: Layer, dangle: Array, room: Room, learning: bool) -> Array:
    """From the gradient at the angles 2 pi w x + b to that at x, and at w and b where learning."""
    if learning:
        assert layer.grads is not None
        dfrequency = layer.grads["frequency"]
        np.matmul(dangle, room.x[..., np.newaxis], out=dfrequency[..., np.newaxis])
        dfrequency *= 2.0 * np.pi
        if "phase" in layer.grads:
            np.sum(dangle, axis=-1, out=layer.grads["phase"])
    speed = 2.0 * np.pi * layer.values["frequency"]
    dx: Array = np.matmul(speed[..., np.newaxis, :], dangle)[..., 0, :]
    return dx
