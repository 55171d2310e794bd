"""What an activation function is."""

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

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> ReLU()(np.array([-2.0, 3.0]))
    array([0., 3.])
    """

    needs_input: ClassVar[bool] = False
    glorot_gain: ClassVar[float] = 6.0

    @abstractmethod
    def forward(self, x: Array, out: Array) -> None:
        """Write f(x) into ``out``, which may be ``x`` itself."""

    @abstractmethod
    def backward(self, x: Array, y: Array, grad: Array) -> None:
        """Multiply ``grad`` by f'(x) in place; ``x`` holds f(x) too unless ``needs_input``."""

    def __call__(self, x: Array) -> Array:
        """Return f(x) in a new array."""
        x = np.array(x, dtype=np.result_type(x, np.float32))
        out = np.empty_like(x)
        self.forward(x, out)
        return out
