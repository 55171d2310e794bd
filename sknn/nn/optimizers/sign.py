"""Steps by the sign of the gradient alone."""

import numpy as np

from sknn.config import Range, param
from sknn.nn.optimizers.base import State, StochasticOptimizer, blocks
from sknn.nn.typing import Array

__all__ = ["Rprop"]


class Rprop(StochasticOptimizer):
    """Resilient backpropagation: a step size for each weight, from the signs of its gradients.

    The step grows while the sign stays, and shrinks when it turns; in that case the weight
    rests for one step (the variant iRprop-). w <- w - lr r sign(g), where r starts at 1. Meant
    for ``batch_size="full"``, since the signs of small batches are noise.

    Parameters
    ----------
    grow : float > 1, default=1.2
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

    grow: float = param(1.2, Range(1, None, closed="neither"))
    shrink: float = param(0.5, Range(0, 1, closed="neither"))
    smallest: float = param(1e-6, Range(0, 1, closed="neither"))
    largest: float = param(50.0, Range(1, None, closed="neither"))

    def init(self, values: Array) -> State:
        return {"last_sign": np.zeros_like(values), "size": np.ones_like(values)}

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        for w, g, last, size in blocks(values, grads, state["last_sign"], state["size"]):
            np.sign(g, out=g)
            last *= g  # 1 where the sign stays, -1 where it turns, 0 after a rest
            turned = last < 0.0
            np.multiply(size, self.grow, out=size, where=last > 0.0)
            np.multiply(size, self.shrink, out=size, where=turned)
            np.clip(size, self.smallest, self.largest, out=size)
            g[turned] = 0.0
            last[:] = g
            g *= size
            g *= rate
            w -= g
