"""Dropout: its share, its scale, and what it leaves alone."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.layers import Dropout, Step


def forward(rate, step, shape=(200, 50)):
    layer = Dropout(rate)
    layer.declare(shape[1])
    x = np.random.RandomState(0).rand(*shape) + 1.0
    return x, layer.forward(x.copy(), layer.room(len(x), x.dtype, step is not None), step)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_silences_a_share_and_scales_the_rest(rate):
    x, y = forward(rate, Step(None, np.random.default_rng(0)))
    silent = y == 0
    assert abs(silent.mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / x.size)
    assert_allclose(y[~silent], x[~silent] / (1 - rate), rtol=1e-12)


def test_prediction_leaves_all_as_it_is():
    x, y = forward(0.5, None)
    assert_array_equal(y, x)


def test_each_step_draws_anew_and_a_seed_draws_again():
    rng = np.random.default_rng(1)
    first, second = (forward(0.5, Step(None, rng))[1] for _ in range(2))
    assert (first != second).any()
    assert_array_equal(first, forward(0.5, Step(None, np.random.default_rng(1)))[1])
