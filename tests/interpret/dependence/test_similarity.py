"""An order of categories in which neighbours are alike."""

import numpy as np
import pandas as pd

from sknn.interpret.dependence.similarity import by_similarity
from sknn.interpret.table import Table


def test_order_follows_numbers_and_categories_of_other_columns():
    rng = np.random.default_rng(0)
    place = np.array([2, 0, 3, 1])  # of category 0, 1, 2, 3 along a line
    codes = rng.integers(0, 4, 800)
    at = place[codes] + rng.normal(size=800)
    frame = pd.DataFrame(
        {
            "k": [f"c{code}" for code in codes],
            "x": at,
            "kind": np.where(at > 1.5, "high", "low"),
        }
    )
    frame.loc[::7, "x"] = np.nan
    order = by_similarity(Table.of(frame), 0, codes, 4, np.full(800, 1 / 800))
    assert order.tolist() in ([1, 3, 0, 2], [2, 0, 3, 1])


def test_two_categories_stay_as_they_are():
    table = Table.of([[0.0, 1.0], [1.0, 2.0]])
    assert by_similarity(table, 0, np.array([0, 1]), 2, np.full(2, 0.5)).tolist() == [0, 1]


def test_weights_are_rows_that_are_there_more_often():
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 5, 60)
    X = np.stack([codes, codes + rng.normal(size=60), rng.normal(size=60)], axis=1)
    times = rng.integers(1, 4, 60)
    many = np.repeat(np.arange(60), times)
    first = by_similarity(Table.of(X), 0, codes, 5, times / times.sum())
    second = by_similarity(Table.of(X[many]), 0, codes[many], 5, np.full(len(many), 1 / len(many)))
    assert first.tolist() == second.tolist()
