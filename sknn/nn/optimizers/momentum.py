"""Gradient descent with momentum."""

from typing import ClassVar

import numpy as np

from sknn.config import Flag, Range, param
from sknn.nn.optimizers.base import State, StochasticOptimizer, blocks, scratch_for
from sknn.nn.typing import Array

__all__ = ["SGD"]


class SGD(StochasticOptimizer):
    """Stochastic gradient descent with Nesterov's or classical momentum.

    v <- mu v - lr g; classical: w <- w + v; Nesterov: w <- w + mu v - lr g. With ``momentum=0``
    it is plain gradient descent.

    Parameters
    ----------
    momentum : float in [0, 1], default=0.9
        mu, the share of the last step that is kept.
    nesterovs_momentum : bool, default=True
        Look ahead along the momentum before stepping.

    Examples
    --------
    >>> w, solver = np.array([1.0]), SGD(momentum=0)
    >>> solver.step(w, np.array([2.0]), solver.init(w), rate=0.25)
    >>> w
    array([0.5])

    References
    ----------
    Sutskever, Martens, Dahl, Hinton (2013), "On the importance of initialization and momentum
    in deep learning", eq. 1-4 and 7.
    """

    scale_free: ClassVar[bool] = False

    momentum: float = param(0.9, Range(0, 1, closed="both"))
    nesterovs_momentum: bool = param(True, Flag())

    def init(self, values: Array) -> State:
        if not self.momentum:
            return {}
        return {"velocity": np.zeros_like(values), "scratch": scratch_for(values)}

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        if not self.momentum:
            for w, g, r in blocks(values, grads, state.get("rates")):
                g *= rate
                if r is not None:
                    g *= r
                w -= g
            return
        for w, g, v, r in blocks(values, grads, state["velocity"], state.get("rates")):
            g *= rate
            if r is not None:
                g *= r
            v *= self.momentum
            v -= g
            if self.nesterovs_momentum:
                ahead = state["scratch"][: len(v)]
                ahead[:] = v
                ahead *= self.momentum
                w += ahead
                w -= g
            else:
                w += v
