"""Schedules: how the learning rate moves while training goes on, one registry."""

from sknn.nn.schedules.base import Progress, Schedule, ScheduleState
from sknn.nn.schedules.decay import Constant, Exponential, InvScaling, Polynomial, StepDecay
from sknn.nn.schedules.reactive import Adaptive, ReduceOnPlateau
from sknn.nn.schedules.warmup import Warmup
from sknn.nn.schedules.waves import Cosine, CosLog, OneCycle
from sknn.registry import Registry

__all__ = [
    "SCHEDULES",
    "Adaptive",
    "Constant",
    "CosLog",
    "Cosine",
    "Exponential",
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
    warmup=Warmup,
)
