"""Waves: their formulas, and what they start from."""

import numpy as np
from numpy.testing import assert_allclose

from sknn.nn.layers import PBLD, Periodic

from .conftest import bound


def of_column(array, column, n_columns):
    return np.split(array, n_columns, axis=1)[column]


def test_pbld_is_its_formula(x):
    layer = bound(PBLD(n_frequencies=5, n_outputs=4).layer(), 3)
    y = layer.forward(x, layer.room(len(x), x.dtype, False), None)
    values = layer.values
    for j in range(3):
        w, b, mix = (values[name][j] for name in ("frequency", "phase", "coef"))
        waves = np.cos(2 * np.pi * w * x[:, [j]] + b)
        expected = np.hstack([waves @ mix[:-1] + mix[-1], x[:, [j]]])
        assert_allclose(of_column(y, j, 3), expected, rtol=1e-12)


def test_periodic_is_its_formula(x):
    layer = bound(Periodic(n_frequencies=5, n_outputs=4, scale=0.5).layer(), 3)
    y = layer.forward(x, layer.room(len(x), x.dtype, False), None)
    for j in range(3):
        angle = 2 * np.pi * layer.values["frequency"][j] * x[:, [j]]
        mix = layer.values["coef"][j]
        z = np.hstack([np.cos(angle), np.sin(angle)]) @ mix[:-1] + mix[-1]
        assert_allclose(of_column(y, j, 3), np.maximum(z, 0), rtol=1e-12, atol=1e-14)
    assert (y == 0).any()


def started(part):
    layer = part.layer()
    wishes = layer.declare(50)
    layer.bind({name: np.zeros(wish.shape) for name, wish in wishes.items()}, None)
    layer.start(np.random.RandomState(0))
    return layer.values


def test_the_start_of_pbld():
    values = started(PBLD(n_frequencies=100, scale=0.2))
    assert abs(values["frequency"].std() / 0.2 - 1) < 0.05
    assert 3.1 < abs(values["phase"]).max() < np.pi
    assert 0.099 < abs(values["coef"]).max() < 0.1


def test_the_start_of_periodic():
    values = started(Periodic(n_frequencies=200, scale=0.2))
    assert 0.5 < abs(values["frequency"]).max() < 0.6  # cut at three standard deviations
    assert abs(values["frequency"].std() / 0.2 - 0.9866) < 0.05
    assert 0.049 < abs(values["coef"]).max() < 0.05
