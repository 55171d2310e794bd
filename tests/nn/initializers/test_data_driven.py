"""Data-driven initialization: variance 1 before each activation and at the output."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import ACTIVATIONS
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import (
    DataDriven,
    GivenWeights,
    HyperplaneBias,
    Normal,
    WithBias,
    XavierUniform,
    Zeros,
)
from sknn.nn.network import Network

X = np.random.RandomState(0).normal(3.0, [0.01, 5.0, 100.0, 1.0], size=(60, 4))
X[np.random.RandomState(1).rand(*X.shape) < 0.3] = 0.0
EVEN = np.full(60, 1 / 60)
BASES = [DataDriven().base, Normal(scale=1.0), XavierUniform()]


def adapted(initializer, X=X, share=EVEN, activation="tanh", dtype="float64", dropout=()):
    layers = multilayer_perceptron([6, 5], 2, [ACTIVATIONS[activation]()] * 2, dropout=dropout)
    network, rng = Network(layers, X.shape[1], dtype), np.random.RandomState(0)
    network.initialize(initializer, rng)
    network.adapt(initializer, X, share, rng)
    return network


def inputs_of_activations(network, X=X, activation="tanh"):
    """z = x W of each dense layer, by the formula."""
    x = X.toarray() if scipy.sparse.issparse(X) else X
    for weight, bias in zip(network.coefs, network.intercepts, strict=True):
        z = x @ weight
        yield z
        x = ACTIVATIONS[activation]()(z + bias)


@pytest.mark.parametrize("activation", ["tanh", "relu", "prelu", "logistic"])
@pytest.mark.parametrize("base", BASES)
def test_each_unit_of_each_layer_has_variance_1(base, activation):
    network = adapted(DataDriven(base), activation=activation)
    for z in inputs_of_activations(network, activation=activation):
        assert_allclose(z.std(axis=0), 1.0, rtol=1e-10)


@pytest.mark.parametrize("base", BASES)
def test_each_layer_as_a_whole_has_variance_1(base):
    network = adapted(DataDriven(base, per="layer"))
    for z in inputs_of_activations(network):
        assert_allclose(z.std(), 1.0, rtol=1e-10)
        assert abs(z.std(axis=0) - 1.0).max() > 0.01


@pytest.mark.parametrize("per", ["unit", "layer"])
def test_only_the_length_of_the_weights_changes(per):
    network, drawn = adapted(DataDriven(Normal(), per)), adapted(Normal())
    for mine, theirs in zip(network.coefs, drawn.coefs, strict=True):
        factors = mine / theirs
        assert_allclose(factors, np.broadcast_to(factors[0], factors.shape))
        assert (np.ptp(factors[0]) < 1e-9 * factors[0, 0]) == (per == "layer")


@pytest.mark.parametrize("container", [scipy.sparse.csr_array, scipy.sparse.csc_matrix])
def test_sparse_rows(container):
    dense, sparse = adapted(DataDriven()), adapted(DataDriven(), container(X))
    assert_allclose(sparse.values, dense.values, rtol=1e-9)


def test_float32_stays_float32():
    network = adapted(DataDriven(), X.astype("float32"), dtype="float32")
    assert network.values.dtype == np.float32
    for z in inputs_of_activations(network):
        assert_allclose(z.std(axis=0), 1.0, rtol=1e-4)


def test_dropout_is_off():
    plain, dropped = adapted(DataDriven()), adapted(DataDriven(), dropout=[0.5, 0.5])
    assert_array_equal(dropped.values, plain.values)


def test_weight_2_is_two_rows():
    weight = np.arange(60) % 4
    repeated = np.repeat(X, weight, axis=0)
    one = adapted(DataDriven(), share=weight / weight.sum())
    other = adapted(DataDriven(), repeated, np.full(len(repeated), 1 / len(repeated)))
    assert_allclose(one.values, other.values, rtol=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "rows",
    [np.zeros((5, 4)), np.full((5, 4), 1e4 / 3), np.full((5, 4), 1e-30), np.full((1, 4), 7.0)],
    ids=["zero", "constant", "tiny", "one row"],
)
def test_units_that_do_not_vary_are_left_as_drawn(rows, dtype):
    rows, share = rows.astype(dtype), np.full(len(rows), 1 / len(rows))
    drawn = adapted(Normal(), rows, share, "relu", dtype)
    network = adapted(DataDriven(Normal()), rows, share, "relu", dtype)
    assert_array_equal(network.values, drawn.values)
    network = adapted(DataDriven(Normal(), per="layer"), rows, share, "relu", dtype)
    assert np.isfinite(network.values).all()


def test_a_spread_too_small_to_divide_by_is_left_too():
    rows = (np.arange(1, 6)[:, np.newaxis] * 1e-30 * np.ones(4)).astype("float32")
    share = np.full(5, 0.2)
    for per in ("unit", "layer"):
        network = adapted(DataDriven(Normal(), per), rows, share, dtype="float32")
        drawn = adapted(Normal(), rows, share, dtype="float32")
        assert_array_equal(network.values, drawn.values)


def test_dead_units_are_left_as_they_are():
    start = GivenWeights([-np.ones((4, 6)), np.ones((6, 5)), np.ones((5, 2))])
    rows = np.abs(X) + 1.0
    network = adapted(DataDriven(start), rows, activation="relu")
    assert_allclose((rows @ network.coefs[0]).std(axis=0), 1.0)
    assert_array_equal(network.coefs[1], 1.0)
    assert not adapted(DataDriven(Zeros())).values.any()


def test_rows_that_overflow_are_left_to_training():
    with np.errstate(over="ignore", invalid="ignore"):
        network = adapted(DataDriven(), 1e300 * X)
    assert np.isfinite(network.values).all()


def test_an_initializer_inside_adapts_first():
    inner = adapted(DataDriven(per="layer"))
    outer = adapted(DataDriven(DataDriven(per="layer")))
    assert (outer.coefs[0] != inner.coefs[0]).any()
    for z in inputs_of_activations(outer):
        assert_allclose(z.std(axis=0), 1.0, rtol=1e-10)


def test_weights_come_before_biases():
    network = adapted(WithBias(DataDriven(), HyperplaneBias()), activation="relu")
    assert all(bias.any() for bias in network.intercepts)
    for z in inputs_of_activations(network, activation="relu"):
        assert_allclose(z.std(axis=0), 1.0, rtol=1e-10)
