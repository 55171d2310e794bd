"""The data and networks that are trained."""

from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_digits

__all__ = ["Work", "made", "works"]


@dataclass(frozen=True)
class Work:
    """Data and the network that learns it."""

    name: str
    X: np.ndarray
    y: np.ndarray
    hidden: tuple
    batch: int
    epochs: int = 1

    @property
    def n_classes(self):
        return int(self.y.max()) + 1

    @property
    def n_steps(self):
        return self.epochs * -(-len(self.X) // self.batch)


def made(n_rows, n_columns, n_classes):
    """Rows whose class depends on their columns."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_columns))
    scores = X @ rng.normal(size=(n_columns, n_classes)) + rng.gumbel(size=(n_rows, n_classes))
    return X, scores.argmax(axis=1)


def works():
    """The rows of the tables of training and prediction."""
    X, y = load_digits(return_X_y=True)
    yield Work("digits, 64-100-10, batch 200", X / 16, y, (100,), 200)
    X, y = made(20_000, 8, 2)
    yield Work("20k x 8, 64-64, batch 200", X, y, (64, 64), 200)
    yield Work("20k x 8, 64-64, batch 32", X, y, (64, 64), 32)
    X, y = made(50_000, 54, 7)
    yield Work("50k x 54, 256-256, batch 200", X, y, (256, 256), 200)
    yield Work("50k x 54, 256-256, batch 1024", X, y, (256, 256), 1024)
    X, y = made(10_000, 784, 10)
    yield Work("10k x 784, 512-256, batch 200", X, y, (512, 256), 200)
