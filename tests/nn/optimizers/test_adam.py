"""Adam, against the formula written out for one number at a time."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.nn.optimizers import Adam


def reference(gradients, rate, beta_1, beta_2, epsilon):
    """Kingma and Ba (2015), algorithm 1 in the order of the end of section 2."""
    w = m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        rate_t = rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w = w - rate_t * m / (math.sqrt(v) + epsilon)
    return w


@pytest.mark.parametrize(
    "settings",
    [{}, {"beta_1": 0.5, "beta_2": 0.9}, {"beta_1": 0.0}, {"beta_2": 0.0}, {"epsilon": 0.1}],
)
def test_steps(settings):
    solver, gradients = Adam(**settings), np.random.RandomState(0).normal(size=(25, 4))
    values = np.zeros(4)
    state = solver.init(values)
    for gradient in gradients:
        solver.step(values, gradient.copy(), state, 0.01)
    expected = [reference(column, 0.01, **solver.get_params()) for column in gradients.T.tolist()]
    assert_allclose(values, expected, rtol=1e-12)
    assert state["t"] == 25
