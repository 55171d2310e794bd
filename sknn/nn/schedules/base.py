"""What a schedule of the learning rate is: settings that never change, and a state kept apart."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from sknn.config import Config

__all__ = ["START", "Progress", "Schedule", "ScheduleState"]

#: What a schedule remembers from epoch to epoch: numbers by name, saved with the estimator.
ScheduleState: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """How far training has come, as a schedule sees it.

    Parameters
    ----------
    epoch : float
        Epochs finished, counted over all calls of ``partial_fit``; within an epoch the share of
        its batches that are done is added.
    n_epochs : int
        The most there can be: ``max_iter``.
    samples : int
        Training rows seen, repeats counted.
    """

    epoch: float
    n_epochs: int
    samples: int = 0

    @property
    def share(self) -> float:
        """The part of all epochs that is done, from 0 to 1."""
        return min(1.0, self.epoch / self.n_epochs)


#: Where training begins.
START = Progress(0.0, 1)


class Schedule(Config, ABC):
    """A rule for the learning rate.

    Most schedules are a formula in :meth:`rate`. One that reacts to how training goes keeps
    numbers in a state, which :meth:`start` makes and :meth:`after_epoch` changes.

    Attributes
    ----------
    only_sgd_by_name : bool
        True for scikit-learn's schedules, whose names do nothing with a solver other than
        ``"sgd"``, as in scikit-learn. Passed as an object, a schedule works with any solver.
    per_step : bool
        True where the rate moves before each step, and not only after each epoch.
    last_words : str
        What ``verbose`` says when the schedule has no rate left to try.
    """

    only_sgd_by_name: ClassVar[bool] = False
    last_words: ClassVar[str] = "Stopping."

    @property
    def per_step(self) -> bool:
        return False

    @abstractmethod
    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        """The learning rate at a point of training; ``initial`` is ``learning_rate_init``."""

    def start(self) -> ScheduleState:
        """A fresh state."""
        return {}

    def after_epoch(self, badness: float, state: ScheduleState) -> None:
        """Take note of an epoch: its loss, or minus its validation score where there is one."""

    def on_plateau(self, rate: float, state: ScheduleState) -> bool:
        """Training no longer improves: True to go on with a lower rate, False to stop."""
        return False
