"""Schedules that only fall: from the starting rate downwards, epoch by epoch."""

from typing import ClassVar

from sknn.config import Range, param
from sknn.nn.schedules.base import Progress, Schedule, ScheduleState

__all__ = ["Constant", "Exponential", "InvScaling", "Polynomial", "StepDecay"]


class Constant(Schedule):
    """The learning rate stays as it is."""

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        return initial


class InvScaling(Schedule):
    """The rate falls with a power of the rows seen: initial / (samples + 1) ** power_t.

    Counted in rows, as in scikit-learn, so the fall in the first epochs is steep.

    Parameters
    ----------
    power_t : float >= 0, default=0.5
        The power.

    Examples
    --------
    >>> at = Progress(epoch=1, n_epochs=10, samples=1000)
    >>> round(InvScaling().rate(0.1, at, {}), 5)
    0.00316

    References
    ----------
    Robbins, Monro (1951), "A stochastic approximation method", for powers in (0.5, 1].
    """

    only_sgd_by_name: ClassVar[bool] = True

    power_t: float = param(0.5, Range(0, None))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        return float(initial / (at.samples + 1) ** self.power_t)


class StepDecay(Schedule):
    """The rate is multiplied by a factor after every so many epochs.

    initial * factor ** floor(epoch / every).

    Parameters
    ----------
    every : int >= 1, default=30
        Epochs between two steps.
    factor : float in (0, 1), default=0.1
        What the rate is multiplied by.

    Examples
    --------
    >>> [StepDecay(every=2, factor=0.5).rate(1.0, Progress(e, 10), {}) for e in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]

    References
    ----------
    He, Zhang, Ren, Sun (2016), "Deep residual learning for image recognition", section 3.4, which
    divides by 10 each time.
    """

    every: int = param(30, Range(1, None, integer=True))
    factor: float = param(0.1, Range(0, 1, closed="neither"))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        return float(initial * self.factor ** (int(at.epoch) // self.every))


class Exponential(Schedule):
    """The rate is multiplied by a factor after each epoch: initial * factor ** epoch.

    Parameters
    ----------
    factor : float in (0, 1), default=0.95
        What the rate is multiplied by; 0.95 halves it in about 14 epochs.

    Examples
    --------
    >>> round(Exponential(factor=0.9).rate(1.0, Progress(epoch=2, n_epochs=10), {}), 6)
    0.81

    References
    ----------
    Senior, Heigold, Ranzato, Yang (2013), "An empirical study of learning rates in deep neural
    networks for speech recognition", eq. 5.
    """

    factor: float = param(0.95, Range(0, 1, closed="neither"))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        return float(initial * self.factor**at.epoch)


class Polynomial(Schedule):
    """The rate falls along a power of the time that is left, a straight line by default.

    initial * (end + (1 - end) (1 - epoch / max_iter) ** power).

    Parameters
    ----------
    power : float > 0, default=1.0
        1 is a straight line; larger powers fall sooner.
    end : float in [0, 1), default=0.01
        Share of the starting rate at the end.

    Examples
    --------
    >>> Polynomial(end=0.0).rate(1.0, Progress(epoch=75, n_epochs=100), {})
    0.25

    References
    ----------
    Chen, Papandreou, Kokkinos, Murphy, Yuille (2018), "DeepLab", arXiv:1606.00915, section 4.1.2
    ("poly").
    """

    power: float = param(1.0, Range(0, None, closed="neither"))
    end: float = param(0.01, Range(0, 1, closed="left"))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        left = (1.0 - at.share) ** self.power
        return float(initial * (self.end + (1.0 - self.end) * left))
