"""Constraints: bounds on the weights that are restored after each step."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from sknn.config import Config, Range, param
from sknn.nn.typing import Array

__all__ = ["Constraint", "MaxNorm"]


class Constraint(Config, ABC):
    """A bound on the weights; biases and the output layer are free."""

    @abstractmethod
    def apply(self, weights: Sequence[Array]) -> None:
        """Bring weights within the bound, in place.

        Parameters
        ----------
        weights : sequence of array of shape (..., fan_in, fan_out)
            Those of the hidden layers.
        """


class MaxNorm(Constraint):
    """Shorten the vector of incoming weights of each hidden unit that is longer than a bound.

    w_j <- w_j c / |w_j| where |w_j| > c, for each column w_j of a hidden layer's weights, after
    each step. Goes well with dropout and large learning rates: weights cannot blow up.

    Parameters
    ----------
    c : float > 0, default=3.0
        The longest vector; the paper's best values are 3 to 4.

    Examples
    --------
    >>> weights = np.array([[3.0, 0.0], [4.0, 1.0]])
    >>> MaxNorm(c=2.0).apply([weights])
    >>> weights
    array([[1.2, 0. ],
           [1.6, 1. ]])

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), "Dropout: a simple way to
    prevent neural networks from overfitting", section 5.1.
    """

    c: float = param(3.0, Range(0, None, closed="neither"))

    def apply(self, weights: Sequence[Array]) -> None:
        for weight in weights:
            length = np.sqrt(np.einsum("...ij,...ij->...j", weight, weight))
            if np.isinf(length).any():  # the squares, not the weights, are too large
                length = np.hypot.reduce(weight, axis=-2)
            if float(length.max()) > self.c:  # in double precision, which holds any bound
                weight *= (self.c / np.maximum(length, self.c))[..., np.newaxis, :]
