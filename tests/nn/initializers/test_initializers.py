"""Initializers: bounds, spread, gains, and scikit-learn's own numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import ACTIVATIONS, LeakyReLU, Logistic, ReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import (
    INITIALIZERS,
    Auto,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
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
LECUN = np.sqrt(1 / FAN_IN)


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
        (LecunUniform(), LECUN, True),
        (LecunNormal(), LECUN, False),
        (XavierUniform(gain=0.5), 0.5 * XAVIER, True),
        (HeNormal(gain=0.5), 0.5 * HE, False),
        (LecunUniform(gain=2), 2 * LECUN, True),
        (XavierNormal(gain="activation"), np.sqrt(2) * XAVIER, False),
        (HeUniform(gain="activation"), HE, True),
        (LecunNormal(gain="activation"), HE, False),
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


@pytest.mark.parametrize("cls", [XavierUniform, XavierNormal, HeUniform, HeNormal, LecunNormal])
@pytest.mark.parametrize("activation", [ReLU(), Tanh(), LeakyReLU(0.5)])
def test_the_gain_of_the_activation_takes_the_place_of_the_papers(cls, activation):
    published = np.sqrt(2) if cls in (HeUniform, HeNormal) else 1.0
    plain = cls().weight(spot(activation=activation), np.random.RandomState(0))
    following = cls("activation").weight(spot(activation=activation), np.random.RandomState(0))
    assert_allclose(following, plain * activation.gain / published, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["relu", "tanh", "leaky_relu", "gelu", "softsign", "mish"])
def test_the_gain_of_the_activation_keeps_the_signal_through_ten_layers(name):
    activation, rng = ACTIVATIONS[name](), np.random.RandomState(0)
    z = rng.normal(size=(200, FAN_IN))
    for _ in range(10):
        at = spot(fan_out=FAN_IN, activation=activation)
        z = activation(z) @ LecunNormal("activation").weight(at, rng)
    assert 0.8 < np.sqrt(np.square(z).mean()) < 1.25


@pytest.mark.parametrize("name", INITIALIZERS)
def test_breaks_symmetry_unless_it_says_not(name, variants):
    for initializer in variants(INITIALIZERS[name]):
        weight = initializer.weight(spot(), np.random.RandomState(0))
        assert (weight != weight[:, :1]).any() == initializer.breaks_symmetry


@pytest.mark.parametrize("name", INITIALIZERS)
def test_without_adapting_rows_change_nothing(name):
    initializer, rng = INITIALIZERS[name](), np.random.RandomState(0)
    if not initializer.adapts:
        network = network_for()
        network.initialize(initializer, rng)
        before, state = network.values.copy(), rng.get_state()[1].copy()
        network.adapt(initializer, np.ones((5, 3)), np.full(5, 0.2), rng)
        assert_array_equal(network.values, before)
        assert_array_equal(rng.get_state()[1], state)
