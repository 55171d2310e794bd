"""Steps: activations of two values, whose true derivative teaches nothing."""

from typing import ClassVar

import numpy as np

from sknn.config import Flag, param
from sknn.nn.activations.base import Activation
from sknn.nn.typing import Array

__all__ = ["BinaryStep"]


class BinaryStep(Activation):
    """Fire or stay silent: the threshold unit of the first artificial neurons.

    f(x) = 1 for x >= 0 and 0 elsewhere (so f(0) = 1), f'(x) = 0, range [0, 1], values 0 and 1
    only. With derivative 0 no layer up to the step can learn, and training warns of it. With
    ``straight_through`` training uses the slope 1 for |x| <= 1 and 0 elsewhere in place of the
    derivative: the saturated straight-through estimator.

    Parameters
    ----------
    straight_through : bool, default=False
        Whether training may pass through the step.

    Examples
    --------
    >>> BinaryStep()(np.array([-1.0, 0.0, 2.0]))
    array([0., 1., 1.])
    >>> x, grad = np.array([-3.0, 0.5]), np.array([0.2, 0.2])
    >>> BinaryStep(straight_through=True).backward(x, None, grad)
    >>> grad
    array([0. , 0.2])

    References
    ----------
    McCulloch, Pitts (1943), "A logical calculus of the ideas immanent in nervous activity".
    Bengio, Léonard, Courville (2013), "Estimating or propagating gradients through stochastic
    neurons for conditional computation", arXiv:1308.3432, for the estimator.
    Hubara, Courbariaux, Soudry, El-Yaniv, Bengio (2016), "Binarized neural networks",
    arXiv:1602.02830, eq. 4, for its saturation.
    """

    needs_input: ClassVar[bool] = True

    straight_through: bool = param(False, Flag())

    @property
    def has_gradient(self) -> bool:
        return bool(self.straight_through)

    @property
    def surrogate_gradient(self) -> bool:
        return bool(self.straight_through)

    @property
    def range(self) -> tuple[float, float]:
        return 0.0, 1.0

    def forward(self, x: Array, out: Array) -> None:
        np.greater_equal(x, 0.0, out=out)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        if self.straight_through:
            grad *= np.abs(x) <= 1.0
        else:
            grad.fill(0.0)
