"""Schedules that react to how training goes."""

import math
from typing import ClassVar

from sknn.config import Range, param
from sknn.nn.schedules.base import Progress, Schedule, ScheduleState

__all__ = ["Adaptive", "ReduceOnPlateau"]


class Adaptive(Schedule):
    """The rate is divided by 5 each time training would stop, until it is 1e-6 or less.

    "Would stop" is more than ``n_iter_no_change`` epochs without improvement by ``tol``, as in
    scikit-learn.

    Examples
    --------
    >>> schedule, at = Adaptive(), Progress(epoch=20, n_epochs=100)
    >>> state = schedule.start()
    >>> schedule.on_plateau(0.1, state), schedule.rate(0.1, at, state)
    (True, 0.02)
    >>> schedule.on_plateau(1e-6, state)
    False
    """

    only_sgd_by_name: ClassVar[bool] = True
    last_words: ClassVar[str] = "Learning rate too small. Stopping."

    def start(self) -> ScheduleState:
        return {"n_divisions": 0}

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        for _ in range(state["n_divisions"]):  # one by one, to round as scikit-learn does
            initial /= 5.0
            if not initial:
                break
        return initial

    def on_plateau(self, rate: float, state: ScheduleState) -> bool:
        if rate <= 1e-6:
            return False
        state["n_divisions"] += 1
        return True


class ReduceOnPlateau(Schedule):
    """The rate is multiplied by a factor after some epochs without improvement.

    It watches the validation score where there is one, else the loss. Unlike
    :class:`Adaptive` it has a patience of its own, so training still stops by
    ``n_iter_no_change``, which should be the larger of the two.

    Parameters
    ----------
    factor : float in (0, 1), default=0.5
        What the rate is multiplied by.
    patience : int >= 1, default=5
        Epochs without improvement before that.
    threshold : float >= 0, default=1e-4
        A change by less than this share of the best value is no improvement.
    lowest : float >= 0, default=1e-3
        The rate does not fall below this share of ``learning_rate_init``.

    Examples
    --------
    >>> schedule = ReduceOnPlateau(factor=0.5, patience=2)
    >>> state = schedule.start()
    >>> for loss in (1.0, 1.0, 1.0):
    ...     schedule.after_epoch(loss, state)
    >>> schedule.rate(0.1, Progress(epoch=3, n_epochs=100), state)
    0.05
    """

    factor: float = param(0.5, Range(0, 1, closed="neither"))
    patience: int = param(5, Range(1, None, integer=True))
    threshold: float = param(1e-4, Range(0, None))
    lowest: float = param(1e-3, Range(0, 1))

    def start(self) -> ScheduleState:
        return {"factor": 1.0, "best": float("inf"), "count": 0}

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        return float(initial * state["factor"])

    def after_epoch(self, badness: float, state: ScheduleState) -> None:
        best = state["best"]
        if math.isinf(best) or badness < best - self.threshold * abs(best):
            state["best"], state["count"] = badness, 0
            return
        state["count"] += 1
        if state["count"] >= self.patience:
            state["factor"] = max(state["factor"] * self.factor, self.lowest)
            state["count"] = 0
