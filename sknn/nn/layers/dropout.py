"""Dropout: noise in training that a network must learn to do without its single units."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sknn.config import Config, Range, param
from sknn.nn.activations.rectifiers import SELU_ALPHA, SELU_SCALE
from sknn.nn.express import Ops
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.schedules import SCHEDULES, Formula, Schedule
from sknn.nn.typing import Array, is_sparse
from sknn.registry import Registry

__all__ = [
    "DROPOUTS",
    "AlphaDropout",
    "AlphaDropoutLayer",
    "BaseDropout",
    "Dropout",
    "DropoutLayer",
    "InputDropoutLayer",
    "as_dropout",
]


class BaseDropout(Config, ABC):
    """Settings of a dropout; each network gets layers of its own from them.

    Parameters
    ----------
    rate : float in [0, 1), default=0.5
        Share of the values that is dropped in each step; 0 is no dropout.
    schedule : str or Schedule, default="constant"
        How the rate moves from epoch to epoch, such as ``"flat_cosine"``; one that does not react
        to the loss.
    """

    rate: float = param(0.5, Range(0, 1, closed="left"))
    schedule: str | Schedule = param("constant", Formula())

    @abstractmethod
    def layer(self) -> Layer:
        """A new layer with these settings."""


class Dropout(BaseDropout):
    """Silence a random share of the units in each training step, so that none relies on another.

    Training: y = x m / (1 - rate) with m = 0 for a share ``rate`` of the values and 1 for the
    rest, drawn anew in each step. Prediction: y = x.

    Parameters
    ----------
    rate : float in [0, 1), default=0.5
        Share of the values that is silenced; 0 is no dropout.
    schedule : str or Schedule, default="constant"
        How the rate moves from epoch to epoch, such as ``"flat_cosine"``; one that does not react
        to the loss.

    Examples
    --------
    >>> from sknn.nn.layers import Step
    >>> from sknn.nn.network import Network
    >>> network = Network([Dropout(rate=0.5).layer()], n_features=6, dtype="float64")
    >>> room = network.room(n_rows=1, training=True)
    >>> network.forward(np.ones((1, 6)), room, Step(None, np.random.default_rng(3)))
    array([[2., 2., 0., 0., 2., 0.]])

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), "Dropout: a simple way to
    prevent neural networks from overfitting", section 4; scaled in training ("inverted"), as in
    its section 10.
    """

    def layer(self) -> Layer:
        return DropoutLayer(self.rate, self.schedule)


class AlphaDropout(BaseDropout):
    """Set a random share of SELU units to their lowest value, and keep mean 0 and variance 1.

    Training: y = a (x m + alpha' (1 - m)) + b with m = 0 for a share ``rate`` of the values and 1
    for the rest, drawn anew in each step; alpha' = -1.7581 is where SELU ends on the left, and
    with q = 1 - rate, a = (q + alpha'^2 q (1 - q))^(-1/2) and b = -a (1 - q) alpha'. Values of mean
    0 and variance 1 keep both. Prediction: y = x. Made for ``activation="selu"``.

    Parameters
    ----------
    rate : float in [0, 1), default=0.1
        Share of the values that is set to alpha'; 0 is no dropout.
    schedule : str or Schedule, default="constant"
        How the rate moves from epoch to epoch.

    Examples
    --------
    >>> from sknn.nn.layers import Step
    >>> from sknn.nn.network import Network
    >>> network = Network([AlphaDropout(rate=0.5).layer()], n_features=6, dtype="float64")
    >>> room = network.room(n_rows=1, training=True)
    >>> network.forward(np.ones((1, 6)), room, Step(None, np.random.default_rng(3))).round(2)
    array([[ 1.67,  1.67, -0.78, -0.78,  1.67, -0.78]])

    References
    ----------
    Klambauer, Unterthiner, Mayr, Hochreiter (2017), "Self-normalizing neural networks",
    arXiv:1706.02515, section "New dropout technique".
    """

    rate: float = param(0.1, Range(0, 1, closed="left"))

    def layer(self) -> Layer:
        return AlphaDropoutLayer(self.rate, self.schedule)


class DropoutLayer(Layer):
    """The layer that :class:`Dropout` makes."""

    uses_chance: ClassVar[bool] = True
    is_affine = True

    def __init__(self, rate: float, schedule: str | Schedule = "constant") -> None:
        self.rate, self.schedule = rate, schedule
        self._schedule = SCHEDULES.resolve(schedule)

    def describe(self) -> str:
        schedule = "" if self.schedule == "constant" else f", schedule={self.schedule!r}"
        return f"{type(self).__name__.removesuffix('Layer')}(rate={self.rate!r}{schedule})"

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        if not training:
            return Room()
        shape = (n_rows, self.n_out)
        return Room(factor=np.empty(shape, dtype), y=np.empty(shape, dtype))

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        if step is None:
            return x  # type: ignore[no-any-return]
        self.draw(room.factor, step)
        y: Array = np.multiply(x, room.factor, out=room.y)
        return y

    def express(self, ops: Ops, x: Any) -> Any:
        return x

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        grad *= room.factor
        return grad

    def pull_back(self, grad: Array, room: Room) -> Array:
        return grad

    def draw(self, factor: Array, step: Step) -> None:
        """Fill ``factor`` with 0 for a share of its values, and what makes up for it elsewhere."""
        rate = self._schedule.rate(self.rate, step.progress, {})
        self._draw(factor, rate, 1.0 / (1.0 - rate), step)

    def _draw(self, factor: Array, rate: float, scale: float, step: Step) -> None:
        """Fill ``factor`` with 0 for a share of its values and ``scale`` for the rest.

        The share is the rate to within 1 / 2^17. A word of 64 random bits decides on four values:
        17 microseconds for 25600 of them, where a random number for each takes 53.
        """
        words = step.rng.bit_generator.random_raw(-(-factor.size // 4))
        chance = words.view(np.uint16)[: factor.size].reshape(factor.shape)
        np.greater_equal(chance, min(round(rate * 65536), 65535), out=factor)
        factor *= scale


class InputDropoutLayer(DropoutLayer):
    """Dropout of the columns of X, which may be sparse.

    Of a sparse X only the stored values are drawn for, since the others are 0 anyway, and no
    memory of its full size is asked for: a table of words has columns by the million.
    """

    def room(self, n_rows: int, dtype: npt.DTypeLike, training: bool) -> Room:
        return Room()

    def forward(self, x: Any, room: Room, step: Step | None) -> Any:
        if step is None:
            return x
        if not is_sparse(x):
            if not vars(room):
                vars(room).update(vars(super().room(len(x), x.dtype, training=True)))
            return super().forward(x, room, step)
        y = x.copy()  # X belongs to the caller
        y.sum_duplicates()  # two stored parts of one value are dropped together
        factor = np.empty(y.nnz, y.dtype)
        self.draw(factor, step)
        y.data *= factor
        return y

    def express(self, ops: Ops, x: Any) -> Any:
        return x


class AlphaDropoutLayer(DropoutLayer):
    """The layer that :class:`AlphaDropout` makes."""

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        if step is None:
            return x  # type: ignore[no-any-return]
        low, rate = -SELU_SCALE * SELU_ALPHA, self._schedule.rate(self.rate, step.progress, {})
        q = 1.0 - rate
        a = (q + low**2 * q * rate) ** -0.5
        self._draw(room.factor, rate, a, step)
        y: Array = np.subtract(x, low, out=room.y)
        y *= room.factor  # a m (x - low) + a low = a (x m + low (1 - m))
        y += a * low - a * rate * low
        return y

    def express(self, ops: Ops, x: Any) -> Any:
        return x


DROPOUTS: Registry[BaseDropout] = Registry(
    "dropout",
    BaseDropout,  # type: ignore[type-abstract]
    dropout=Dropout,
    alpha_dropout=AlphaDropout,
)


def as_dropout(given: float | str | BaseDropout) -> BaseDropout:
    """The part that is meant by a rate, a name or the part itself.

    >>> as_dropout(0.2), as_dropout("alpha_dropout").rate
    (Dropout(rate=0.2, schedule='constant'), 0.1)
    """
    return (
        DROPOUTS.resolve(given)
        if isinstance(given, (str, BaseDropout))
        else Dropout(given, "constant")
    )
