"""Losses of the difference to a number, against scikit-learn's metrics and SciPy."""

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import mean_absolute_error, mean_squared_error

from sknn.nn.losses import REGRESSION_LOSSES, AbsoluteError, Huber, LogCosh, SquaredError

RNG = np.random.RandomState(0)
RAW = 2 * RNG.normal(size=(30, 3))
Y = RNG.normal(size=(30, 3))
WEIGHTS = [None, RNG.rand(30) * (RNG.rand(30) < 0.8)]


def squared(y, raw, weight):
    return mean_squared_error(y, raw, sample_weight=weight) / 2


def absolute(y, raw, weight):
    return mean_absolute_error(y, raw, sample_weight=weight)


def huber(delta):
    def metric(y, raw, weight):
        return np.average(scipy.special.huber(delta, raw - y).mean(axis=1), weights=weight)

    return metric


def log_cosh(y, raw, weight):
    return np.average(np.log(np.cosh(raw - y)).mean(axis=1), weights=weight)


METRICS = [
    (SquaredError(), squared),
    (AbsoluteError(), absolute),
    (Huber(), huber(1.35)),
    (Huber(delta=0.5), huber(0.5)),
    (LogCosh(), log_cosh),
]


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
@pytest.mark.parametrize(("loss", "metric"), METRICS, ids=lambda part: str(part)[:20])
def test_agrees_with_the_metric(loss, metric, weight, n_outputs):
    raw, y = RAW[:, :n_outputs], Y[:, :n_outputs]
    value = loss.value_and_grad(raw, y, weight, np.empty_like(raw))
    # the loss sums over the outputs where the metric takes the mean
    assert_allclose(value, n_outputs * metric(y, raw, weight), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_residuals_stay_finite(dtype):
    raw = np.array([[1e30], [-1e30], [800.0]], dtype)
    y, grad = np.zeros_like(raw), np.empty_like(raw)
    assert_allclose(AbsoluteError().pointwise(raw, y, grad), [1e30, 1e30, 800], rtol=1e-6)
    assert_array_equal(grad.ravel(), [1, -1, 1])
    assert_allclose(LogCosh().pointwise(raw, y, grad)[2], 800 - np.log(2), rtol=1e-6)
    assert_array_equal(grad.ravel(), [1, -1, 1])
    assert_allclose(Huber(delta=2.0).pointwise(raw, y, grad), [2e30, 2e30, 1598], rtol=1e-6)
    assert_array_equal(grad.ravel(), [2, -2, 2])


def test_no_residual_is_no_loss_and_no_gradient():
    y, grad = np.array([[0.0, -3.0, 1e5]]), np.full((1, 3), np.nan)
    for loss, _ in METRICS:
        assert_array_equal(loss.pointwise(y, y, grad), [0.0])
        assert not grad.any()


def test_log_cosh_of_small_residuals_is_half_their_square():
    raw, grad = np.array([[1e-4]]), np.empty((1, 1))
    assert_allclose(LogCosh().pointwise(raw, np.zeros((1, 1)), grad), 0.5e-8, rtol=1e-6)
    assert_allclose(grad, 1e-4, rtol=1e-7)


def test_links_and_support():
    for name, cls in REGRESSION_LOSSES.items():
        loss = cls()
        positive = name in ("poisson", "gamma", "tweedie")
        assert loss.link(exclusive=None).name == ("exp" if positive else "identity")
        assert (loss.support == "real") is not positive
        assert loss.outputs_per_target == 1
