"""Warm-up: a gentle start before any other schedule."""

from sknn.config import Choice, Instance, Range, param
from sknn.nn.schedules.base import Progress, Schedule, ScheduleState
from sknn.nn.schedules.decay import Constant

__all__ = ["Warmup"]


class Warmup(Schedule):
    """The rate rises from a small share in the first epochs, then follows another schedule.

    Within the first ``epochs`` epochs the other schedule's rate is multiplied by
    s + (1 - s) t (linear) or s ** (1 - t) (exponential), where s is ``start_share`` and t goes
    from 0 to 1. The other schedule counts from the beginning, so its end stays where it was.

    Parameters
    ----------
    schedule : Schedule, default=Constant()
        What is followed.
    epochs : float > 0, default=5.0
        Length of the warm-up.
    start_share : float in (0, 1], default=0.01
        Share of the rate at the first step.
    shape : {"linear", "exponential"}, default="linear"
        How the rate rises.

    Examples
    --------
    >>> warm = Warmup(epochs=4, start_share=0.2)
    >>> [round(warm.rate(1.0, Progress(e, 10), {}), 3) for e in (0, 2, 4, 9)]
    [0.2, 0.6, 1.0, 1.0]

    References
    ----------
    Goyal et al. (2017), "Accurate, large minibatch SGD", arXiv:1706.02677, section 2.2.
    """

    schedule: Schedule = param(Constant(), Instance((Schedule,), "a Schedule object"))
    epochs: float = param(5.0, Range(0, None, closed="neither"))
    start_share: float = param(0.01, Range(0, 1, closed="right"))
    shape: str = param("linear", Choice(("linear", "exponential")))

    @property
    def per_step(self) -> bool:
        return True

    def start(self) -> ScheduleState:
        return self.schedule.start()

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        rate = self.schedule.rate(initial, at, state)
        if at.epoch >= self.epochs:
            return rate
        done, s = at.epoch / self.epochs, self.start_share
        return rate * (s + (1.0 - s) * done if self.shape == "linear" else s ** (1.0 - done))

    def after_epoch(self, badness: float, state: ScheduleState) -> None:
        self.schedule.after_epoch(badness, state)

    def on_plateau(self, rate: float, state: ScheduleState) -> bool:
        return self.schedule.on_plateau(rate, state)

    @property
    def last_words(self) -> str:  # type: ignore[override]
        return self.schedule.last_words
