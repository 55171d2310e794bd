"""Several embeddings side by side: who takes which column."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import Auto
from sknn.nn.layers import PBLD, Category, Embed, PiecewiseLinear
from sknn.nn.layers.embeddings import settle
from sknn.nn.network import Network

from .conftest import bound


def test_columns_that_are_not_taken_follow_as_they_are(x):
    layer = bound(Embed(settle([PBLD(columns=[1], n_outputs=2)], 3)), 3)
    y = layer.forward(x, layer.room(len(x), x.dtype, False), None)
    assert_array_equal(layer.origin, [1, 1, 0, 2])
    assert_array_equal(y[:, 1:], x[:, [1, 0, 2]])
    assert layer.describe() == "Embed(PBLD: 1, as they are: 2)"


def test_the_order_is_that_of_the_list(x):
    parts = settle([PBLD(columns=(2, 0), n_outputs=2), PiecewiseLinear(n_outputs=1)], 3)
    layer = bound(Embed(parts), 3, x=x)
    assert_array_equal(layer.origin, [2, 2, 0, 0, 1])
    y = layer.forward(x, layer.room(len(x), x.dtype, False), None)
    assert_array_equal(y[:, [1, 3]], x[:, [2, 0]])
    assert layer.describe() == "Embed(PBLD: 2, PiecewiseLinear: 1)"


def test_sums_over_the_numbers_of_a_column():
    layer = bound(Embed(settle([PBLD(columns=[1], n_outputs=3)], 3)), 3)
    assert_allclose(layer.by_column(np.array([[1.0, 2.0, 4.0, 8.0, 16.0]])), [[8.0, 7.0, 16.0]])


def test_only_what_looks_at_data_says_so():
    assert not Embed(settle([PBLD()], 2)).looks_at_data
    assert Embed(settle([PBLD(columns=0), PiecewiseLinear()], 2)).looks_at_data


def test_looking_changes_statistics_only(x):
    parts = settle([PiecewiseLinear(n_bins=4)], 3)
    network = Network(multilayer_perceptron([4], 1, [ReLU()], embedding=parts), 3, "float64")
    assert network.looks_at_data
    network.initialize(Auto(), np.random.RandomState(0))
    before = network.values.copy()
    network.look(x, Auto(), np.random.RandomState(0))
    assert_array_equal(network.values, before)
    assert network.statistics.any()
    kept = network.statistics.copy()
    network.forget_statistics()
    assert_array_equal(network.statistics, kept)


def test_dense_layers_start_from_numbers_of_their_own_after_the_embedding():
    plain, embedded = (
        Network(multilayer_perceptron([4], 1, [ReLU()], embedding=parts), 3, "float64")
        for parts in ((), settle([PBLD()], 3))
    )
    rngs = np.random.RandomState(0), np.random.RandomState(0)
    for network, rng in zip((plain, embedded), rngs, strict=True):
        network.initialize(Auto(), rng)
    assert plain.n_weights == plain.coefs[0].size + plain.coefs[1].size
    assert embedded.n_weights == embedded.coefs[0].size + embedded.coefs[1].size
    assert embedded.coefs[0].shape == (12, 4)
    assert_array_equal(
        embedded.layers[0].parts[0].values["frequency"].ravel(),
        np.random.RandomState(0).normal(0.0, 0.1, 48),
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([PBLD(columns=3)], "from 0 to 2. Got 3"),
        ([PBLD(columns=(0, 0))], "Got column 0"),
        ([PBLD(columns=(0, 1)), Category(columns=1, n_levels=2)], "Got column 1"),
        ([PBLD(), PiecewiseLinear()], "At most one embedding may have columns=None"),
        ([PBLD(columns=range(3)), PiecewiseLinear()], "Got none for PiecewiseLinear"),
        ([PBLD(columns=())], "Got none for PBLD"),
    ],
)
def test_columns_that_cannot_be(parts, words):
    with pytest.raises(InvalidParameterError, match=words):
        settle(parts, 3)


def test_sparse_rows_are_refused():
    X = scipy.sparse.csr_array(np.eye(3))
    with pytest.raises(InvalidParameterError, match="needs a dense array"):
        settle([PBLD()], 3, X)
    layer = bound(Embed(settle([PBLD()], 3)), 3)
    with pytest.raises(InvalidParameterError, match=r"use X\.toarray\(\)"):
        layer.forward(X, layer.room(3, X.dtype, False), None)
