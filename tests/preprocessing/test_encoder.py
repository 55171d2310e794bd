"""The encoder on arrays and lists: each kind of column, gaps, weights, names and errors."""

import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.utils.estimator_checks import (
    check_transformer_get_feature_names_out,
    parametrize_with_checks,
)

from sknn.preprocessing import SmoothClipScaler, TableEncoder

NAN, INF = np.nan, np.inf


def table(*columns):
    """An array of objects from its columns."""
    X = np.empty((len(columns[0]), len(columns)), dtype=object)
    for j, column in enumerate(columns):
        X[:, j] = column
    return X


MIXED = table(
    [3.0, 1.0, None, 4.0, 8.0],
    ["b", "a", "b", None, "c"],
    ["x", "y", "x", "x", "y"],
    [5, 6, 7, 8, 9],
    [f"street {i}" for i in range(5)],
)


@pytest.mark.filterwarnings("ignore", category=SkipTestWarning)
@parametrize_with_checks(
    [TableEncoder(), TableEncoder(max_one_hot=0, numeric="standard", dtype="float64")]
)
def test_sklearn(estimator, check):
    check(estimator)


def test_sklearn_names():
    check_transformer_get_feature_names_out("TableEncoder", TableEncoder())


def test_all_kinds_of_columns():
    encoder = TableEncoder(max_one_hot=4)
    out = encoder.fit_transform(MIXED)
    names = encoder.get_feature_names_out()
    ending = ["x0", "x3", "x0_missing", "x1_a", "x1_b", "x1_c", "x1_missing", "x2_x", "x4_code"]
    assert names.tolist() == ending
    assert encoder.origins_.tolist() == [0, 3, 0, 1, 1, 1, 1, 2, 4]
    numbers = SmoothClipScaler().fit_transform(MIXED[:, [0, 3]].astype(float))
    np.testing.assert_allclose(out[:, :2], np.nan_to_num(numbers), rtol=1e-6)
    assert out.dtype == np.float32
    assert out[:, 2:].tolist() == [
        [0, 0, 1, 0, 0, 1, 1],
        [0, 1, 0, 0, 0, -1, 2],
        [1, 0, 1, 0, 0, 1, 3],
        [0, 0, 0, 0, 1, 1, 4],
        [0, 0, 0, 1, 0, -1, 5],
    ]
    assert (encoder.n_numeric_out_, encoder.n_indicators_) == (2, 1)
    assert (encoder.n_one_hot_, encoder.n_codes_) == (5, 1)
    assert encoder.cardinalities_ == [6]
    assert encoder.numeric_.tolist() == [0, 3]
    assert encoder.categorical_.tolist() == [1, 2, 4]
    assert encoder.is_categorical_.tolist() == [False, True, True, False, True]
    assert encoder.categories_[0].tolist() == ["a", "b", "c", None]
    assert encoder.n_features_in_ == 5


def test_unknown_and_missing_rows():
    encoder = TableEncoder(max_one_hot=4).fit(MIXED)
    rows = table([None, INF], ["z", 1], [None, "z"], [None, -INF], ["z", NAN])
    out = encoder.transform(rows)
    assert out[0].tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert out[1].tolist() == [3, -3, 0, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("max_one_hot", "kinds"), [(0, (0, 3)), (2, (1, 2)), (4, (5, 1)), (5, (10, 0)), (None, (10, 0))]
)
def test_max_one_hot(max_one_hot, kinds):
    encoder = TableEncoder(max_one_hot=max_one_hot).fit(MIXED)
    assert (encoder.n_one_hot_, encoder.n_codes_) == kinds


def test_scaled_one_hot():
    X = table([1, 2, 3, 4, 5, 6, 7, 8], list("aaaaaabc"))
    out = TableEncoder(scale_one_hot=True).fit_transform(X)
    np.testing.assert_allclose(out[-1], [0.84, -1.6641, 0, 1.6641], rtol=1e-4)
    raw = TableEncoder().fit_transform(X)
    scaled = SmoothClipScaler().fit_transform(raw[:, 1:])
    np.testing.assert_array_equal(out[:, 1:], scaled)


def test_without_indicators():
    encoder = TableEncoder(missing_indicator=False).fit([[1.0], [NAN], [2.0]])
    assert encoder.n_indicators_ == 0
    assert encoder.transform([[NAN]]).tolist() == [[0]]


def test_arrays_of_each_type():
    numbers = np.arange(6).reshape(3, 2)
    for dtype in (bool, np.int8, np.uint16, np.float16, np.float32, np.longdouble):
        encoder = TableEncoder().fit(numbers.astype(dtype))
        assert encoder.numeric_.tolist() == [0, 1]
    assert TableEncoder().fit(numbers.astype(str)).numeric_.tolist() == []
    times = np.array([["2020-01-01", "NaT"], ["2020-01-02", "2021-01-01"]], "datetime64[s]")
    encoder = TableEncoder(dtype="float64").fit(times)
    assert encoder.scaler_.center_.tolist() == [1577880000.0, 1609459200.0]
    assert encoder.get_feature_names_out().tolist() == ["x0", "x1", "x1_missing"]


def test_objects_are_numbers_where_all_of_them_are():
    X = table([1, 2.5, None], [True, False, True], [1, "1", None], [None] * 3, [1, True, 2])
    encoder = TableEncoder().fit(X)
    assert encoder.is_categorical_.tolist() == [False, True, True, False, True]
    assert encoder.categories_[1].tolist() == [1, "1", None]
    names = encoder.get_feature_names_out().tolist()
    assert names[-5:] == ["x1_False", "x2_1", "x2_1_2", "x2_missing", "x4_1"]


def test_names_are_distinct():
    X = table([1, "1", "1_2"], [0, 1, 2])
    names = TableEncoder().fit(X).get_feature_names_out(["a", "a_1"])
    assert names.tolist() == ["a_1", "a_1_3", "a_1_4", "a_1_2"]


def test_lists_of_mixed_rows():
    encoder = TableEncoder().fit([[1, "a"], [2, "b"], [4.0, None]])
    assert encoder.numeric_.tolist() == [0]
    assert encoder.transform([[2, "b"]]).tolist() == [[0, 0, 1, 0]]


def test_one_type_at_fit_and_another_in_rows():
    encoder = TableEncoder([1]).fit(np.array([[1.0, 2.0], [2.0, 5.0], [4.0, 7.0]]))
    for rows in ([[2, 5]], np.array([[2, 5]], np.int8), table([2], [5.0]), [["2", 5]]):
        assert encoder.transform(rows).tolist() == [[0, 0, 1, 0]]


def test_extreme_columns():
    column = np.array([1e300, -1e308, 1e308, INF, -INF, 0.0])
    X = np.column_stack([column, np.full(6, NAN), np.full(6, 3.0), np.exp(column / 1e306)])
    out = TableEncoder().fit(X).transform(X)
    assert np.isfinite(out).all()
    assert out[3:5, 0].tolist() == [3, -3]
    assert (out[:, 1:3] == 0).all()


@pytest.mark.parametrize("numeric", ["standard", "quantile"])
def test_other_scalers_bear_columns_without_numbers(numeric):
    X = np.column_stack([np.arange(5.0), np.full(5, NAN), [1, 2, NAN, 4, 5]])
    encoder = TableEncoder(numeric=numeric).fit(X)
    out = encoder.transform(X)
    assert np.isfinite(out).all()
    assert np.isfinite(encoder.transform([[NAN, 1.0, 2.0]])).all()
    assert out[2, 0] == pytest.approx(0)


CELLS = st.sampled_from([0.0, 1.0, 2.0, 5.0, NAN, None])
LABELS = st.sampled_from(["a", "b", "c", None])
ROWS = st.lists(st.tuples(CELLS, LABELS, st.integers(0, 2)), min_size=1, max_size=8)


@given(ROWS, st.sampled_from([0, 8]), st.booleans())
def test_weights_are_repeats_and_order_does_not_count(rows, max_one_hot, scale_one_hot):
    numbers, labels, weight = map(list, zip(*rows, strict=True))
    X, weight = table(numbers, labels), np.array(weight)
    if not weight.any():
        return
    encoder = TableEncoder([1], max_one_hot=max_one_hot, scale_one_hot=scale_one_hot)
    expected = clone(encoder).fit(np.repeat(X, weight, axis=0))
    reverse = clone(encoder).fit(X[::-1], sample_weight=weight[::-1])
    for other in (clone(encoder).fit(X, sample_weight=weight), reverse):
        assert list(other.get_feature_names_out()) == list(expected.get_feature_names_out())
        np.testing.assert_array_equal(other.transform(X), expected.transform(X))


def test_a_pickle_holds_no_rows():
    X = np.random.RandomState(0).normal(size=(20_000, 3))
    encoder = TableEncoder().fit(X)
    data = pickle.dumps(encoder)
    assert len(data) < 3000
    np.testing.assert_array_equal(pickle.loads(data).transform(X[:5]), encoder.transform(X[:5]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_plain_arrays_are_not_checked_twice(dtype, monkeypatch):
    X = np.random.RandomState(0).normal(size=(30, 3)).astype(dtype)
    X[3, 1], X[4, 2] = NAN, INF
    encoder = TableEncoder().fit(X)
    expected = encoder.transform(X.tolist() if dtype == np.float64 else X.astype(object))
    monkeypatch.setattr("sknn.preprocessing.encoder.validate_data", None)
    np.testing.assert_allclose(encoder.transform(X), expected, atol=1e-6)


@pytest.mark.parametrize("X", [MIXED, np.arange(12).reshape(4, 3)], ids=["objects", "ints"])
def test_nor_are_those_of_objects_and_of_whole_numbers(X, monkeypatch):
    encoder = TableEncoder().fit(X)
    expected = encoder.transform(X.tolist())
    monkeypatch.setattr("sknn.preprocessing.encoder.validate_data", None)
    np.testing.assert_array_equal(encoder.transform(X), expected)


def test_set_output():
    pytest.importorskip("pandas")
    encoder = TableEncoder().set_output(transform="pandas").fit(MIXED)
    assert list(encoder.transform(MIXED).columns) == list(encoder.get_feature_names_out())
    assert isinstance(encoder.encode(MIXED), np.ndarray)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([1.0, 2.0], ValueError, "Expected 2D array, got 1D array"),
        ([[1.0]], ValueError, "X has 1 features, but TableEncoder is expecting 5 features"),
        (np.ones((2, 4)), ValueError, "X has 4 features, but TableEncoder is expecting 5 features"),
        (np.ones((0, 5)), ValueError, "Found array with 0 sample"),
        (MIXED[:0], ValueError, "Found array with 0 sample"),
        (MIXED[0], ValueError, "Expected 2D array, got 1D array"),
        (MIXED[:, :4], ValueError, "X has 4 features, but TableEncoder is expecting 5 features"),
        (np.ones((2, 5)) * 1j, ValueError, "Complex data not supported"),
        (MIXED[:, [1, 0, 2, 3, 4]], ValueError, "The numeric column 0 has the value 'b'"),
        (table([1], [{}], [1], [1], [1]), ValueError, r"must be hashable, .* Got {} in column 1"),
    ],
)
def test_wrong_rows(rows, error, message):
    with pytest.raises(error, match=message):
        TableEncoder().fit(MIXED).transform(rows)


def test_wrong_tables():
    with pytest.raises(TypeError, match="Sparse data was passed for X, but dense data is required"):
        TableEncoder().fit(csr_array(np.eye(3)))
    with pytest.raises(ValueError, match="The numeric column 1 has the value 'b', which is no"):
        TableEncoder(None).fit(MIXED)
    with pytest.raises(ValueError, match=r"sample_weight.shape == \(2,\), expected \(5,\)"):
        TableEncoder().fit(MIXED, sample_weight=[1, 2])
    with pytest.raises(NotFittedError):
        TableEncoder().transform(MIXED)
    with pytest.raises(ValueError, match="infinity"):
        TableEncoder(numeric="standard").fit([[INF], [1.0]])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"max_one_hot": -1}, "an int in the range [0, inf) or None. Got -1"),
        ({"max_one_hot": 2.5}, "an int in the range [0, inf) or None. Got 2.5"),
        ({"missing_indicator": "yes"}, "an instance of 'bool'. Got 'yes'"),
        ({"scale_one_hot": None}, "an instance of 'bool'. Got None"),
        ({"dtype": "float16"}, "'float32', 'float64'. Got 'float16'"),
        ({"numeric": "quantiles"}, "Got 'quantiles' instead. Did you mean 'quantile'?"),
        ({"numeric": SmoothClipScaler}, "Did you mean SmoothClipScaler()?"),
        ({"categorical_features": [7]}, "[0, n_features - 1] = [0, 4], got: [7]"),
    ],
)
def test_wrong_parameters(params, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        TableEncoder(**params).fit(MIXED)
