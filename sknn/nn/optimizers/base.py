"""What an optimizer is: settings that never change, and a state that is kept apart from them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from sknn.config import Config
from sknn.nn.typing import Array

__all__ = [
    "BLOCK",
    "Optimizer",
    "State",
    "StochasticOptimizer",
    "blocks",
    "scaled_step",
    "scratch_for",
]

#: What an optimizer remembers between steps: arrays and counters by name. The entry "scratch"
#: is working memory and is not saved.
State: TypeAlias = dict[str, Any]

#: Elements of the flat vector that a step works on at a time. Four such blocks of doubles stay
#: in a core's second-level cache; beyond it every pass would go to memory.
BLOCK = 16_384


class Optimizer(Config):
    """Base of all solvers, the full-batch L-BFGS included."""


class StochasticOptimizer(Optimizer, ABC):
    """A solver that makes one step per mini-batch, on the flat vectors of the network."""

    @abstractmethod
    def init(self, values: Array) -> State:
        """A fresh state for a flat parameter vector."""

    @abstractmethod
    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        """Change ``values`` and ``state`` in place; ``grads`` may be used as working memory."""


def blocks(*vectors: Array) -> Iterator[tuple[Array, ...]]:
    """Cut equally long vectors into cache-sized blocks, side by side."""
    size = len(vectors[0])
    if size <= BLOCK:
        yield vectors
        return
    for start in range(0, size, BLOCK):
        yield tuple(vector[start : start + BLOCK] for vector in vectors)


def scratch_for(values: Array) -> Array:
    """Working memory for one block."""
    return np.empty_like(values, shape=min(len(values), BLOCK))


def scaled_step(
    values: Array, direction: Array, square: Array, epsilon: float, rate: float, scratch: Array
) -> None:
    """values <- values - rate direction / (sqrt(square) + epsilon), element by element."""
    np.sqrt(square, out=scratch)
    scratch += epsilon
    np.divide(direction, scratch, out=scratch)
    scratch *= rate
    values -= scratch
