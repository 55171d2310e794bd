"""The rescale rule: additive, exact on linear networks, and what flows through the network."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose

import sknn.nn.rescale
from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ACTIVATIONS, Logistic, ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.layers import NORMALIZATIONS, Activate, BatchNorm, Dense
from sknn.nn.network import Network
from sknn.nn.rescale import Rescale

rng = np.random.RandomState(1)
rows, background = rng.normal(size=(9, 4)), rng.normal(size=(13, 4))


def make(activation=None, normalization=None, n_outputs=3, sizes=(6, 5), dtype="float64"):
    """A network whose parameters and statistics are drawn."""
    layers = multilayer_perceptron(
        sizes,
        n_outputs,
        [activation or ReLU()] * len(sizes),
        normalization,
        [0.3] * len(sizes),
        ReLU(),
    )
    network = Network(layers, 4, dtype)
    drawn = np.random.RandomState(4)
    network.values[:] = drawn.normal(scale=0.7, size=network.n_parameters)
    network.statistics[:] = drawn.uniform(0.5, 2.0, size=len(network.statistics))
    return network


def by_hand(network, x, b, output):
    """The rule for one pair of rows, in the words of the paper."""
    passes = []
    for row in (x, b):
        values, row = [], row[np.newaxis]
        for layer in network.layers:
            values.append(row)
            row = layer.forward(row.copy(), layer.room(1, "f8", True), None).copy()
        passes.append([*values, row])
    m = np.eye(network.n_outputs)[output]
    for i in reversed(range(len(network.layers))):
        layer = network.layers[i]
        if isinstance(layer, Dense):
            m = layer.values["weight"] @ m
        elif isinstance(layer, Activate):
            (z, a), (z_b, a_b) = ((values[i][0], values[i + 1][0]) for values in passes)
            m = m * (a - a_b) / (z - z_b)
    return m * (x - b)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_contributions_add_up(name, variants):
    for activation in variants(ACTIVATIONS[name]):
        for normalization in (None, BatchNorm(), BatchNorm(position="after")):
            network = make(activation, normalization)
            found = Rescale(network, background).contributions(rows)
            moved = network.raw_output(rows) - network.raw_output(background).mean(axis=0)
            assert_allclose(found.sum(axis=1), moved, rtol=1e-8, atol=1e-7)


@pytest.mark.parametrize("name", ["relu", "tanh", "elu", "prelu"])
def test_the_rule_is_that_of_the_paper(name):
    network = make(ACTIVATIONS[name]())
    found = Rescale(network, background).contributions(rows)
    for output in range(3):
        expected = [
            np.mean([by_hand(network, x, b, output) for b in background], axis=0) for x in rows
        ]
        assert_allclose(found[:, :, output], expected, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("sizes", [(), (5,)])
def test_linear_networks_are_exact(sizes):
    network = make(ACTIVATIONS["identity"](), sizes=sizes)
    coef = network.input_gradient(rows[:1])[0]
    expected = (rows - background.mean(axis=0))[:, :, np.newaxis] * coef
    assert_allclose(Rescale(network, background).contributions(rows), expected, atol=1e-12)


def test_a_row_like_the_background_has_the_slope():
    """Where all differences are 0, nothing is divided by it."""
    network = make(ACTIVATIONS["tanh"]())
    assert not Rescale(network, rows[:1]).contributions(rows[:1]).any()
    near = rows[:1] + 1e-10
    found = Rescale(network, rows[:1]).contributions(near)[0]
    assert_allclose(found, 1e-10 * network.input_gradient(near)[0], rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_close_to_each_other_on_both_sides_of_a_kink(dtype):
    network = make(n_outputs=1, sizes=(1,), dtype=dtype)
    network.values[:] = 0.0
    network.coefs[0][0] = network.coefs[1][0] = 1.0
    close = np.array([[1e-5, 0, 0, 0]], dtype)
    found = Rescale(network, -close).contributions(close)
    assert_allclose(found[0, :, 0], [1e-5, 0, 0, 0], rtol=1e-5)


@pytest.mark.parametrize("weight", [[0, 1, 2], [0.5, 0.5, 3.0]])
def test_weights_are_repeated_rows(weight):
    network = make()
    share = np.array(weight) / np.sum(weight)
    found = Rescale(network, background[:3], share).contributions(rows)
    each = [Rescale(network, background[[i]]).contributions(rows) for i in range(3)]
    assert_allclose(found, np.tensordot(share, each, axes=1), rtol=1e-10, atol=1e-14)


def test_blocks_of_rows_and_of_background(monkeypatch):
    network = make(normalization=BatchNorm())
    whole = Rescale(network, background).contributions(rows)
    monkeypatch.setattr(sknn.nn.rescale, "PAIR_BYTES", 1000)
    monkeypatch.setattr(sknn.nn.rescale, "PAIR_ROWS", 4)
    assert_allclose(Rescale(network, background).contributions(rows), whole, rtol=1e-10)


def test_single_precision_stays():
    double, single = make(), make(dtype="float32")
    found = Rescale(single, background.astype("f4")).contributions(rows.astype("f4"))
    assert found.dtype == np.float32
    assert_allclose(found, Rescale(double, background).contributions(rows), rtol=1e-3, atol=1e-4)


def test_sparse():
    network = make()
    rule = Rescale(network, scipy.sparse.csc_matrix(background))
    found = rule.contributions(scipy.sparse.csr_array(rows))
    assert_allclose(found, Rescale(network, background).contributions(rows), rtol=1e-10)


def test_nothing_is_written_to():
    network, X, B = make(), rows.copy(), background.copy()
    before = network.snapshot()
    for array in (X, B):
        array.flags.writeable = False
    rule = Rescale(network, B)
    assert_allclose(rule.contributions(X), rule.contributions(X), rtol=0)
    assert all((a == b).all() for a, b in zip(network.snapshot(), before, strict=True))


def test_after_a_link():
    network = make(n_outputs=1)
    rule = Rescale(network, background, link=[Activate(Logistic())])
    p = [Logistic()(network.raw_output(X)) for X in (rows, background)]
    assert_allclose(rule.contributions(rows).sum(axis=1), p[0] - p[1].mean(axis=0), atol=1e-12)


@pytest.mark.parametrize("name", sorted(set(NORMALIZATIONS) - {"batch"}))
def test_layers_that_tie_units_together_are_refused(name):
    network = make(normalization=NORMALIZATIONS[name](), sizes=(6, 4))
    with pytest.raises(InvalidParameterError, match=r"ties the units of a row together.*BatchNorm"):
        Rescale(network, background)


class TestConnections:
    @pytest.mark.parametrize("normalization", [None, BatchNorm()])
    @pytest.mark.parametrize("name", ["relu", "tanh"])
    def test_what_comes_into_a_unit_goes_out_of_it(self, name, normalization):
        network = make(ACTIVATIONS[name](), normalization)
        rule = Rescale(network, background)
        carried = rule.connections(rows[:1], output=2)
        assert [c.shape for c in carried] == [(4, 6), (6, 5), (5, 3)]
        total = network.raw_output(rows[:1]) - network.raw_output(background).mean(axis=0)
        for before, after in pairwise(carried):
            assert_allclose(before.sum(axis=0), after.sum(axis=1), rtol=1e-9, atol=1e-12)
        assert_allclose([c.sum() for c in carried], total[0, 2], rtol=1e-9)
        expected = rule.contributions(rows[:1])[0, :, 2]
        assert_allclose(carried[0].sum(axis=1), expected, rtol=1e-9)
        assert not carried[-1][:, :2].any()  # the other outputs

    def test_linear(self):
        network = make(sizes=())
        (carried,) = Rescale(network, background).connections(rows[:1], 0)
        assert_allclose(carried[:, 0], network.coefs[0][:, 0] * (rows[0] - background.mean(axis=0)))
