"""Losses, penalties and optimizer steps that have a compiled form, and how it is called.

A part that is not in a table here works all the same, in NumPy: a new one needs a kernel only
where it is worth the while. Tables hold exact classes, since a subclass may change the formula.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from sknn.nn.losses import LogLoss, Loss, SquaredError
from sknn.nn.losses.base import Target
from sknn.nn.optimizers import SGD, Adam, AdamW, Optimizer, State
from sknn.nn.penalties import L2, Penalty
from sknn.nn.typing import Array

__all__ = ["has_stand_in", "stand_in_for_loss", "stand_in_for_penalty", "stand_in_for_step"]

ValueAndGrad: TypeAlias = Callable[[Array, Target, Array | None, Array], float]
OptimizerStep: TypeAlias = Callable[[Array, Array, State, float], None]
AddPenalty: TypeAlias = Callable[[Array, Array, float], float]

#: Weights that count all rows alike, by the type of a number.
EQUAL: dict[Any, Array] = {np.dtype(kind): np.empty(0, kind) for kind in (np.float32, np.float64)}


def _log_loss(loss: LogLoss, kernels: ModuleType) -> ValueAndGrad:
    smoothing = loss.label_smoothing
    exclusive, binary = kernels.exclusive_log_loss, kernels.binary_log_loss

    def value_and_grad(raw: Array, y: Target, weight: Array | None, grad: Array) -> float:
        kernel = exclusive if y.ndim == 1 else binary
        weight = EQUAL[raw.dtype] if weight is None else weight
        value: float = kernel(raw, y, weight, grad, smoothing)
        return value

    return value_and_grad


def _squared_error(loss: SquaredError, kernels: ModuleType) -> ValueAndGrad:
    kernel = kernels.squared_error

    def value_and_grad(raw: Array, y: Target, weight: Array | None, grad: Array) -> float:
        weight = EQUAL[raw.dtype] if weight is None else weight
        value: float = kernel(raw, y, weight, grad)
        return value

    return value_and_grad


def _l2(penalty: L2, kernels: ModuleType) -> AddPenalty:
    kernel, alpha = kernels.l2, penalty.alpha

    def add(weights: Array, grads: Array, total: float) -> float:
        if not alpha:
            return 0.0
        squares: float = kernel(weights, grads, alpha / total)
        return 0.5 * alpha * squares / total

    return add


def _adam(optimizer: Adam, kernels: ModuleType) -> OptimizerStep:
    kernel = kernels.adam
    beta_1, beta_2, epsilon = optimizer.beta_1, optimizer.beta_2, optimizer.epsilon

    def step(values: Array, grads: Array, state: State, rate: float) -> None:
        rate = optimizer.corrected_rate(state, rate)
        kernel(values, grads, state["mean"], state["mean_square"], rate, beta_1, beta_2, epsilon)

    return step


def _adamw(optimizer: AdamW, kernels: ModuleType) -> OptimizerStep:
    adam = _adam(optimizer, kernels)

    def step(values: Array, grads: Array, state: State, rate: float) -> None:
        optimizer.decay(values, state, rate)
        adam(values, grads, state, rate)

    return step


def _sgd(optimizer: SGD, kernels: ModuleType) -> OptimizerStep:
    if not optimizer.momentum:
        return optimizer.step
    kernel, mu, nesterov = kernels.momentum, optimizer.momentum, optimizer.nesterovs_momentum

    def step(values: Array, grads: Array, state: State, rate: float) -> None:
        kernel(values, grads, state["velocity"], rate, mu, nesterov)

    return step


LOSSES: dict[type[Loss], Callable[[Any, ModuleType], ValueAndGrad]] = {
    LogLoss: _log_loss,
    SquaredError: _squared_error,
}
PENALTIES: dict[type[Penalty], Callable[[Any, ModuleType], AddPenalty]] = {L2: _l2}
OPTIMIZERS: dict[type[Optimizer], Callable[[Any, ModuleType], OptimizerStep]] = {
    Adam: _adam,
    AdamW: _adamw,
    SGD: _sgd,
}


def has_stand_in(part: Loss | Penalty | Optimizer) -> bool:
    """Whether a part has a compiled form."""
    return any(type(part) in table for table in (LOSSES, PENALTIES, OPTIMIZERS))


def stand_in_for_loss(loss: Loss, kernels: ModuleType) -> ValueAndGrad:
    """``loss.value_and_grad`` or its compiled form."""
    make = LOSSES.get(type(loss))
    return make(loss, kernels) if make else loss.value_and_grad


def stand_in_for_penalty(penalty: Penalty, kernels: ModuleType) -> AddPenalty:
    """``penalty.add`` or its compiled form."""
    make = PENALTIES.get(type(penalty))
    return make(penalty, kernels) if make else penalty.add


def stand_in_for_step(optimizer: Any, kernels: ModuleType) -> OptimizerStep:
    """``optimizer.step`` or its compiled form."""
    make = OPTIMIZERS.get(type(optimizer))
    return make(optimizer, kernels) if make else optimizer.step  # type: ignore[no-any-return]
