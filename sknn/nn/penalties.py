"""Penalties: a price on large weights, added to the loss of every batch."""

from abc import ABC, abstractmethod

import numpy as np
from scipy.linalg.blas import dasum, daxpy, sasum, saxpy

from sknn.config import Config, Range, param
from sknn.nn.optimizers.base import blocks
from sknn.nn.typing import Array

__all__ = ["L1", "L2", "Penalty"]


#: y += a x in place, by the type code of the arrays.
AXPY = {"f": saxpy, "d": daxpy}
#: The sum of absolute values.
ASUM = {"f": sasum, "d": dasum}


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


class L1(Penalty):
    """The sum of the absolute weights, scaled as :class:`L2` is, which drives weights to 0.

    l1 / n * sum |w| with the gradient l1 / n * sign(w), where n counts the rows of the batch or
    is the sum of their sample weights. Where w = 0 the gradient is 0, so a mini-batch solver
    leaves useless weights close to 0, at about the size of a step, and not at 0.

    Examples
    --------
    >>> grads = np.zeros(2)
    >>> L1(l1=2.0).add(np.array([3.0, -4.0]), grads, total=10), grads.tolist()
    (1.4000000000000001, [0.2, -0.2])

    References
    ----------
    Tibshirani (1996), "Regression shrinkage and selection via the lasso", eq. 1, as a penalty.
    """

    l1: float = param(0.0, Range(0, None))

    def add(self, weights: Array, grads: Array, total: float) -> float:
        if not self.l1:
            return 0.0
        pull = self.l1 / total
        for w, g in blocks(weights, grads):
            sign = np.sign(w)
            sign *= pull
            g += sign
        return float(pull * ASUM[weights.dtype.char](weights))
