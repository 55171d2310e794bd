"""Starting biases, where they are not left to the initializer of the weights."""

import math
from typing import ClassVar

import numpy as np

from sknn.config import Range, param
from sknn.nn.initializers.base import BiasInitializer, Draw, Spot
from sknn.nn.typing import Array

__all__ = ["ConstantBias", "HyperplaneBias", "NormalBias", "UniformBias", "ZeroBias"]


class ZeroBias(BiasInitializer):
    """All biases 0, the choice of most papers."""

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return np.zeros(at.fan_out)


class ConstantBias(BiasInitializer):
    """All biases alike; a small positive number keeps rectified units awake at the start.

    Parameters
    ----------
    value : float, default=0.1
        The bias.

    References
    ----------
    Goodfellow, Bengio, Courville (2016), "Deep Learning", section 8.4.
    """

    value: float = param(0.1, Range(None, None))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return np.full(at.fan_out, float(self.value))


class NormalBias(BiasInitializer):
    """Normal biases with mean 0.

    Parameters
    ----------
    scale : float > 0, default=0.1
        The standard deviation.
    """

    scale: float = param(0.1, Range(0, None, closed="neither"))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return rng.normal(0.0, self.scale, at.fan_out)


class UniformBias(BiasInitializer):
    """Uniform biases between -1 / sqrt(fan_in) and 1 / sqrt(fan_in), as in PyTorch's ``Linear``.

    References
    ----------
    PyTorch's documentation of ``torch.nn.Linear``.
    """

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        bound = 1.0 / math.sqrt(at.fan_in)
        return rng.uniform(-bound, bound, at.fan_out)


class HyperplaneBias(BiasInitializer):
    """Biases with which each unit's border runs through the training rows.

    b = -sum_j s_j z_j with z_j = x_j w for ``n_points`` rows, drawn by their sample weight, and
    random shares s_j that add up to 1 (exponential numbers divided by their sum): the unit is 0
    somewhere among the data, and so neither always on nor always off.

    Parameters
    ----------
    n_points : int >= 1, default=5
        Rows that a border is drawn through the middle of.

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", arXiv:2407.04491, appendix A ("he+5"); Steinwart (2019), "A sober look
    at neural network initializations", arXiv:1903.11482.
    """

    looks_at_data: ClassVar[bool] = True

    n_points: int = param(5, Range(1, None, integer=True))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return np.zeros(at.fan_out)

    def look(self, bias: Array, z: Array, share: Array, rng: np.random.RandomState) -> None:
        n_units = z.shape[1]
        rows = rng.choice(len(z), size=(self.n_points, n_units), p=share)
        part = rng.exponential(size=(self.n_points, n_units))
        part /= part.sum(axis=0)
        bias[...] = -(part * z[rows, np.arange(n_units)]).sum(axis=0)
