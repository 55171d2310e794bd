"""What an initializer is: it draws the weights and biases of one dense layer at a time."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from sknn.config import Config
from sknn.nn.activations import Activation
from sknn.nn.typing import Array

__all__ = ["Draw", "Initializer", "Spot"]

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
    breaks_symmetry : bool
        False where all units of a layer start alike, so that a network cannot learn well.
    adapts : bool
        Whether :meth:`adapt` is to be called with training rows. False unless a subclass says
        otherwise.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> from sknn.nn.initializers import XavierUniform
    >>> spot = Spot(layer=0, n_layers=2, fan_in=3, fan_out=3, activation=ReLU())
    >>> float(abs(XavierUniform().weight(spot, np.random.RandomState(0))).max().round(3))
    0.927
    """

    breaks_symmetry: ClassVar[bool] = True

    @abstractmethod
    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting weights of shape (fan_in, fan_out) of the given dense layer."""

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        """Starting biases of shape (fan_out,)."""
        return np.zeros(at.fan_out)

    @property
    def adapts(self) -> bool:
        return False

    def adapt(
        self,
        at: Spot,
        weight: Array,
        bias: Array,
        x: Any,
        share: Array,
        rng: np.random.RandomState,
    ) -> None:
        """Fit drawn weights and biases to the rows that reach them, in place.

        Called once for each dense layer, front to back, after all are drawn; the layers before
        it are adapted already, and dropout is off.

        Parameters
        ----------
        at : Spot
            The dense layer.
        weight, bias : array of shape (fan_in, fan_out) and (fan_out,)
            Its drawn parameters, to be changed.
        x : array or sparse matrix of shape (n_rows, fan_in)
            What reaches it from the training rows; sparse only for the first layer.
        share : array of shape (n_rows,)
            Share of each row in the sample weights; they add up to 1.
        rng : RandomState
            Source of randomness.
        """
