"""The network: one flat vector, snapshots, and prediction in blocks and threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

import sknn.nn.network
from sknn.nn.activations import ACTIVATIONS, ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import Auto
from sknn.nn.layers import BatchNorm, Dense, Layer, Step
from sknn.nn.network import Network


def make(sizes=(5, 4), n_outputs=2, n_features=3, dtype="float64", activation="relu", **extra):
    """A network with drawn weights; its statistics differ from their starting values."""
    activations = [ACTIVATIONS.resolve(activation)] * len(sizes)
    layers = multilayer_perceptron(
        sizes, n_outputs, activations, default_activation=ReLU(), **extra
    )
    network = Network(layers, n_features, dtype)
    network.initialize(Auto(), np.random.RandomState(0))
    network.statistics += 0.5
    return network


SHAPES = {
    "plain": {},
    "linear": {"sizes": ()},
    "float32": {"dtype": "float32"},
    "all": {"normalization": BatchNorm(), "dropout": [0.5, 0.2], "activation": "elu"},
}
rows = np.random.RandomState(1).normal(size=(500, 3))


@pytest.fixture(params=SHAPES.values(), ids=SHAPES)
def network(request):
    return make(**request.param)


def in_one_pass(network, X):
    return network.forward(X, network.room(X.shape[0], training=False)).copy()


def test_number_of_parameters():
    assert make([5], 1).n_parameters == 26  # 3-5-1: 3 * 5 + 5 and 5 * 1 + 1
    assert make([5], 1).n_weights == 20
    assert make([], 1).n_parameters == 4
    assert make([5], 1, normalization=BatchNorm()).n_parameters == 26 + 2 * 5
    assert make([5], 1, dropout=[0.5]).n_parameters == 26


def test_views_share_memory_with_the_flat_vector(network):
    network.start_training()
    network.values[:] = np.arange(network.n_parameters)
    flat = np.concatenate([w.ravel() for w in network.coefs])
    assert_array_equal(flat, np.arange(network.n_weights))
    for layer in network.layers:
        for name, grad in layer.grads.items():
            assert np.shares_memory(grad, network.grads)
            assert np.shares_memory(layer.values[name], network.values)
            assert grad.shape == layer.values[name].shape
    network.intercepts[-1][:] = -7
    assert (network.values == -7).sum() == network.n_outputs


def test_forward_is_the_formula():
    network = make()
    hidden = rows
    for weight, bias in zip(network.coefs[:-1], network.intercepts[:-1], strict=True):
        hidden = np.maximum(0, hidden @ weight + bias)
    expected = hidden @ network.coefs[-1] + network.intercepts[-1]
    assert_allclose(in_one_pass(network, rows), expected, rtol=1e-12)


def test_training_starts_and_stops(network):
    before = network.raw_output(rows)
    assert network.grads is None
    network.start_training()
    assert network.grads.dtype == network.values.dtype
    network.stop_training()
    assert network.grads is None
    assert all(layer.grads is None for layer in network.layers)
    assert_array_equal(network.raw_output(rows), before)


def test_snapshot_and_restore(network):
    kept, before = network.snapshot(), network.raw_output(rows)
    network.values += 1.0
    network.statistics *= 2.0
    assert (network.raw_output(rows) != before).any()
    network.restore(kept)
    assert_array_equal(network.raw_output(rows), before)
    network.values += 1.0  # the snapshot is a copy still
    network.restore(kept)
    assert_array_equal(network.raw_output(rows), before)


def test_given_vectors_are_used_as_they_are(network):
    twin = Network(
        network.layers, network.n_features, network.dtype, network.values, network.statistics
    )
    assert twin.values is network.values
    assert twin.statistics is network.statistics


def test_statistics_are_forgotten():
    network = make(normalization=BatchNorm())
    network.forget_statistics()
    assert_array_equal(network.statistics, Network(network.layers, 3, "float64").statistics)
    network.forward(rows, network.room(500, training=True), Step(None, np.random.default_rng(0)))
    assert network.statistics.any()


@pytest.mark.parametrize("container", [np.asarray, scipy.sparse.csr_array, scipy.sparse.csc_matrix])
@pytest.mark.parametrize("n_rows", [0, 1, 63, 64, 65, 128, 499])
def test_blocks_are_the_same_as_one_pass(network, container, n_rows, monkeypatch):
    monkeypatch.setattr(sknn.nn.network, "BLOCK_BYTES", 1)  # the smallest blocks: 64 rows
    X = rows[:n_rows].astype(network.dtype)
    out = network.raw_output(container(X))
    assert out.shape == (n_rows, network.n_outputs)
    assert out.dtype == network.dtype
    rtol = 1e-12 if network.dtype == np.float64 else 1e-5
    assert_allclose(out, in_one_pass(network, X), rtol=rtol, atol=rtol)


def test_prediction_writes_neither_data_nor_network(network):
    X = rows.astype(network.dtype)
    for array in (X, network.values, network.statistics):
        array.flags.writeable = False
    network.raw_output(X)


def test_threads_predict_as_one_does(network, monkeypatch):
    monkeypatch.setattr(sknn.nn.network, "BLOCK_BYTES", 1)
    parts = [rows[i : i + 200] for i in range(0, 300, 10)] * 5
    serial = [network.raw_output(part) for part in parts]
    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(network.raw_output, parts))
    for one, other in zip(serial, parallel, strict=True):
        assert_array_equal(one, other)


def test_room_of_prediction_has_no_room_for_gradients(network):
    def size(training):
        room = network.room(64, training)
        arrays = [array for place in room for array in vars(place).values()]
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

    assert size(training=False) < size(training=True)


def test_statistics_are_float64_whatever_the_network_is():
    network = make(dtype="float32", normalization=BatchNorm())
    assert network.values.dtype == np.float32
    assert network.statistics.dtype == np.float64
    assert network.raw_output(rows.astype("float32")).dtype == np.float32


def test_nothing_before_the_first_layer_that_learns_is_differentiated():
    class Untouchable(Layer):
        def forward(self, x, room, step):
            return x

        def backward(self, grad, room, wanted):
            raise AssertionError("nobody needs this gradient")

    network = Network([Untouchable(), Dense(2, ReLU()), Dense(1, ReLU())], 3, "float64")
    network.start_training()
    network.values[:] = 1.0
    room = network.room(4, training=True)
    network.forward(rows[:4], room, Step(None, np.random.default_rng(0)))
    network.backward(np.ones((4, 1)), room)
    assert network.grads.all()
