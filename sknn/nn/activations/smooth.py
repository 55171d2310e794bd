"""Smooth rectifiers: close to ReLU, with a derivative that has no jump."""

import math
from typing import Any, ClassVar

import numpy as np
from scipy.special import ndtr

from sknn.config import Choice, Range, param
from sknn.nn.activations.base import Activation
from sknn.nn.express import Ops, softplus
from sknn.nn.fast import zeros
from sknn.nn.typing import Array

__all__ = ["GELU", "Mish", "SiLU", "Softplus"]

SQRT_2_OVER_PI = math.sqrt(2.0 / math.pi)
GELU_CUBE = 0.044715  # the published fit of the tanh approximation

#: Least values, found by minimization: at x = -1.2785, -0.7518, -0.7525 and -1.1924.
SILU_LOW, GELU_LOW, GELU_TANH_LOW, MISH_LOW = (
    -0.278464542761074,
    -0.169971207479904,
    -0.170040750571255,
    -0.308843413017251,
)


class Softplus(Activation):
    """The integral of the logistic function: ReLU with a rounded corner.

    f(x) = log(1 + exp(x)), f'(x) = 1 / (1 + exp(-x)) = 1 - exp(-f(x)), range (0, inf).

    References
    ----------
    Dugas, Bengio, Bélisle, Nadeau, Garcia (2001), "Incorporating second-order functional
    knowledge for better option pricing", eq. 3.
    """

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, math.inf

    def forward(self, x: Array, out: Array) -> None:
        # max(x, 0) + log(1 + exp(-|x|)): 7 times as fast as np.logaddexp, and as safe
        rounded = np.abs(x)
        np.negative(rounded, out=rounded)
        np.exp(rounded, out=rounded)
        np.log1p(rounded, out=rounded)
        np.maximum(x, zeros(x), out=out)
        out += rounded

    def express(self, ops: Ops, x: Any) -> Any:
        return softplus(ops, x)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        grad *= -np.expm1(-y)


class SiLU(Activation):
    """The input times its logistic: the sigmoid linear unit, also called swish.

    f(x) = x s(beta x) with s(z) = 1 / (1 + exp(-z)),
    f'(x) = s(beta x) + beta x s(beta x) (1 - s(beta x)), range [-0.278 / beta, inf).

    Parameters
    ----------
    beta : float > 0, default=1
        Sharpness: towards 0 the function is x / 2, towards infinity ReLU.

    References
    ----------
    Elfwing, Uchibe, Doya (2018), "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", arXiv:1702.03118.
    Ramachandran, Zoph, Le (2017), "Searching for activation functions", arXiv:1710.05941.
    """

    needs_input: ClassVar[bool] = True

    beta: float = param(1.0, Range(0, None, closed="neither"))

    @property
    def range(self) -> tuple[float, float]:
        return SILU_LOW / self.beta, math.inf

    def forward(self, x: Array, out: Array) -> None:
        np.divide(x, self._one_plus_exp(x), out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return x / (1.0 + ops.exp(-self.beta * x))

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        s = self._one_plus_exp(x)
        np.divide(1.0, s, out=s)
        slope = 1.0 - s
        slope *= y
        slope *= self.beta
        slope += s
        grad *= slope

    def _one_plus_exp(self, x: Array) -> Array:
        """1 + exp(-beta x) = 1 / s(beta x): 4 times as fast as ``scipy.special.expit``."""
        with np.errstate(over="ignore"):  # 1 / inf is the 0 that is meant
            result: Array = np.exp(-self.beta * x)
        result += 1.0
        return result


class GELU(Activation):
    """The input times the probability that a standard normal number is smaller.

    f(x) = x P(x) with the normal distribution function P and density p,
    f'(x) = P(x) + x p(x), range [-0.17, inf). The approximation is
    f(x) = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), with its own derivative.

    Parameters
    ----------
    approximate : {"none", "tanh"}, default="none"
        Exact, or the approximation, which other libraries' models may have been trained with.

    References
    ----------
    Hendrycks, Gimpel (2016), "Gaussian error linear units (GELUs)", arXiv:1606.08415, section 2.
    """

    needs_input: ClassVar[bool] = True

    approximate: str = param("none", Choice(("none", "tanh")))

    @property
    def range(self) -> tuple[float, float]:
        return (GELU_LOW if self.approximate == "none" else GELU_TANH_LOW), math.inf

    def forward(self, x: Array, out: Array) -> None:
        share = ndtr(x) if self.approximate == "none" else 0.5 * (1.0 + self._tanh(x))
        np.multiply(x, share, out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        if self.approximate == "none":
            return x * (0.5 * (1.0 + ops.erf(x * math.sqrt(0.5))))
        return x * (0.5 * (1.0 + ops.tanh(SQRT_2_OVER_PI * (x + GELU_CUBE * x * x * x))))

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        if self.approximate == "none":
            slope = np.exp(-0.5 * x * x)
            slope *= x
            slope /= math.sqrt(2.0 * math.pi)
            # y / x is P(x), which ndtr takes ten times as long for
            with np.errstate(invalid="ignore"):
                share = y / x
            share[x == 0.0] = 0.5
            slope += share
            grad *= slope
            return
        t = self._tanh(x)
        inner = SQRT_2_OVER_PI * (1.0 + 3.0 * GELU_CUBE * x * x)
        grad *= 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * inner

    def _tanh(self, x: Array) -> Array:
        result: Array = np.tanh(SQRT_2_OVER_PI * (x + GELU_CUBE * x * x * x))
        return result


class Mish(Activation):
    """The input times the tanh of its softplus.

    f(x) = x t(x) with t(x) = tanh(log(1 + exp(x))),
    f'(x) = t(x) + x (1 - t(x)^2) / (1 + exp(-x)), range [-0.309, inf).

    References
    ----------
    Misra (2020), "Mish: a self regularized non-monotonic activation function",
    arXiv:1908.08681.
    """

    needs_input: ClassVar[bool] = True

    @property
    def range(self) -> tuple[float, float]:
        return MISH_LOW, math.inf

    def forward(self, x: Array, out: Array) -> None:
        _, n = self._parts(x)
        n /= n + 2.0
        np.multiply(x, n, out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        w = ops.exp(ops.minimum(x, 20.0))
        n = w * (w + 2.0)
        return x * (n / (n + 2.0))

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        w, n = self._parts(x)
        t = n / (n + 2.0)
        # 1 - t^2 = 4 (n + 1) / (n + 2)^2
        grad *= t + x * (4.0 * (n + 1.0) / np.square(n + 2.0)) * (w / (1.0 + w))

    def _parts(self, x: Array) -> tuple[Array, Array]:
        """w = exp(x), and n = w (w + 2), of which t = n / (n + 2): one exponential is all it takes.

        From x = 20 on, where t is 1 in any precision, x is cut off, so that nothing overflows.
        """
        w = np.exp(np.minimum(x, 20.0))
        return w, w * (w + 2.0)
