"""Linear regions: exact inside, left at the border, and only of straight lines."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ACTIVATIONS, Parametric, ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.layers import NORMALIZATIONS, BatchNorm
from sknn.nn.linear_region import linear_region
from sknn.nn.network import Network

STRAIGHT = ["relu", "leaky_relu", "prelu", "hard_tanh", "hard_sigmoid", "identity", "binary_step"]
x = np.array([0.3, -0.2, 1.0])


def make(activation, normalization=None, n_outputs=2, sizes=(6, 5)):
    """A network whose parameters and statistics are drawn."""
    layers = multilayer_perceptron(
        sizes, n_outputs, [activation] * len(sizes), normalization, [0.3] * len(sizes), ReLU()
    )
    network = Network(layers, 3, "float64")
    network.values[:] = np.random.RandomState(2).normal(size=network.n_parameters)
    network.statistics[:] = np.linspace(0.5, 2.0, len(network.statistics))
    return network


def around(distance, n_rows=20_000):
    """Rows in all directions at a distance from x."""
    way = np.random.RandomState(1).normal(size=(n_rows, 3))
    return x + distance * way / np.linalg.norm(way, axis=1, keepdims=True)


@pytest.mark.parametrize("normalization", [None, BatchNorm(), BatchNorm(position="after")])
@pytest.mark.parametrize("name", STRAIGHT)
def test_exact_inside(name, normalization):
    network = make(ACTIVATIONS[name](), normalization)
    coef, intercept, distance, unit = linear_region(network, x)
    assert coef.shape == (3, 2)
    assert_allclose(network.raw_output(x[np.newaxis])[0], x @ coef + intercept, atol=1e-12)
    if name == "identity":
        assert (distance, unit) == (np.inf, None)
        distance = 1e3
    inside = around(0.9999 * distance)
    assert_allclose(network.raw_output(inside), inside @ coef + intercept, atol=1e-9)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "prelu", "hard_tanh"])
def test_left_at_the_border(name):
    network = make(ACTIVATIONS[name]())
    coef, intercept, distance, _ = linear_region(network, x)
    outside = around(1.02 * distance)
    gap = np.abs(network.raw_output(outside) - outside @ coef - intercept).max()
    assert gap > 1e-6


def test_the_unit_that_switches():
    network = make(ReLU(), sizes=(2,))
    network.coefs[0][:] = [[3.0, 0.0], [4.0, 1.0], [0.0, 0.0]]
    network.intercepts[0][:] = [0.9, 0.5]  # inputs 1 and 0.3, gradients of size 5 and 1
    region = linear_region(network, x)
    assert_allclose(region.distance, 0.2)
    assert region.unit == (1, 1)
    network.intercepts[0][0] = 2.9
    assert linear_region(network, x).unit == (1, 2)


def test_one_output_and_no_hidden_layer():
    network = make(ReLU(), n_outputs=1, sizes=())
    coef, intercept, distance, unit = linear_region(network, x)
    assert_allclose(coef, network.coefs[0][:, 0])
    assert_allclose(intercept, network.intercepts[0][0])
    assert (distance, unit) == (np.inf, None)


def test_a_unit_without_inputs_has_no_border():
    network = make(ReLU(), sizes=(2,))
    network.coefs[0][:] = 0.0
    network.intercepts[0][:] = 1.0
    assert linear_region(network, x).distance == np.inf


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - set(STRAIGHT)))
def test_curves_are_refused(name):
    activation = ACTIVATIONS[name]()
    assert activation.kinks is None
    with pytest.raises(InvalidParameterError, match=r"is a curve.*leaky_relu.*input_gradient"):
        linear_region(make(activation), x)


@pytest.mark.parametrize("name", sorted(set(NORMALIZATIONS) - {"batch"}))
def test_normalized_rows_are_refused(name):
    with pytest.raises(InvalidParameterError, match=r"is a curve\. BatchNorm"):
        linear_region(make(ReLU(), NORMALIZATIONS[name](), sizes=(6, 4)), x)


@pytest.mark.parametrize("name", STRAIGHT)
def test_kinks_are_where_the_slope_changes(name):
    for activation in (ACTIVATIONS[name](), Parametric(ReLU(), initial=0.5)):
        z = np.linspace(-7.9873, 7.9873, 40_000)
        slope = np.diff(activation(z)) / np.diff(z)
        changes = np.flatnonzero(np.abs(np.diff(slope)) > 1e-6)
        assert all(np.abs(z[changes + 1][:, None] - activation.kinks).min(axis=1, initial=9) < 1e-3)
        for kink in activation.kinks:
            assert np.abs(z[changes + 1] - kink).min() < 1e-3
