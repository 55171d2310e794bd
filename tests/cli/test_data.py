"""What is made of a user's columns."""

import numpy as np
import pandas as pd
import pytest

from sknn.cli.columns import tidy_columns
from sknn.cli.data import MAX_ROWS, load_table


def test_columns_become_numbers_or_strings():
    n = 40
    frame = pd.DataFrame(
        {
            "id": np.arange(n),
            "sorted": np.arange(n) * 2,
            "whole": np.arange(n) % 7,
            "money": [*(f"{i}.5" for i in range(n - 1)), "unknown"],
            "blank": [" ", *"ab" * 19, "a"],
            "flag": [None, *[True, False] * 19, True],
            "infinite": [np.inf, *np.arange(1.0, n)],
            "nothing": np.nan,
        }
    )
    X, notes = tidy_columns(frame)
    assert list(X) == ["sorted", "whole", "money", "blank", "flag", "infinite"]
    assert [X[name].dtype.kind for name in X] == list("fffOOf")
    assert X.isna().sum().to_dict() == dict(
        zip(X, [0, 0, 1, 1, 1, 1], strict=True)
    )  # what cannot be read is missing
    assert set(X["flag"].dropna()) == {"True", "False"}
    assert [note.split(":")[0] for note in notes] == [
        "column 'id' left out",
        "column 'money'",
        "column 'infinite'",
        "column 'nothing' left out",
    ]


@pytest.mark.parametrize(
    ("target", "is_classification"),
    [
        (["a", "b"] * 20, True),
        ([True, False] * 20, True),
        ([1, 2] * 20, True),
        ([1.0, 2.0] * 20, True),  # as integers become when a row has no value
        ([0.5, 1.5] * 20, False),
        (list(range(40)), False),
    ],
)
def test_task(target, is_classification, csv):
    path = csv(pd.DataFrame({"x": np.arange(40.0) ** 2, "y": target}))
    table = load_table(path, "y", seed=0)
    assert table.is_classification is is_classification
    assert len(table.y) == len(table.X) == 40


def test_large_table_is_sampled_by_seed(csv):
    n = MAX_ROWS + 10
    path = csv(pd.DataFrame({"x": np.arange(n) % 997, "y": np.arange(n) / 7}))
    first, same, other = (load_table(path, "y", seed=seed) for seed in (0, 0, 1))
    assert len(first.X) == MAX_ROWS
    assert first.notes == [f"a random sample of {MAX_ROWS} of the {n} rows is used"]
    assert first.X.equals(same.X)
    assert not first.X.equals(other.X)


def test_bundled_table():
    table = load_table(None, None, seed=0)
    assert table.X.shape == (569, 30)
    assert set(table.y) == {"benign", "malignant"}
