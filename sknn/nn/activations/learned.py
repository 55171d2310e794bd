"""Activations that learn: each unit has numbers of its own, trained like its weights."""

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from sknn.config import Range, param
from sknn.nn.activations.base import Activation
from sknn.nn.activations.smooth import Mish
from sknn.nn.express import Ops, missing, own_formula
from sknn.nn.params import Param
from sknn.nn.typing import Array

__all__ = ["LearnedActivation", "PReLU", "Parametric"]

#: The numbers of each unit by name, arrays of shape (n_units,).
Learned = dict[str, Array]


class LearnedActivation(Activation, ABC):
    """An activation y = f(x; a) with numbers a that are learned for each unit.

    As a plain function it is what it is before training.

    Attributes
    ----------
    stacks : bool
        Whether it works as it is for a stack of networks: on ``x`` of shape (k, n, n_units) with
        numbers of shape (k, n_units).
    """

    needs_input: ClassVar[bool] = True
    stacks: ClassVar[bool] = False

    @abstractmethod
    def start(self) -> dict[str, float]:
        """The starting value of each learned number."""

    @abstractmethod
    def forward_with(self, learned: Any, x: Array, out: Array) -> None:
        """Write f(x; a) into ``out``, which may be ``x`` itself."""

    @abstractmethod
    def backward_with(
        self, learned: Any, grads: Learned | None, x: Array, y: Array, grad: Array
    ) -> None:
        """Multiply ``grad`` by df/dx in place, and write the gradients of the numbers."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_formula(cls, LearnedActivation, "forward_with", "express_with")

    def express_with(self, ops: Ops, learned: Any, x: Any) -> Any:
        """f(x; a) as a formula; see :mod:`sknn.nn.express`."""
        raise missing(self, "express_with(ops, learned, x)")

    def declare(self, n_units: int) -> dict[str, Param]:
        """The wish for memory."""
        return {
            name: Param((n_units,), "constant", fill=value) for name, value in self.start().items()
        }

    def express(self, ops: Ops, x: Any) -> Any:
        return self.express_with(ops, self.start(), x)

    def forward(self, x: Array, out: Array) -> None:
        self.forward_with(self.start(), x, out)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        self.backward_with(self.start(), None, x, y, grad)


def _of_rows(number: Any) -> Any:
    """A learned number of each unit so that it multiplies rows; one for all units as it is."""
    return number[..., np.newaxis, :] if isinstance(number, np.ndarray) else number


class PReLU(LearnedActivation):
    """A leaky ReLU whose slope is learned for each unit.

    f(x) = x for x > 0 and a x elsewhere, f'(x) = 1 or a, range (-inf, inf), with a learned from
    ``initial_slope`` on; df/da = min(x, 0).

    Parameters
    ----------
    initial_slope : float, default=0.25
        Where each slope a starts.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 1.
    """

    stacks: ClassVar[bool] = True

    initial_slope: float = param(0.25, Range(None, None))

    def start(self) -> dict[str, float]:
        return {"slope": self.initial_slope}

    @property
    def range(self) -> tuple[float, float]:
        return (-math.inf if self.initial_slope > 0 else 0.0), math.inf

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return (0.0,)

    def forward_with(self, learned: Any, x: Array, out: Array) -> None:
        below = np.minimum(x, 0.0)
        below *= _of_rows(learned["slope"])
        np.maximum(x, 0.0, out=out)
        out += below

    def express_with(self, ops: Ops, learned: Any, x: Any) -> Any:
        return ops.maximum(x, 0.0) + learned["slope"] * ops.minimum(x, 0.0)

    def backward_with(
        self, learned: Any, grads: Learned | None, x: Array, y: Array, grad: Array
    ) -> None:
        if grads is not None:
            np.einsum("...ij,...ij->...j", grad, np.minimum(x, 0.0), out=grads["slope"])
        slopes = np.broadcast_to(np.asarray(_of_rows(learned["slope"]), grad.dtype), grad.shape)
        np.multiply(grad, slopes, out=grad, where=x <= 0.0)


class _NotLearned:
    """Accepts an activation object that learns nothing itself."""

    def accepts(self, value: object) -> bool:
        return isinstance(value, Activation) and not isinstance(value, LearnedActivation)

    def describe(self) -> str:
        return "an Activation object that learns nothing itself, such as Mish()"

    def hint(self, value: object) -> str:
        if isinstance(value, type) and issubclass(value, Activation):
            return f" Did you mean {value.__name__}()?"
        return ""


class Parametric(LearnedActivation):
    """Any activation with a share, learned for each unit, of how much it bends.

    f(x) = x + a (g(x) - x), f'(x) = 1 + a (g'(x) - 1), range (-inf, inf), with a learned from
    ``initial`` on; df/da = g(x) - x. At a = 0 the unit is linear, at a = 1 it is the activation g
    itself.

    Parameters
    ----------
    activation : Activation, default=Mish()
        The activation g, which must not be one that learns.
    initial : float, default=1.0
        Where each share a starts.

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", arXiv:2407.04491, section 3.
    """

    stacks: ClassVar[bool] = True

    activation: Activation = param(Mish(), _NotLearned())
    initial: float = param(1.0, Range(None, None))

    def start(self) -> dict[str, float]:
        return {"share": self.initial}

    @property
    def glorot_gain(self) -> float:  # type: ignore[override]
        return self.activation.glorot_gain

    @property
    def surrogate_gradient(self) -> bool:
        return self.activation.surrogate_gradient

    @property
    def kinks(self) -> tuple[float, ...] | None:
        return self.activation.kinks

    def without_surrogate(self) -> "Parametric":
        return Parametric(self.activation.without_surrogate(), self.initial)

    @property
    def range(self) -> tuple[float, float]:
        return self.activation.range if self.initial == 1.0 else (-math.inf, math.inf)

    def forward_with(self, learned: Any, x: Array, out: Array) -> None:
        # (1 - a) x + a g(x), since g(x) - x has lost the digits of g where x is large
        share = _of_rows(learned["share"])
        linear = x * (1.0 - share)
        self.activation.forward(x, out)
        out *= share
        out += linear

    def express_with(self, ops: Ops, learned: Any, x: Any) -> Any:
        share = learned["share"]
        return (1.0 - share) * x + share * self.activation.express(ops, x)

    def backward_with(
        self, learned: Any, grads: Learned | None, x: Array, y: Array, grad: Array
    ) -> None:
        inner = np.empty_like(x)
        self.activation.forward(x, inner)
        slope = grad.copy()
        self.activation.backward(x if self.activation.needs_input else inner, inner, slope)
        if grads is not None:
            inner -= x
            np.einsum("...ij,...ij->...j", grad, inner, out=grads["share"])
        slope -= grad
        slope *= _of_rows(learned["share"])
        grad += slope
