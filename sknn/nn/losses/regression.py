"""Losses for numbers."""

from typing import ClassVar

import numpy as np
from scipy.special import xlogy

from sknn.nn.links import LINKS, Link
from sknn.nn.losses.base import RegressionLoss, Target
from sknn.nn.typing import Array

__all__ = ["Poisson", "SquaredError"]


class SquaredError(RegressionLoss):
    """Half the squared error, summed over the outputs.

    l = 1/2 sum_k (raw_k - y_k)^2, gradient raw - y.

    Examples
    --------
    >>> raw, grad = np.array([[3.0, 0.0]]), np.empty((1, 2))
    >>> SquaredError().value_and_grad(raw, np.array([[1.0, 0.0]]), None, grad), grad.tolist()
    (2.0, [[2.0, 0.0]])

    References
    ----------
    Bishop (2006), "Pattern Recognition and Machine Learning", eq. 5.14.
    """

    def link(self, exclusive: bool) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        np.subtract(raw, y, out=grad)
        loss: Array = 0.5 * np.einsum("ij,ij->i", grad, grad)
        return loss


class Poisson(RegressionLoss):
    """Half the Poisson deviance with a logarithmic link, for counts and rates y >= 0.

    l = sum_k y_k log(y_k / mu_k) - y_k + mu_k with mu = exp(raw), gradient mu - y.

    Examples
    --------
    >>> raw, grad = np.array([[0.0]]), np.empty((1, 1))
    >>> Poisson().value_and_grad(raw, np.array([[0.0]]), None, grad), grad.tolist()
    (1.0, [[1.0]])

    References
    ----------
    McCullagh, Nelder (1989), "Generalized Linear Models", table 2.1.
    """

    positive_target: ClassVar[bool] = True

    def link(self, exclusive: bool) -> Link:
        return LINKS["exp"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        np.exp(raw, out=grad)
        loss: Array = (xlogy(y, y) - y * raw - y + grad).sum(axis=1)
        grad -= y
        return loss
