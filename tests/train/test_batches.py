"""Batches: every row once an epoch, in scikit-learn's order, and nothing written."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_array_equal
from sklearn.utils import shuffle as sklearn_shuffle

from sknn.train.batches import Batches

N = 23
X = np.arange(2.0 * N).reshape(N, 2)
y = np.arange(N)[:, np.newaxis]


def make(X=X, weight=None, *, size=5, shuffle=True, seed=0, **extra):
    rng = np.random.RandomState(seed)
    return Batches(X, y, weight, size=size, shuffle=shuffle, rng=rng, **extra)


def epoch(batches):
    """The rows of an epoch in their order; X, y and weight are checked to belong together."""
    seen = []
    for batch in batches:
        rows = batch.y[:, 0]
        dense = batch.X.toarray() if scipy.sparse.issparse(batch.X) else batch.X
        assert_array_equal(dense, X[rows])
        assert batch.n_rows == len(rows) == batch.X.shape[0]
        if batches.weight is not None:
            assert_array_equal(batch.weight, batches.weight[rows])
        seen.extend(rows)
    return seen


@pytest.mark.parametrize("container", [np.asarray, scipy.sparse.csr_array, scipy.sparse.csc_matrix])
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("size", [1, 5, N, 7])
def test_each_row_once_an_epoch(size, shuffle, container):
    batches = make(container(X), np.linspace(1, 2, N), size=size, shuffle=shuffle)
    for _ in range(3):
        assert sorted(epoch(batches)) == list(range(N))


def test_the_order_is_that_of_scikit_learn():
    batches, rng = make(seed=7), np.random.RandomState(7)
    order = np.arange(N)
    for _ in range(4):
        order = sklearn_shuffle(order, random_state=rng)
        assert_array_equal(epoch(batches), order)


def test_goes_on_from_an_earlier_order():
    whole, first = make(seed=3), make(seed=3)
    epoch(whole), epoch(first)
    second = Batches(X, y, None, size=5, shuffle=True, rng=first.rng, order=first.order)
    assert epoch(second) == epoch(whole)


def test_no_shuffle_gives_slices():
    batches = make(shuffle=False)
    assert epoch(batches) == epoch(batches) == list(range(N))
    assert all(np.shares_memory(batch.X, X) for batch in batches)


@pytest.mark.parametrize("shuffle", [True, False])
def test_some_rows_only(shuffle):
    rows = np.array([20, 3, 5, 9, 1, 2, 0])
    batches = make(shuffle=shuffle, rows=rows, size=3)
    assert batches.n_samples == 7
    for _ in range(2):
        seen = epoch(batches)
        assert sorted(seen) == sorted(rows)
        assert shuffle or seen == rows.tolist()


def test_batches_without_weight_are_left_out():
    weight = np.zeros(N)
    weight[7] = 1.0
    assert epoch(make(weight=weight, shuffle=False)) == [5, 6, 7, 8, 9]
    batches = make(weight=weight)
    for _ in range(5):
        seen = epoch(batches)
        assert 7 in seen
        assert len(seen) in (3, 5)


@pytest.mark.parametrize("shuffle", [True, False])
def test_the_callers_arrays_are_only_read(shuffle):
    weight, rows = np.linspace(1, 2, N), np.arange(N)
    arrays = X.copy(), y.copy(), weight, rows
    for array in arrays:
        array.flags.writeable = False
    batches = Batches(*arrays[:3], size=5, shuffle=shuffle, rng=np.random.RandomState(0), rows=rows)
    for batch in batches:
        assert not any(np.shares_memory(batch.X, array) for array in arrays)
    assert_array_equal(rows, np.arange(N))


def test_the_buffer_is_used_again():
    first, second = (batch.X for batch in make(size=12))
    assert np.shares_memory(first, second)


def test_float32_stays_float32():
    assert {batch.X.dtype for batch in make(X.astype("float32"))} == {np.dtype("float32")}


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_table_that_lies_column_by_column(shuffle):
    """Rows are gathered from a copy that lies row by row; without gathering there is none."""
    X, y = np.arange(60.0).reshape(20, 3), np.arange(20.0)[:, np.newaxis]

    def batches(table):
        rng = np.random.RandomState(0)
        return Batches(table, y, None, size=8, shuffle=shuffle, rng=rng)

    column_by_column = batches(np.asfortranarray(X))
    for mine, theirs in zip(column_by_column, batches(X), strict=True):
        assert_array_equal(mine.X, theirs.X)
    assert column_by_column.X.flags.c_contiguous is shuffle
    assert batches(X).X is X
