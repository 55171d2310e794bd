"""The objective: loss and penalty together; its gradient is checked in ``tests/nn``."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

import sknn.train.objective
from sknn.nn.activations import ReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import XavierUniform
from sknn.nn.layers import NORMALIZATIONS, Dense, Layer
from sknn.nn.losses import LogLoss, SquaredError
from sknn.nn.network import Network
from sknn.nn.penalties import L1, L2
from sknn.train.objective import Objective


@pytest.fixture
def objective(make_run):
    run = make_run(alpha=0.5)
    run.network.start_training()
    return run.objective


def test_value_is_half_the_squared_error_plus_the_penalty(objective, data):
    X, y = data
    network = objective.network
    error = 0.5 * np.mean((network.raw_output(X) - y) ** 2)
    squares = sum((w**2).sum() for w in network.coefs)
    assert_allclose(objective.value_and_grad(X, y, None), error + 0.5 / (2 * 40) * squares)


def test_weight_2_is_two_rows(objective, data):
    X, y = data
    weight = np.arange(40) % 3.0
    rows = np.repeat(np.arange(40), weight.astype(int))
    value = objective.value_and_grad(X, y, weight)
    gradient = objective.network.grads.copy()
    assert_allclose(objective.value_and_grad(X[rows], y[rows], None), value)
    assert_allclose(objective.network.grads, gradient, rtol=1e-10, atol=1e-14)


def test_batches_of_many_sizes_do_not_disturb_each_other(objective, data):
    X, y = data

    def gradient(n):
        value = objective.value_and_grad(X[:n], y[:n], None)
        return np.append(objective.network.grads, value)

    alone = {n: gradient(n) for n in (40, 10, 3, 1)}
    for n in (1, 40, 3, 40, 10, 1):
        assert_array_equal(gradient(n), alone[n])


def test_sparse_is_the_same_and_nothing_is_written(objective, data):
    X, y = data
    X[abs(X) < 0.7] = 0
    for array in data:
        array.flags.writeable = False
    value = objective.value_and_grad(X, y, None)
    gradient = objective.network.grads.copy()
    assert_allclose(objective.value_and_grad(scipy.sparse.csr_array(X), y, None), value)
    assert_allclose(objective.network.grads, gradient, rtol=1e-12)


def test_a_network_without_randomness_draws_nothing(make_run):
    rng = np.random.RandomState(0)
    make_run().objective.start_epoch(rng)
    assert rng.randint(1000) == np.random.RandomState(0).randint(1000)


def test_dropout_draws_from_the_seed(make_run, data):
    run = make_run(dropout=[0.5])
    run.network.start_training()
    values = []
    for seed in (0, 0, 1):
        run.objective.start_epoch(np.random.RandomState(seed))
        values.append(run.objective.value_and_grad(*data, None))
    assert values[0] == values[1] != values[2]


def test_training_must_have_started(make_run, data):
    with pytest.raises(AssertionError, match="start_training"):
        make_run().objective.value_and_grad(*data, None)


def test_several_penalties_add_up(objective, data):
    network = objective.network
    both = Objective(network, objective.loss, L2(0.5), L1(0.3))
    value = objective.value_and_grad(*data, None)
    gradient = network.grads.copy()
    sizes = sum(abs(w).sum() for w in network.coefs)
    assert_allclose(both.value_and_grad(*data, None), value + 0.3 / 40 * sizes)
    signs = np.sign(network.values)
    signs[network.n_weights :] = 0  # biases are free
    assert_allclose(network.grads, gradient + 0.3 / 40 * signs, rtol=1e-9, atol=1e-15)


def test_no_penalty_is_the_loss(objective, data):
    X, y = data
    alone = Objective(objective.network, objective.loss)
    error = 0.5 * np.mean((objective.network.raw_output(X) - y) ** 2)
    assert_allclose(alone.value_and_grad(X, y, None), error)


def test_a_layer_of_a_users_own_that_uses_chance_is_seeded(data):
    class Noise(Layer):
        uses_chance = True

        def forward(self, x, room, step):
            return x if step is None else x + step.rng.normal(size=x.shape)

        def backward(self, grad, room, wanted):
            return grad

    network = Network([Noise(), Dense(1, Tanh())], 3, "float64")
    network.start_training()
    network.values[:] = 1.0
    objective, values = Objective(network, SquaredError()), []
    for seed in (0, 0, 1):
        objective.start_epoch(np.random.RandomState(seed))
        values.append(objective.value_and_grad(*data, None))
    assert values[0] == values[1] != values[2]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
def test_many_rows_in_blocks(weighted, normalization, monkeypatch):
    """Blocks give what all rows at once give, whatever their weights are."""
    monkeypatch.setattr(sknn.train.objective, "BLOCK_ROWS", (7, 7))
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 3)), rng.integers(0, 3, 50)
    weight = rng.integers(0, 3, 50).astype(float) if weighted else None
    if weighted:
        weight[14:21] = 0.0  # a whole block that does not count
    norm = normalization and NORMALIZATIONS[normalization]()
    results = []
    for of_many in (False, True):
        layers = multilayer_perceptron([4], 3, [ReLU()], normalization=norm)
        network = Network(layers, 3, "float64")
        network.initialize(XavierUniform(), np.random.RandomState(0))
        objective = Objective(network, LogLoss(), L2(alpha=3.0))
        objective.start(None)
        evaluate = objective.value_and_grad_of_many if of_many else objective.value_and_grad
        results.append((evaluate(X, y, weight), network.grads.copy()))
    assert results[0][0] == pytest.approx(results[1][0], rel=1e-12)
    assert_allclose(results[0][1], results[1][1], rtol=1e-10, atol=1e-14)
