"""Tables: columns keep their types whatever is done to rows and cells."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from sknn.exceptions import InvalidParameterError
from sknn.interpret.table import Table


@pytest.fixture(params=["pandas", "polars", "objects"])
def mixed(request):
    columns = {"n": [1.5, None, 3.0], "c": ["a", "b", None], "b": [True, False, True]}
    if request.param == "pandas":
        return Table.of(pd.DataFrame(columns))
    if request.param == "polars":
        return Table.of(pl.DataFrame(columns))
    array = np.array(list(zip(*columns.values(), strict=True)), dtype=object)
    return Table.of(array, names=list(columns))


def test_columns_of_every_kind(mixed):
    assert mixed.names == ["n", "c", "b"]
    assert [mixed.is_numeric(j) for j in range(3)] == [True, False, False]
    np.testing.assert_array_equal(mixed.column(0), [1.5, np.nan, 3.0])
    assert mixed.column(1).tolist() == ["a", "b", None]
    assert mixed.column(2).tolist() == [True, False, True]
    assert mixed.categories(1) == ["a", "b"]
    np.testing.assert_array_equal(mixed.numbers(), [[1.5, 0, 1], [np.nan, 1, 0], [3, np.nan, 1]])


def test_pick_takes_each_cell_from_its_row(mixed):
    new = mixed.pick(np.array([[2, 0, 1], [0, 2, 0]]))
    assert new.values().tolist() == [[3.0, "a", False], [1.5, None, True]]
    assert type(new.native) is type(mixed.native)


def test_pick_keeps_types():
    frame = pd.DataFrame(
        {
            "i": [1, 2],
            "u": pd.array([1, None], dtype="Int64"),
            "c": pd.Categorical(["x", "y"], categories=["y", "x", "z"], ordered=True),
            "b": [True, False],
            "f": np.array([1, 2], dtype=np.float32),
            "s": ["p", "q"],
        }
    )
    table = Table.of(frame)
    for new in (
        table.pick(np.array([[1, 0, 1, 0, 1, 0]])),
        table.take([1, 1, 0]),
        table.repeat(2),
        Table.stacked([table, table]),
        table.replaced({0: 5, 2: "z", 3: [True, True]}),
    ):
        pd.testing.assert_series_equal(new.native.dtypes, frame.dtypes)


def test_take_repeat_tile_and_stack(mixed):
    assert mixed.take([2, 2, 0]).column(1).tolist() == [None, None, "a"]
    assert mixed.repeat(2).column(2).tolist() == [True, True, False, False, True, True]
    assert mixed.tile(2).column(1).tolist() == ["a", "b", None] * 2
    assert Table.stacked([mixed, mixed.take([0])]).column(1).tolist() == ["a", "b", None, "a"]
    assert [part.n_rows for part in mixed.chunks(2)] == [2, 1]


def test_replaced_leaves_the_table_as_it_is(mixed):
    new = mixed.replaced({0: 7.0, 1: ["b", "b", "a"]})
    np.testing.assert_array_equal(new.column(0), [7.0, 7.0, 7.0])
    assert new.column(1).tolist() == ["b", "b", "a"]
    assert mixed.column(1).tolist() == ["a", "b", None]


def test_whole_numbers_become_floats_only_where_they_must():
    table = Table.of(pd.DataFrame({"n": [1, 2]}))
    assert table.replaced({0: [3.0, 4.0]}).native["n"].dtype == np.int64
    assert table.replaced({0: [3.5, 4.0]}).native["n"].tolist() == [3.5, 4.0]
    array = Table.of(np.array([[1], [2]]))
    assert array.replaced({0: 1.5}).native.tolist() == [[1.5], [1.5]]
    floats = Table.of(np.array([[1], [2]], dtype=np.float32))
    assert floats.replaced({0: [1.5, 2.5]}).native.dtype == np.float32


def test_an_unknown_category_is_told():
    table = Table.of(pd.DataFrame({"c": pd.Categorical(["x", "y"])}))
    with pytest.raises(InvalidParameterError, match=r"'z' is no value of a column .*\['x', 'y'\]"):
        table.replaced({0: "z"})


def test_categories_of_two_frames_are_joined():
    one, two = (Table.of(pd.DataFrame({"c": pd.Categorical([v])})) for v in "xy")
    both = Table.stacked([one, two])
    assert both.native["c"].tolist() == ["x", "y"]
    assert isinstance(both.native["c"].dtype, pd.CategoricalDtype)


def test_ordered_categories_keep_their_order():
    frame = pd.DataFrame(
        {"c": pd.Categorical(["S", "L"], categories=["S", "M", "L"], ordered=True)}
    )
    assert Table.of(frame).categories(0) == ["S", "L"]


def test_sparse_and_lists():
    assert Table.of(scipy.sparse.csr_matrix([[0.0, 1.0]])).native.tolist() == [[0.0, 1.0]]
    assert Table.of([[1, 2]]).names == ["x0", "x1"]
    assert Table.of([["a", "b"]]).column(0).tolist() == ["a"]


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.ones(3), r"Got 1 instead. For one row, pass X\[\[0\]\]"),
        (np.ones((0, 2)), r"at least one row and one column. Got the shape \(0, 2\)"),
        (pd.DataFrame(index=[0]), r"Got the shape \(1, 0\)"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "more than once: 'a'"),
    ],
)
def test_what_is_no_table(X, message):
    with pytest.raises(InvalidParameterError, match=message):
        Table.of(X)


def test_index(mixed):
    assert [mixed.index(column) for column in ("c", 2, -1)] == [1, 2, 2]
    with pytest.raises(InvalidParameterError, match=r"no column 'cc'\. Did you mean 'c'"):
        mixed.index("cc")
    with pytest.raises(InvalidParameterError, match="no column number 3"):
        mixed.index(3)


def test_like():
    one = Table.of(pd.DataFrame({"a": [1], "b": [2]}))
    assert Table.of(pd.DataFrame({"b": [2], "a": [1]})).like(one).names == ["a", "b"]
    with pytest.raises(InvalidParameterError, match=r"Missing: \['b'\]. Not expected: \['c'\]"):
        Table.of(pd.DataFrame({"a": [1], "c": [1]})).like(one)
    with pytest.raises(InvalidParameterError, match="of one kind"):
        Table.of([[1, 2]]).like(one)
    with pytest.raises(InvalidParameterError, match="Got 1 and 2 columns"):
        Table.of([[1]]).like(one)


def test_a_row_of_a_frame_that_has_lost_its_types_is_told_how_to_be_one():
    import pandas as pd

    with pytest.raises(InvalidParameterError, match=r"pass X\.iloc\[\[0\]\]"):
        Table.of(pd.DataFrame({"a": [1.0], "b": ["x"]}).iloc[0])
