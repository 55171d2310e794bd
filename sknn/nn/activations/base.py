"""What an activation function is."""

import functools
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from sknn.config import Config
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
        multiplied by to keep the mean square of the signal from layer to layer; sqrt(2) for ReLU.
    has_gradient : bool
        False where f' is 0 everywhere, so that nothing can be learned through it.
    surrogate_gradient : bool
        True where ``backward`` is made up for training, and is not the derivative of f.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> ReLU()(np.array([-2.0, 3.0]))
    array([0., 3.])
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
    def gain(self) -> float:
        return _gain(self)

    @abstractmethod
    def forward(self, x: Array, out: Array) -> None:
        """Write f(x) into ``out``, which may be ``x`` itself."""

    @abstractmethod
    def backward(self, x: Array, y: Array, grad: Array) -> None:
        """Multiply ``grad`` by f'(x) in place; ``x`` holds f(x) too unless ``needs_input``."""

    def __call__(self, x: Array) -> Array:
        """Return f(x) in a new array."""
        x = np.asarray(x)
        x = x.astype(np.result_type(x.dtype, np.float32))
        out = np.empty_like(x)
        self.forward(x, out)
        return out


@functools.lru_cache(maxsize=256)
def _gain(activation: Activation) -> float:
    """The gain by the trapezoidal rule, which is exact to 4 digits for kinks and jumps too.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, section 2.2, for
    ReLU and leaky ReLU; the same argument for any function.
    """
    z = np.linspace(-12.0, 12.0, 24_001)
    density = np.exp(-0.5 * z * z)
    mean_square = np.sum(activation(z) ** 2 * density) / np.sum(density)
    return float(1.0 / np.sqrt(mean_square)) if mean_square > 0 else 1.0
