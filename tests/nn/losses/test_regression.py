"""Losses for numbers, against scikit-learn's metrics."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import mean_poisson_deviance, mean_squared_error

from sknn.nn.losses import Poisson, SquaredError

RNG = np.random.RandomState(0)
RAW = RNG.normal(size=(30, 3))
WEIGHTS = [None, RNG.rand(30) * (RNG.rand(30) < 0.8)]


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
def test_squared_error(weight, n_outputs):
    raw = RAW[:, :n_outputs]
    y = RNG.normal(size=raw.shape)
    value = SquaredError().value_and_grad(raw, y, weight, np.empty_like(raw))
    # the loss sums over the outputs where the metric takes the mean
    expected = n_outputs * mean_squared_error(y, raw, sample_weight=weight) / 2
    assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
def test_poisson(weight, n_outputs):
    raw = RAW[:, :n_outputs]
    y = RNG.poisson(1.0, size=raw.shape).astype(float)
    assert (y == 0).any()
    value = Poisson().value_and_grad(raw, y, weight, np.empty_like(raw))
    expected = sum(
        mean_poisson_deviance(y[:, k], np.exp(raw[:, k]), sample_weight=weight) / 2
        for k in range(n_outputs)
    )
    assert_allclose(value, expected, rtol=1e-12)


def test_links_and_targets():
    assert SquaredError().link(exclusive=False).name == "identity"
    assert Poisson().link(exclusive=False).name == "exp"
    assert Poisson.positive_target
    assert not SquaredError.positive_target
