"""Deviances: losses for counts, rates and amounts, with a logarithmic link."""

import numpy as np
from scipy.special import xlogy

from sknn.config import Range, param
from sknn.nn.links import LINKS, Link
from sknn.nn.losses.base import RegressionLoss, Support, Target
from sknn.nn.typing import Array

__all__ = ["Gamma", "Poisson", "Tweedie"]


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

    @property
    def support(self) -> Support:
        return "nonnegative"

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["exp"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        np.exp(raw, out=grad)
        loss: Array = (xlogy(y, y) - y * raw - y + grad).sum(axis=1)
        grad -= y
        return loss


class Gamma(RegressionLoss):
    """Half the gamma deviance with a logarithmic link, for amounts y > 0.

    l = sum_k log(mu_k / y_k) + y_k / mu_k - 1 with mu = exp(raw), gradient 1 - y / mu. Only the
    ratio y / mu counts: 10 in place of 20 is as wrong as 1000 in place of 2000.

    Examples
    --------
    >>> raw, grad = np.array([[0.0]]), np.empty((1, 1))
    >>> round(Gamma().value_and_grad(raw, np.array([[2.0]]), None, grad), 4), grad.tolist()
    (0.3069, [[-1.0]])

    References
    ----------
    McCullagh, Nelder (1989), "Generalized Linear Models", section 2.3.
    """

    @property
    def support(self) -> Support:
        return "positive"

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["exp"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        log_ratio = np.log(y)
        log_ratio -= raw
        np.expm1(log_ratio, out=grad)
        loss: Array = (grad - log_ratio).sum(axis=1)
        np.negative(grad, out=grad)
        return loss


class Tweedie(RegressionLoss):
    """Half the Tweedie deviance with a logarithmic link: many zeros and a few large amounts.

    With mu = exp(raw) and p = power, l = sum_k y_k^(2-p) / ((1-p) (2-p)) - y_k mu_k^(1-p) / (1-p)
    + mu_k^(2-p) / (2-p), gradient mu^(2-p) - y mu^(1-p). The variance grows as mu^p. The limits
    are the Poisson deviance (p = 1) and the gamma deviance (p = 2).

    Parameters
    ----------
    power : float >= 1, default=1.5
        Between 1 and 2 for amounts that may be zero, such as insurance claims (y >= 0); from 2
        on, y > 0.

    Examples
    --------
    >>> raw, grad = np.array([[0.0]]), np.empty((1, 1))
    >>> Tweedie(power=1.5).value_and_grad(raw, np.array([[4.0]]), None, grad), grad.tolist()
    (2.0, [[-3.0]])

    References
    ----------
    Jorgensen (1987), "Exponential Dispersion Models".
    """

    power: float = param(1.5, Range(1.0, None))

    @property
    def support(self) -> Support:
        return "nonnegative" if self.power < 2 else "positive"

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["exp"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        if self.power == 1:
            return Poisson().pointwise(raw, y, grad)
        if self.power == 2:
            return Gamma().pointwise(raw, y, grad)
        a, b = 1.0 - self.power, 2.0 - self.power
        pulled = y * np.exp(a * raw)
        np.exp(b * raw, out=grad)
        loss: Array = (y**b / (a * b) - pulled / a + grad / b).sum(axis=1)
        grad -= pulled
        return loss
