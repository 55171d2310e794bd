"""The dense layer, dense and sparse input."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import ReLU
from sknn.nn.layers import Dense


@pytest.fixture
def layer():
    layer = Dense(2, ReLU())
    wishes = layer.declare(3)
    rng = np.random.RandomState(0)
    values = {name: rng.normal(size=wish.shape) for name, wish in wishes.items()}
    layer.bind(values, {name: np.empty_like(value) for name, value in values.items()})
    return layer


X = np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 0.0], [0.0, -1.0, 0.0], [3.0, 0.0, 0.5]])


def test_is_a_weighted_sum_and_a_bias(layer):
    z = layer.forward(X, layer.room(4, X.dtype, training=False), None)
    expected = [
        [sum(x[i] * layer.values["weight"][i, j] for i in range(3)) + layer.values["bias"][j]
         for j in range(2)]
        for x in X
    ]  # fmt: skip
    assert_allclose(z, expected, rtol=1e-14)


@pytest.mark.parametrize("container", [scipy.sparse.csr_array, scipy.sparse.csr_matrix])
def test_sparse_is_the_same(layer, container):
    upstream, results = np.arange(8.0).reshape(4, 2), []
    for x in (X, container(X)):
        room = layer.room(4, X.dtype, training=True)
        z = layer.forward(x, room, None).copy()
        layer.backward(upstream, room, wanted=False)
        results.append([z, layer.grads["weight"].copy(), layer.grads["bias"].copy()])
    for dense, sparse in zip(*results, strict=True):
        assert_allclose(sparse, dense, rtol=1e-14)


def test_does_not_write_into_its_input(layer):
    x = X.copy()
    x.flags.writeable = False
    room = layer.room(4, X.dtype, training=True)
    layer.forward(x, room, None)
    layer.backward(np.ones((4, 2)), room, wanted=True)
    assert_array_equal(x, X)
