"""Bias initializers: where the biases start, if not where the initializer of the weights says."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from sknn.config import Config, Instance, Range, param
from sknn.nn.initializers.base import Draw, Initializer, Spot
from sknn.nn.initializers.scaled import Auto
from sknn.nn.typing import Array

__all__ = [
    "BiasInitializer",
    "ConstantBias",
    "HyperplaneBias",
    "NormalBias",
    "UniformBias",
    "WithBias",
    "ZeroBias",
]


class BiasInitializer(Config, ABC):
    """Starting values of the biases.

    Attributes
    ----------
    adapts : bool
        Whether :meth:`adapt` is to be called with training rows. False unless a subclass says
        otherwise.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> spot = Spot(layer=0, n_layers=2, fan_in=3, fan_out=2, activation=ReLU())
    >>> ConstantBias(0.5).bias(spot, np.random.RandomState(0))
    array([0.5, 0.5])
    """

    @abstractmethod
    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting biases of shape (fan_out,) of the given dense layer."""

    @property
    def adapts(self) -> bool:
        return False

    def adapt(
        self, at: Spot, bias: Array, z: Array, share: Array, rng: np.random.RandomState
    ) -> None:
        """Fit drawn biases to training rows, in place.

        Parameters
        ----------
        at : Spot
            The dense layer.
        bias : array of shape (fan_out,)
            Its drawn biases, to be changed.
        z : array of shape (n_rows, fan_out)
            What they will be added to: x W for the training rows.
        share : array of shape (n_rows,)
            Share of each row in the sample weights; they add up to 1.
        rng : RandomState
            Source of randomness.
        """


class ZeroBias(BiasInitializer):
    """All biases 0, whatever the initializer of the weights does."""

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return np.zeros(at.fan_out)


class ConstantBias(BiasInitializer):
    """All biases the same number: a small positive one lets rectified units start active.

    Parameters
    ----------
    value : float, default=0.1
        The number.

    References
    ----------
    Goodfellow, Bengio, Courville (2016), "Deep learning", section 8.4.
    """

    value: float = param(0.1, Range(None, None, closed="neither"))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return np.full(at.fan_out, float(self.value))


class NormalBias(BiasInitializer):
    """Normal biases with mean 0 and one standard deviation, ``scale``, for all layers."""

    scale: float = param(0.05, Range(0, None, closed="neither"))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return rng.normal(0.0, self.scale, at.fan_out)


class UniformBias(BiasInitializer):
    """Uniform biases between -1 / sqrt(fan_in) and 1 / sqrt(fan_in): PyTorch's choice.

    References
    ----------
    PyTorch, documentation of ``torch.nn.Linear``.
    """

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        bound = 1.0 / np.sqrt(at.fan_in)
        return rng.uniform(-bound, bound, at.fan_out)


class HyperplaneBias(BiasInitializer):
    """Biases that put each unit's hyperplane, where its input is 0, amid the training rows.

    b = -sum_j w_j z_j for each unit, with z = x W of a few training rows j, drawn at random by
    their sample weight, and w drawn from the exponential distribution and divided by its sum.
    So a rectified unit has its kink where there are data. At most 2048 rows are looked at.

    Parameters
    ----------
    rows : int >= 1, default=5
        How many rows are drawn for each unit; with 1 the hyperplane passes through a row.

    References
    ----------
    Steinwart (2019), "A sober look at neural network initializations", arXiv:1903.11482.
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and
    boosted trees on tabular data", arXiv:2407.04491, where it is called "he+5".
    """

    rows: int = param(5, Range(1, None, integer=True))

    @property
    def adapts(self) -> bool:
        return True

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return np.zeros(at.fan_out)

    def adapt(
        self, at: Spot, bias: Array, z: Array, share: Array, rng: np.random.RandomState
    ) -> None:
        drawn = rng.choice(len(z), size=(self.rows, at.fan_out), p=share)
        part = rng.exponential(size=drawn.shape)
        part /= part.sum(axis=0)
        bias[:] = -(part * np.take_along_axis(z, drawn, axis=0)).sum(axis=0)


class WithBias(Initializer):
    """Weights from one initializer and biases from another.

    Parameters
    ----------
    initializer : Initializer
        Who draws the weights.
    biases : BiasInitializer
        Who draws the biases.
    """

    initializer: Initializer = param(Auto(), Instance((Initializer,), "an Initializer object"))
    biases: BiasInitializer = param(
        ZeroBias(), Instance((BiasInitializer,), "a BiasInitializer object")
    )

    @property
    def adapts(self) -> bool:
        return self.initializer.adapts or self.biases.adapts

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self.initializer.weight(at, rng)

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self.biases.bias(at, rng)

    def adapt(
        self,
        at: Spot,
        weight: Array,
        bias: Array,
        x: Any,
        share: Array,
        rng: np.random.RandomState,
    ) -> None:
        if self.initializer.adapts:
            self.initializer.adapt(at, weight, bias, x, share, rng)
        if self.biases.adapts:
            self.biases.adapt(at, bias, x @ weight, share, rng)
