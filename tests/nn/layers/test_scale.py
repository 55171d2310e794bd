"""Scaling of columns: values, slopes, sparse rows, and stacks."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.layers import Scale
from sknn.nn.losses import SquaredError
from sknn.nn.network import Network
from sknn.train.objective import Objective

CONTAINERS = [scipy.sparse.csr_array, scipy.sparse.csr_matrix]
rng = np.random.RandomState(0)
SCALE, UPSTREAM = rng.normal(size=5), rng.normal(size=(7, 5))
X = rng.normal(size=(7, 5)) * (rng.rand(7, 5) < 0.5)


def bound(scale=SCALE, dtype="float64"):
    layer = Scale()
    layer.declare(scale.shape[-1])
    values = {"scale": scale.astype(dtype)}
    layer.bind(values, {"scale": np.full_like(values["scale"], np.nan)})
    return layer


def passed(layer, x, upstream):
    """The output, the gradient at the input, and that of the factors."""
    room = layer.room(x.shape[:-1] if x.ndim == 3 else x.shape[0], x.dtype, training=True)
    y = layer.forward(x, room, None)
    return y, layer.backward(upstream.copy(), room, wanted=True), layer.grads["scale"]


def test_it_begins_as_it_is():
    network = Network([Scale()], n_features=5, dtype="float64")
    assert_array_equal(network.raw_output(X), X)
    assert network.n_parameters == 5
    assert network.n_weights == 0  # penalties leave it alone


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_is_its_formula(dtype):
    x, upstream = X.astype(dtype), UPSTREAM.astype(dtype)
    kept = x.copy()
    y, dx, dscale = passed(bound(dtype=dtype), x, upstream)
    assert_array_equal(x, kept)
    for found, expected in (
        (y, X * SCALE),
        (dx, UPSTREAM * SCALE),
        (dscale, (UPSTREAM * X).sum(axis=0)),
    ):
        assert found.dtype == dtype
        assert_allclose(found, expected, rtol=2e-5 if dtype == "float32" else 1e-12, atol=1e-6)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sparse_rows_stay_sparse(container, dtype):
    dense = passed(bound(dtype=dtype), X.astype(dtype), UPSTREAM.astype(dtype))
    y, *slopes = passed(bound(dtype=dtype), container(X.astype(dtype)), UPSTREAM.astype(dtype))
    assert scipy.sparse.issparse(y)
    assert (y.format, y.dtype, y.nnz) == ("csr", dtype, np.count_nonzero(X))
    assert_array_equal(y.toarray(), dense[0])
    for found, expected in zip(slopes, dense[1:], strict=True):
        assert_allclose(found, expected, rtol=1e-5 if dtype == "float32" else 1e-12, atol=1e-6)


def test_no_memory_for_columns_that_are_not_stored():
    wide = scipy.sparse.csr_array(([2.0], ([3], [10**5])), shape=(4000, 10**6))
    layer = bound(np.full(10**6, 0.5))
    y = layer.forward(wide, layer.room(4000, np.float64, training=False), None)
    assert (y.nnz, y[3, 10**5]) == (1, 1.0)  # where a dense batch would take 32 GB


def test_a_stack_is_each_alone():
    scales, x, upstream = (rng.normal(size=shape) for shape in ((3, 5), (3, 7, 5), (3, 7, 5)))
    together = passed(bound(scales), x, upstream)
    for i in range(3):
        for mine, alone in zip(together, passed(bound(scales[i]), x[i], upstream[i]), strict=True):
            assert_allclose(mine[i], alone, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("container", [np.asarray, scipy.sparse.csr_array])
def test_gradient_in_a_network(container):
    layers = multilayer_perceptron([4], 2, [Tanh()], input_dropout=0.3, input_scaling=True)
    network = Network(layers, n_features=5, dtype="float64")
    network.values[:] = rng.normal(size=network.n_parameters)
    network.start_training()
    objective, y, h = Objective(network, SquaredError()), rng.normal(size=(7, 2)), 1e-6

    def value():
        objective.start_epoch(np.random.RandomState(1))  # the same columns are silent each time
        return objective.value_and_grad(container(X), y, None)

    value()
    found, expected = network.grads.copy(), np.empty_like(network.grads)
    for i, at in enumerate(network.values.copy()):
        around = []
        for moved in (at + h, at - h):
            network.values[i] = moved
            around.append(value())
        network.values[i] = at
        expected[i] = (around[0] - around[1]) / (2 * h)
    assert_allclose(found, expected, rtol=1e-6, atol=2e-8)
