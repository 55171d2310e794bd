"""Constraints: which weights are shortened, and to what."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.constraints import MaxNorm
from sknn.nn.network import Network


def test_long_vectors_of_hidden_units_are_shortened():
    network = Network(multilayer_perceptron([3, 2], 1, [ReLU()] * 2), 4, "float32")
    network.values[:] = np.random.RandomState(0).normal(size=network.n_parameters)
    network.coefs[0][:, 1] *= 0.01
    before = [array.copy() for array in (*network.coefs, *network.intercepts)]
    MaxNorm(limit=0.5).apply(network)
    for weight, old in zip(network.coefs[:-1], before[:2], strict=True):
        length = np.linalg.norm(old, axis=0)
        assert_allclose(np.linalg.norm(weight, axis=0), np.minimum(length, 0.5), rtol=1e-6)
        assert_allclose(weight, old * np.minimum(1, 0.5 / length), rtol=1e-6)
    assert_array_equal(network.coefs[-1], before[2], err_msg="not the output layer")
    for bias, old in zip(network.intercepts, before[3:], strict=True):
        assert_array_equal(bias, old)
    assert network.values.dtype == np.float32


def test_short_vectors_and_networks_without_hidden_layers_stay():
    network = Network(multilayer_perceptron([], 2, [], default_activation=ReLU()), 4, "float64")
    network.values[:] = 9.0
    MaxNorm(limit=0.5).apply(network)
    assert_array_equal(network.values, 9.0)
