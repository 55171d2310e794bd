"""Weights drawn independently of each other, with one standard deviation per layer."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from sknn.config import AnyOf, Choice, Range, param
from sknn.nn.initializers.base import Draw, Initializer, Spot

__all__ = [
    "GAIN",
    "Auto",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "Normal",
    "Uniform",
    "XavierNormal",
    "XavierUniform",
    "Zeros",
]

#: What a gain may be: a factor, or the gain of the layer's activation.
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


class _Scaled(Initializer, ABC):
    """Weights from a standard shape, multiplied by one standard deviation per layer."""

    @abstractmethod
    def std(self, at: Spot) -> float:
        """Standard deviation of the weights of a layer."""


class _UniformShape(_Scaled, ABC):
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        bound = np.sqrt(3.0) * self.std(at)
        return rng.uniform(-bound, bound, (at.fan_in, at.fan_out))


class _NormalShape(_Scaled, ABC):
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return rng.normal(0.0, self.std(at), (at.fan_in, at.fan_out))


class Zeros(_UniformShape):
    """All weights 0: for lessons, since hidden units then stay alike, which training warns of."""

    breaks_symmetry: ClassVar[bool] = False

    def std(self, at: Spot) -> float:
        return 0.0


class Uniform(_UniformShape):
    """Uniform weights with one standard deviation, ``scale``, for all layers."""

    scale: float = param(0.05, Range(0, None, closed="neither"))

    def std(self, at: Spot) -> float:
        return self.scale


class Normal(_NormalShape):
    """Normal weights with one standard deviation, ``scale``, for all layers."""

    scale: float = param(0.05, Range(0, None, closed="neither"))

    def std(self, at: Spot) -> float:
        return self.scale


class _FanScaled(_Scaled, ABC):
    """A standard deviation that follows from the number of inputs and outputs, times a gain."""

    paper_gain: ClassVar[float] = 1.0

    gain: float | str = param(1.0, GAIN)

    @abstractmethod
    def paper_std(self, at: Spot) -> float:
        """The standard deviation as published, in which ``paper_gain`` is a factor."""

    def std(self, at: Spot) -> float:
        if isinstance(self.gain, str):
            return at.activation.gain / self.paper_gain * self.paper_std(at)
        return self.gain * self.paper_std(at)


class _Xavier(_FanScaled, ABC):
    def paper_std(self, at: Spot) -> float:
        return float(np.sqrt(2.0 / (at.fan_in + at.fan_out)))


class _He(_FanScaled, ABC):
    paper_gain: ClassVar[float] = float(np.sqrt(2.0))

    def paper_std(self, at: Spot) -> float:
        return float(np.sqrt(2.0 / at.fan_in))


class _Lecun(_FanScaled, ABC):
    def paper_std(self, at: Spot) -> float:
        return float(np.sqrt(1.0 / at.fan_in))


class XavierUniform(_Xavier, _UniformShape):
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


class XavierNormal(_Xavier, _NormalShape):
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


class HeUniform(_He, _UniformShape):
    """Uniform weights of variance 2 / fan_in, for rectified units.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` puts the gain of the layer's
        activation in place of the sqrt(2) of ReLU.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 10.
    """


class HeNormal(_He, _NormalShape):
    """Normal weights of variance 2 / fan_in, for rectified units.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` puts the gain of the layer's
        activation in place of the sqrt(2) of ReLU.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 10.
    """


class LecunUniform(_Lecun, _UniformShape):
    """Uniform weights of variance 1 / fan_in, for SELU and linear layers.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` is the gain of the layer's activation.

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), "Efficient BackProp", section 4.6.
    """


class LecunNormal(_Lecun, _NormalShape):
    """Normal weights of variance 1 / fan_in, for SELU and linear layers.

    Parameters
    ----------
    gain : float > 0 or "activation", default=1.0
        Factor on the standard deviation; ``"activation"`` is the gain of the layer's activation.

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), "Efficient BackProp", section 4.6.
    """
