"""The quantile loss: how large is the target in all but so many of a hundred cases?"""

from itertools import pairwise

import numpy as np

from sknn.config import AnyOf, Range, param
from sknn.nn.links import LINKS, IncreasingLink, Link
from sknn.nn.losses.base import RegressionLoss, Target
from sknn.nn.typing import Array

__all__ = ["Quantile"]

_LEVEL = Range(0.0, 1.0, closed="neither")


class _Levels:
    """Several levels of quantiles, the lowest first."""

    def accepts(self, value: object) -> bool:
        return (
            isinstance(value, tuple)
            and len(value) > 1
            and all(_LEVEL.accepts(level) for level in value)
            and all(low < high for low, high in pairwise(value))
        )

    def describe(self) -> str:
        return "a tuple of several such floats, the lowest first"

    def hint(self, value: object) -> str:
        try:
            levels = tuple(sorted({float(level) for level in value}))  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            return ""
        return f" Did you mean {levels!r}?" if self.accepts(levels) else ""


class Quantile(RegressionLoss):
    """The pinball loss, whose minimum is a quantile of the target, or several that never cross.

    For the level a and the prediction q, l = a max(y - q, 0) + (1 - a) max(q - y, 0), summed over
    the levels and the targets; the gradient with respect to q is (1 - a) where q >= y, else -a.

    With several levels the network has one raw output for each level of each target. The first
    is the lowest quantile, and each next one adds softplus(raw) >= 0
    (:class:`~sknn.nn.links.IncreasingLink`), so the predicted quantiles never cross.

    Parameters
    ----------
    quantiles : float in (0, 1), or a tuple of several, the lowest first, default=0.5
        The levels. 0.5 is the median; (0.1, 0.5, 0.9) is the median in a band that holds 80
        percent of the targets.

    Examples
    --------
    >>> raw, grad = np.array([[3.0]]), np.empty((1, 1))
    >>> Quantile(quantiles=0.75).value_and_grad(raw, np.array([[5.0]]), None, grad), grad.tolist()
    (1.5, [[-0.75]])

    References
    ----------
    Koenker, Bassett (1978), "Regression Quantiles".
    """

    quantiles: float | tuple[float, ...] = param(0.5, AnyOf(_LEVEL, _Levels()))

    @property
    def levels(self) -> tuple[float, ...]:
        """The levels as a tuple, also where there is one."""
        return self.quantiles if isinstance(self.quantiles, tuple) else (self.quantiles,)

    @property
    def outputs_per_target(self) -> int:
        return len(self.levels)

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["identity"] if len(self.levels) == 1 else IncreasingLink(len(self.levels))

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        link, levels = self.link(None), self.levels
        link.inverse(raw, out=grad)
        loss = np.zeros(len(raw), raw.dtype)
        for k, level in enumerate(levels):
            predicted = grad[:, k :: len(levels)]  # of all targets, and then their gradient
            missing = y - predicted
            np.subtract(missing <= 0, level, out=predicted)
            loss -= np.einsum("ij,ij->i", missing, predicted)
        if isinstance(link, IncreasingLink):
            link.backward(raw, grad)
        return loss
