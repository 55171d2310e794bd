"""Deviances, against scikit-learn's metrics and their limits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import (
    mean_gamma_deviance,
    mean_poisson_deviance,
    mean_tweedie_deviance,
)

from sknn.nn.losses import Gamma, Poisson, Tweedie

RNG = np.random.RandomState(0)
RAW = RNG.normal(size=(30, 3))
COUNTS = RNG.poisson(1.0, size=(30, 3)).astype(float)
AMOUNTS = RNG.gamma(2.0, size=(30, 3)) + 1e-3
WEIGHTS = [None, RNG.rand(30) * (RNG.rand(30) < 0.8)]


def tweedie(power):
    def metric(y, mean, sample_weight):
        return mean_tweedie_deviance(y, mean, sample_weight=sample_weight, power=power)

    return metric


METRICS = [
    (Poisson(), mean_poisson_deviance, COUNTS),
    (Gamma(), mean_gamma_deviance, AMOUNTS),
    (Tweedie(), tweedie(1.5), COUNTS),
    (Tweedie(power=1.0), mean_poisson_deviance, COUNTS),
    (Tweedie(power=1.9), tweedie(1.9), COUNTS),
    (Tweedie(power=2.0), mean_gamma_deviance, AMOUNTS),
    (Tweedie(power=3), tweedie(3), AMOUNTS),
]


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
@pytest.mark.parametrize(("loss", "metric", "y"), METRICS, ids=lambda part: str(part)[:20])
def test_is_half_of_the_metric(loss, metric, y, weight, n_outputs):
    raw = RAW[:, :n_outputs]
    value = loss.value_and_grad(raw, y[:, :n_outputs], weight, np.empty_like(raw))
    expected = sum(
        metric(y[:, k], np.exp(raw[:, k]), sample_weight=weight) / 2 for k in range(n_outputs)
    )
    assert_allclose(value, expected, rtol=1e-11)


@pytest.mark.parametrize("limit", [1.0, 2.0])
def test_tweedie_is_continuous_in_its_power(limit):
    at, near = np.empty_like(RAW), np.empty_like(RAW)
    expected = Tweedie(power=limit).pointwise(RAW, AMOUNTS, at)
    assert_allclose(Tweedie(power=limit + 1e-6).pointwise(RAW, AMOUNTS, near), expected, rtol=1e-3)
    assert_allclose(near, at, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("loss", [Gamma(), Tweedie(), Tweedie(power=2.0), Tweedie(power=3.0)])
def test_the_truth_is_no_loss(loss):
    grad = np.empty_like(AMOUNTS)
    assert_allclose(loss.pointwise(np.log(AMOUNTS), AMOUNTS, grad), 0.0, atol=1e-11)
    assert_allclose(grad, 0.0, atol=1e-11)


def test_gamma_takes_the_largest_and_smallest_amounts():
    y = np.array([[1e300], [1e-300], [1e300]])
    raw, grad = np.log(y), np.empty_like(y)
    raw[2] += 1e4
    with np.errstate(all="raise", under="ignore"):
        loss = Gamma().pointwise(raw, y, grad)
    assert_allclose(loss, [0, 0, 1e4 - 1], rtol=1e-12, atol=1e-12)
    assert_array_equal(grad[2], [1.0])


def test_zero_is_allowed_where_it_has_a_probability():
    assert Poisson().support == "nonnegative"
    assert Gamma().support == "positive"
    supports = [Tweedie(power=p).support for p in (1, 1.5, 1.999, 2, 2.5)]
    assert supports == ["nonnegative"] * 3 + ["positive"] * 2
