"""Adam and its family."""

import math

import numpy as np

from sknn.config import Range, param
from sknn.nn.optimizers.base import State, StochasticOptimizer, blocks, scratch_for
from sknn.nn.typing import Array

__all__ = ["Adam"]


class Adam(StochasticOptimizer):
    """Adaptive moments: each weight has its own step size, from running means of its gradient.

    m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2;
    w <- w - lr sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + eps).

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), default=0.9 and 0.999
        How much of the running means of the gradient and of its square is kept.
    epsilon : float > 0, default=1e-8
        Keeps the division finite.

    Examples
    --------
    >>> w, solver = np.array([1.0]), Adam()
    >>> solver.step(w, np.array([123.0]), solver.init(w), rate=0.1)
    >>> w.round(6)  # the first step has the length of the rate, whatever the gradient
    array([0.9])

    References
    ----------
    Kingma, Ba (2015), "Adam: A method for stochastic optimization", arXiv:1412.6980, section 2
    (the form at its end, with the bias correction in the step size).
    """

    beta_1: float = param(0.9, Range(0, 1, closed="left"))
    beta_2: float = param(0.999, Range(0, 1, closed="left"))
    epsilon: float = param(1e-8, Range(0, None, closed="neither"))

    def init(self, values: Array) -> State:
        return {
            "t": 0,
            "mean": np.zeros_like(values),
            "mean_square": np.zeros_like(values),
            "scratch": scratch_for(values),
        }

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        state["t"] = t = state["t"] + 1
        rate *= math.sqrt(1.0 - self.beta_2**t) / (1.0 - self.beta_1**t)
        for w, g, m, v in blocks(values, grads, state["mean"], state["mean_square"]):
            scratch = state["scratch"][: len(w)]
            np.multiply(g, 1.0 - self.beta_1, out=scratch)
            m *= self.beta_1
            m += scratch
            g *= g
            g *= 1.0 - self.beta_2
            v *= self.beta_2
            v += g
            np.sqrt(v, out=scratch)
            scratch += self.epsilon
            np.divide(m, scratch, out=scratch)
            scratch *= rate
            w -= scratch
