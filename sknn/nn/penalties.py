"""Penalties: a price on large weights, added to the loss of every batch."""

from abc import ABC, abstractmethod

import numpy as np
from scipy.linalg.blas import daxpy, saxpy

from sknn.config import Config, Range, param
from sknn.nn.typing import Array

__all__ = ["L2", "Penalty"]


#: y += a x in place, by the type code of the arrays.
AXPY = {"f": saxpy, "d": daxpy}


class Penalty(Config, ABC):
    """A function of the weights; biases are never penalized."""

    @abstractmethod
    def add(self, weights: Array, grads: Array, total: float) -> float:
        """Return the penalty and add its gradient to ``grads``.

        Parameters
        ----------
        weights, grads : array of shape (n_weights,)
            The weights' part of the flat vectors.
        total : float
            Rows of the batch, or the sum of their weights.
        """


class L2(Penalty):
    """Half the squared length of the weights, scaled as scikit-learn scales it.

    alpha / (2 n) * |W|^2 with the gradient alpha / n * W, where n counts the rows of the batch
    or is the sum of their sample weights. The same ``alpha`` therefore weighs more in a smaller
    batch.

    Examples
    --------
    >>> grads = np.zeros(2)
    >>> L2(alpha=2.0).add(np.array([3.0, 4.0]), grads, total=10), grads.tolist()
    (2.5, [0.6000000000000001, 0.8])

    References
    ----------
    Krogh, Hertz (1991), "A simple weight decay can improve generalization".
    """

    alpha: float = param(0.0001, Range(0, None))

    def add(self, weights: Array, grads: Array, total: float) -> float:
        if not self.alpha:
            return 0.0
        # one BLAS call on the flat vector: half the time of a NumPy product and sum
        AXPY[grads.dtype.char](weights, grads, a=self.alpha / total)
        return float(0.5 * self.alpha * np.dot(weights, weights) / total)
