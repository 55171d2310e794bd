"""Initializers: where the weights start.

An initializer draws one weight matrix and one bias vector at a time, in the order of the layers,
from a NumPy ``RandomState``, so that a seed gives the same network again.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sknn.config import Config, Instance, Range, param
from sknn.nn.activations import Activation
from sknn.registry import Registry

__all__ = [
    "INITIALIZERS",
    "Auto",
    "GivenWeights",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "Normal",
    "Spot",
    "Uniform",
    "XavierNormal",
    "XavierUniform",
    "Zeros",
]


#: Starting values, drawn in double precision and rounded to the network's own afterwards.
Draw: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """The dense layer whose weights are drawn.

    Parameters
    ----------
    layer, n_layers : int
        Its number, from 0, and how many dense layers there are, the output included.
    fan_in, fan_out : int
        Units before and after it.
    activation : Activation
        The activation that follows it; for the output layer that of the last hidden layer.
    """

    layer: int
    n_layers: int
    fan_in: int
    fan_out: int
    activation: Activation


class Initializer(Config, ABC):
    """Starting values of the weights, and biases of 0 unless a subclass says otherwise.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> spot = Spot(layer=0, n_layers=2, fan_in=3, fan_out=3, activation=ReLU())
    >>> float(abs(XavierUniform().weight(spot, np.random.RandomState(0))).max().round(3))
    0.927
    """

    @abstractmethod
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting weights of shape (fan_in, fan_out) of the given dense layer."""

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting biases of shape (fan_out,)."""
        return np.zeros(at.fan_out)


class Auto(Initializer):
    """scikit-learn's choice: Glorot's uniform distribution for weights and biases.

    Both are uniform on [-b, b] with b = sqrt(g / (fan_in + fan_out)) and g = 6, or 2 for
    logistic units. The default, and the one that gives scikit-learn's numbers for a seed.

    References
    ----------
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", eq. 16.
    """

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        bound = np.sqrt(at.activation.glorot_gain / (at.fan_in + at.fan_out))
        return rng.uniform(-bound, bound, (at.fan_in, at.fan_out))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        bound = np.sqrt(at.activation.glorot_gain / (at.fan_in + at.fan_out))
        return rng.uniform(-bound, bound, at.fan_out)


class _Scaled(Initializer, ABC):
    """Weights from a standard shape, multiplied by one standard deviation per layer."""

    @abstractmethod
    def std(self, fan_in: int, fan_out: int) -> float:
        """Standard deviation of the weights of a layer."""


class _UniformScaled(_Scaled, ABC):
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        bound = np.sqrt(3.0) * self.std(at.fan_in, at.fan_out)
        return rng.uniform(-bound, bound, (at.fan_in, at.fan_out))


class _NormalScaled(_Scaled, ABC):
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return rng.normal(0.0, self.std(at.fan_in, at.fan_out), (at.fan_in, at.fan_out))


class Zeros(_UniformScaled):
    """All weights 0: for the output layer or for lessons, since hidden units then stay alike."""

    def std(self, fan_in: int, fan_out: int) -> float:
        return 0.0


class Uniform(_UniformScaled):
    """Uniform weights with one standard deviation for all layers."""

    scale: float = param(0.05, Range(0, None, closed="neither"))

    def std(self, fan_in: int, fan_out: int) -> float:
        return self.scale


class Normal(_NormalScaled):
    """Normal weights with one standard deviation for all layers."""

    scale: float = param(0.05, Range(0, None, closed="neither"))

    def std(self, fan_in: int, fan_out: int) -> float:
        return self.scale


class XavierUniform(_UniformScaled):
    """Uniform weights of variance 2 / (fan_in + fan_out), for tanh and linear layers.

    References
    ----------
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", eq. 16.
    """

    def std(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(2.0 / (fan_in + fan_out)))


class XavierNormal(_NormalScaled):
    """Normal weights of variance 2 / (fan_in + fan_out), for tanh and linear layers.

    References
    ----------
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", eq. 12.
    """

    def std(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(2.0 / (fan_in + fan_out)))


class HeUniform(_UniformScaled):
    """Uniform weights of variance 2 / fan_in, for rectified units.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 10.
    """

    def std(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(2.0 / fan_in))


class HeNormal(_NormalScaled):
    """Normal weights of variance 2 / fan_in, for rectified units.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 10.
    """

    def std(self, fan_in: int, fan_out: int) -> float:
        return float(np.sqrt(2.0 / fan_in))


class GivenWeights(Initializer):
    """Weights of one's own: a worked example, a paper's network, another library's model.

    Parameters
    ----------
    coefs : sequence of array-like
        One weight matrix of shape (fan_in, fan_out) for each dense layer, the output included.
    intercepts : sequence of array-like, or None
        One bias vector of shape (fan_out,) for each dense layer; None is all zeros.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> start = GivenWeights(coefs=[[[1.0], [2.0]]], intercepts=[[0.5]])
    >>> net = MLPRegressorX(hidden_layer_sizes=(), initializer=start, alpha=0)
    >>> net.partial_fit([[1.0, 1.0]], [3.5]).predict([[1.0, 0.0]])  # it knew: nothing to learn
    array([1.5])
    """

    coefs: Sequence[Any] = param((), Instance((Sequence, np.ndarray), "a list of arrays"))
    intercepts: Sequence[Any] | None = param(
        None, Instance((Sequence, np.ndarray, type(None)), "a list of arrays or None")
    )

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self._pick("coefs", self.coefs, at, (at.fan_in, at.fan_out))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        if self.intercepts is None:
            return np.zeros(at.fan_out)
        return self._pick("intercepts", self.intercepts, at, (at.fan_out,))

    def _pick(self, name: str, arrays: Sequence[Any], at: Spot, shape: tuple[int, ...]) -> Draw:
        if len(arrays) != at.n_layers:
            raise ValueError(
                f"GivenWeights.{name} must hold one array for each of the {at.n_layers} dense "
                f"layers, the output included. Got {len(arrays)} instead."
            )
        array = np.asarray(arrays[at.layer], dtype=np.float64)
        if array.shape != shape:
            raise ValueError(
                f"GivenWeights.{name}[{at.layer}] must have the shape {shape}. "
                f"Got {array.shape} instead."
            )
        return array

    def __eq__(self, other: object) -> bool:
        return self is other  # arrays have no single truth value to compare by

    __hash__ = object.__hash__


INITIALIZERS: Registry[Initializer] = Registry(
    "initializer",
    Initializer,  # type: ignore[type-abstract]
    auto=Auto,
    zeros=Zeros,
    uniform=Uniform,
    normal=Normal,
    xavier_uniform=XavierUniform,
    xavier_normal=XavierNormal,
    he_uniform=HeUniform,
    he_normal=HeNormal,
)
