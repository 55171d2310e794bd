"""Bins between quantiles, and the line that bends at them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.layers import PiecewiseLinear
from sknn.nn.layers.embeddings.piecewise import bin_edges

from .conftest import bound


def even(n):
    return np.full(n, 1 / n)


def encoded(x, edges):
    """The bins of a column, in the words of the paper; empty ones stay 0."""
    n_bins = len(edges) - 1
    out = np.zeros((len(x), n_bins))
    for j in range(n_bins):
        left, right = edges[j : j + 2]
        if right > left:
            v = (x - left) / (right - left)
            out[:, j] = np.clip(v, -np.inf if j == 0 else 0.0, np.inf if j == n_bins - 1 else 1.0)
    return out


def test_it_is_its_formula(x):
    layer = bound(PiecewiseLinear(n_bins=4, n_outputs=3).layer(), 3, x=x)
    far = np.vstack([x, x - 20.0, x + 20.0])
    y = layer.forward(far, layer.room(len(far), x.dtype, False), None)
    for j in range(3):
        coef, column = layer.values["coef"][j], far[:, j]
        v = encoded(column, layer.values["edges"][j])
        expected = v @ coef[:4] + column[:, np.newaxis] * coef[4] + coef[5]
        assert_allclose(y[:, 3 * j : 3 * j + 3], expected, rtol=1e-10, atol=1e-12)


def test_the_start_is_a_line(x):
    layer = PiecewiseLinear(n_bins=4, n_outputs=100).layer()
    wishes = layer.declare(3)
    layer.bind({name: np.zeros(wish.shape) for name, wish in wishes.items()}, None)
    layer.start(np.random.RandomState(0))
    coef = layer.values["coef"]
    assert not coef[:, :4].any()
    assert 0.09 < abs(coef[:, 4:]).max() < 0.1


def test_as_many_rows_in_each_bin():
    x = np.random.RandomState(0).normal(size=1000)
    edges = bin_edges(x, even(1000), 10)
    assert (edges[0], edges[-1]) == (x.min(), x.max())
    assert_allclose(np.histogram(x, edges)[0], 100, atol=1)


def test_a_row_of_weight_2_is_two_rows():
    rng = np.random.RandomState(0)
    x, times = rng.normal(size=60), rng.randint(0, 4, 60)
    weighted = bin_edges(x[times > 0], times[times > 0] / times.sum(), 12)
    assert_array_equal(weighted, bin_edges(np.repeat(x, times), even(times.sum()), 12))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5, 5, 5], [5, 5, 5, 5, 5]),
        ([0, 1, 1], [0, 0.5, 0.5, 0.5, 1]),
        ([0, 1, 3], [0, 1, 1, 1, 3]),
        ([0, 1, 2, 3], [0, 1, 2, 2, 3]),
        ([0.0, 5e-324, 1.0], [0, 0.5, 0.5, 0.5, 1]),
    ],
)
def test_few_values(values, expected):
    x = np.array(values, float)
    assert_array_equal(bin_edges(x, even(len(x)), 4), expected)


def test_a_constant_column_is_a_line():
    layer = bound(PiecewiseLinear(n_bins=3, n_outputs=2).layer(), 1, x=np.full((5, 1), 7.0))
    x = np.array([[6.0], [7.0], [9.0]])
    coef = layer.values["coef"][0]
    y = layer.forward(x, layer.room(3, x.dtype, True), None)
    assert_allclose(y, x * coef[3] + coef[4])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_narrow_bins_far_from_0_are_exact(dtype):
    x = (1e6 + np.arange(0, 5, 0.5)).astype(dtype)[:, np.newaxis]
    layer = bound(PiecewiseLinear(n_bins=9, n_outputs=2).layer(), 1, dtype, x=x)
    room = layer.room(len(x), np.dtype(dtype), False)
    layer.forward(x, room, None)
    assert_allclose(room.bins[0].T, np.tri(10, 9, -1), atol=1e-6)


def test_the_slope_at_an_edge_is_that_of_its_right():
    layer = bound(PiecewiseLinear(n_bins=2, n_outputs=1).layer(), 1, x=np.array([[0.0], [1], [3]]))
    layer.values["coef"][0, :, 0] = [5.0, 1.0, 0.0, 0.0]
    x = np.array([[-1.0], [0.0], [1.0], [2.0], [3.0]])
    room = layer.room(5, x.dtype, True)
    layer.forward(x, room, None)
    assert_allclose(layer.pull_back(np.ones((5, 1)), room).ravel(), [5, 5, 0.5, 0.5, 0.5])
