"""Intervals: their coverage, and their ends against the definition."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from sknn.exceptions import InvalidParameterError
from sknn.uncertainty import CrossConformalIntervals
from sknn.uncertainty.folds import tail_rank


def by_definition(prediction, y, fold, new, coverage, scale=1.0, new_scale=None):
    """The ends from the table of all new rows by all calibration rows."""
    new_scale = np.ones_like(new) if new_scale is None else np.broadcast_to(new_scale, new.shape)
    error = np.abs(y - prediction) / scale
    rank = tail_rank(coverage, len(y))
    lower = np.sort(new[fold].T - new_scale[fold].T * error, axis=1)[:, rank - 1]
    upper = np.sort(new[fold].T + new_scale[fold].T * error, axis=1)[:, -rank]
    return np.stack([lower, upper], axis=1)


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    m, k, n = 300, 4, 60
    fold = rng.integers(k, size=m)
    return rng.normal(size=m), rng.standard_t(3, size=m), fold, rng.normal(size=(k, n))


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.8, 0.9, 0.99])
def test_ends_by_definition(table, share):
    prediction, y, fold, new = table
    got = CrossConformalIntervals.fit(prediction, y, fold).interval(new, share)
    np.testing.assert_array_equal(got, np.sort(by_definition(prediction, y, fold, new, share)))


@given(
    seed=st.integers(0, 10_000),
    m=st.integers(2, 40),
    k=st.integers(1, 6),
    share=st.floats(0.05, 0.95),
    distinct=st.integers(1, 6),
)
def test_ends_by_definition_with_ties(seed, m, k, share, distinct):
    rng = np.random.default_rng(seed)
    y, fold = rng.integers(distinct, size=m) / 4, rng.integers(k, size=m)
    fold[0] = k - 1
    new = rng.integers(3, size=(k, 7)) / 4
    if tail_rank(share, m) < 1:
        return
    got = CrossConformalIntervals.fit(np.zeros(m), y, fold).interval(new, share)
    wanted = by_definition(np.zeros(m), y, fold, new, share)
    np.testing.assert_array_equal(got, np.sort(wanted))


@pytest.mark.parametrize("of_members", [False, True])
def test_scaled_ends_by_definition(table, of_members):
    prediction, y, fold, new = table
    rng = np.random.default_rng(1)
    scale = rng.uniform(0.1, 5, size=len(y))
    new_scale = rng.uniform(0.1, 5, size=new.shape if of_members else new.shape[1:])
    intervals = CrossConformalIntervals.fit(prediction, y, fold, scale=scale)
    np.testing.assert_allclose(
        intervals.interval(new, 0.8, scale=new_scale),
        by_definition(prediction, y, fold, new, 0.8, scale, new_scale),
        rtol=1e-14,
    )


def test_one_member_is_split_conformal(table):
    prediction, y, _, new = table
    intervals = CrossConformalIntervals.fit(prediction, y, np.zeros(len(y), dtype=int))
    level = np.ceil(0.9 * (len(y) + 1)) / len(y)
    q = np.quantile(np.abs(y - prediction), level, method="inverted_cdf")
    np.testing.assert_array_equal(
        intervals.interval(new[:1], 0.9), np.stack([new[0] - q, new[0] + q], axis=1)
    )


def test_weights_are_repetitions(table):
    prediction, y, fold, new = table
    weight = np.random.default_rng(2).integers(0, 4, size=len(y))
    fold[weight == 0] = np.arange(np.sum(weight == 0)) % 4
    repeated = [np.repeat(a, weight) for a in (prediction, y, fold)]
    weighted = CrossConformalIntervals.fit(prediction, y, fold, weight=weight)
    np.testing.assert_array_equal(
        weighted.interval(new, 0.8), CrossConformalIntervals.fit(*repeated).interval(new, 0.8)
    )


def test_repeated_folds_are_thirds_of_a_row(table):
    prediction, y, fold, new = table
    thirds = [np.tile(a, 3) for a in (prediction, y, fold)]
    third = CrossConformalIntervals.fit(*thirds, weight=np.full(3 * len(y), 1 / 3))
    once = CrossConformalIntervals.fit(prediction, y, fold)
    np.testing.assert_array_equal(third.interval(new, 0.9), once.interval(new, 0.9))


def test_a_member_without_rows_counts_for_nothing(table):
    prediction, y, fold, new = table
    fold = np.where(fold == 1, 0, fold)
    got = CrossConformalIntervals.fit(prediction, y, fold).interval(new, 0.9)
    np.testing.assert_array_equal(got, by_definition(prediction, y, fold, new, 0.9))


def test_outputs_are_independent(table):
    prediction, y, fold, new = table
    both = CrossConformalIntervals.fit(
        np.column_stack([prediction, 2 * prediction]), np.column_stack([y, -y]), fold
    ).interval(np.stack([new, new + 1], axis=-1), 0.9)
    assert both.shape == (new.shape[1], 2, 2)
    for output, single in enumerate(
        [
            CrossConformalIntervals.fit(prediction, y, fold).interval(new, 0.9),
            CrossConformalIntervals.fit(2 * prediction, -y, fold).interval(new + 1, 0.9),
        ]
    ):
        np.testing.assert_array_equal(both[:, output], single)


def test_float32_is_as_good_as_float64(table):
    prediction, y, fold, new = (a.astype(np.float32) if a.dtype == float else a for a in table)
    got = CrossConformalIntervals.fit(prediction, y, fold).interval(new, 0.9)
    wide = [a.astype(float) for a in (prediction, y, new)]
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, by_definition(wide[0], wide[1], fold, wide[2], 0.9))


def test_no_new_rows(table):
    prediction, y, fold, new = table
    intervals = CrossConformalIntervals.fit(prediction, y, fold)
    assert intervals.interval(new[:, :0]).shape == (0, 2)


def test_numbers_of_very_different_sizes():
    fold = np.arange(60) % 2
    y = 10.0 ** np.linspace(-200, 200, 60)
    new = np.array([[0.0, 1e-150], [1e100, 3.0]])
    got = CrossConformalIntervals.fit(np.zeros(60), y, fold).interval(new, 0.5)
    np.testing.assert_array_equal(got, by_definition(np.zeros(60), y, fold, new, 0.5))


def even(x):
    return np.ones_like(x)


def uneven(x):
    return np.exp(1.5 * x)


def held(told, share, scale=None):
    """Whether the intervals hold the targets of new rows."""
    scales = (None, None) if scale is None else (scale(told.x), scale(told.x_new))
    intervals = CrossConformalIntervals.fit(told.prediction, told.y, told.fold, scale=scales[0])
    ends = intervals.interval(told.new, share, scale=scales[1])
    return (ends[:, 0] <= told.y_new) & (told.y_new <= ends[:, 1])


@pytest.mark.parametrize("noise", [even, uneven])
def test_coverage(ridge_tables, noise):
    n = 400  # tables of one new row each, so that rows are independent and the share binomial
    tables = list(ridge_tables(noise, n_tables=n, n_new=1))
    for share in (0.5, 0.9):
        found = np.mean([held(told, share) for told in tables])
        low, high = binom(n, share).ppf([0.5e-4, 1 - 0.5e-4]) / n
        assert low <= found <= high


def test_a_scale_evens_the_coverage(ridge_tables):
    tables = list(ridge_tables(uneven, n_tables=8, m=999, n_new=400))
    noisy = np.concatenate([told.x_new > 0 for told in tables])
    plain = np.concatenate([held(told, 0.8) for told in tables])
    scaled = np.concatenate([held(told, 0.8, scale=uneven) for told in tables])
    assert plain[~noisy].mean() - plain[noisy].mean() > 0.25
    assert abs(scaled[~noisy].mean() - scaled[noisy].mean()) < 0.05
    assert abs(scaled.mean() - 0.8) < 0.04


def test_it_is_pickled_and_frozen(table):
    prediction, y, fold, new = table
    intervals = CrossConformalIntervals.fit(prediction, y, fold)
    same = pickle.loads(pickle.dumps(intervals))
    np.testing.assert_array_equal(same.interval(new, 0.9), intervals.interval(new, 0.9))
    with pytest.raises(AttributeError):
        intervals.n_members = 3


def test_a_coverage_that_few_rows_cannot_give():
    intervals = CrossConformalIntervals.fit(np.zeros(9), np.arange(9.0), np.arange(9) % 3)
    new = np.zeros((3, 1))
    np.testing.assert_array_equal(intervals.interval(new, 0.9), [[-8.0, 8.0]])
    message = r"coverage=0.95 needs at least 19 calibration rows. Got 9, .* at most 0.9."
    with pytest.raises(InvalidParameterError, match=message):
        intervals.interval(new, 0.95)
    for share in (0, 1, -0.5, "0.9", None):
        with pytest.raises(InvalidParameterError, match="The 'coverage' parameter of interval"):
            intervals.interval(new, share)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"y": [1.0, 2.0, np.nan]}, "y must hold finite numbers. Got 1 infinite or missing"),
        ({"y": [1.0, 2.0]}, r"y must have shape \(3,\). Got \(2,\) instead"),
        ({"prediction": np.zeros((3, 1, 1))}, r"prediction must have shape \(m,\) or"),
        ({"fold": [0, 1, -1]}, "fold must hold the number of a member, from 0 on"),
        ({"fold": [0.0, 1.0, 1.0]}, "Got shape .* and dtype float64"),
        ({"weight": [0, 0, 0]}, "weight must hold numbers of at least 0, not all of them 0"),
        ({"weight": [1, 1, -1]}, "Got -1 to 1"),
        ({"scale": [1, 0, 1]}, "scale must be positive. Got 0; add a small number"),
        ({"prediction": [], "y": [], "fold": []}, "there must be at least one"),
    ],
)
def test_calibration_refuses(wrong, message):
    right = {"prediction": np.zeros(3), "y": np.ones(3), "fold": [0, 1, 1]}
    with pytest.raises(InvalidParameterError, match=message):
        CrossConformalIntervals.fit(**right | wrong)


def test_new_rows_that_do_not_fit(table):
    prediction, y, fold, new = table
    intervals = CrossConformalIntervals.fit(prediction, y, fold)
    with pytest.raises(InvalidParameterError, match=r"shape \(4, n_rows\). Got \(3, 60\)"):
        intervals.interval(new[:3])
    with pytest.raises(InvalidParameterError, match=r"had no scale, .* Got a scale"):
        intervals.interval(new, scale=np.ones(60))
    scaled = CrossConformalIntervals.fit(prediction, y, fold, scale=np.ones(len(y)))
    with pytest.raises(InvalidParameterError, match=r"had a scale, .* Got no scale"):
        scaled.interval(new)
