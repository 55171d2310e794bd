"""Parametrizations: how fast each kind of parameter learns, relative to the learning rate."""

from abc import ABC, abstractmethod

from sknn.config import Config, Range, param
from sknn.nn.params import Param
from sknn.registry import Registry

__all__ = ["NTK", "PARAMETRIZATIONS", "Parametrization", "Standard"]


class Parametrization(Config, ABC):
    """A rule for the learning rate of each parameter."""

    @abstractmethod
    def factor(self, of: Param, scale_free: bool) -> float:
        """What the learning rate of a parameter is multiplied by.

        Parameters
        ----------
        of : Param
            Its shape, which of weights ends with (fan_in, fan_out), and its role:
            ``"weight"``, ``"bias"``, ``"scale"`` of an input, ``"embedding"`` of numbers,
            ``"table"`` of categories, or ``"constant"`` of an activation or normalization.
        scale_free : bool
            Whether the length of the solver's steps is the same for a gradient ten times as long,
            as that of Adam; with SGD it is not.
        """


class Standard(Parametrization):
    """All parameters learn at the learning rate, as in scikit-learn: the factor is 1.

    Examples
    --------
    >>> Standard().factor(Param((400, 10), "weight"), scale_free=True)
    1.0
    """

    def factor(self, of: Param, scale_free: bool) -> float:
        return 1.0


class NTK(Parametrization):
    """Weights learn more slowly the more inputs their units have, as in the neural tangent kernel.

    Its layer z = x V / sqrt(fan_in) + b has weights W = V / sqrt(fan_in). A step of a solver such
    as Adam, whose length does not depend on that of the gradient, moves W by lr / sqrt(fan_in); a
    step of SGD by lr / fan_in. So a step of SGD moves the output alike at any width, and one of
    Adam by the root of the width in place of the width. The decay of AdamW and Lion takes the same
    share off W and V.

    The other kinds of parameters have factors of their own; tables of categories learn at the
    learning rate. Start with weights of variance 1 / fan_in, such as
    ``initializer=UnitVariance()``, and a rate that is large for Adam, such as 0.03.

    Parameters
    ----------
    bias : float > 0, default=0.1
        Factor on the learning rate of biases.
    scale : float > 0, default=6.0
        On that of the factors in front of the first layer (``input_scaling``).
    constant : float > 0, default=0.1
        On that of what activations, normalizations and embeddings of numbers learn.

    Examples
    --------
    >>> weight = Param((400, 10), "weight")
    >>> NTK().factor(weight, scale_free=True), NTK().factor(weight, scale_free=False)
    (0.05, 0.0025)

    References
    ----------
    Jacot, Gabriel, Hongler (2018), "Neural tangent kernel: convergence and generalization in
    neural networks", arXiv:1806.07572, section 2; the factors: Holzmüller, Grinsztajn, Steinwart
    (2024), arXiv:2407.04491, table A.1.
    """

    bias: float = param(0.1, Range(0, None, closed="neither"))
    scale: float = param(6.0, Range(0, None, closed="neither"))
    constant: float = param(0.1, Range(0, None, closed="neither"))

    def factor(self, of: Param, scale_free: bool) -> float:
        if of.role == "weight":
            fan_in = of.shape[-2]
            return float(fan_in ** (-0.5 if scale_free else -1.0))
        factors = {"bias": self.bias, "scale": self.scale, "table": 1.0}
        return float(factors.get(of.role, self.constant))


PARAMETRIZATIONS: Registry[Parametrization] = Registry(
    "parametrization",
    Parametrization,  # type: ignore[type-abstract]
    standard=Standard,
    ntk=NTK,
)
