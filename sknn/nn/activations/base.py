"""What an activation function is."""

import functools
import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from sknn.config import Config
from sknn.nn.express import Ops, missing, own_formula
from sknn.nn.typing import Array

__all__ = ["Activation"]


class Activation(Config, ABC):
    """An element-wise function y = f(x) with its derivative.

    Attributes
    ----------
    needs_input : bool
        False where f'(x) can be had from y alone; then the network keeps one array less.
    glorot_gain : float
        Factor on the variance of Glorot's uniform distribution under ``initializer="auto"``.
    gain : float
        1 / sqrt(E f(z)^2) for a standard normal z: what weights of variance 1 / fan_in must be
        multiplied by to keep the mean square of the signal from layer to layer; sqrt(2) for ReLU,
        sqrt(2 / (1 + a^2)) for a leaky ReLU, and 1 where the mean square is 0 or infinite.
    range : tuple of float
        A lower and an upper bound of f; (-inf, inf) unless a subclass says otherwise.
    has_gradient : bool
        False where f' is 0 everywhere, so that nothing can be learned through it.
    surrogate_gradient : bool
        True where ``backward`` is made up for training, and is not the derivative of f.
    kinks : tuple of float, or None
        Of a function of straight lines, where one ends and the next begins; None of others.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> ReLU()(np.array([-2.0, 3.0]))
    array([0., 3.])
    >>> ReLU().range, round(ReLU().gain, 4)
    ((0.0, inf), 1.4142)

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, section 2.2, for
    the gain of rectifiers; the same argument for any function.
    """

    needs_input: ClassVar[bool] = False
    glorot_gain: ClassVar[float] = 6.0

    @property
    def has_gradient(self) -> bool:
        return True

    @property
    def surrogate_gradient(self) -> bool:
        return False

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return None

    @property
    def range(self) -> tuple[float, float]:
        return -math.inf, math.inf

    @property
    def gain(self) -> float:
        z, weight = _standard_normal()
        mean_square = float(weight @ np.square(self(z)))
        return 1.0 / math.sqrt(mean_square) if 0.0 < mean_square < math.inf else 1.0

    @abstractmethod
    def forward(self, x: Array, out: Array) -> None:
        """Write f(x) into ``out``, which may be ``x`` itself."""

    @abstractmethod
    def backward(self, x: Array, y: Array, grad: Array) -> None:
        """Multiply ``grad`` by f'(x) in place; ``x`` holds f(x) too unless ``needs_input``."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_formula(cls, Activation, "forward", "express")

    def express(self, ops: Ops, x: Any) -> Any:
        """f(x) as a formula, from which other programs are made; see :mod:`sknn.nn.express`."""
        raise missing(self, "express(ops, x)")

    def without_surrogate(self) -> "Activation":
        """The same function with its own derivative as ``backward``."""
        return self

    def __call__(self, x: Array) -> Array:
        """Return f(x) in a new array."""
        given = np.asarray(x)
        x = np.atleast_1d(given).astype(np.result_type(given.dtype, np.float32))
        out = np.empty_like(x)
        self.forward(x, out)
        return out.reshape(given.shape)


@functools.cache
def _standard_normal() -> tuple[Array, Array]:
    """Nodes and weights that integrate with the normal density from -10 to 10.

    Gauss-Legendre quadrature from each whole number to the next: exact to rounding also for
    functions with kinks or jumps there, where Gauss-Hermite quadrature gives 3 digits.
    """
    nodes, weights = np.polynomial.legendre.leggauss(16)
    z = (np.arange(-10, 10)[:, np.newaxis] + 0.5 + 0.5 * nodes).ravel()
    density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return z, np.tile(0.5 * weights, 20) * density
