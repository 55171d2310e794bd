"""Sigmoids: activations that squash the input between two bounds, and the identity."""

import math
from typing import Any, ClassVar

import numpy as np

from sknn.config import Flag, Range, param
from sknn.nn.activations.base import Activation
from sknn.nn.express import Ops
from sknn.nn.typing import Array

__all__ = [
    "SMHT",
    "BinaryStep",
    "HardSigmoid",
    "HardTanh",
    "Identity",
    "Logistic",
    "Softsign",
    "Tanh",
]

LARGEST_EXPONENT = 80.0  # exp of it is finite in float32, with room for a product


class Identity(Activation):
    """Leave the input as it is.

    f(x) = x, f'(x) = 1, range (-inf, inf). A network of identities is a linear model.
    """

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return ()

    def forward(self, x: Array, out: Array) -> None:
        if out is not x:
            np.copyto(out, x)

    def express(self, ops: Ops, x: Any) -> Any:
        return x

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        pass


class BinaryStep(Activation):
    """Answer yes or no: the threshold of the first artificial neurons.

    f(x) = 1 for x >= 0 and 0 elsewhere, f'(x) = 0, range [0, 1]. Since nothing can be learned
    through a derivative of 0, fitting a network with it warns. The straight-through estimator
    passes the gradient on where |x| <= 1, as if the step were a straight line there.

    Parameters
    ----------
    straight_through : bool, default=False
        Train by the straight-through estimator.

    References
    ----------
    McCulloch, Pitts (1943), "A logical calculus of the ideas immanent in nervous activity";
    Bengio, Léonard, Courville (2013), "Estimating or propagating gradients through stochastic
    neurons for conditional computation", arXiv:1308.3432, for the straight-through estimator;
    Hubara, Courbariaux, Soudry, El-Yaniv, Bengio (2016), "Binarized neural networks",
    arXiv:1602.02830, eq. 4, for its bound at 1.
    """

    needs_input: ClassVar[bool] = True

    straight_through: bool = param(False, Flag())

    @property
    def has_gradient(self) -> bool:
        return self.straight_through

    @property
    def surrogate_gradient(self) -> bool:
        return self.straight_through

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, 1.0

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return (0.0,)

    def without_surrogate(self) -> "BinaryStep":
        return self.with_params(straight_through=False)

    def forward(self, x: Array, out: Array) -> None:
        np.greater_equal(x, 0.0, out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.to_float(x >= 0.0)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        if self.straight_through:
            grad *= np.abs(x) <= 1.0
        else:
            grad.fill(0.0)


class Logistic(Activation):
    """Squash the input between 0 and 1.

    f(x) = 1 / (1 + exp(-x)), f'(x) = f(x) (1 - f(x)), range (0, 1). Computed as
    (1 + tanh(x / 2)) / 2, which never overflows and was measured 7 times faster than
    ``scipy.special.expit`` on a 200 x 100 block.

    References
    ----------
    Rumelhart, Hinton, Williams (1986), "Learning representations by back-propagating errors".
    """

    glorot_gain: ClassVar[float] = 2.0  # as scikit-learn initializes logistic networks

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, 1.0

    def forward(self, x: Array, out: Array) -> None:
        np.multiply(x, 0.5, out=out)
        np.tanh(out, out=out)
        out += 1.0
        out *= 0.5

    def express(self, ops: Ops, x: Any) -> Any:
        return 0.5 * (1.0 + ops.tanh(0.5 * x))

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        grad *= y
        grad *= 1.0 - y


class Tanh(Activation):
    """Squash the input between -1 and 1.

    f(x) = tanh(x), f'(x) = 1 - f(x)^2, range (-1, 1).

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), "Efficient BackProp", section 4.4.
    """

    @property
    def range(self) -> tuple[float, float]:
        return -1.0, 1.0

    def forward(self, x: Array, out: Array) -> None:
        np.tanh(x, out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.tanh(x)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        grad *= 1.0 - y * y


class SMHT(Activation):
    """Soboleva's modified hyperbolic tangent: a tanh whose two sides are shaped apart.

    f(x) = (exp(a x) - exp(-b x)) / (exp(c x) + exp(-d x)),
    f'(x) = (a exp(a x) + b exp(-b x) - f(x) (c exp(c x) - d exp(-d x)))
    / (exp(c x) + exp(-d x)), range (-1, 1). The range is that of a = c and b = d; with
    a = b = c = d = 1 it is tanh. Where a < c it goes to 0 for x -> inf, and where b < d for
    x -> -inf. Where a > c it grows without bound as exp((a - c) x), and is kept constant, with
    derivative 0, from exp(80) on; likewise where b > d.

    Parameters
    ----------
    a, b, c, d : float > 0, default=1
        Rates of the four exponentials; a <= c and b <= d keep the function bounded.

    References
    ----------
    Soboleva, Beskorovainyi (2008), "The utility function in problems of structural optimization
    of distributed objects", Kharkiv University of Air Forces.
    """

    needs_input: ClassVar[bool] = True

    a: float = param(1.0, Range(0, None, closed="neither"))
    b: float = param(1.0, Range(0, None, closed="neither"))
    c: float = param(1.0, Range(0, None, closed="neither"))
    d: float = param(1.0, Range(0, None, closed="neither"))

    @property
    def range(self) -> tuple[float, float]:
        return (-1.0 if self.b <= self.d else -math.inf), (1.0 if self.a <= self.c else math.inf)

    def forward(self, x: Array, out: Array) -> None:
        inside, up, down, largest = self._exponents(x)
        # exp(a x) - exp(-b x) is the larger of the two times 1 - exp(-(a + b) |x|), which has all
        # its digits near 0
        top = np.exp(np.maximum(self.a * inside, -self.b * inside) - largest)
        top *= np.expm1(-(self.a + self.b) * np.abs(inside))
        np.copysign(top, x, out=out)
        out /= np.exp(up - largest) + np.exp(down - largest)

    def express(self, ops: Ops, x: Any) -> Any:
        low, high = self._bounds
        if low is not None:
            x = ops.maximum(x, low)
        if high is not None:
            x = ops.minimum(x, high)
        up, down = self.c * x, -self.d * x
        largest = ops.maximum(up, down)
        top = ops.exp(ops.maximum(self.a * x, -self.b * x) - largest)
        top = top * -ops.expm1(-(self.a + self.b) * ops.abs(x))
        top = ops.where(x < 0.0, -top, top)
        return top / (ops.exp(up - largest) + ops.exp(down - largest))

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        inside, up, down, largest = self._exponents(x)
        slope = self.a * np.exp(self.a * inside - largest)
        slope += self.b * np.exp(-self.b * inside - largest)
        up, down = np.exp(up - largest), np.exp(down - largest)
        slope -= y * (self.c * up - self.d * down)
        slope /= up + down
        grad *= slope
        if inside is not x:
            grad *= inside == x

    @property
    def _bounds(self) -> tuple[float | None, float | None]:
        """From where on the function is kept constant, where it would grow without bound."""
        return (
            -LARGEST_EXPONENT / (self.b - self.d) if self.b > self.d else None,
            LARGEST_EXPONENT / (self.a - self.c) if self.a > self.c else None,
        )

    def _exponents(self, x: Array) -> tuple[Array, Array, Array, Array]:
        """x as far as the function is not cut off, c x, -d x and the larger of the two."""
        if self.range != (-1.0, 1.0):
            x = np.clip(x, *self._bounds)
        up, down = self.c * x, -self.d * x
        return x, up, down, np.maximum(up, down)


class Softsign(Activation):
    """Squash the input between -1 and 1, more gently than tanh.

    f(x) = x / (1 + |x|), f'(x) = 1 / (1 + |x|)^2 = (1 - |f(x)|)^2, range (-1, 1).

    References
    ----------
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", section 3; after Bergstra et al. (2009).
    """

    needs_input: ClassVar[bool] = True  # 1 - |f(x)| has lost its digits where |x| is large

    @property
    def range(self) -> tuple[float, float]:
        return -1.0, 1.0

    def forward(self, x: Array, out: Array) -> None:
        np.divide(x, 1.0 + np.abs(x), out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return x / (1.0 + ops.abs(x))

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        scale = 1.0 + np.abs(x)
        grad /= scale
        grad /= scale


class HardSigmoid(Activation):
    """A logistic function of three straight lines.

    f(x) = min(max(x / 6 + 1 / 2, 0), 1), f'(x) = 1 / 6 for |x| < 3 and 0 elsewhere,
    range [0, 1].

    References
    ----------
    Courbariaux, Bengio, David (2015), "BinaryConnect", arXiv:1511.00363, eq. 3, for the idea;
    Howard et al. (2019), "Searching for MobileNetV3", arXiv:1905.02244, for the slope of 1 / 6.
    """

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, 1.0

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return -3.0, 3.0

    def forward(self, x: Array, out: Array) -> None:
        np.multiply(x, 1.0 / 6.0, out=out)
        out += 0.5
        np.clip(out, 0.0, 1.0, out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.minimum(ops.maximum(x * (1.0 / 6.0) + 0.5, 0.0), 1.0)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        grad *= (y > 0.0) & (y < 1.0)
        grad *= 1.0 / 6.0


class HardTanh(Activation):
    """A tanh of three straight lines.

    f(x) = min(max(x, -1), 1), f'(x) = 1 for |x| < 1 and 0 elsewhere, range [-1, 1].

    References
    ----------
    Collobert (2004), "Large scale machine learning", PhD thesis, Université Paris VI.
    """

    @property
    def range(self) -> tuple[float, float]:
        return -1.0, 1.0

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return -1.0, 1.0

    def forward(self, x: Array, out: Array) -> None:
        np.clip(x, -1.0, 1.0, out=out)

    def express(self, ops: Ops, x: Any) -> Any:
        return ops.minimum(ops.maximum(x, -1.0), 1.0)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        grad *= np.abs(y) < 1.0
