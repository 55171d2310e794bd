"""Every solver against its paper's formula, written out for one number at a time."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.nn.optimizers import OPTIMIZERS, StochasticOptimizer

RATE = 0.01


def sgd(gradients, momentum, nesterovs_momentum):
    w = v = 0.0
    for g in gradients:
        v = momentum * v - RATE * g
        w += momentum * v - RATE * g if nesterovs_momentum and momentum else v
    return w


def adam(gradients, beta_1, beta_2, epsilon):
    w = m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        rate = RATE * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w -= rate * m / (math.sqrt(v) + epsilon)
    return w


def adamw(gradients, beta_1, beta_2, epsilon, weight_decay):
    w = m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        rate = RATE * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w = w - RATE * weight_decay * w - rate * m / (math.sqrt(v) + epsilon)
    return w


def lion(gradients, beta_1, beta_2, weight_decay):
    w = m = 0.0
    for g in gradients:
        direction = beta_1 * m + (1 - beta_1) * g
        w -= RATE * (math.copysign(1.0, direction) + weight_decay * w)
        m = beta_2 * m + (1 - beta_2) * g
    return w


def amsgrad(gradients, beta_1, beta_2, epsilon):
    w = m = v = s = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        s = max(s, v)
        rate = RATE * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w -= rate * m / (math.sqrt(s) + epsilon)
    return w


def adamax(gradients, beta_1, beta_2, epsilon):
    w = m = u = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        u = max(beta_2 * u, abs(g))
        w -= RATE / (1 - beta_1**t) * m / (u + epsilon)
    return w


def nadam(gradients, beta_1, beta_2, epsilon):
    w = m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        ahead = beta_1 * m / (1 - beta_1 ** (t + 1)) + (1 - beta_1) * g / (1 - beta_1**t)
        w -= RATE * ahead / (math.sqrt(v / (1 - beta_2**t)) + epsilon)
    return w


def rmsprop(gradients, rho, epsilon):
    w = s = 0.0
    for g in gradients:
        s = rho * s + (1 - rho) * g**2
        w -= RATE * g / (math.sqrt(s) + epsilon)
    return w


def adagrad(gradients, epsilon):
    w = s = 0.0
    for g in gradients:
        s += g**2
        w -= RATE * g / (math.sqrt(s) + epsilon)
    return w


def adadelta(gradients, rho, delta):
    w = s = u = 0.0
    for g in gradients:
        s = rho * s + (1 - rho) * g**2
        d = math.sqrt(u + delta) / math.sqrt(s + delta) * g
        u = rho * u + (1 - rho) * d**2
        w -= RATE * d
    return w


def rprop(gradients, grow, shrink, smallest, largest):
    w, before, size = 0.0, 0.0, 1.0
    for g in gradients:
        if before * g > 0:
            size = min(size * grow, largest)
        elif before * g < 0:
            size = max(size * shrink, smallest)
            g = 0.0
        w -= RATE * size * (g > 0) - RATE * size * (g < 0)
        before = g
    return w


FORMULAS = {
    "sgd": sgd,
    "adam": adam,
    "adamw": adamw,
    "amsgrad": amsgrad,
    "adamax": adamax,
    "nadam": nadam,
    "rmsprop": rmsprop,
    "adagrad": adagrad,
    "adadelta": adadelta,
    "lion": lion,
    "rprop": rprop,
}


@pytest.mark.parametrize("name", FORMULAS)
def test_steps(name, variants):
    gradients = np.random.RandomState(0).normal(0.3, size=(25, 6))
    gradients[4, 1] = gradients[7, 2] = gradients[11:13, 3] = 0.0  # a unit that is dead for a while
    for solver in variants(OPTIMIZERS[name]):
        values = np.zeros(6)
        state = solver.init(values)
        for gradient in gradients:
            solver.step(values, gradient.copy(), state, RATE)
        settings = solver.get_params()
        settings.pop("decay_schedule", None)  # has a test of its own
        expected = [FORMULAS[name](column, **settings) for column in gradients.T.tolist()]
        assert_allclose(values, expected, rtol=1e-11, err_msg=repr(solver))


def test_every_solver_has_its_formula_here():
    stepping = {n for n, cls in OPTIMIZERS.items() if issubclass(cls, StochasticOptimizer)}
    assert set(FORMULAS) == stepping


def rosenbrock(w):
    x, y = w
    value = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    return value, np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


@pytest.mark.parametrize("name", FORMULAS)
def test_the_valley_of_rosenbrock_is_followed(name):
    # the best point on the way counts: without a schedule, steps of constant size go on for ever
    def is_low_somewhere(solver, rate):
        w = np.array([-1.2, 1.0])  # the classical start, where the function is 24.2
        state = solver.init(w)
        with np.errstate(all="ignore"):
            for _ in range(5000):
                value, gradient = rosenbrock(w)
                if value < 0.05:
                    return True
                solver.step(w, gradient, state, rate)
        return False

    solver = OPTIMIZERS[name]()
    assert any(is_low_somewhere(solver, rate) for rate in (0.1, 0.01, 1e-3, 1.0, 10.0))
