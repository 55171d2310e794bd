"""Estimators without data: their score is a known function of their parameters and epochs."""

import math

from scipy.stats import loguniform, randint, uniform
from sklearn.base import BaseEstimator

#: What is searched on the surface, and where its best point lies.
SPACE = {
    "learning_rate": loguniform(1e-5, 1e0),
    "width": randint(8, 513),
    "depth": [1, 2, 3, 4],
    "dropout": uniform(0.0, 0.9),
    "alpha": loguniform(1e-7, 1e0),
    "activation": ["relu", "tanh", "silu"],
}
#: The loss before training.
START = 3.0
ROWS = [[float(i)] for i in range(12)]
TARGETS = [0, 1] * 6


class Surface(BaseEstimator):
    """What a network's validation loss looks like, seen from far away.

    The loss has its least value, 0, at learning rate 3e-3, width 128, depth 2, dropout 0.2,
    alpha 1e-3 and "silu". A smaller learning rate takes more epochs to get there; a larger one
    is no faster, since the best is near the largest that does not diverge (Bengio, Practical
    recommendations for gradient-based training of deep architectures, 2012, section 3.1.1).
    """

    def __init__(
        self, learning_rate=1e-3, width=100, depth=1, dropout=0.0, alpha=1e-4, activation="relu"
    ):
        self.learning_rate = learning_rate
        self.width = width
        self.depth = depth
        self.dropout = dropout
        self.alpha = alpha
        self.activation = activation

    def fit(self, X, y=None):
        self.n_epochs_ = math.inf
        return self

    def partial_fit(self, X, y=None):
        self.n_epochs_ = getattr(self, "n_epochs_", 0) + 1
        return self

    def loss(self):
        """After all epochs, and after those so far."""
        final = (
            0.5 * (math.log10(self.learning_rate / 3e-3)) ** 2
            + 0.1 * (math.log2(self.width / 128)) ** 2
            + 0.15 * abs(self.depth - 2)
            + 3.0 * (self.dropout - 0.2) ** 2
            + 0.05 * (math.log10(self.alpha / 1e-3)) ** 2
            + {"relu": 0.1, "tanh": 0.3, "silu": 0.0}[self.activation]
        )
        speed = 0.03 + 0.5 * min(1.0, self.learning_rate / 3e-3)
        learned = 1.0 - math.exp(-speed * self.n_epochs_)
        return final, START + (min(final, START) - START) * learned

    def score(self, X, y=None):
        return -self.loss()[1]
