"""Losses for numbers: functions of the difference between prediction and target."""

import numpy as np

from sknn.config import Range, param
from sknn.nn.links import LINKS, Link
from sknn.nn.losses.base import RegressionLoss, Target
from sknn.nn.typing import Array

__all__ = ["AbsoluteError", "Huber", "LogCosh", "SquaredError"]


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

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        np.subtract(raw, y, out=grad)
        loss: Array = 0.5 * np.einsum("ij,ij->i", grad, grad)
        return loss


class AbsoluteError(RegressionLoss):
    """The absolute error, summed over the outputs: predicts the median, unmoved by outliers.

    l = sum_k |raw_k - y_k|, gradient sign(raw - y).

    Examples
    --------
    >>> raw, grad = np.array([[3.0, 0.0]]), np.empty((1, 2))
    >>> AbsoluteError().value_and_grad(raw, np.array([[1.0, 0.5]]), None, grad), grad.tolist()
    (2.5, [[1.0, -1.0]])

    References
    ----------
    Bloomfield, Steiger (1983), "Least Absolute Deviations: Theory, Applications and Algorithms".
    """

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        np.subtract(raw, y, out=grad)
        loss: Array = np.abs(grad).sum(axis=1)
        np.sign(grad, out=grad)
        return loss


class Huber(RegressionLoss):
    """The squared error of small residuals and the absolute error of large ones.

    With r = raw - y, l = sum_k r_k^2 / 2 where \\|r_k\\| <= delta, delta (\\|r_k\\| - delta / 2)
    elsewhere; the gradient is r, kept within [-delta, delta].

    Parameters
    ----------
    delta : float > 0, default=1.35
        The largest residual that counts squared, in the units of y (of standardized targets under
        ``standardize_y=True``). 1.35 standard deviations of normal noise lose 5 percent of the
        efficiency of the squared error.

    Examples
    --------
    >>> raw, grad = np.array([[1.0, 5.0]]), np.empty((1, 2))
    >>> Huber(delta=2.0).value_and_grad(raw, np.zeros((1, 2)), None, grad), grad.tolist()
    (8.5, [[1.0, 2.0]])

    References
    ----------
    Huber (1964), "Robust Estimation of a Location Parameter".
    """

    delta: float = param(1.35, Range(0.0, None, closed="neither"))

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        residual = raw - y
        np.clip(residual, -self.delta, self.delta, out=grad)
        residual -= 0.5 * grad
        loss: Array = np.einsum("ij,ij->i", grad, residual)
        return loss


class LogCosh(RegressionLoss):
    """The logarithm of the hyperbolic cosine: a Huber loss with a smooth bend.

    With r = raw - y, l = sum_k log cosh r_k, gradient tanh r; about r^2 / 2 near zero and
    \\|r\\| - log 2 far away. Computed as \\|r\\| + log(1 + exp(-2 \\|r\\|)) - log 2, since cosh
    overflows for \\|r\\| > 710.

    Examples
    --------
    >>> raw, grad = np.array([[1000.0]]), np.empty((1, 1))
    >>> LogCosh().value_and_grad(raw, np.zeros((1, 1)), None, grad).__round__(4), grad.tolist()
    (999.3069, [[1.0]])

    References
    ----------
    Green (1990), "Bayesian reconstructions from emission tomography data using a modified EM
    algorithm", where log cosh is proposed as a smooth convex potential.
    """

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        np.subtract(raw, y, out=grad)
        size = np.abs(grad)
        each = np.exp(-2.0 * size)
        np.log1p(each, out=each)
        each += size
        loss: Array = each.sum(axis=1)
        loss -= grad.shape[1] * np.log(2.0)
        np.tanh(grad, out=grad)
        return loss
