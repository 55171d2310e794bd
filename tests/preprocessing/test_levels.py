"""Levels of a category: told apart by value, in an order that does not depend on the rows."""

import itertools
from decimal import Decimal

import numpy as np
import pytest

from sknn.preprocessing.columns import is_missing, numbered
from sknn.preprocessing.levels import Levels, in_order


def levels_of(values, weight=None):
    return Levels(*numbered(values), weight)


def test_mixed_types():
    values = [1, "1", None, 2.5, "a", (1, 2)]
    for order in itertools.islice(itertools.permutations(values), 0, 720, 7):
        levels = levels_of(list(order))
        assert levels.values.tolist() == [1, 2.5, "1", "a", (1, 2), None]
    assert levels.encode(*numbered([1.0, "1", np.nan, True, "z"])).tolist() == [1, 3, 6, 1, 0]


@pytest.mark.parametrize("values", [[], [{1: 2}.keys, len], [1j, 2j, 1], ["b", b"a", "a"]])
def test_any_values_have_an_order(values):
    assert in_order(values) == in_order(values[::-1])


def test_missing_is_a_level_only_where_it_was_seen():
    levels = levels_of(["b", None, float("nan"), "a"])
    assert levels.values.tolist() == ["a", "b", None]
    assert (len(levels), levels.has_missing) == (3, True)
    assert levels.totals.tolist() == [1, 1, 2]
    assert levels.encode(*numbered(["a", None, "c"])).tolist() == [1, 3, 0]
    assert levels_of(["b", "a"]).encode(*numbered(["a", None, "c"])).tolist() == [1, 0, 0]


def test_nothing_but_missing():
    levels = levels_of([None, None])
    assert levels.values.tolist() == [None]
    assert levels.encode(*numbered(["a", None])).tolist() == [0, 1]


def test_weights():
    levels = levels_of(["a", "b", None, "a"], np.array([0.5, 0, 0, 2]))
    assert levels.values.tolist() == ["a"]
    assert levels.totals.tolist() == [2.5]


def test_what_is_missing():
    pandas = pytest.importorskip("pandas")
    nat = np.datetime64("NaT")
    gone = [None, float("nan"), np.float32("nan"), pandas.NA, pandas.NaT, nat, Decimal("nan")]
    assert all(map(is_missing, gone))
    assert not any(map(is_missing, [0, "", "nan", False, np.array([1, 2]), [], (None,)]))
