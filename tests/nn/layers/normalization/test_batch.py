"""Batch normalization: moments of the batch, running moments, weights, and extreme values."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.layers import BatchNorm, Step


def bound(dtype="float64", **settings):
    """A batch normalization layer of 3 units, at its start."""
    layer = BatchNorm(**settings).layer()
    wishes = layer.declare(3)
    values = {
        name: np.full(wish.shape, wish.fill, "float64" if wish.role == "statistic" else dtype)
        for name, wish in wishes.items()
    }
    layer.bind(values, {name: np.empty(3, dtype) for name in ("scale", "shift")})
    return layer


def forward(layer, x, weight=None, training=True):
    step = Step(weight, np.random.default_rng(0)) if training else None
    return layer.forward(x.copy(), layer.room(len(x), x.dtype, training), step)


BATCHES = [np.random.RandomState(i).normal(i, 1 + i, size=(8, 3)) for i in range(15)]


def test_a_batch_gets_mean_0_and_variance_1():
    y = forward(bound(epsilon=1e-12), BATCHES[3])
    assert_allclose(y.mean(axis=0), 0, atol=1e-14)
    assert_allclose(y.var(axis=0), 1, rtol=1e-10)


def test_scale_and_shift_come_last():
    layer = bound()
    plain = forward(layer, BATCHES[1])
    layer.values["scale"][:], layer.values["shift"][:] = [1, 2, 3], [4, 5, 6]
    assert_allclose(forward(layer, BATCHES[1]), plain * [1, 2, 3] + [4, 5, 6])


def test_running_moments_are_plain_means_first_and_exponential_later():
    layer, momentum = bound(momentum=0.25), 0.25
    mean, variance = np.zeros(3), np.ones(3)
    for number, batch in enumerate(BATCHES, start=1):
        forward(layer, batch)
        latest = max(momentum, 1 / number)
        mean = (1 - latest) * mean + latest * batch.mean(axis=0)
        variance = (1 - latest) * variance + latest * batch.var(axis=0)
        assert_allclose(layer.values["mean"], mean)
        assert_allclose(layer.values["variance"], variance)
        if number == 4:
            assert_allclose(mean, np.mean([b.mean(axis=0) for b in BATCHES[:4]], axis=0))
    y = forward(layer, BATCHES[0], training=False)
    assert_allclose(y, (BATCHES[0] - mean) / np.sqrt(variance + 1e-5))


def test_weight_2_is_two_rows_and_weight_0_is_none():
    weight = np.array([2.0, 0, 1, 1, 3, 0, 1, 1])
    repeated = np.repeat(np.arange(8), weight.astype(int))
    one, other = bound(), bound()
    y = forward(one, BATCHES[2], weight)
    assert_allclose(y[repeated], forward(other, BATCHES[2][repeated]), rtol=1e-12)
    for name in ("mean", "variance", "n_batches"):
        assert_allclose(one.values[name], other.values[name], rtol=1e-13)


@pytest.mark.parametrize("weight", [None, np.array([3.0])])
def test_one_row_is_normalized_by_the_running_moments(weight):
    layer = bound()
    forward(layer, BATCHES[4])
    before = {name: value.copy() for name, value in layer.values.items()}
    row = BATCHES[5][:1]
    assert_allclose(forward(layer, row, weight), forward(layer, row, training=False))
    for name, value in before.items():
        assert_array_equal(layer.values[name], value)


def test_one_row_with_weight_is_one_row():
    layer, alone = bound(), bound()
    weight = np.array([0.0, 0, 2, 0, 0, 0, 0, 0])
    y = forward(layer, BATCHES[6], weight)
    assert_allclose(y[2], forward(alone, BATCHES[6][2:3])[0])
    assert layer.values["n_batches"] == 0


def test_a_constant_unit_stays_finite():
    assert_array_equal(forward(bound(), np.ones((8, 3))), np.zeros((8, 3)))


@pytest.mark.parametrize("value", [1.0, 0.1, 1e6, 12345.678, 1e20, -1e30])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.filterwarnings("ignore:overflow encountered")  # the training loop ignores it
def test_what_is_alike_does_not_become_noise(dtype, value):
    # the rounding of the mean must not be blown up to variance 1
    layer = bound(dtype)
    y = forward(layer, np.full((200, 3), value, dtype))
    assert_allclose(y, 0, atol=0.02)
    assert_allclose(layer.values["mean"], np.array(value, dtype), rtol=1e-6)


@pytest.mark.parametrize("weight", [None, np.arange(8, dtype="float32")], ids=["", "weighted"])
@pytest.mark.filterwarnings("ignore:(overflow|invalid value) encountered")
def test_squares_beyond_float32(weight):
    small = BATCHES[0].astype("float32")
    huge, expected = bound("float32"), bound("float32", epsilon=1e-30)
    y = forward(huge, small * np.float32(1e20), weight)
    assert y.dtype == np.float32
    assert_allclose(y, forward(expected, small, weight), rtol=1e-4, atol=1e-4)
    row = small[:1] * np.float32(1e20)
    again = forward(huge, row, training=False)
    assert_allclose(again, forward(expected, small[:1], training=False), rtol=1e-4, atol=1e-4)


def test_mean_far_from_0():
    x = BATCHES[0] + 1e9
    expected = (BATCHES[0] - BATCHES[0].mean(axis=0)) / BATCHES[0].std(axis=0)
    assert_allclose(forward(bound(epsilon=1e-12), x), expected, rtol=1e-5, atol=1e-6)


def test_backward_can_be_called_twice():
    layer = bound()
    room = layer.room(8, np.float64, training=True)
    layer.forward(BATCHES[0], room, Step(None, np.random.default_rng(0)))
    first, second = (layer.backward(BATCHES[1].copy(), room, wanted=True) for _ in range(2))
    assert_array_equal(first, second)
