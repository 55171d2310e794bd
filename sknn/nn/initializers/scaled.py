"""Weights of one distribution, scaled to the size of the layer."""

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from sknn.config import AnyOf, Choice, Range, param
from sknn.nn.initializers.base import Draw, Initializer, Spot

__all__ = [
    "Auto",
    "HeNormal",
    "HeUniform",
    "LeCunNormal",
    "LeCunUniform",
    "Normal",
    "Uniform",
    "XavierNormal",
    "XavierUniform",
    "Zeros",
]

GAIN = AnyOf(Range(0, None, closed="neither"), Choice(("activation",)))


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


def uniform(std: float, at: Spot, rng: np.random.RandomState) -> Draw:
    """Weights from the uniform distribution with this standard deviation."""
    bound = math.sqrt(3.0) * std
    return rng.uniform(-bound, bound, (at.fan_in, at.fan_out))


def normal(std: float, at: Spot, rng: np.random.RandomState) -> Draw:
    """Weights from the normal distribution with this standard deviation."""
    return rng.normal(0.0, std, (at.fan_in, at.fan_out))


class Zeros(Initializer):
    """All weights 0: for lessons, since hidden units then stay alike, which fitting warns of."""

    breaks_symmetry: ClassVar[bool] = False

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return np.zeros((at.fan_in, at.fan_out))


class Uniform(Initializer):
    """Uniform weights with one standard deviation for all layers.

    Parameters
    ----------
    scale : float > 0, default=0.05
        The standard deviation.
    """

    scale: float = param(0.05, Range(0, None, closed="neither"))

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return uniform(self.scale, at, rng)


class Normal(Initializer):
    """Normal weights with one standard deviation for all layers.

    Parameters
    ----------
    scale : float > 0, default=0.05
        The standard deviation.
    """

    scale: float = param(0.05, Range(0, None, closed="neither"))

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return normal(self.scale, at, rng)


class _Scaled(Initializer, ABC):
    """A standard deviation from the size of the layer, times a gain."""

    paper_gain: ClassVar[float] = 1.0

    gain: Any = param(1.0, GAIN)

    def std(self, at: Spot) -> float:
        """Standard deviation of the weights of a layer."""
        follows = self.gain == "activation"
        factor = at.activation.gain if follows else self.gain * self.paper_gain
        return float(factor) * self.unit_std(at.fan_in, at.fan_out)

    @abstractmethod
    def unit_std(self, fan_in: int, fan_out: int) -> float:
        """Standard deviation for a gain of 1."""


class _UniformScaled(_Scaled, ABC):
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return uniform(self.std(at), at, rng)


class _NormalScaled(_Scaled, ABC):
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return normal(self.std(at), at, rng)


class _ByBoth(_Scaled, ABC):
    def unit_std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(2.0 / (fan_in + fan_out))


class _ByInputs(_Scaled, ABC):
    def unit_std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(1.0 / fan_in)


class XavierUniform(_ByBoth, _UniformScaled):
    """Uniform weights of variance 2 / (fan_in + fan_out), for tanh and linear layers.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` is the gain of the layer's activation.

    References
    ----------
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", eq. 16.
    """


class XavierNormal(_ByBoth, _NormalScaled):
    """Normal weights of variance 2 / (fan_in + fan_out), for tanh and linear layers.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` is the gain of the layer's activation.

    References
    ----------
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", eq. 12.
    """


class HeUniform(_ByInputs, _UniformScaled):
    """Uniform weights of variance 2 / fan_in, for rectified units.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` takes the gain of the layer's
        activation in place of sqrt(2), which is that of ReLU.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 10.
    """

    paper_gain: ClassVar[float] = math.sqrt(2.0)


class HeNormal(_ByInputs, _NormalScaled):
    """Normal weights of variance 2 / fan_in, for rectified units.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` takes the gain of the layer's
        activation in place of sqrt(2), which is that of ReLU.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 10.
    """

    paper_gain: ClassVar[float] = math.sqrt(2.0)


class LeCunUniform(_ByInputs, _UniformScaled):
    """Uniform weights of variance 1 / fan_in, for SELU and linear layers.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` is the gain of the layer's activation.

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), "Efficient BackProp", section 4.6, eq. 16.
    """


class LeCunNormal(_ByInputs, _NormalScaled):
    """Normal weights of variance 1 / fan_in, for SELU and linear layers.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` is the gain of the layer's activation.

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), "Efficient BackProp", section 4.6, eq. 16.
    """
