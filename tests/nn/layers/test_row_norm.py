"""Layer, group and RMS normalization: each row by itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.layers import GroupNorm, LayerNorm, RMSNorm, Step

X = np.random.RandomState(0).normal(2.0, 3.0, size=(5, 12))
KINDS = [LayerNorm(), GroupNorm(3), GroupNorm(6), RMSNorm()]


def bound(settings, units=12, dtype="float64"):
    layer = settings.layer()
    wishes = layer.declare(units)
    values = {name: np.full(wish.shape, wish.fill, dtype) for name, wish in wishes.items()}
    layer.bind(values, {name: np.zeros_like(value) for name, value in values.items()})
    return layer


def forward(layer, x, training=True):
    step = Step(None, np.random.default_rng(0)) if training else None
    return layer.forward(x.copy(), layer.room(len(x), x.dtype, training), step)


def test_layer_norm():
    y = forward(bound(LayerNorm(epsilon=1e-12)), X)
    expected = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    assert_allclose(y, expected, rtol=1e-9)


@pytest.mark.parametrize("n_groups", [1, 2, 3, 4, 6])
def test_group_norm(n_groups):
    y = forward(bound(GroupNorm(n_groups, epsilon=1e-12)), X)
    for i, row in enumerate(X):
        groups = np.split(row, n_groups)
        expected = np.concatenate([(g - g.mean()) / g.std() for g in groups])
        assert_allclose(y[i], expected, rtol=1e-9)


def test_rms_norm():
    y = forward(bound(RMSNorm(epsilon=1e-12)), X)
    assert_allclose(y, X / np.sqrt((X**2).mean(axis=1, keepdims=True)), rtol=1e-9)
    assert_allclose(forward(bound(RMSNorm(), 1), X[:, :1]), np.sign(X[:, :1]), rtol=1e-4)


@pytest.mark.parametrize("settings", KINDS, ids=repr)
def test_scale_and_shift_belong_to_units(settings):
    layer = bound(settings)
    plain = forward(layer, X)
    scale, shift = np.arange(12.0), np.arange(12.0) ** 2
    layer.values["scale"][:], layer.values["shift"][:] = scale, shift
    assert_allclose(forward(layer, X), plain * scale + shift)


@pytest.mark.parametrize("settings", KINDS, ids=repr)
def test_training_and_prediction_are_the_same(settings):
    layer = bound(settings)
    assert_array_equal(forward(layer, X), forward(layer, X, training=False))
    assert_array_equal(forward(layer, X[:1]), forward(layer, X)[:1])


@pytest.mark.parametrize("settings", KINDS, ids=repr)
def test_constant_rows_and_zeros_stay_finite(settings):
    y = forward(bound(settings), np.zeros((2, 12)))
    assert_array_equal(y, 0.0)
    assert np.isfinite(forward(bound(settings), np.full((2, 12), 7.0))).all()


@pytest.mark.parametrize("settings", KINDS, ids=repr)
def test_the_gradient_does_not_change_the_scale_of_the_input(settings):
    # y does not depend on the length of x, so the gradient stands upright on it
    layer = bound(settings.with_params(epsilon=1e-14))
    room = layer.room(len(X), X.dtype, training=True)
    layer.forward(X.copy(), room, Step(None, np.random.default_rng(0)))
    dx = layer.backward(np.random.RandomState(1).normal(size=X.shape), room, wanted=True)
    along = (dx * X).reshape(len(X), layer.n_groups, -1).sum(axis=2)
    assert_allclose(along, 0.0, atol=1e-10)


def test_widths_that_do_not_fit():
    assert GroupNorm(4).misfit(12) is None
    assert "n_groups may be 1, 2, 3" in GroupNorm(5).misfit(6)
    assert "n_groups may be nothing at all" in GroupNorm(1).misfit(1)
    assert GroupNorm(6).misfit(6) is not None, "one unit a group would always be 0"
    assert LayerNorm().misfit(1) is not None
    assert RMSNorm().misfit(1) is None
