"""Players and where encoded columns come from."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from sknn.exceptions import InvalidParameterError
from sknn.interpret.origins import encoded_groups, origins
from sknn.interpret.players import Players
from sknn.interpret.table import Table

TABLE = Table.of(np.arange(8.0).reshape(2, 4), names=list("abcd"))


def test_each_column_by_itself():
    players = Players.of("auto", TABLE)
    assert (players.names, players.n, players.are_columns) == (list("abcd"), 4, True)


def test_groups_by_name_and_number():
    players = Players.of({"ends": ["d", 0]}, TABLE)
    assert players.names == ["ends", "b", "c"]
    assert [list(columns) for columns in players.columns] == [[3, 0], [1], [2]]
    np.testing.assert_array_equal(players.owner, [0, 1, 2, 0])
    np.testing.assert_array_equal(players.summed(TABLE.native), [[3, 1, 2], [11, 5, 6]])
    assert Players.of({"a": "a"}, TABLE).names == list("abcd")


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"g": ["a", "x"]}, "no column 'x'"),
        ({"g": ["a"], "h": ["a"]}, "'a' is in the groups 'g' and 'h'"),
        ({"g": []}, "'g' has no columns"),
        ({"a": ["b"]}, "'a' has the name of a column that is not in it"),
        (3, "Got 3 instead"),
    ],
)
def test_wrong_groups(groups, message):
    with pytest.raises(InvalidParameterError, match=message):
        Players.of(groups, TABLE)


FRAME = pd.DataFrame(
    {"n": [1.0, np.nan, 3.0, 4.0], "c": list("aabc"), "m": [1, 2, 3, 4], "d": list("xyxy")}
)
Y = [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("transformer", "expected"),
    [
        (
            make_column_transformer(
                (OneHotEncoder(), ["c", "d"]),
                (make_pipeline(SimpleImputer(), StandardScaler()), ["n"]),
            ),
            {"n": [5], "c": [0, 1, 2], "m": [], "d": [3, 4]},
        ),
        (
            ColumnTransformer(
                [("hot", OneHotEncoder(drop="if_binary"), make_column_selector(dtype_include=str))],
                remainder="passthrough",
            ),
            {"n": [4], "c": [0, 1, 2], "m": [5], "d": [3]},
        ),
        (
            make_column_transformer(
                (OneHotEncoder(min_frequency=2), [1]),
                (SimpleImputer(add_indicator=True), slice("n", "n")),
                (
                    KBinsDiscretizer(2, quantile_method="averaged_inverted_cdf"),
                    [False, False, True, False],
                ),
                (OrdinalEncoder(), [-1]),
            ),
            {"n": [2, 3], "c": [0, 1], "m": [4, 5], "d": [6]},
        ),
        (
            make_column_transformer(
                (make_pipeline(SimpleImputer(), PCA(2)), ["n", "m"]), ("passthrough", ["d"])
            ),
            {"n": [], "c": [], "m": [], "d": [2]},
        ),
    ],
)
def test_columns_of_an_encoder(transformer, expected):
    transformer.fit(FRAME, Y)
    assert {name: list(map(int, c)) for name, c in encoded_groups(transformer).items()} == expected


def test_unions_selections_and_functions():
    X = np.array([[1.0, 9, 2], [2, 8, 1], [3, 7, 9], [4, 1, 5]])
    union = make_union(StandardScaler(), SelectKBest(k=1)).fit(X, Y)
    kept = int(union.transformer_list[1][1].get_support(indices=True)[0])
    assert origins(union, 3) == [{0}, {1}, {2}, {kept}]
    assert origins(FunctionTransformer().fit(X), 3) == [{0}, {1}, {2}]
    assert (
        origins(FunctionTransformer(np.cumsum, feature_names_out="one-to-one").fit(X), 3)
        == [{0, 1, 2}] * 3
    )


def test_a_transformer_as_groups():
    encoder = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["c"]), ("passthrough", ["m"])
    )
    table = Table.of(encoder.fit_transform(FRAME))
    players = Players.of(encoder, table)
    assert players.names == ["c", "m"]
    assert [list(columns) for columns in players.columns] == [[0, 1, 2], [3]]
    with pytest.raises(InvalidParameterError, match="X must be its output"):
        Players.of(encoder, Table.of(FRAME[["c", "m"]]))
