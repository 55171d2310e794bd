"""Initializers: bounds, spread, scikit-learn's own numbers, and weights of one's own."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import ACTIVATIONS, Logistic, ReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import (
    BIASES,
    INITIALIZERS,
    Auto,
    ConstantBias,
    GivenWeights,
    HeNormal,
    HeUniform,
    HyperplaneBias,
    LeCunNormal,
    LeCunUniform,
    Normal,
    Orthogonal,
    Sparse,
    Spot,
    Uniform,
    UnitVariance,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from sknn.nn.layers import BatchNorm, Dense
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
        assert abs(weight.mean()) < 0.02 * max(1.0, weight.std())


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
        (LeCunUniform(), LECUN, True),
        (LeCunNormal(), LECUN, False),
        (HeNormal(gain=0.5), 0.5 * HE, False),
        (XavierUniform(gain=2.0), 2 * XAVIER, True),
        (HeUniform(gain="activation"), HE, True),
        (LeCunNormal(gain="activation"), HE, False),
        (XavierNormal(gain="activation"), np.sqrt(2) * XAVIER, False),
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


@pytest.mark.parametrize("shape", [(300, 200), (200, 300), (50, 50), (7, 1), (1, 7)])
def test_orthogonal(shape):
    at = spot(fan_in=shape[0], fan_out=shape[1])
    weight = Orthogonal(gain=1.0).weight(at, np.random.RandomState(0))
    small = weight.T @ weight if shape[0] >= shape[1] else weight @ weight.T
    assert_allclose(small, np.eye(min(shape)), atol=1e-12)
    assert_allclose(Orthogonal().weight(at, np.random.RandomState(0)), np.sqrt(2) * weight)


def test_all_rotations_are_equally_likely():
    # without the correction of signs the first number would always be negative
    at = spot(fan_in=3, fan_out=3)
    first = [Orthogonal().weight(at, np.random.RandomState(i))[0, 0] > 0 for i in range(200)]
    assert 70 < sum(first) < 130


@pytest.mark.parametrize("fan_in", [5, 300])
def test_sparse(fan_in):
    n = min(15, fan_in)
    for gain, factor in ((0.5, 0.5), ("activation", np.sqrt(2))):
        weight = Sparse(n_connections=15, gain=gain).weight(
            spot(fan_in=fan_in), np.random.RandomState(0)
        )
        assert_array_equal((weight != 0).sum(axis=0), n)
        assert_allclose(weight[weight != 0].std(), factor / np.sqrt(n), rtol=0.05)
    if fan_in == 300:
        assert ((weight != 0).sum(axis=1) > 0).all(), "each input is used by some unit"


# -- what looks at data ------------------------------------------------------------------------


@pytest.mark.parametrize("container", [np.asarray, scipy.sparse.csr_array])
@pytest.mark.parametrize("each", ["unit", "layer"])
@pytest.mark.parametrize("normalization", [None, BatchNorm()])
def test_unit_variance(each, container, normalization):
    rng = np.random.RandomState(0)
    X = rng.exponential(3.0, size=(500, 3)) * [1.0, 100.0, 1e-3]
    layers = multilayer_perceptron([50, 40], 20, [Tanh(), ReLU()], normalization, [0.5, 0.0])
    network = Network(layers, 3, "float64")
    initializer = UnitVariance(each=each)
    network.initialize(initializer, rng)
    network.look(container(X), initializer, rng)
    x, spreads = X, []
    for layer in network.layers:
        x = layer.forward(x, layer.room(500, x.dtype, training=False), None)
        if isinstance(layer, Dense):
            spreads.append(x.std(axis=0 if each == "unit" else None))
    for spread in spreads:
        assert_allclose(spread, 1.0, rtol=1e-10)


def test_rows_count_by_their_weight():
    rng = np.random.RandomState(0)
    X, weight = rng.normal(size=(30, 3)), rng.randint(0, 3, size=30).astype(float)
    for each in ("unit", "layer"):
        weighted, repeated = network_for(), network_for()
        for network, rows, of_rows in (
            (weighted, X, weight),
            (repeated, np.repeat(X, weight.astype(int), axis=0), None),
        ):
            initializer = UnitVariance(each=each)
            network.initialize(initializer, np.random.RandomState(1))
            network.look(rows, initializer, rng, None, of_rows)
        assert_allclose(weighted.values, repeated.values, rtol=1e-10)


def test_units_that_are_constant_stay_as_they_are():
    network = network_for()
    rng = np.random.RandomState(0)
    network.initialize(UnitVariance(), rng)
    before = network.coefs[0].copy()
    network.look(np.ones((20, 3)), UnitVariance(), rng)
    assert_array_equal(network.coefs[0], before)
    network.look(np.zeros((20, 3)), UnitVariance(), rng)
    assert np.isfinite(network.values).all()


@pytest.mark.parametrize("each", ["unit", "layer"])
@pytest.mark.parametrize(
    ("size", "dtype"), [(1e-18, "float32"), (1e18, "float32"), (1e-150, "float64")]
)
def test_very_small_and_large_numbers_get_variance_1_too(size, dtype, each):
    X = (size * np.random.RandomState(0).normal(size=(40, 3))).astype(dtype)
    network, rng = network_for("tanh", dtype), np.random.RandomState(0)
    network.initialize(UnitVariance(each=each), rng)
    network.look(X, UnitVariance(each=each), rng)
    z = (X @ network.coefs[0]).astype("float64")
    assert_allclose(z.std(axis=0 if each == "unit" else None), 1.0, rtol=1e-4)


@pytest.mark.parametrize(
    ("size", "dtype"), [(1e-30, "float32"), (1e300, "float64"), (1e38, "float32")]
)
def test_what_cannot_be_scaled_stays_as_it_is(size, dtype):
    X = (size * np.random.RandomState(0).normal(size=(40, 3))).astype(dtype)
    X[0] = np.finfo(dtype).max if size > 1 else X[0]
    for each in ("unit", "layer"):
        network, rng = network_for("tanh", dtype), np.random.RandomState(0)
        network.initialize(UnitVariance(Normal(3.0), each), rng)
        before = network.coefs[0].copy()
        network.look(X, UnitVariance(Normal(3.0), each), rng)  # without a warning
        assert np.isfinite(network.values).all()
        assert_array_equal(network.coefs[0], before)


def test_an_initializer_inside_looks_too():
    class Doubled(LeCunNormal):
        """Doubles what the rows become."""

        looks_at_data = True

        def look(self, weight, z, share):
            weight *= 2.0
            z *= 2.0
            LOOKED.append(z.copy())

    LOOKED = []
    X, network, rng = np.random.RandomState(0).normal(size=(40, 3)), network_for(), None
    initializer = UnitVariance(Doubled())
    network.initialize(initializer, np.random.RandomState(1))
    before = network.coefs[0].copy()
    network.look(X, initializer, rng)
    assert len(LOOKED) == 3
    assert_allclose(LOOKED[0], 2.0 * X @ before)
    assert_allclose((X @ network.coefs[0]).std(axis=0), 1.0)


def test_borders_run_through_rows_by_their_weight():
    z = np.repeat(np.arange(40.0)[:, np.newaxis], 3000, axis=1)
    share, bias = np.random.RandomState(0).rand(40) * (np.arange(40) > 30), np.zeros(3000)
    share /= share.sum()
    HyperplaneBias().look(bias, z, share, np.random.RandomState(1))
    assert -39 <= bias.min() < bias.max() <= -31
    assert_allclose(-bias.mean(), share @ z[:, 0], rtol=5e-3)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_breaks_symmetry_tells_the_truth(name, variants):
    for initializer in variants(INITIALIZERS[name]):
        weight = initializer.weight(spot(), np.random.RandomState(0))
        assert (weight != weight[:, :1]).any() == initializer.breaks_symmetry


def test_borders_run_through_the_data():
    rng = np.random.RandomState(0)
    X = rng.normal(50.0, 1.0, size=(400, 3))
    network = network_for("relu")
    network.initialize(Auto(), rng, HyperplaneBias())
    network.look(X, Auto(), rng, HyperplaneBias())
    on = (X @ network.coefs[0] + network.intercepts[0] > 0).mean(axis=0)
    assert ((on > 0.01) & (on < 0.99)).all()


# -- biases ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BIASES)
def test_biases_of_their_own_leave_the_first_weights_as_they_were(name):
    plain, other = network_for(), network_for()
    plain.initialize(Auto(), np.random.RandomState(0))
    other.initialize(Auto(), np.random.RandomState(0), BIASES[name]())
    assert_array_equal(plain.coefs[0], other.coefs[0])
    assert (plain.intercepts[0] != other.intercepts[0]).any()


def test_spread_of_biases():
    rng = np.random.RandomState(0)
    at = spot(fan_out=20_000)
    draws = {name: cls().bias(at, rng) for name, cls in BIASES.items()}
    assert_array_equal(draws["zeros"], 0.0)
    assert_array_equal(draws["constant"], 0.1)
    assert_array_equal(ConstantBias(-2).bias(spot(), rng), np.full(FAN_OUT, -2.0))
    assert_allclose(draws["normal"].std(), 0.1, rtol=0.02)
    assert_allclose(np.abs(draws["uniform"]).max(), 1 / np.sqrt(FAN_IN), rtol=1e-3)
    assert set(BIASES) == {*draws}


# -- gains -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in ACTIVATIONS if n != "binary_step"])
def test_the_gain_keeps_the_signal_alive(name):
    activation = ACTIVATIONS[name]()
    rng = np.random.RandomState(0)
    at = spot(fan_in=400, fan_out=400, activation=activation)
    x = rng.normal(size=(200, 400))
    for _ in range(8):
        x = activation(x @ HeNormal(gain="activation").weight(at, rng))
    assert 0.2 < np.sqrt((x**2).mean()) * activation.gain < 5.0


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
