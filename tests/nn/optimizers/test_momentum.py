"""Gradient descent with momentum, against the formula written out for one number at a time."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.nn.optimizers import SGD


def reference(gradients, rates, momentum, nesterovs_momentum):
    w = velocity = 0.0
    for g, rate in zip(gradients, rates, strict=True):
        velocity = momentum * velocity - rate * g
        w += momentum * velocity - rate * g if nesterovs_momentum else velocity
    return w


@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("momentum", [0, 0.0, 0.5, 0.9, 1.0])
def test_steps(momentum, nesterov):
    solver = SGD(momentum=momentum, nesterovs_momentum=nesterov)
    gradients = np.random.RandomState(0).normal(size=(25, 4))
    rates = np.linspace(0.1, 0.01, 25).tolist()
    values = np.zeros(4)
    state = solver.init(values)
    for gradient, rate in zip(gradients, rates, strict=True):
        solver.step(values, gradient.copy(), state, rate)
    expected = [reference(g, rates, momentum, nesterov) for g in gradients.T.tolist()]
    assert_allclose(values, expected, rtol=1e-12, atol=1e-15)


def test_no_momentum_needs_no_memory():
    assert SGD(momentum=0).init(np.zeros(3)) == {}
