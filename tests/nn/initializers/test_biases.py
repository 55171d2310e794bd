"""Bias initializers: values, spread, and hyperplanes amid the rows."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import (
    BIAS_INITIALIZERS,
    Auto,
    ConstantBias,
    HeNormal,
    HyperplaneBias,
    NormalBias,
    Spot,
    UniformBias,
    WithBias,
    ZeroBias,
)
from sknn.nn.network import Network

AT, AT_8 = Spot(0, 2, 25, 4000, ReLU()), Spot(0, 2, 3, 8, ReLU())


def network_for(n_features=3, dtype="float64"):
    return Network(multilayer_perceptron([5, 4], 2, [ReLU()] * 2), n_features, dtype)


@pytest.mark.parametrize("name", BIAS_INITIALIZERS)
def test_shapes_and_seeds(name, variants):
    for initializer in variants(BIAS_INITIALIZERS[name]):
        one, again, other = (
            initializer.bias(AT, np.random.RandomState(seed)) for seed in (0, 0, 1)
        )
        assert one.shape == (AT.fan_out,)
        assert one.dtype == np.float64
        assert_array_equal(one, again)
        assert (one != other).any() or np.ptp(one) == 0


def test_values_and_spread():
    rng = np.random.RandomState(0)
    assert_array_equal(ZeroBias().bias(AT, rng), 0.0)
    assert_array_equal(ConstantBias(-3).bias(AT, rng), -3.0)
    assert_allclose(NormalBias(scale=2.0).bias(AT, rng).std(), 2.0, rtol=0.05)
    uniform = UniformBias().bias(AT, rng)
    assert 0.199 < uniform.max() <= 0.2  # 1 / sqrt(25)
    assert -0.2 <= uniform.min() < -0.199


def test_weights_from_one_and_biases_from_another():
    both, weights = network_for(), network_for()
    both.initialize(WithBias(HeNormal(), ConstantBias(0.5)), np.random.RandomState(0))
    weights.initialize(HeNormal(), np.random.RandomState(0))
    for mine, theirs in zip(both.coefs, weights.coefs, strict=True):
        assert_array_equal(mine, theirs)
    assert all((bias == 0.5).all() for bias in both.intercepts)


def test_adapts_where_one_of_them_does():
    assert not WithBias(Auto(), ZeroBias()).adapts
    assert WithBias(Auto(), HyperplaneBias()).adapts


# -- hyperplane ----------------------------------------------------------------------------------


def test_a_hyperplane_of_one_row_passes_through_a_row():
    z, bias = np.random.RandomState(0).normal(size=(30, 8)), np.zeros(8)
    HyperplaneBias(rows=1).adapt(AT_8, bias, z, np.full(30, 1 / 30), np.random.RandomState(1))
    assert_array_equal(abs(z + bias).min(axis=0), 0.0)


def test_a_hyperplane_is_amid_the_rows_with_weight():
    z, bias = np.random.RandomState(0).normal(10.0, 1.0, size=(30, 8)), np.zeros(8)
    share = np.zeros(30)
    share[[3, 7]] = 0.25, 0.75
    HyperplaneBias().adapt(AT_8, bias, z, share, np.random.RandomState(1))
    seen = z[[3, 7]]
    assert (seen.min(axis=0) - 1e-12 <= -bias).all()
    assert (-bias <= seen.max(axis=0) + 1e-12).all()
    assert len(set(bias)) == 8


def test_the_mean_of_many_hyperplanes_is_the_mean_of_the_rows():
    rng = np.random.RandomState(0)
    z = np.repeat(rng.normal(2.0, 1.0, size=(40, 1)), AT.fan_out, axis=1)
    bias, share = np.zeros(AT.fan_out), rng.rand(40)
    share /= share.sum()
    HyperplaneBias().adapt(AT, bias, z, share, rng)
    assert_allclose(-bias.mean(), share @ z[:, 0], rtol=0.02)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_unit_is_dead_behind_a_hyperplane(dtype):
    X = np.abs(np.random.RandomState(0).normal(size=(50, 3))).astype(dtype)
    initializer, rng = WithBias(HeNormal(), HyperplaneBias(rows=5)), np.random.RandomState(0)
    network = network_for(dtype=dtype)
    network.initialize(initializer, rng)
    network.adapt(initializer, X, np.full(50, 0.02), rng)
    x = X
    for weight, bias in zip(network.coefs, network.intercepts, strict=True):
        z = x @ weight + bias
        live = np.ptp(x @ weight, axis=0) > 1e-6
        assert (z.max(axis=0)[live] > 0).all()
        assert (z.min(axis=0)[live] < 0).all()
        x = np.maximum(z, 0.0)
