"""Schedules that rise and fall, moving a little before each step."""

import math

from sknn.config import AnyOf, Exactly, Range, param
from sknn.nn.schedules.base import Progress, Schedule, ScheduleState

__all__ = ["CosLog", "Cosine", "FlatCosine", "OneCycle"]


class _Wave(Schedule):
    """Base of the schedules whose rate moves before each step."""

    @property
    def per_step(self) -> bool:
        return True


def half_cosine(start: float, end: float, share: float) -> float:
    """From ``start`` to ``end`` along half a cosine, as ``share`` goes from 0 to 1."""
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * share))


class Cosine(_Wave):
    """The rate falls along half a cosine, and may start anew several times.

    initial * (end + (1 - end) (1 + cos(pi t)) / 2), where t goes from 0 to 1 within a cycle.

    Parameters
    ----------
    cycle : int >= 1 or None, default=None
        Epochs of the first cycle; None makes one cycle of all ``max_iter`` epochs, without
        restarts.
    growth : float >= 1, default=1.0
        Each cycle is so many times as long as the one before.
    end : float in [0, 1), default=0.0
        Share of the starting rate at the end of a cycle.

    Examples
    --------
    >>> [round(Cosine().rate(1.0, Progress(e, 4), {}), 3) for e in range(5)]
    [1.0, 0.854, 0.5, 0.146, 0.0]
    >>> [round(Cosine(cycle=2).rate(1.0, Progress(e, 4), {}), 3) for e in range(4)]
    [1.0, 0.5, 1.0, 0.5]

    References
    ----------
    Loshchilov, Hutter (2017), "SGDR: Stochastic gradient descent with warm restarts",
    arXiv:1608.03983, eq. 5.
    """

    cycle: int | None = param(None, AnyOf(Range(1, None, integer=True), Exactly(None)))
    growth: float = param(1.0, Range(1, None))
    end: float = param(0.0, Range(0, 1, closed="left"))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        return float(initial * half_cosine(1.0, self.end, self._within_cycle(at)))

    def _within_cycle(self, at: Progress) -> float:
        if self.cycle is None:
            return at.share
        epoch, length = at.epoch, float(self.cycle)
        if self.growth == 1.0:
            return epoch % length / length
        # cycles end at length (growth^k - 1) / (growth - 1)
        k = math.floor(math.log1p(epoch * (self.growth - 1.0) / length) / math.log(self.growth))
        start = length * (self.growth**k - 1.0) / (self.growth - 1.0)
        return min(max((epoch - start) / (length * self.growth**k), 0.0), 1.0)


class OneCycle(_Wave):
    """The rate rises to its largest value and then falls far below the start, in one cycle.

    From initial / ``start_divisor`` up to initial along half a cosine in the first
    ``rise`` share of training, then down to initial / (start_divisor * end_divisor).
    ``learning_rate_init`` is the largest rate, so it may be larger than for other schedules.

    Parameters
    ----------
    rise : float in (0, 1), default=0.3
        Share of the epochs in which the rate rises.
    start_divisor : float >= 1, default=25.0
        How many times smaller the rate is at the start.
    end_divisor : float >= 1, default=10000.0
        How many times smaller still at the end.

    Examples
    --------
    >>> [round(OneCycle().rate(1.0, Progress(e, 10), {}), 3) for e in (0, 3, 10)]
    [0.04, 1.0, 0.0]

    References
    ----------
    Smith, Topin (2019), "Super-convergence: very fast training of neural networks using large
    learning rates", arXiv:1708.07120; with half cosines in place of straight lines, as in the
    fastai library.
    """

    rise: float = param(0.3, Range(0, 1, closed="neither"))
    start_divisor: float = param(25.0, Range(1, None))
    end_divisor: float = param(1e4, Range(1, None))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        start = initial / self.start_divisor
        if at.share < self.rise:
            return float(half_cosine(start, initial, at.share / self.rise))
        fall = (at.share - self.rise) / (1.0 - self.rise)
        return float(half_cosine(initial, start / self.end_divisor, fall))


class FlatCosine(_Wave):
    """The rate stays for a part of training, and then falls to 0 along half a cosine.

    initial for t < ``flat``, then initial * (1 + cos(pi (t - flat) / (1 - flat))) / 2, with
    t = epoch / max_iter.

    Parameters
    ----------
    flat : float in [0, 1), default=0.5
        Share of the epochs in which the rate stays as it is.

    Examples
    --------
    >>> [round(FlatCosine().rate(1.0, Progress(e, 8), {}), 3) for e in (0, 4, 6, 8)]
    [1.0, 1.0, 0.5, 0.0]

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", arXiv:2407.04491, section 3 (flat_cos, for dropout and weight decay).
    """

    flat: float = param(0.5, Range(0, 1, closed="left"))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        fall = max(at.share - self.flat, 0.0) / (1.0 - self.flat)
        return float(half_cosine(initial, 0.0, fall))


class CosLog(_Wave):
    """Waves that get longer: the rate starts at 0, rises and falls several times.

    initial * (1 - cos(2 pi log2(1 + (2^cycles - 1) t))) / 2 with t = epoch / max_iter. The first
    waves explore, the last one, half of all epochs, refines. Made for rates that are large for
    Adam, such as 0.04.

    Parameters
    ----------
    cycles : int >= 1, default=4
        Number of waves.

    Examples
    --------
    >>> [round(CosLog().rate(1.0, Progress(e, 15), {}), 3) for e in (0, 1, 3, 7, 15)]
    [0.0, 0.0, 0.0, 0.0, 0.0]
    >>> round(CosLog(cycles=1).rate(1.0, Progress(math.sqrt(2) - 1, 1), {}), 3)
    1.0

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", arXiv:2407.04491, section 3 (coslog4).
    """

    cycles: int = param(4, Range(1, 50, closed="both", integer=True))

    def rate(self, initial: float, at: Progress, state: ScheduleState) -> float:
        wave = math.log2(1.0 + (2.0**self.cycles - 1.0) * at.share)
        return float(initial * 0.5 * (1.0 - math.cos(2.0 * math.pi * wave)))
