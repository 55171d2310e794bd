"""Adaptive step sizes: each weight divides its step by the size of its own gradients so far."""

import numpy as np

from sknn.config import Range, param
from sknn.nn.optimizers.base import (
    State,
    StochasticOptimizer,
    blocks,
    descend,
    scaled_step,
    scratch_for,
)
from sknn.nn.typing import Array

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


class Adagrad(StochasticOptimizer):
    """Divide by the root of the sum of all squared gradients, so that steps only get smaller.

    s <- s + g^2; w <- w - lr g / (sqrt(s) + eps). It wants a larger learning rate than Adam,
    such as 0.01.

    Parameters
    ----------
    epsilon : float > 0, default=1e-8
        Keeps the division finite.

    Examples
    --------
    >>> w, solver = np.array([1.0]), Adagrad()
    >>> solver.step(w, np.array([5.0]), solver.init(w), rate=0.1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    Duchi, Hazan, Singer (2011), "Adaptive subgradient methods for online learning and stochastic
    optimization", eq. 1 with the diagonal matrix.
    """

    epsilon: float = param(1e-8, Range(0, None, closed="neither"))

    def init(self, values: Array) -> State:
        return {"sum_square": np.zeros_like(values), "scratch": scratch_for(values)}

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        for w, g, s, r in blocks(values, grads, state["sum_square"], state.get("rates")):
            scratch = np.multiply(g, g, out=state["scratch"][: len(w)])
            s += scratch
            scaled_step(w, g, s, self.epsilon, rate, r, scratch)


class RMSprop(StochasticOptimizer):
    """Divide by the root of the running mean of the squared gradients.

    s <- rho s + (1 - rho) g^2; w <- w - lr g / (sqrt(s) + eps).

    Parameters
    ----------
    rho : float in [0, 1), default=0.9
        How much of the running mean is kept.
    epsilon : float > 0, default=1e-8
        Keeps the division finite.

    Examples
    --------
    >>> w, solver = np.array([1.0]), RMSprop(rho=0.0)
    >>> solver.step(w, np.array([5.0]), solver.init(w), rate=0.1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    Tieleman, Hinton (2012), "Lecture 6.5 - RMSprop", Coursera: Neural networks for machine
    learning.
    """

    rho: float = param(0.9, Range(0, 1, closed="left"))
    epsilon: float = param(1e-8, Range(0, None, closed="neither"))

    def init(self, values: Array) -> State:
        return {"mean_square": np.zeros_like(values), "scratch": scratch_for(values)}

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        for w, g, s, r in blocks(values, grads, state["mean_square"], state.get("rates")):
            scratch = np.multiply(g, g, out=state["scratch"][: len(w)])
            scratch *= 1.0 - self.rho
            s *= self.rho
            s += scratch
            scaled_step(w, g, s, self.epsilon, rate, r, scratch)


class Adadelta(StochasticOptimizer):
    """Like RMSprop, but the step has the size of the steps so far, in the units of the weights.

    s <- rho s + (1 - rho) g^2; d = g sqrt(u + delta) / sqrt(s + delta);
    u <- rho u + (1 - rho) d^2; w <- w - lr d. Made for ``learning_rate_init=1``.

    Parameters
    ----------
    rho : float in [0, 1), default=0.95
        How much of both running means is kept.
    delta : float > 0, default=1e-6
        Starts the steps, which are of size sqrt(delta) at first.

    Examples
    --------
    >>> w, solver = np.array([1.0]), Adadelta(rho=0.0)
    >>> solver.step(w, np.array([5.0]), solver.init(w), rate=1.0)
    >>> w.round(6)
    array([0.999])

    References
    ----------
    Zeiler (2012), "ADADELTA: an adaptive learning rate method", arXiv:1212.5701, algorithm 1.
    """

    rho: float = param(0.95, Range(0, 1, closed="left"))
    delta: float = param(1e-6, Range(0, None, closed="neither"))

    def init(self, values: Array) -> State:
        return {
            "mean_square": np.zeros_like(values),
            "mean_square_step": np.zeros_like(values),
            "scratch": scratch_for(values),
        }

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        means = state["mean_square"], state["mean_square_step"]
        for w, g, s, u, r in blocks(values, grads, *means, state.get("rates")):
            scratch = np.multiply(g, g, out=state["scratch"][: len(w)])
            scratch *= 1.0 - self.rho
            s *= self.rho
            s += scratch
            np.add(u, self.delta, out=scratch)
            scratch /= s + self.delta
            np.sqrt(scratch, out=scratch)
            g *= scratch  # now the step d
            np.multiply(g, g, out=scratch)
            scratch *= 1.0 - self.rho
            u *= self.rho
            u += scratch
            descend(w, g, rate, r)
