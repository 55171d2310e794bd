"""The health of gradients, against the formulas written out."""

import math

import numpy as np
import pytest
import scipy.sparse

from sknn.nn.activations import ACTIVATIONS, Activation, PReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import Auto
from sknn.nn.layers import BatchNorm, Step
from sknn.nn.losses import SquaredError
from sknn.nn.network import Network
from sknn.nn.penalties import L2
from sknn.train.health import SATURATED, Tally, length, saturated_below
from sknn.train.objective import Objective

#: What levels off on both sides.
SIGMOIDS = {"logistic", "tanh", "softsign", "smht", "hard_sigmoid", "hard_tanh"}


class Arctan(Activation):
    """An activation of a user's own, from the input."""

    needs_input = True

    def forward(self, x, out):
        np.arctan(x, out=out)

    def backward(self, x, y, grad):
        grad /= 1.0 + x * x


class Step01(Activation):
    """No slope anywhere."""

    def forward(self, x, out):
        np.greater(x, 0.0, out=out)

    def backward(self, x, y, grad):
        grad *= 0.0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_levels_off_on_both_sides_saturates(name):
    bound = saturated_below(ACTIVATIONS[name]())
    if name in SIGMOIDS:
        assert 0 < bound <= SATURATED * 1.001
    elif name in ("identity", "relu", "leaky_relu", "elu", "selu", "gelu", "softplus", "silu"):
        assert math.isnan(bound)


def test_where_logistic_and_tanh_saturate():
    assert saturated_below(ACTIVATIONS["logistic"]()) == pytest.approx(0.05 * 0.25)
    assert saturated_below(Tanh()) == pytest.approx(0.05)


def test_activations_of_ones_own():
    assert saturated_below(Arctan()) == pytest.approx(0.05)
    assert math.isnan(saturated_below(Step01()))


def test_length_neither_overflows_nor_underflows():
    assert length(np.full((2, 2), 1e-200)) == pytest.approx(2e-200, rel=1e-12)
    assert length(np.full(4, 1e200)) == pytest.approx(2e200, rel=1e-12)
    assert length(np.asfortranarray(np.arange(6.0).reshape(2, 3))) == pytest.approx(55**0.5)


def network(sizes=(4,), activations=None, normalization=None, dtype="float64"):
    layers = multilayer_perceptron(
        sizes, 1, activations or [Tanh()] * len(sizes), normalization, (), Tanh()
    )
    net = Network(layers, 3, dtype)
    net.initialize(Auto(), np.random.RandomState(0))
    net.start_training()
    return net


def looked_at(net, X, y, alpha=0.0):
    objective = Objective(net, SquaredError(), L2(alpha))
    objective.value_and_grad(X, y, None)
    tally = Tally(net)
    tally.add_units(objective.rooms)
    tally.add_gradients(objective.rooms)
    return tally.columns()


def test_gradients_are_those_of_the_formula(data):
    X, y = data
    net = network()
    found = looked_at(net, X, y, alpha=100.0)  # the penalty is left out
    (W1, W2), (b1, b2) = net.coefs, net.intercepts
    h = np.tanh(X @ W1 + b1)
    dz2 = (h @ W2 + b2 - y) / len(X)
    dz1 = dz2 @ W2.T * (1 - h**2)
    rows = np.sqrt(len(X))
    assert found == pytest.approx(
        {
            "health_rows": 40,
            "gradient_norm_1": np.linalg.norm(X.T @ dz1),
            "gradient_norm_2": np.linalg.norm(h.T @ dz2),
            "backprop_norm_1": rows * np.linalg.norm(dz1),
            "backprop_norm_2": rows * np.linalg.norm(dz2),
            "dead_units_1": 0.0,
            "saturated_1": np.mean(1 - h**2 < 0.05),
        },
        rel=1e-9,
    )


def test_sparse_rows_give_the_same(data):
    X, y = data
    dense, sparse = (looked_at(network(), kind, y) for kind in (X, scipy.sparse.csr_array(X)))
    assert sparse == pytest.approx(dense, rel=1e-9)


def test_single_precision_gives_about_the_same(data):
    X, y = (array.astype(np.float32) for array in data)
    assert looked_at(network(dtype="float32"), X, y) == pytest.approx(
        looked_at(network(), *data), rel=1e-3
    )


def test_several_batches_are_one_tally(data):
    X, y = data
    net = network()
    objective, tally = Objective(net, SquaredError(), L2(0.0)), Tally(net)
    lengths = []
    for rows in (slice(0, 10), slice(10, 40)):
        objective.value_and_grad(X[rows], y[rows], None)
        tally.add_units(objective.rooms)
        tally.add_gradients(objective.rooms)
        lengths.append(length(net.layers[0].grads["weight"]))
    found = tally.columns()
    assert found["health_rows"] == 40
    assert found["gradient_norm_1"] == pytest.approx(np.mean(lengths))
    assert found["saturated_1"] == pytest.approx(looked_at(net, X, y)["saturated_1"])


def test_a_unit_is_dead_if_no_row_of_any_batch_moves_it():
    relu = [ACTIVATIONS["relu"]()]
    net = network(activations=relu)
    net.coefs[0][...] = 0.0
    net.coefs[0][0] = [1.0, -1.0, 0.0, 0.0]
    net.intercepts[0][...] = [0.0, 0.0, -1.0, 1.0]  # on for x > 0, for x < 0, never, always
    tally, rng = Tally(net), np.random.default_rng(0)
    shares = []
    for x in ([[2.0, 0, 0]], [[-2.0, 0, 0]]):
        rooms = net.room(1, training=True)
        net.forward(np.array(x), rooms, Step(None, rng))
        tally.add_units(rooms)
        shares.append(tally.columns()["dead_units_1"])
    assert shares == [0.5, 0.25]
    assert math.isnan(tally.columns()["saturated_1"])


def test_the_slope_of_a_learned_activation_is_that_of_its_numbers():
    net = network(activations=[PReLU()])
    net.layers[1].values["slope"][:] = [0.0, 0.0, 0.5, -1.0]
    net.intercepts[0][...] = -100.0  # all below 0, where the slope is the learned one
    tally, rooms = Tally(net), net.room(2, training=True)
    net.forward(np.ones((2, 3)), rooms, Step(None, np.random.default_rng(0)))
    tally.add_units(rooms)
    assert tally.columns()["dead_units_1"] == 0.5
    assert not net.layers[1].grads["slope"].any()  # looking writes nothing


def test_update_ratio():
    net = network()
    tally, rooms = Tally(net), net.room(2, training=True)
    net.forward(np.ones((2, 3)), rooms, Step(None, np.random.default_rng(0)))
    tally.add_units(rooms)
    old = [np.array([[3.0, 4.0]]), np.zeros((1, 1))]
    tally.add_update(old, [old[0] + [[0.0, 1.0]], np.ones((1, 1))])
    found = tally.columns()
    assert found["update_ratio_1"] == pytest.approx(0.2)
    assert math.isnan(found["update_ratio_2"])  # of no weights, there is no share


def test_layers_are_counted_past_normalization(data):
    found = looked_at(network((4, 5), normalization=BatchNorm()), *data)
    assert {name for name in found if name.startswith(("dead", "gradient"))} == {
        "gradient_norm_1",
        "gradient_norm_2",
        "gradient_norm_3",
        "dead_units_1",
        "dead_units_2",
    }


def test_nothing_looked_at_is_nothing_found():
    assert Tally(network()).columns() == {}
