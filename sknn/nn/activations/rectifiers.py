"""Rectifiers: activations that keep what is positive and treat the rest in their own way."""

import math
from typing import Any

import numpy as np

from sknn.config import Range, param
from sknn.nn.activations.base import Activation
from sknn.nn.express import Ops
from sknn.nn.fast import zeros
from sknn.nn.typing import Array

__all__ = ["ELU", "SELU", "LeakyReLU", "ReLU"]

#: Where a network of SELU units keeps mean 0 and variance 1 (Klambauer et al. 2017, eq. 14).
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


class ReLU(Activation):
    """Keep what is positive, cut the rest to 0: the rectified linear unit.

    f(x) = max(0, x), f'(x) = 1 for x > 0 and 0 elsewhere, range [0, inf).

    References
    ----------
    Nair, Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".
    """

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, math.inf

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return (0.0,)

    def forward(self, x: Array, out: Array) -> None:
        np.maximum(x, zeros(x), out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.maximum(x, 0.0)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        grad *= y > zeros(y)


class LeakyReLU(Activation):
    """Keep what is positive and a small slope of the rest, so that no unit can die.

    f(x) = x for x > 0 and a x elsewhere, f'(x) = 1 or a, range (-inf, inf), with
    a = ``negative_slope``.

    References
    ----------
    Maas, Hannun, Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".
    """

    negative_slope: float = param(0.01, Range(0, 1, closed="neither"))

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return (0.0,)

    def forward(self, x: Array, out: Array) -> None:
        np.maximum(x, self.negative_slope * x, out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.maximum(x, self.negative_slope * x)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        # y has the sign of x, since the slope is positive; a product with where= takes 5 times
        # as long
        slope = (y > zeros(y)).astype(grad.dtype)
        np.maximum(slope, self.negative_slope, out=slope)
        grad *= slope


class ELU(Activation):
    """Keep what is positive and bend the rest softly towards -alpha.

    f(x) = x for x > 0 and alpha (exp(x) - 1) elsewhere, f'(x) = 1 or f(x) + alpha,
    range (-alpha, inf).

    References
    ----------
    Clevert, Unterthiner, Hochreiter (2016), "Fast and accurate deep network learning by
    exponential linear units", arXiv:1511.07289.
    """

    alpha: float = param(1.0, Range(0, None, closed="neither"))

    @property
    def range(self) -> tuple[float, float]:
        return -self.alpha, math.inf

    def forward(self, x: Array, out: Array) -> None:
        _exponential_linear(x, out, self.alpha)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.maximum(x, 0.0) + self.alpha * (ops.exp(ops.minimum(x, 0.0)) - 1.0)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        slope = np.minimum(y, zeros(y))
        slope += self.alpha  # as it should be below 0, and above where alpha is 1
        if self.alpha != 1.0:
            np.copyto(slope, 1.0, where=y > zeros(y))
        grad *= slope


class SELU(Activation):
    """An ELU scaled so that, from layer to layer, values keep mean 0 and variance 1.

    f(x) = s x for x > 0 and s a (exp(x) - 1) elsewhere, f'(x) = s or f(x) + s a, range
    (-s a, inf), with s = 1.0507 and a = 1.6733. Made for weights of variance 1 / fan_in.

    References
    ----------
    Klambauer, Unterthiner, Mayr, Hochreiter (2017), "Self-normalizing neural networks",
    arXiv:1706.02515, eq. 2 and 14.
    """

    @property
    def range(self) -> tuple[float, float]:
        return -SELU_SCALE * SELU_ALPHA, math.inf

    def forward(self, x: Array, out: Array) -> None:
        _exponential_linear(x, out, SELU_ALPHA)
        out *= SELU_SCALE

    def express(self, ops: Ops, x: Any) -> Any:
        below = SELU_ALPHA * (ops.exp(ops.minimum(x, 0.0)) - 1.0)
        return SELU_SCALE * (ops.maximum(x, 0.0) + below)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        slope = np.minimum(y, zeros(y))
        slope += SELU_SCALE * SELU_ALPHA  # as it should be below 0; three passes, no np.where
        above = (y > zeros(y)).astype(y.dtype)
        above *= SELU_SCALE * (SELU_ALPHA - 1.0)
        slope -= above
        grad *= slope


def _exponential_linear(x: Array, out: Array, alpha: float) -> None:
    negative = np.minimum(x, zeros(x))
    # expm1 takes ten times as long (1.3 and 0.12 ms for 256 x 256 numbers of float32); this one is
    # off by a rounding of 1 at most
    np.exp(negative, out=negative)
    negative -= 1.0
    negative *= alpha
    np.maximum(x, zeros(x), out=out)
    out += negative
