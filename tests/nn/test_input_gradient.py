"""The gradient of a prediction at its input, over all registered parts and in threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

import sknn.nn.network
from sknn.nn.activations import ACTIVATIONS, BinaryStep, Parametric, ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.layers import DROPOUTS, NORMALIZATIONS, Layer
from sknn.nn.network import Network

H = 1e-6
rows = np.random.RandomState(1).normal(size=(40, 4))


def make(activation=None, normalization=None, dropout=(), n_outputs=3, sizes=(6, 4), **extra):
    """A network whose parameters and statistics are drawn."""
    activations = [activation or ACTIVATIONS["tanh"]()] * len(sizes)
    layers = multilayer_perceptron(
        sizes, n_outputs, activations, normalization, dropout, ReLU(), extra.pop("noise", 0.0)
    )
    network = Network(layers, n_features=4, **{"dtype": "float64"} | extra)
    rng = np.random.RandomState(4)
    network.values[:] = rng.normal(scale=0.7, size=network.n_parameters)
    network.statistics[:] = rng.uniform(0.5, 2.0, size=len(network.statistics))
    return network


def differences(network, X):
    """Central differences of the raw output: shape (n, d, q), and where it is smooth."""
    gradient, smooth = [], []
    for j in range(X.shape[1]):
        step = H * np.eye(X.shape[1])[j]
        below, at, above = (network.raw_output(X + k * step) for k in (-1, 0, 1))
        gradient.append((above - below) / (2 * H))
        bend = abs(above - 2 * at + below) / H
        smooth.append((bend < 1e-3 * (1 + abs(gradient[-1]))).all(axis=1))
    return np.stack(gradient, axis=1), np.all(smooth, axis=0)


def check(network, X=rows):
    expected, smooth = differences(network, X)
    assert smooth.mean() > 0.9
    before = network.snapshot()
    found = network.input_gradient(X)
    assert_allclose(found[smooth], expected[smooth], rtol=1e-5, atol=1e-6)
    for c in range(network.n_outputs):
        assert_array_equal(network.input_gradient(X, output=c), found[:, :, c])
    for mine, earlier in zip(network.snapshot(), before, strict=True):
        assert_array_equal(mine, earlier)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name, variants):
    for activation in variants(ACTIVATIONS[name]):
        check(make(activation))


@pytest.mark.parametrize("step", [BinaryStep(straight_through=True), BinaryStep()])
def test_a_surrogate_gradient_is_for_training_only(step):
    assert not make(step).input_gradient(rows).any()
    check(make(Parametric(step, initial=0.5)))


@pytest.mark.parametrize("position", ["before", "after"])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_every_normalization(name, activation, position):
    normalization = NORMALIZATIONS[name](position=position)
    check(make(ACTIVATIONS[activation](), normalization))


@pytest.mark.parametrize("name", DROPOUTS)
def test_every_dropout(name):
    check(make(dropout=[DROPOUTS[name](rate=0.5)] * 2, noise=0.3))


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_linear(n_outputs):
    network = make(sizes=(), n_outputs=n_outputs)
    expected = np.broadcast_to(network.coefs[0], (40, 4, n_outputs))
    assert_array_equal(network.input_gradient(rows), expected)


def test_blocks(monkeypatch):
    network = make(ReLU(), NORMALIZATIONS["layer"]())
    whole = network.input_gradient(rows)
    monkeypatch.setattr(sknn.nn.network, "BLOCK_ROWS", (7, 7))
    assert_allclose(network.input_gradient(rows), whole, rtol=1e-12, atol=1e-15)


def test_single_precision_stays():
    network = make(ReLU(), NORMALIZATIONS["batch"](), dtype="float32")
    single = network.input_gradient(rows.astype("f4"))
    assert single.dtype == np.float32
    double = make(ReLU(), NORMALIZATIONS["batch"]()).input_gradient(rows)
    assert_allclose(single, double, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", [scipy.sparse.csr_matrix, scipy.sparse.csc_array])
def test_sparse(kind):
    network = make(noise=0.3)
    assert_allclose(network.input_gradient(kind(rows)), network.input_gradient(rows), rtol=1e-12)


def test_in_threads_and_on_read_only_rows():
    network = make(ReLU(), NORMALIZATIONS["group"]())
    X = np.tile(rows, (50, 1))
    X.flags.writeable = False
    expected = network.input_gradient(X)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: network.input_gradient(X), range(8)):
            assert_array_equal(found, expected)


def test_while_training():
    network = make(ReLU())
    network.start_training()
    network.grads[:] = 7.0
    network.input_gradient(rows)
    assert (network.grads == 7.0).all()


def test_a_layer_without_the_method_says_so():
    class Noise(Layer):
        def forward(self, x, room, step):
            return x

        def backward(self, grad, room, wanted):
            return grad

    with pytest.raises(NotImplementedError, match="Noise does not tell the gradient at its input"):
        Network([Noise()], 4, "float64").input_gradient(rows)
