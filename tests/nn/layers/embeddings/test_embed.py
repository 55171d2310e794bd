"""Several embeddings side by side: who takes which column."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import PBLD, Category, Embed, PiecewiseLinear
from sknn.nn.layers.embeddings import settle

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
