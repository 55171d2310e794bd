"""What an optimizer is: settings that never change, and a state that is kept apart from them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, TypeAlias

import numpy as np

from sknn.config import Config, Range, param
from sknn.nn.fast import add_scaled
from sknn.nn.schedules import SCHEDULES, START, Formula, Schedule
from sknn.nn.typing import Array

__all__ = [
    "BLOCK",
    "PASSING",
    "DecoupledDecay",
    "Optimizer",
    "State",
    "StochasticOptimizer",
    "blocks",
    "descend",
    "scaled_step",
    "scratch_for",
]

#: What an optimizer remembers between steps: arrays and counters by name. The entries of
#: ``PASSING`` are made anew by each run, and not saved.
State: TypeAlias = dict[str, Any]
#: Working memory, factors of the learning rate, and how far training has come.
PASSING = ("scratch", "rates", "progress")

#: Elements of the flat vector that a step works on at a time. Four such blocks of doubles stay
#: in a core's second-level cache; beyond it every pass would go to memory.
BLOCK = 16_384


class Optimizer(Config):
    """Base of all solvers, the full-batch L-BFGS included."""


class StochasticOptimizer(Optimizer, ABC):
    """A solver that makes one step per mini-batch, on the flat vectors of the network.

    Attributes
    ----------
    scale_free : bool
        Whether the length of a step is the same for a gradient ten times as long.
    """

    scale_free: ClassVar[bool] = True

    @abstractmethod
    def init(self, values: Array) -> State:
        """A fresh state for a flat parameter vector."""

    def start(self, values: Array, n_weights: int, rates: Array | None = None) -> State:
        """A fresh state that knows that only the first ``n_weights`` numbers are weights.

        ``rates`` are factors of the learning rate, one for each number.
        """
        return self.init(values) | {"n_weights": n_weights, "rates": rates}

    @abstractmethod
    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        """Change ``values`` and ``state`` in place; ``grads`` may be used as working memory.

        Where ``state["rates"]`` is an array, each number has its own ``rate`` times that factor.
        """


class DecoupledDecay(StochasticOptimizer, ABC):
    """Weight decay that is no part of the gradient: w <- w - lr * weight_decay * w, weights only.

    An L2 penalty (``alpha``) would go through the moments of the gradient, where an adaptive
    solver divides it away. Biases and the like do not decay.

    References
    ----------
    Loshchilov, Hutter (2019), "Decoupled weight decay regularization", arXiv:1711.05101.
    """

    weight_decay: float = param(0.01, Range(0, None))
    decay_schedule: str | Schedule = param("constant", Formula())

    def decay(self, values: Array, state: State, rate: float) -> None:
        """Take its share off each weight, in place."""
        weights = values[: state.get("n_weights", len(values))]
        schedule, progress = SCHEDULES.resolve(self.decay_schedule), state.get("progress", START)
        weights *= 1.0 - rate * schedule.rate(self.weight_decay, progress, {})


def blocks(*vectors: Any) -> Iterator[tuple[Any, ...]]:
    """Cut equally long vectors into cache-sized blocks, side by side; None stays None."""
    size = len(vectors[0])
    if size <= BLOCK:
        yield vectors
        return
    for start in range(0, size, BLOCK):
        block = slice(start, start + BLOCK)
        yield tuple(None if vector is None else vector[block] for vector in vectors)


def scratch_for(values: Array) -> Array:
    """Working memory for one block."""
    return np.empty_like(values, shape=min(len(values), BLOCK))


def descend(values: Array, direction: Array, rate: float, rates: Array | None) -> None:
    """values <- values - rate rates direction, element by element; overwrites ``direction``."""
    if rates is not None:
        direction *= rates
    add_scaled(values, direction, -rate)


def scaled_step(
    values: Array,
    direction: Array,
    square: Array,
    epsilon: float,
    rate: float,
    rates: Array | None,
    scratch: Array,
) -> None:
    """values <- values - rate rates direction / (sqrt(square) + epsilon), element by element."""
    np.sqrt(square, out=scratch)
    scratch += epsilon
    np.divide(direction, scratch, out=scratch)
    descend(values, scratch, rate, rates)
