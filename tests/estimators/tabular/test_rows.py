"""Rows by their content: what is equal, what it weighs, and how it is cut into folds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sknn.estimators.tabular.cuts import fold_numbers, splits
from sknn.estimators.tabular.rows import distinct_rows


@pytest.fixture
def table():
    rng = np.random.RandomState(0)
    X = rng.randint(0, 3, size=(60, 2)).astype(np.float32)
    return X, rng.randint(0, 2, size=(60, 1)).astype(np.float64)


def contents(X, y, rows):
    return np.column_stack([X[rows], y[rows]])


def test_each_content_is_there_once_with_its_count(table):
    X, y = table
    rows, weight = distinct_rows(X, y, None)
    expected, counts = np.unique(np.column_stack([X, y]), axis=0, return_counts=True)
    found = contents(X, y, rows)
    order = np.lexsort(found.T[::-1])
    assert_array_equal(found[order], expected)
    assert_array_equal(weight[order], counts)


def test_order_and_repeats_do_not_matter(table):
    X, y = table
    rng = np.random.RandomState(1)
    weight = rng.randint(0, 3, size=60)
    again = rng.permutation(np.repeat(np.arange(60), weight))
    rows, sums = distinct_rows(X, y, weight.astype(float))
    rows_again, sums_again = distinct_rows(X[again], y[again], None)
    assert_array_equal(contents(X, y, rows), contents(X[again], y[again], rows_again))
    assert_array_equal(sums, np.ones(len(rows)) if sums_again is None else sums_again)


def test_no_weights_where_no_rows_are_equal():
    X = np.arange(5, dtype=np.float32)[:, np.newaxis]
    rows, weight = distinct_rows(X, np.zeros((5, 1)), None)
    assert weight is None
    assert_array_equal(np.sort(rows), np.arange(5))


def test_the_target_tells_rows_apart_and_zero_has_no_sign():
    X = np.array([[0.0], [-0.0], [0.0]], dtype=np.float32)
    rows, weight = distinct_rows(X, np.array([[1.0], [1.0], [2.0]]), None)
    assert sorted(weight) == [1.0, 2.0]
    assert len(rows) == 2


@given(
    n_rows=st.integers(2, 60),
    n_folds=st.integers(2, 9),
    n_classes=st.integers(1, 5),
    seed=st.integers(0, 99),
)
def test_folds_are_of_equal_size_and_alike(n_rows, n_folds, n_classes, seed):
    n_folds = min(n_folds, n_rows)
    rng = np.random.RandomState(seed)
    key = rng.randint(0, n_classes, n_rows)
    fold = fold_numbers(key, n_folds, rng)
    sizes = np.bincount(fold, minlength=n_folds)
    assert sizes.max() - sizes.min() <= 1
    for value in np.unique(key):
        in_fold = np.bincount(fold[key == value], minlength=n_folds)
        assert in_fold.max() - in_fold.min() <= 2  # a block of rows may begin or end within it


def test_folds_of_numbers_have_their_distribution():
    key = np.random.RandomState(0).normal(size=100)
    fold = fold_numbers(key, 5, np.random.RandomState(1))
    blocks = np.argsort(key).reshape(20, 5)
    assert all(sorted(fold[block]) == [0, 1, 2, 3, 4] for block in blocks)


def test_splits_have_equally_many_training_rows_and_hold_each_row_out_once():
    fold = fold_numbers(np.arange(23), 4, np.random.RandomState(0))
    cuts = splits(fold, 4)
    assert {len(train) for train, _ in cuts} == {17}
    assert_array_equal(np.sort(np.concatenate([held_out for _, held_out in cuts])), np.arange(23))
    assert all(not set(train) & set(held_out) for train, held_out in cuts)
