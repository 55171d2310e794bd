"""What a cheap ensemble tells of rows that it did not see, for many tables."""

from typing import NamedTuple

import numpy as np
import pytest


class Told(NamedTuple):
    """Out-of-fold predictions of one table, and predictions of all members at new rows."""

    prediction: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    x: np.ndarray
    new: np.ndarray
    y_new: np.ndarray
    x_new: np.ndarray


@pytest.fixture(scope="session")
def ridge_tables():
    """A function that draws tables whose noise depends on their first column."""

    def draw(noise, n_tables=40, m=99, n_new=50, n_members=5, seed=0):
        rng = np.random.default_rng(seed)
        fold = np.arange(m) % n_members
        for _ in range(n_tables):
            X = np.column_stack([rng.uniform(-1, 1, size=(m + n_new, 3)), np.ones(m + n_new)])
            y = X.sum(axis=1) + noise(X[:, 0]) * rng.normal(size=m + n_new)
            seen = [np.flatnonzero(fold != member) for member in range(n_members)]
            told = np.stack([X @ ridge(X[rows], y[rows]) for rows in seen])
            yield Told(
                told[fold, np.arange(m)], y[:m], fold, X[:m, 0], told[:, m:], y[m:], X[m:, 0]
            )

    return draw


def ridge(X, y):
    return np.linalg.solve(X.T @ X + 1e-3 * np.eye(X.shape[1]), X.T @ y)
