"""Penalties: a price on large weights, added to the loss of every batch."""

from abc import ABC, abstractmethod

import numpy as np

from sknn.config import Config, Range, param
from sknn.nn.fast import add_scaled, sum_of_squares
from sknn.nn.optimizers.base import blocks
from sknn.nn.typing import Array

__all__ = ["L1", "L2", "Penalty"]


class Penalty(Config, ABC):
    """A function of the weights; biases are never penalized."""

    @abstractmethod
    def add(self, weights: Array, grads: Array, total: float) -> float:
        """Return the penalty and add its gradient to ``grads``.

        Parameters
        ----------
        weights, grads : array of shape (n_weights,)
            The weights' part of the flat vectors.
        total : float
            Rows of the batch, or the sum of their weights.
        """


class L2(Penalty):
    """Half the squared length of the weights, scaled as scikit-learn scales it.

    alpha / (2 n) * |W|^2 with the gradient alpha / n * W, where n counts the rows of the batch
    or is the sum of their sample weights. The same ``alpha`` therefore weighs more in a smaller
    batch.

    Examples
    --------
    >>> grads = np.zeros(2)
    >>> L2(alpha=2.0).add(np.array([3.0, 4.0]), grads, total=10), grads.tolist()
    (2.5, [0.6000000000000001, 0.8])

    References
    ----------
    Krogh, Hertz (1991), "A simple weight decay can improve generalization".
    """

    alpha: float = param(0.0001, Range(0, None))

    def add(self, weights: Array, grads: Array, total: float) -> float:
        if not self.alpha:
            return 0.0
        add_scaled(grads, weights, self.alpha / total)
        return 0.5 * self.alpha * sum_of_squares(weights) / total


class L1(Penalty):
    """The sum of the sizes of the weights, scaled as scikit-learn scales ``alpha``.

    l1 / n * |W|_1 with the subgradient l1 / n * sign(W), which is 0 for a weight of 0; n counts
    the rows of the batch or is the sum of their sample weights.

    Pulls every weight towards 0 by the same force, so that weights of little use come close to 0.
    They do not become exactly 0, since a step by a subgradient goes past it. With 50 hidden units
    on scikit-learn's breast cancer data (standardized, 500 epochs) the share of weights below 0.001
    was 0.2 % for l1 = 0, 67 % for 0.1 and 96 % for 1 with ``"adam"``, and 0.2 %, 89 % and 93 %
    with ``"lbfgs"``; none was 0, and setting them to 0 changed no test score. Weights tremble about
    0 by up to the learning rate, so a small or falling one gives smaller weights.

    L-BFGS expects a smooth function. It works, but near the kinks its steps become short: it seldom
    meets ``tol`` and rather ends at ``max_iter``, or where its line search finds no lower point.

    Parameters
    ----------
    l1 : float >= 0, default=0.0
        Strength of the penalty; 0 is none.

    Examples
    --------
    >>> grads = np.zeros(2)
    >>> L1(l1=2.0).add(np.array([3.0, -4.0]), grads, total=10), grads.tolist()
    (1.4, [0.2, -0.2])

    References
    ----------
    Tibshirani (1996), "Regression shrinkage and selection via the lasso", eq. 1, in its
    Lagrangian form.
    """

    l1: float = param(0.0, Range(0, None))

    def add(self, weights: Array, grads: Array, total: float) -> float:
        if not self.l1:
            return 0.0
        size = 0.0
        for some, their_grads in blocks(weights, grads):
            sign = np.sign(some)
            add_scaled(their_grads, sign, self.l1 / total)
            size += float(np.dot(sign, some))
        return self.l1 * size / total
