"""Adam and its family."""

import math
from abc import ABC

import numpy as np

from sknn.config import Range, param
from sknn.nn.fast import add_scaled, scale
from sknn.nn.optimizers.base import (
    DecoupledDecay,
    State,
    StochasticOptimizer,
    blocks,
    descend,
    scaled_step,
    scratch_for,
)
from sknn.nn.typing import Array

__all__ = ["AMSGrad", "Adam", "AdamW", "Adamax", "Nadam"]


class _Moments(StochasticOptimizer, ABC):
    """Running means of the gradient and of its square, which the members of the family share."""

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

    def corrected_rate(self, state: State, rate: float) -> float:
        """Count a step; the learning rate that makes up for moments that start at 0."""
        state["t"] = t = state["t"] + 1
        correction: float = math.sqrt(1.0 - self.beta_2**t) / (1.0 - self.beta_1**t)
        return rate * correction

    def _update_mean(self, m: Array, g: Array) -> None:
        """m <- b1 m + (1 - b1) g."""
        scale(m, self.beta_1)
        add_scaled(m, g, 1.0 - self.beta_1)

    def _update_mean_square(self, v: Array, g: Array, scratch: Array) -> None:
        """v <- b2 v + (1 - b2) g^2; g is only read, since a large one lies outside the cache."""
        np.multiply(g, g, out=scratch)
        scale(v, self.beta_2)
        add_scaled(v, scratch, 1.0 - self.beta_2)


class Adam(_Moments):
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

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        rate = self.corrected_rate(state, rate)
        for w, g, m, v, r in blocks(
            values, grads, state["mean"], state["mean_square"], state.get("rates")
        ):
            scratch = state["scratch"][: len(w)]
            self._update_mean(m, g)
            self._update_mean_square(v, g, scratch)
            scaled_step(w, m, v, self.epsilon, rate, r, scratch)


class AdamW(DecoupledDecay, Adam):
    """Adam with weight decay that is kept out of its moments.

    w <- w - lr weight_decay w for weights, then a step of :class:`Adam`. Set ``alpha=0``, or
    both regularize.

    Parameters
    ----------
    beta_1, beta_2, epsilon : float, default=0.9, 0.999 and 1e-8
        As in :class:`Adam`.
    weight_decay : float >= 0, default=0.01
        Share of a weight, times the learning rate, that is taken off in each step.
    decay_schedule : str or Schedule, default="constant"
        How ``weight_decay`` moves from epoch to epoch, such as ``"flat_cosine"``; one that does
        not react to the loss.

    Examples
    --------
    >>> w, solver = np.array([1.0]), AdamW(weight_decay=0.5)
    >>> solver.step(w, np.array([123.0]), solver.init(w), rate=0.1)
    >>> w.round(6)  # 1 - 0.05 - 0.1
    array([0.85])

    References
    ----------
    Loshchilov, Hutter (2019), "Decoupled weight decay regularization", arXiv:1711.05101,
    algorithm 2, with the decay scaled by the learning rate as in PyTorch.
    """

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        self.decay(values, state, rate)
        super().step(values, grads, state, rate)


class AMSGrad(_Moments):
    """Adam with a denominator that never falls, which mends a flaw in Adam's proof.

    m and v as in Adam; s <- max(s, v);
    w <- w - lr sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(s) + eps).

    Parameters
    ----------
    beta_1, beta_2, epsilon : float, default=0.9, 0.999 and 1e-8
        As in :class:`Adam`.

    Examples
    --------
    >>> w, solver = np.array([1.0]), AMSGrad()
    >>> solver.step(w, np.array([123.0]), solver.init(w), rate=0.1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    Reddi, Kale, Kumar (2018), "On the convergence of Adam and beyond", arXiv:1904.09237,
    algorithm 2, with Adam's correction of the bias.
    """

    def init(self, values: Array) -> State:
        return super().init(values) | {"largest_mean_square": np.zeros_like(values)}

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        rate = self.corrected_rate(state, rate)
        moments = state["mean"], state["mean_square"], state["largest_mean_square"]
        for w, g, m, v, s, r in blocks(values, grads, *moments, state.get("rates")):
            scratch = state["scratch"][: len(w)]
            self._update_mean(m, g)
            self._update_mean_square(v, g, scratch)
            np.maximum(s, v, out=s)
            scaled_step(w, m, s, self.epsilon, rate, r, scratch)


class Adamax(_Moments):
    """Adam with the largest recent gradient in place of the root mean square.

    m as in Adam; u <- max(b2 u, |g|); w <- w - lr / (1 - b1^t) * m / (u + eps).

    Parameters
    ----------
    beta_1, beta_2, epsilon : float, default=0.9, 0.999 and 1e-8
        As in :class:`Adam`; ``beta_2`` is how slowly a large gradient is forgotten.

    Examples
    --------
    >>> w, solver = np.array([1.0]), Adamax()
    >>> solver.step(w, np.array([123.0]), solver.init(w), rate=0.1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    Kingma, Ba (2015), "Adam: A method for stochastic optimization", arXiv:1412.6980, algorithm 2.
    """

    def init(self, values: Array) -> State:
        return {
            "t": 0,
            "mean": np.zeros_like(values),
            "largest": np.zeros_like(values),
            "scratch": scratch_for(values),
        }

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        state["t"] = t = state["t"] + 1
        rate /= 1.0 - self.beta_1**t
        for w, g, m, u, r in blocks(
            values, grads, state["mean"], state["largest"], state.get("rates")
        ):
            scratch = state["scratch"][: len(w)]
            self._update_mean(m, g)
            np.abs(g, out=g)
            scale(u, self.beta_2)
            np.maximum(u, g, out=u)
            np.add(u, self.epsilon, out=scratch)
            np.divide(m, scratch, out=scratch)
            descend(w, scratch, rate, r)


class Nadam(_Moments):
    """Adam that looks ahead along its momentum, as Nesterov's method does.

    m and v as in Adam; n = b1 m / (1 - b1^(t+1)) + (1 - b1) g / (1 - b1^t);
    w <- w - lr n / (sqrt(v / (1 - b2^t)) + eps).

    Parameters
    ----------
    beta_1, beta_2, epsilon : float, default=0.9, 0.999 and 1e-8
        As in :class:`Adam`.

    Examples
    --------
    >>> w, solver = np.array([1.0]), Nadam(beta_1=0.0)
    >>> solver.step(w, np.array([123.0]), solver.init(w), rate=0.1)
    >>> w.round(6)
    array([0.9])

    References
    ----------
    Dozat (2016), "Incorporating Nesterov momentum into Adam", algorithm 2 with a constant
    momentum.
    """

    def step(self, values: Array, grads: Array, state: State, rate: float) -> None:
        state["t"] = t = state["t"] + 1
        of_mean = self.beta_1 / (1.0 - self.beta_1 ** (t + 1))
        of_gradient = (1.0 - self.beta_1) / (1.0 - self.beta_1**t)
        correction = 1.0 / (1.0 - self.beta_2**t)
        for w, g, m, v, r in blocks(
            values, grads, state["mean"], state["mean_square"], state.get("rates")
        ):
            scratch = state["scratch"][: len(w)]
            self._update_mean(m, g)
            np.multiply(g, g, out=scratch)
            scale(v, self.beta_2)
            add_scaled(v, scratch, 1.0 - self.beta_2)
            scale(g, of_gradient)
            add_scaled(g, m, of_mean)  # now the look ahead n
            np.multiply(v, correction, out=scratch)
            np.sqrt(scratch, out=scratch)
            scratch += self.epsilon
            g /= scratch
            descend(w, g, rate, r)
