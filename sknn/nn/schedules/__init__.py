"""Schedules: how the learning rate moves while training goes on, one registry."""

from typing import Any

from sknn.nn.schedules.base import START, Progress, Schedule, ScheduleState
from sknn.nn.schedules.decay import Constant, Exponential, InvScaling, Polynomial, StepDecay
from sknn.nn.schedules.reactive import Adaptive, ReduceOnPlateau
from sknn.nn.schedules.warmup import Warmup
from sknn.nn.schedules.waves import Cosine, CosLog, FlatCosine, OneCycle
from sknn.registry import PartRule, Registry

__all__ = [
    "SCHEDULES",
    "START",
    "Adaptive",
    "Constant",
    "CosLog",
    "Cosine",
    "Exponential",
    "FlatCosine",
    "Formula",
    "InvScaling",
    "OneCycle",
    "Polynomial",
    "Progress",
    "ReduceOnPlateau",
    "Schedule",
    "ScheduleState",
    "StepDecay",
    "Warmup",
]

SCHEDULES: Registry[Schedule] = Registry(
    "learning rate schedule",
    Schedule,  # type: ignore[type-abstract]
    constant=Constant,
    invscaling=InvScaling,
    adaptive=Adaptive,
    step=StepDecay,
    exponential=Exponential,
    polynomial=Polynomial,
    cosine=Cosine,
    one_cycle=OneCycle,
    plateau=ReduceOnPlateau,
    coslog=CosLog,
    flat_cosine=FlatCosine,
    warmup=Warmup,
)


class Formula:
    """Accepts a schedule that depends on nothing but how far training has come.

    >>> Formula().accepts("cosine"), Formula().accepts("plateau")
    (True, False)
    """

    rule = PartRule(SCHEDULES)

    def accepts(self, value: object) -> bool:
        return self.rule.accepts(value) and not _reacts(value)

    def describe(self) -> str:
        names = ", ".join(repr(name) for name in SCHEDULES if not _reacts(name))
        return f"a str among {{{names}}} or a Schedule object that does not react to the loss"

    def hint(self, value: object) -> str:
        return "" if self.rule.accepts(value) else self.rule.hint(value)


def _reacts(value: Any) -> bool:
    """Whether a schedule remembers how training went."""
    schedule = SCHEDULES.resolve(value)
    if isinstance(schedule, Warmup):
        return isinstance(schedule.schedule, Schedule) and _reacts(schedule.schedule)
    return bool(schedule.start())
