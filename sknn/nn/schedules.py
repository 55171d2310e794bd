"""Schedules: how the learning rate moves while training goes on."""

from abc import ABC, abstractmethod
from typing import ClassVar

from sknn.config import Config, Range, param
from sknn.registry import Registry

__all__ = ["SCHEDULES", "Adaptive", "Constant", "InvScaling", "Schedule"]


class Schedule(Config, ABC):
    """A rule for the learning rate.

    Attributes
    ----------
    only_sgd_by_name : bool
        True for scikit-learn's schedules, whose names do nothing with a solver other than
        ``"sgd"``, as in scikit-learn. Passed as an object, a schedule works with any solver.
    last_words : str
        What ``verbose`` says when the schedule has no rate left to try.
    """

    only_sgd_by_name: ClassVar[bool] = False
    last_words: ClassVar[str] = "Stopping."

    @abstractmethod
    def after_epoch(self, rate: float, initial: float, samples: int) -> float:
        """The rate of the next epoch.

        Parameters
        ----------
        rate, initial : float
            The rate of this epoch, and ``learning_rate_init``.
        samples : int
            Training rows seen since the first epoch, repeats counted.
        """

    def on_plateau(self, rate: float) -> float | None:
        """The rate to go on with when training no longer improves; None to stop."""
        return None


class Constant(Schedule):
    """The learning rate stays as it is."""

    def after_epoch(self, rate: float, initial: float, samples: int) -> float:
        return rate


class InvScaling(Schedule):
    """The rate falls with a power of the rows seen: initial / (samples + 1) ** power_t.

    Counted in rows, as in scikit-learn, so the fall in the first epochs is steep.

    Examples
    --------
    >>> round(InvScaling().after_epoch(rate=0.1, initial=0.1, samples=1000), 5)
    0.00316
    """

    only_sgd_by_name: ClassVar[bool] = True

    power_t: float = param(0.5, Range(0, None))

    def after_epoch(self, rate: float, initial: float, samples: int) -> float:
        return float(initial / (samples + 1) ** self.power_t)


class Adaptive(Schedule):
    """The rate is divided by 5 each time training stops improving, until it is 1e-6 or less.

    Examples
    --------
    >>> Adaptive().on_plateau(0.1), Adaptive().on_plateau(1e-6)
    (0.02, None)
    """

    only_sgd_by_name: ClassVar[bool] = True
    last_words: ClassVar[str] = "Learning rate too small. Stopping."

    def after_epoch(self, rate: float, initial: float, samples: int) -> float:
        return rate

    def on_plateau(self, rate: float) -> float | None:
        return rate / 5.0 if rate > 1e-6 else None


SCHEDULES: Registry[Schedule] = Registry(
    "learning rate schedule",
    Schedule,  # type: ignore[type-abstract]
    constant=Constant,
    invscaling=InvScaling,
    adaptive=Adaptive,
)
