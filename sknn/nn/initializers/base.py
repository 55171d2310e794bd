"""What an initializer is: it draws the starting weights and biases, layer by layer.

An initializer draws one weight matrix and one bias vector at a time, in the order of the layers,
from a NumPy ``RandomState``, so that a seed gives the same network again.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from sknn.config import Config
from sknn.nn.activations import Activation
from sknn.nn.typing import Array

__all__ = ["BiasInitializer", "Draw", "Initializer", "Spot"]

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

    Attributes
    ----------
    looks_at_data : bool
        True where :meth:`look` changes the weights by what the training rows become.
    breaks_symmetry : bool
        False where the units of a layer start alike, so that a network cannot learn well.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> from sknn.nn.initializers import XavierUniform
    >>> spot = Spot(layer=0, n_layers=2, fan_in=3, fan_out=3, activation=ReLU())
    >>> float(abs(XavierUniform().weight(spot, np.random.RandomState(0))).max().round(3))
    0.927
    """

    looks_at_data: ClassVar[bool] = False
    breaks_symmetry: ClassVar[bool] = True

    @abstractmethod
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting weights of shape (fan_in, fan_out) of the given dense layer."""

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting biases of shape (fan_out,)."""
        return np.zeros(at.fan_out)

    def look(self, weight: Array, z: Array, share: Array) -> None:
        """Change ``weight`` and z = x ``weight`` in place, for x from training rows.

        ``share`` is what each row counts, and adds up to 1.
        """


class BiasInitializer(Config, ABC):
    """Starting values of the biases, in place of those of the initializer.

    Attributes
    ----------
    looks_at_data : bool
        True where :meth:`look` changes the biases by what the training rows become.
    """

    looks_at_data: ClassVar[bool] = False

    @abstractmethod
    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting biases of shape (fan_out,) of the given dense layer."""

    def look(self, bias: Array, z: Array, share: Array, rng: np.random.RandomState) -> None:
        """Change ``bias`` in place, for z = x W from training rows x.

        ``share`` is what each row counts, and adds up to 1.
        """
