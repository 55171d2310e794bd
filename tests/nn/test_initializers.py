"""Initializers: bounds, spread, scikit-learn's own numbers, and weights of one's own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import ACTIVATIONS, Logistic, ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import (
    INITIALIZERS,
    Auto,
    GivenWeights,
    HeNormal,
    HeUniform,
    Normal,
    Spot,
    Uniform,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from sknn.nn.network import Network

FAN_IN, FAN_OUT = 300, 200
XAVIER, HE = np.sqrt(2 / (FAN_IN + FAN_OUT)), np.sqrt(2 / FAN_IN)


def spot(**changes):
    return Spot(
        **{"layer": 0, "n_layers": 2, "fan_in": FAN_IN, "fan_out": FAN_OUT, "activation": ReLU()}
        | changes
    )


def network_for(activation="relu", dtype="float64"):
    layers = multilayer_perceptron([5, 4], 2, [ACTIVATIONS.resolve(activation)] * 2)
    return Network(layers, n_features=3, dtype=dtype)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_shapes_seeds_and_finite_numbers(name, variants):
    for initializer in variants(INITIALIZERS[name]):
        draws = [
            (initializer.weight(spot(), rng), initializer.bias(spot(), rng))
            for rng in map(np.random.RandomState, (0, 0, 1))
        ]
        (weight, bias), again, other = draws
        assert weight.shape == (FAN_IN, FAN_OUT)
        assert bias.shape == (FAN_OUT,)
        assert np.isfinite(weight).all()
        assert_array_equal(weight, again[0])
        assert_array_equal(bias, again[1])
        assert (weight != other[0]).any() or not weight.any()
        assert abs(weight.mean()) < 0.01


@pytest.mark.parametrize(
    ("initializer", "std", "bounded"),
    [
        (Auto(), XAVIER, True),
        (Zeros(), 0.0, True),
        (Uniform(scale=0.3), 0.3, True),
        (Normal(scale=0.3), 0.3, False),
        (XavierUniform(), XAVIER, True),
        (XavierNormal(), XAVIER, False),
        (HeUniform(), HE, True),
        (HeNormal(), HE, False),
    ],
)
def test_spread(initializer, std, bounded):
    weight = initializer.weight(spot(), np.random.RandomState(0))
    assert_allclose(weight.std(), std, rtol=0.01)
    bound = np.sqrt(3) * std
    if bounded:
        assert abs(weight).max() <= bound
        assert abs(weight).max() >= 0.999 * bound
    else:
        assert abs(weight).max() > bound
    if not isinstance(initializer, Auto):
        assert_array_equal(initializer.bias(spot(), np.random.RandomState(0)), 0)


@pytest.mark.parametrize(("activation", "factor"), [("relu", 6), ("tanh", 6), ("logistic", 2)])
def test_auto_draws_as_scikit_learn_does(activation, factor):
    network, rng = network_for(activation), np.random.RandomState(7)
    network.initialize(Auto(), np.random.RandomState(7))
    for i, (fan_in, fan_out) in enumerate([(3, 5), (5, 4), (4, 2)]):
        bound = np.sqrt(factor / (fan_in + fan_out))
        assert_array_equal(network.coefs[i], rng.uniform(-bound, bound, (fan_in, fan_out)))
        assert_array_equal(network.intercepts[i], rng.uniform(-bound, bound, fan_out))


def test_activation_changes_the_bound_of_auto():
    relu, logistic = (
        Auto().weight(spot(activation=a), np.random.RandomState(0)) for a in (ReLU(), Logistic())
    )
    assert_allclose(logistic, relu / np.sqrt(3))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_network_of_float32_rounds_the_same_numbers(name):
    single, double = network_for(dtype="float32"), network_for()
    for network in (single, double):
        network.initialize(INITIALIZERS[name](), np.random.RandomState(0))
    assert single.values.dtype == np.float32
    assert_array_equal(single.values, double.values.astype("float32"))


# -- weights of one's own ----------------------------------------------------------------------


COEFS = [np.ones((3, 5)), np.full((5, 4), 2.0), np.full((4, 2), 3.0)]
INTERCEPTS = [np.zeros(5), np.ones(4), np.full(2, 2.0)]


def test_given_weights_are_copied():
    network = network_for()
    network.initialize(GivenWeights(COEFS, INTERCEPTS), np.random.RandomState(0))
    for mine, theirs in zip(
        [*network.coefs, *network.intercepts], [*COEFS, *INTERCEPTS], strict=True
    ):
        assert_array_equal(mine, theirs)
        assert not np.shares_memory(mine, theirs)
    network.initialize(GivenWeights([c.tolist() for c in COEFS]), np.random.RandomState(0))
    assert_array_equal(network.coefs[2], COEFS[2])
    assert_array_equal(network.intercepts[1], 0)


@pytest.mark.parametrize(
    ("coefs", "intercepts", "message"),
    [
        (COEFS[:2], None, r"GivenWeights.coefs must hold one array for each of the 3 .* Got 2 "),
        (COEFS, INTERCEPTS[:1], r"GivenWeights.intercepts must hold one array .* Got 1 instead"),
        (
            [COEFS[0], COEFS[1].T, COEFS[2]],
            None,
            r"GivenWeights.coefs\[1\] must have the shape \(5, 4\). Got \(4, 5\) instead",
        ),
        (
            COEFS,
            [INTERCEPTS[0], INTERCEPTS[1], np.ones(3)],
            r"GivenWeights.intercepts\[2\] must have the shape \(2,\). Got \(3,\) instead",
        ),
        ((), None, "Got 0 instead"),
    ],
)
def test_given_weights_of_another_network(coefs, intercepts, message):
    with pytest.raises(ValueError, match=message):
        network_for().initialize(GivenWeights(coefs, intercepts), np.random.RandomState(0))
