"""Steps by the sign of the gradient alone."""

import numpy as np

from sknn.config import Range, param
from sknn.nn.optimizers.base import (
    DecoupledDecay,
    State,
    StochasticOptimizer,
    blocks,
    descend,
    scratch_for,
)
from sknn.nn.typing import Array

__all__ = ["Lion", "Rprop"]


class Lion(DecoupledDecay):
    """Evolved sign momentum: each weight moves by the rate, in the direction of a running mean.

    w <- w - lr weight_decay w for weights; w <- w - lr sign(b1 m + (1 - b1) g);
    m <- b2 m + (1 - b2) g. It wants a rate 3 to 10 times smaller than Adam's, and a decay larger
    by as much.

    Parameters
    ----------
    beta_1 : float in [0, 1), default=0.9
        Share of the running mean in the direction of the step.
    beta_2 : float in [0, 1), default=0.99
        How much of the running mean is kept.
    weight_decay : float >= 0, default=0.01
        Share of a weight, times the learning rate, that is taken off in each step.
    decay_schedule : str or Schedule, default="constant"
        How ``weight_decay`` moves from epoch to epoch, such as ``"flat_cosine"``; one that does
        not react to the loss.

    Examples
    --------
    >>> w, solver = np.array([1.0]), Lion(weight_decay=0.0)
    >>> solver.step(w, np.array([123.0]), solver.init(w), rate=0.1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    Chen et al. (2023), "Symbolic discovery of optimization algorithms", arXiv:2302.06675,
    algorithm 2.
    """

    beta_1: float = param(0.9, Range(0, 1, closed="left"))
    beta_2: float = param(0.99, Range(0, 1, closed="left"))

    def init(self, values: Array) -> State:
        return {"mean": np.zeros_like(values), "scratch": scratch_for(values)}

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        self.decay(values, state, rate)
        for w, g, m, r in blocks(values, grads, state["mean"], state.get("rates")):
            direction = np.multiply(m, self.beta_1, out=state["scratch"][: len(w)])
            m *= self.beta_2
            g *= 1.0 - self.beta_1
            direction += g
            g *= (1.0 - self.beta_2) / (1.0 - self.beta_1)
            m += g
            np.sign(direction, out=direction)
            descend(w, direction, rate, r)


class Rprop(StochasticOptimizer):
    """Resilient backpropagation: a step size for each weight, from the signs of its gradients.

    The step grows while the sign stays, and shrinks when it turns; in that case the weight
    rests for one step (the variant iRprop-). w <- w - lr r sign(g), where r starts at 1. Meant
    for ``batch_size="full"``, since the signs of small batches are noise.

    Parameters
    ----------
    grow : float in (1, 2), default=1.2
        Factor while the sign stays.
    shrink : float in (0, 1), default=0.5
        Factor when it turns.
    smallest, largest : float, default=1e-6 and 50
        Bounds of r.

    Examples
    --------
    >>> w, solver = np.array([1.0]), Rprop()
    >>> state = solver.init(w)
    >>> for gradient in (3.0, 0.1):
    ...     solver.step(w, np.array([gradient]), state, rate=0.1)
    >>> w.round(6)  # 1 - 0.1 - 0.12
    array([0.78])

    References
    ----------
    Riedmiller, Braun (1993), "A direct adaptive method for faster backpropagation learning: the
    RPROP algorithm"; Igel, Hüsken (2000), "Improving the Rprop learning algorithm".
    """

    grow: float = param(1.2, Range(1, 2, closed="neither"))
    shrink: float = param(0.5, Range(0, 1, closed="neither"))
    smallest: float = param(1e-6, Range(0, 1, closed="neither"))
    largest: float = param(50.0, Range(1, None, closed="neither"))

    def init(self, values: Array) -> State:
        return {"last_sign": np.zeros_like(values), "size": np.ones_like(values)}

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        for w, g, last, size, r in blocks(
            values, grads, state["last_sign"], state["size"], state.get("rates")
        ):
            np.sign(g, out=g)
            last *= g  # 1 where the sign stays, -1 where it turns, 0 after a rest
            turned = last < 0.0
            np.multiply(size, self.grow, out=size, where=last > 0.0)
            np.multiply(size, self.shrink, out=size, where=turned)
            np.clip(size, self.smallest, self.largest, out=size)
            g[turned] = 0.0
            last[:] = g
            g *= size
            descend(w, g, rate, r)
