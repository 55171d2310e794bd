"""The smooth clip: its formula, weights, extreme columns, and scikit-learn's checks."""

import pickle
import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from sknn.exceptions import InvalidParameterError
from sknn.preprocessing import SmoothClipScaler

LARGEST = np.finfo(np.float64).max
X = np.random.RandomState(0).normal(size=(40, 3)) * [1, 100, 0.01] + [0, 5, -3]


@pytest.mark.filterwarnings("ignore", category=SkipTestWarning)
@parametrize_with_checks([SmoothClipScaler(), SmoothClipScaler(max_abs=1)])
def test_sklearn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("max_abs", [0.5, 3.0, 10])
def test_formula(max_abs):
    scaler = SmoothClipScaler(max_abs=max_abs).fit(X)
    q1, q2, q3 = np.quantile(X, [0.25, 0.5, 0.75], axis=0, method="averaged_inverted_cdf")
    z = (X - q2) / (q3 - q1)
    np.testing.assert_allclose(scaler.transform(X), z / np.sqrt(1 + (z / max_abs) ** 2))
    np.testing.assert_allclose(scaler.center_, q2)
    np.testing.assert_allclose(scaler.scale_, 1 / (q3 - q1))


def test_columns_without_a_middle():
    rare = np.repeat([0.0, 1.0], [9, 1])
    table = np.column_stack([rare, np.full(10, 7.0), np.full(10, np.nan)])
    scaler = SmoothClipScaler().fit(table)
    np.testing.assert_array_equal(scaler.scale_, [2, 0, 0])
    out = scaler.transform(table)
    assert out[-1, 0].round(3) == 1.664
    np.testing.assert_array_equal(out[:, 1], 0)
    assert np.isnan(out[:, 2]).all()
    np.testing.assert_array_equal(scaler.transform([[0, np.inf, np.inf]]), [[0, 0, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_not_finite(dtype):
    table = np.array([1, 2, 3, 4, np.nan, np.inf, -np.inf], dtype)[:, np.newaxis]
    scaler = SmoothClipScaler().fit(table)
    out = scaler.transform(table)
    assert out.dtype == dtype
    np.testing.assert_array_equal(out[4:, 0], [np.nan, 3, -3])
    np.testing.assert_array_equal(out[:4], SmoothClipScaler().fit_transform(table[:4]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "column",
    [
        [-1, -1, 1, 1],
        [-1, 0, 0, 0, 0, 0, 1],
        [0, 1e-30, 1e-10, 1e-3, 1],
        [-1, 1e-300, 2e-300, 3e-300, 1],
        [0, 5e-324, 1e-323, 2e-323],
        [0.5, 0.5, 0.5, 0.5, 0.5, 1],
    ],
)
def test_extreme_numbers(column, dtype):
    largest = float(np.finfo(dtype).max)
    for factor in (1.0, largest):
        table = (np.array(column) * factor).astype(dtype)[:, np.newaxis]
        out = SmoothClipScaler().fit_transform(table)
        assert np.isfinite(out).all()
        assert (np.abs(out) <= 3).all()
        assert (np.diff(out[:, 0]) >= 0).all()
    assert (len(np.unique(out)) > 1) == (len(np.unique(table)) > 1)


def test_statistics_in_float64_fit_numbers_in_float32():
    table = np.array([[-1e300], [0.0], [1e300], [2e300]])
    out = SmoothClipScaler().fit(table).transform(np.array([[0, np.inf, 1]], np.float32).T)
    assert np.isfinite(out).all()


NUMBERS = st.one_of(st.floats(), st.integers(-3, 3).map(float))
ROWS = st.lists(st.tuples(NUMBERS, st.integers(0, 3)), min_size=1, max_size=12)


@given(ROWS)
def test_weights_are_repeats_and_order_does_not_count(rows):
    table, weight = (part[:, np.newaxis] for part in np.array(rows).T)
    weight = weight[:, 0]
    if not weight.any():
        return
    scaler = SmoothClipScaler().fit(table, sample_weight=weight)
    out = scaler.transform(table)
    repeated = SmoothClipScaler().fit(np.repeat(table, weight.astype(int), axis=0))
    reverse = SmoothClipScaler().fit(table[::-1], sample_weight=weight[::-1])
    for other in (repeated, reverse):
        np.testing.assert_array_equal(other.transform(table), out)
    assert (np.isnan(out) == np.isnan(table)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inverse(dtype):
    table = np.column_stack([X, np.full(len(X), 2.0)]).astype(dtype)
    table[3, 1] = np.nan
    scaler = SmoothClipScaler().fit(table)
    back = scaler.inverse_transform(scaler.transform(table))
    assert back.dtype == dtype
    np.testing.assert_allclose(back, table, rtol=1e-4 if dtype == np.float32 else 1e-12)
    ends = scaler.inverse_transform([[3, -3, 5, 3]])
    np.testing.assert_array_equal(ends, [[np.inf, -np.inf, np.inf, 2]])
    with pytest.raises(ValueError, match="X has 3 features, but SmoothClipScaler is expecting 4"):
        scaler.inverse_transform(X)
    with pytest.raises(NotFittedError):
        SmoothClipScaler().inverse_transform(X)


def test_data_stay_as_they_are():
    table = X.copy()
    SmoothClipScaler().fit_transform(table)
    np.testing.assert_array_equal(table, X)


def test_what_is_masked_is_missing():
    X = np.arange(12.0).reshape(6, 2)
    for dtype in (float, np.float32, int):
        masked = np.ma.masked_array(X.astype(dtype), X == 3)
        wanted = SmoothClipScaler().fit(np.where(X == 3, np.nan, X))
        found = SmoothClipScaler().fit(masked)
        np.testing.assert_array_equal(found.center_, wanted.center_)
        assert np.isnan(found.transform(masked)).sum() == 1
        assert np.isnan(found.inverse_transform(masked)).sum() == 1


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (np.full((3, 1), "2020", "datetime64[D]"), TypeError, r"X holds values .* datetime64\[D\]"),
        ([[Decimal(1)]], TypeError, "X holds values of the type Decimal"),
        ([[10**400]], ValueError, "Input X contains a whole number too large for dtype"),
        ([["a"]], ValueError, "could not convert string to float: 'a'"),
        (None, ValueError, "Expected 2D array"),
    ],
)
def test_what_is_no_number(X, error, message):
    scaler = SmoothClipScaler().fit([[1.0], [2.0]])
    for method in (SmoothClipScaler().fit, scaler.transform, scaler.inverse_transform):
        with pytest.raises(error, match=message):
            method(X)


def test_long_tables_are_scaled_alike():
    table = np.random.RandomState(1).normal(size=(70_000, 2))
    scaler = SmoothClipScaler().fit(table)
    ends = [0, 16_383, 16_384, 69_999]
    np.testing.assert_array_equal(scaler.transform(table)[ends], scaler.transform(table[ends]))


def test_names_and_copies():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b", "c"])
    scaler = SmoothClipScaler().set_output(transform="pandas").fit(frame)
    assert list(scaler.transform(frame).columns) == ["a", "b", "c"]
    same = pickle.loads(pickle.dumps(scaler)).transform(frame)
    pandas.testing.assert_frame_equal(same, scaler.transform(frame))
    scaler.inverse_transform(same)  # without a warning of names


@pytest.mark.parametrize("max_abs", [0, -1, np.inf, np.nan, "3", None, True])
def test_wrong_bound(max_abs):
    message = f"SmoothClipScaler must be a float in the range (0, inf). Got {max_abs!r} instead."
    with pytest.raises(InvalidParameterError, match=re.escape(message)):
        SmoothClipScaler(max_abs=max_abs).fit(X)
