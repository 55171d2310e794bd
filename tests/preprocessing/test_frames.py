"""Frames of pandas and polars: every type of column, and the same matrix from each of them."""

import datetime as dt

import numpy as np
import pytest

from sknn.preprocessing import TableEncoder
from sknn.preprocessing.columns import Columns

N = 1200  # beyond the number of rows from which equal values are found in another way


@pytest.fixture(scope="module")
def data():
    """Columns as lists, with gaps."""
    rng = np.random.RandomState(0)
    city, code = (
        rng.choice(["Rome", "Oslo", "Lima"], N),
        rng.choice([f"c{i:02}" for i in range(30)], N),
    )
    days = [dt.datetime(2020, 1, 1) + dt.timedelta(days=int(day)) for day in rng.randint(0, 900, N)]
    columns = {
        "age": rng.normal(40, 9, N).tolist(),
        "city": city.tolist(),
        "rooms": rng.randint(1, 7, N).tolist(),
        "code": code.tolist(),
        "garden": (rng.rand(N) < 0.3).tolist(),
        "sold": days,
        "wait": [dt.timedelta(seconds=int(s)) for s in rng.randint(0, 900, N)],
    }
    for name in ("age", "city", "rooms", "sold"):
        columns[name] = [
            None if gap else v for v, gap in zip(columns[name], rng.rand(N) < 0.1, strict=True)
        ]
    return columns


def as_pandas(data, **dtypes):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame({k: pandas.Series(v, dtype=dtypes.get(k)) for k, v in data.items()})


def as_polars(data, **dtypes):
    polars = pytest.importorskip("polars")
    return polars.DataFrame({k: polars.Series(v, dtype=dtypes.get(k)) for k, v in data.items()})


@pytest.fixture(scope="module")
def expected(data):
    frame = as_pandas(data, city=object, code=object)
    encoder = TableEncoder().fit(frame)
    return encoder, encoder.transform(frame)


def test_pandas(data, expected):
    encoder, out = expected
    names = encoder.get_feature_names_out().tolist()
    assert names == ["age", "rooms", "sold", "wait", "age_missing", "rooms_missing", "sold_missing",
                     "city_Lima", "city_Oslo", "city_Rome", "city_missing", "garden_False",
                     "code_code"]  # fmt: skip
    assert encoder.feature_names_in_.tolist() == list(data)
    assert encoder.cardinalities_ == [31]
    assert np.isfinite(out).all()
    seconds = [day.replace(tzinfo=dt.UTC).timestamp() for day in data["sold"] if day]
    median = np.quantile(seconds, 0.5, method="averaged_inverted_cdf")
    assert encoder.scaler_.center_[2] == median
    assert out[:, -1].tolist() == [int(code[1:]) + 1 for code in data["code"]]
    assert out[:, 9].tolist() == [city == "Rome" for city in data["city"]]


PANDAS = [
    {"city": "category", "code": "category"},
    {"city": "string", "rooms": "Int64", "age": "Float64", "garden": "boolean"},
    {"garden": object, "rooms": "float32", "sold": "datetime64[s]", "wait": "timedelta64[ns]"},
]


@pytest.mark.parametrize("dtypes", PANDAS, ids=["category", "nullable", "object"])
def test_pandas_types(data, expected, dtypes):
    encoder, out = expected
    frame = as_pandas(data, **dtypes)
    np.testing.assert_array_equal(TableEncoder().fit(frame).transform(frame), out)
    np.testing.assert_array_equal(encoder.transform(frame), out)
    few = [*range(0, N, 7), 5]
    np.testing.assert_array_equal(encoder.transform(frame.iloc[few]), out[few])
    for i in range(9):
        np.testing.assert_array_equal(encoder.transform(frame.iloc[i : i + 1]), out[i : i + 1])


def test_pyarrow_types(data, expected):
    arrow = pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    types = {"age": arrow.float64(), "rooms": arrow.int64(), "city": arrow.string(),
             "code": arrow.large_string(), "garden": arrow.bool_(), "wait": arrow.duration("us"),
             "sold": arrow.timestamp("us", "UTC")}  # fmt: skip
    table = arrow.table({name: arrow.array(data[name], types[name]) for name in data})
    frame = table.to_pandas(types_mapper=pandas.ArrowDtype)
    encoder, out = expected
    np.testing.assert_array_equal(TableEncoder().fit(frame).transform(frame), out)
    np.testing.assert_array_equal(encoder.transform(frame.iloc[:1]), out[:1])


def test_dates_of_pyarrow():
    arrow = pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    dates = pandas.array([dt.date(1970, 1, 2), None], dtype=pandas.ArrowDtype(arrow.date32()))
    columns = Columns.of(pandas.DataFrame({"date": dates}))
    assert columns.look_categorical().tolist() == [False]
    np.testing.assert_array_equal(columns.numbers([0]), [[86400], [np.nan]])


def test_polars(data, expected):
    polars = pytest.importorskip("polars")
    _, out = expected
    cities = polars.Enum(["Lima", "nowhere", "Rome", "Oslo"])
    for dtypes in ({}, {"city": polars.Categorical}, {"city": cities, "rooms": polars.UInt8}):
        frame = as_polars(data, **dtypes)
        encoder = TableEncoder().fit(frame)
        assert encoder.feature_names_in_.tolist() == list(data)
        np.testing.assert_array_equal(encoder.transform(frame), out)
        np.testing.assert_array_equal(encoder.transform(frame[:3]), out[:3])


def test_other_types_of_polars():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {
            "date": [dt.date(1970, 1, 2), None],
            "zoned": polars.Series([dt.datetime(1970, 1, 2), None]).dt.replace_time_zone(
                "Etc/GMT-1"
            ),
            "decimal": polars.Series([1, None], dtype=polars.Decimal(5, 2)),
            "nothing": [None, None],
            "time": [dt.time(1), None],
        }
    )
    columns = Columns.of(frame)
    assert columns.look_categorical().tolist() == [False] * 4 + [True]
    np.testing.assert_array_equal(columns.numbers(range(4))[0], [86400, 82800, 1, np.nan])
    assert np.isnan(columns.numbers(range(4))[1]).all()


def test_times_of_pandas_in_one_row_and_in_many():
    pandas = pytest.importorskip("pandas")
    day = pandas.Timestamp(1970, 1, 2)
    frame = pandas.DataFrame(
        {
            "plain": [day, pandas.NaT],
            "zoned": [day.tz_localize("Etc/GMT-1"), pandas.NaT],
            "wait": pandas.to_timedelta([1.5, None], unit="s"),
            "text": ["a", "b"],
        }
    )
    for columns in (Columns.of(frame), Columns.of(frame[:1]), Columns.of(frame[:1], types=False)):
        assert columns.numbers([0, 1, 2])[0].tolist() == [86400, 82800, 1.5]
    assert np.isnan(Columns.of(frame[1:], types=False).numbers([0, 1, 2])).all()


def test_categories_that_never_occur(expected):
    pandas = pytest.importorskip("pandas")
    dtype = pandas.CategoricalDtype(["z", "b", "a"])
    X = pandas.DataFrame({"c": pandas.Series(["a", "b", "b"], dtype=dtype)})
    encoder = TableEncoder().fit(X)
    assert encoder.categories_[0].tolist() == ["a", "b"]
    rows = pandas.DataFrame({"c": pandas.Series(["z", "b", None, "a"], dtype=dtype)})
    assert encoder.transform(rows).tolist() == [[0], [-1], [0], [1]]
    assert encoder.transform(rows[1:2]).tolist() == [[-1]]


def test_whole_numbers_as_categories_keep_their_digits():
    pandas = pytest.importorskip("pandas")
    large = 2**53
    X = pandas.DataFrame({"id": [large, large + 1, large + 2], "size": [0.5, 1.0, 1.5]})
    encoder = TableEncoder(["id"], max_one_hot=2).fit(X)
    assert encoder.transform(X)[:, -1].tolist() == [1, 2, 3]
    assert [encoder.transform(X[i : i + 1])[0, -1] for i in range(3)] == [1, 2, 3]


def test_names_are_checked(data):
    frame = as_pandas(data)
    encoder = TableEncoder().fit(frame)
    for wrong, message in [
        (frame[[*frame][::-1]], "Feature names must be in the same order as they were in fit"),
        (frame.drop(columns="city"), "seen at fit time, yet now missing:\n- city"),
        (frame.rename(columns={"city": "town"}), "unseen at fit time:\n- town"),
        (frame[:0], "Found array with 0 sample.* required by TableEncoder"),
        (frame.assign(age="old"), "The numeric column 'age' has the value 'old', which is no"),
        (frame[:1].assign(age="old"), "The numeric column 'age' has the value 'old'"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=message):
            encoder.transform(wrong)
    with pytest.warns(UserWarning, match="X does not have valid feature names, but TableEncoder"):
        encoder.transform(frame.to_numpy(dtype=object))


def test_a_lazy_frame_is_no_table():
    polars = pytest.importorskip("polars")
    with pytest.raises(ValueError, match="Expected 2D array, got scalar array"):
        TableEncoder().fit(polars.LazyFrame({"a": [1, 2]}))


def test_wrong_frames():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="Complex data not supported, found in column 'z'"):
        TableEncoder().fit(pandas.DataFrame({"z": [1j, 2.0]}))
    with pytest.raises(ValueError, match="Found array with 0 feature"):
        TableEncoder().fit(pandas.DataFrame(index=[0, 1]))
    with pytest.raises(ValueError, match=r"must be hashable, such as .* Got {} in column 'z'"):
        TableEncoder().fit(pandas.DataFrame({"z": [{}] * 1001}))


def test_columns_whose_names_are_no_strings():
    pandas = pytest.importorskip("pandas")
    values = np.random.RandomState(0).normal(size=(4, 2))
    for names in (["a", "b"], [0, 1], [("a", 1), ("a", 2)]):
        frame = pandas.DataFrame(values, columns=pandas.Index(names, tupleize_cols=False))
        encoder = TableEncoder().fit(frame)
        np.testing.assert_array_equal(
            encoder.transform(frame), TableEncoder().fit_transform(values)
        )
        assert len(set(encoder.get_feature_names_out())) == 2
        encoder.transform(frame[:1])


@pytest.mark.parametrize(
    "day",
    [
        dt.datetime(1970, 1, 2),
        dt.date(1970, 1, 2),
        dt.datetime(1970, 1, 2, 2, tzinfo=dt.timezone(dt.timedelta(hours=2))),
        np.datetime64("1970-01-02"),
        np.datetime64("1970-01-02", "ns"),
        dt.timedelta(days=1),
        np.timedelta64(1, "D"),
    ],
    ids=repr,
)
def test_times_among_objects_are_seconds(day):
    """NumPy makes floats of its own days by counting them, and none of Python's."""
    rows = np.array([[day, 1.0], [None, 2.0]], dtype=object)
    for columns in ([0, 1], [0]):
        found = Columns.of(rows).numbers(columns)[:, 0]
        np.testing.assert_array_equal(found, [86400.0, np.nan])
