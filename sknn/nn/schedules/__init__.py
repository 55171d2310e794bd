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
    """Accepts a schedule that depends on nothing but how far training has come."""

    rule = PartRule(SCHEDULES)

    def accepts(self, value: object) -> bool:
        if not self.rule.accepts(value):
            return False
        schedule: Any = value
        return not SCHEDULES.resolve(schedule).start()

    def describe(self) -> str:
        return f"{self.rule.describe()}, of those that do not react to the loss"

    def hint(self, value: object) -> str:
        return self.rule.hint(value)
