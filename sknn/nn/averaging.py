"""Averages of the weights: predict with the mean of many steps in place of the last one.

Steps with a constant learning rate wander around the minimum; their mean lies closer to it.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from sknn.config import Config, Range, param
from sknn.nn.optimizers.base import State, blocks, scratch_for
from sknn.nn.typing import Array
from sknn.registry import Registry

__all__ = ["AVERAGINGS", "EMA", "SWA", "Averaging", "Polyak"]


class Averaging(Config, ABC):
    """A running mean of the flat parameter vector: mean <- mean + share(t) (w - mean).

    Attributes
    ----------
    per_step : bool
        True where each step counts, False where only the last one of each epoch does.
    """

    per_step: ClassVar[bool] = True

    start: float = param(0.0, Range(0, 1, closed="left"))

    @abstractmethod
    def share(self, t: int) -> float:
        """Share of the t-th vector, counted from 1, in the mean of the first t."""

    def init(self, values: Array) -> State:
        """A state that has seen nothing yet."""
        return {"t": 0, "mean": np.zeros_like(values), "scratch": scratch_for(values)}

    def add(self, values: Array, state: State) -> None:
        """Take one more vector into the mean."""
        state["t"] += 1
        share = self.share(state["t"])
        for w, mean in blocks(values, state["mean"]):
            towards = np.subtract(w, mean, out=state["scratch"][: len(w)])
            towards *= share
            mean += towards


class Polyak(Averaging):
    """The plain mean of the weights after each step.

    Parameters
    ----------
    start : float in [0, 1), default=0.5
        Share of ``max_iter`` after which averaging begins, so that the way to the minimum does
        not count.

    Examples
    --------
    >>> state = Polyak().init(np.zeros(1))
    >>> for w in (1.0, 2.0, 6.0):
    ...     Polyak().add(np.array([w]), state)
    >>> state["mean"]
    array([3.])

    References
    ----------
    Polyak, Juditsky (1992), "Acceleration of stochastic approximation by averaging".
    """

    start: float = param(0.5, Range(0, 1, closed="left"))

    def share(self, t: int) -> float:
        return 1.0 / t


class EMA(Averaging):
    """The exponential moving average of the weights after each step.

    mean_t = sum_s decay^(t - s) w_s / sum_s decay^(t - s): early steps are forgotten, and the
    start is not biased towards 0.

    Parameters
    ----------
    start : float in [0, 1), default=0.0
        Share of ``max_iter`` after which averaging begins.
    decay : float in [0, 1), default=0.999
        How much of the mean a step leaves; about 1 / (1 - decay) steps count.

    Examples
    --------
    >>> state = EMA(decay=0.5).init(np.zeros(1))
    >>> for w in (0.0, 3.0):
    ...     EMA(decay=0.5).add(np.array([w]), state)
    >>> state["mean"]  # (0.5 * 0 + 1 * 3) / 1.5
    array([2.])

    References
    ----------
    Ruppert (1988), "Efficient estimations from a slowly convergent Robbins-Monro process"; with
    the correction of the start as in Kingma, Ba (2015), arXiv:1412.6980, sections 3 and 7.2.
    """

    decay: float = param(0.999, Range(0, 1, closed="left"))

    def share(self, t: int) -> float:
        return (1.0 - self.decay) / (1.0 - self.decay**t)


class SWA(Averaging):
    """The plain mean of the weights at the end of each epoch: stochastic weight averaging.

    Parameters
    ----------
    start : float in [0, 1), default=0.75
        Share of ``max_iter`` after which averaging begins. Keep the learning rate up from there
        on (``Constant``, or ``Cosine`` with short cycles), so that the epochs differ.

    Examples
    --------
    >>> state = SWA().init(np.zeros(1))
    >>> for w in (1.0, 2.0):
    ...     SWA().add(np.array([w]), state)
    >>> state["mean"]
    array([1.5])

    References
    ----------
    Izmailov, Podoprikhin, Garipov, Vetrov, Wilson (2018), "Averaging weights leads to wider optima
    and better generalization", arXiv:1803.05407, algorithm 1.
    """

    per_step: ClassVar[bool] = False

    start: float = param(0.75, Range(0, 1, closed="left"))

    def share(self, t: int) -> float:
        return 1.0 / t


AVERAGINGS: Registry[Averaging] = Registry(
    "averaging",
    Averaging,  # type: ignore[type-abstract]
    ema=EMA,
    polyak=Polyak,
    swa=SWA,
)
