"""Learned activations: functions with numbers for each unit that are trained as weights are."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sknn.config import Range, param
from sknn.nn.activations.base import Activation
from sknn.nn.activations.smooth import Mish
from sknn.nn.typing import Array

__all__ = ["LearnedActivation", "PReLU", "Parametric"]


class LearnedActivation(Activation, ABC):
    """An activation y = f(x; a) with numbers a that each unit learns for itself.

    A subclass names them with their starting values in :attr:`start`, and computes element by
    element; the layer keeps one number per unit and adds up the gradients of the rows. They are
    not penalized. Called as a plain function it is f at the starting values.

    Examples
    --------
    >>> PReLU(initial_slope=0.5).start
    {'slope': 0.5}
    >>> PReLU(initial_slope=0.5)(np.array([-2.0, 3.0]))
    array([-1.,  3.])
    """

    needs_input: ClassVar[bool] = True

    @property
    @abstractmethod
    def start(self) -> dict[str, float]:
        """Starting value of each learned number, by name."""

    @abstractmethod
    def forward_with(self, learned: Mapping[str, Array], x: Array, out: Array) -> None:
        """Write f(x; a) into ``out``, which may be ``x`` itself.

        ``learned`` holds the numbers by name, with one entry per unit, that is per column of x.
        """

    @abstractmethod
    def backward_with(
        self, learned: Mapping[str, Array], x: Array, y: Array, grad: Array
    ) -> dict[str, Array]:
        """Multiply ``grad`` by df/dx in place, and return it multiplied by df/da.

        Returns
        -------
        products : dict of array of the shape of x
            By name, ``grad`` as it was given times df/da for each element.
        """

    def forward(self, x: Array, out: Array) -> None:
        self.forward_with(self._at_start(x), x, out)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        self.backward_with(self._at_start(x), x, y, grad)

    def _at_start(self, x: Array) -> dict[str, Array]:
        return {name: np.asarray(value, x.dtype) for name, value in self.start.items()}


class PReLU(LearnedActivation):
    """Keep what is positive and a slope of the rest that each unit learns.

    f(x) = x for x > 0 and a x elsewhere, f'(x) = 1 or a, df/da = min(x, 0), range (-inf, inf)
    for a > 0 and [0, inf) for a <= 0. With a = 0 it is ReLU.

    Parameters
    ----------
    initial_slope : float, default=0.25
        What a starts at. ``activation_parameters_`` of a fitted estimator holds what it became.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> X, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), [2.0, 1.0, 1.0, 2.0]
    >>> net = MLPRegressorX(hidden_layer_sizes=3, activation=PReLU(), random_state=0)
    >>> net.set_params(solver="lbfgs").fit(X, y).activation_parameters_[0]["slope"].round(2)
    array([ 0.28, -0.68,  0.24])

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", arXiv:1502.01852, eq. 1 to 3.
    """

    initial_slope: float = param(0.25, Range(None, None, closed="neither"))

    @property
    def start(self) -> dict[str, float]:
        return {"slope": self.initial_slope}

    @property
    def range(self) -> tuple[float, float]:
        return (-np.inf if self.initial_slope > 0 else 0.0), np.inf

    def forward_with(self, learned: Mapping[str, Array], x: Array, out: Array) -> None:
        negative = np.minimum(x, 0.0)
        negative *= learned["slope"]
        np.maximum(x, 0.0, out=out)
        out += negative

    def backward_with(
        self, learned: Mapping[str, Array], x: Array, y: Array, grad: Array
    ) -> dict[str, Array]:
        product = np.minimum(x, 0.0)
        product *= grad
        np.multiply(grad, learned["slope"], out=grad, where=x <= 0.0)
        return {"slope": product}


class _FixedActivation:
    """Accepts an activation object that learns nothing itself."""

    def accepts(self, value: object) -> bool:
        return isinstance(value, Activation) and not isinstance(value, LearnedActivation)

    def describe(self) -> str:
        return "an Activation object without learned numbers of its own, such as Mish()"

    def hint(self, value: object) -> str:
        if isinstance(value, type) and issubclass(value, Activation):
            return f" Did you mean {value.__name__}()?"
        return ""


class Parametric(LearnedActivation):
    """Let each unit learn how far it follows an activation and how far it stays linear.

    y = x + a (f(x) - x), dy/dx = 1 + a (f'(x) - 1), dy/da = f(x) - x, with f the function of
    ``activation`` and a learned by each unit. a = 0 is the identity and a = 1 is f. The range is
    that of f for a = 1, and otherwise depends on a.

    Parameters
    ----------
    activation : Activation, default=Mish()
        The function f. A search reaches its settings as ``activation__activation__alpha``.
        RealMLP uses Mish for regression and SELU for classification.
    initial : float, default=1.0
        What a starts at. ``activation_parameters_`` of a fitted estimator holds what it became.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> Parametric(ReLU(), initial=0.75)(np.array([-2.0, 3.0]))
    array([-0.5,  3. ])

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and
    boosted trees on tabular data", arXiv:2407.04491, section 3 ("parametric activations").
    """

    activation: Activation = param(Mish(), _FixedActivation())
    initial: float = param(1.0, Range(None, None, closed="neither"))

    @property
    def start(self) -> dict[str, float]:
        return {"share": self.initial}

    @property
    def glorot_gain(self) -> float:  # type: ignore[override]
        return self.activation.glorot_gain

    @property
    def surrogate_gradient(self) -> bool:
        return self.activation.surrogate_gradient

    @property
    def range(self) -> tuple[float, float]:
        return self.activation.range if self.initial == 1.0 else (-np.inf, np.inf)

    def forward_with(self, learned: Mapping[str, Array], x: Array, out: Array) -> None:
        share = learned["share"]
        linear = x * (1.0 - share)  # not x + a (f - x), which has lost f's digits where x is large
        self.activation.forward(x, out)
        out *= share
        out += linear

    def backward_with(
        self, learned: Mapping[str, Array], x: Array, y: Array, grad: Array
    ) -> dict[str, Array]:
        share, bent, slope = learned["share"], np.empty_like(x), np.ones_like(x)
        self.activation.forward(x, bent)
        self.activation.backward(x if self.activation.needs_input else bent, bent, slope)
        slope *= share
        slope += 1.0 - share
        bent -= x
        bent *= grad
        grad *= slope
        return {"share": bent}
