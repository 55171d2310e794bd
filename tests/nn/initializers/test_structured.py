"""Orthogonal and sparse weights, and weights of one's own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import Identity, ReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import GivenWeights, Orthogonal, Sparse, Spot
from sknn.nn.network import Network


def spot(fan_in, fan_out, activation):
    return Spot(0, 2, fan_in, fan_out, activation)


def network_for():
    layers = multilayer_perceptron([5, 4], 2, [ReLU()] * 2)
    return Network(layers, n_features=3, dtype="float64")


# -- orthogonal ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9), (1, 5), (5, 1)])
@pytest.mark.parametrize(
    ("gain", "activation", "expected"),
    [
        ("activation", Identity(), 1.0),
        ("activation", ReLU(), np.sqrt(2)),
        ("activation", Tanh(), Tanh().gain),
        (3.0, ReLU(), 3.0),
    ],
)
def test_orthogonal(shape, gain, activation, expected):
    weight = Orthogonal(gain).weight(spot(*shape, activation), np.random.RandomState(0))
    assert weight.shape == shape
    square = weight.T @ weight if shape[0] >= shape[1] else weight @ weight.T
    assert_allclose(square, expected**2 * np.eye(min(shape)), atol=1e-12)


def test_orthogonal_matrices_of_one_number_have_both_signs():
    # without the correction of signs a QR decomposition gives one only
    rng = np.random.RandomState(0)
    signs = [float(Orthogonal(1.0).weight(spot(1, 1, ReLU()), rng)[0, 0]) for _ in range(50)]
    assert {round(sign, 12) for sign in signs} == {-1.0, 1.0}


def test_orthogonal_is_the_rotation_nearest_to_its_numbers_triangle():
    # Q R = A with a positive diagonal of R names one Q, whatever the decomposition does
    weight = Orthogonal(1.0).weight(spot(5, 3, ReLU()), np.random.RandomState(3))
    triangle = weight.T @ np.random.RandomState(3).normal(size=(5, 3))
    assert (np.diagonal(triangle) > 0).all()
    assert_allclose(np.tril(triangle, -1), 0.0, atol=1e-12)


# -- sparse --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fan_in", "connections", "expected"), [(100, 15, 15), (9, 15, 9), (50, 1, 1)]
)
def test_sparse(fan_in, connections, expected):
    at = spot(fan_in, 400, ReLU())
    weight = Sparse(connections, scale=2.0).weight(at, np.random.RandomState(0))
    assert_array_equal(np.count_nonzero(weight, axis=0), expected)
    assert_allclose(weight[weight != 0].std(), 2.0, rtol=0.1)
    used = np.count_nonzero(weight, axis=1)
    assert used.min() > 0
    assert used.max() < 2.5 * 400 * expected / fan_in  # no input is preferred
    assert_array_equal(Sparse(connections).bias(at, np.random.RandomState(0)), 0.0)


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
