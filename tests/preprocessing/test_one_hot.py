"""One-hot columns: their values, with and without scaling."""

import numpy as np
import pytest

from sknn.preprocessing import SmoothClipScaler
from sknn.preprocessing.columns import numbered
from sknn.preprocessing.levels import Levels
from sknn.preprocessing.one_hot import OneHot


def written(values, rows, scaled=False, weight=None):
    levels = Levels(*numbered(values), weight)
    one_hot = OneHot(levels, scaled)
    out = np.empty((len(rows), one_hot.width))
    one_hot.write(levels.encode(*numbered(rows)), out)
    return out


def test_a_column_for_each_level():
    out = written(["a", "b", "c"], ["b", "a", "z", None])
    assert out.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_two_levels_share_a_column():
    assert written(["b", "a"], ["a", "b", "z", None]).tolist() == [[1], [-1], [0], [0]]


def test_one_level_and_what_is_missing_do_not():
    assert written(["a", None], ["a", None, "z"]).tolist() == [[1, 0], [0, 1], [0, 0]]
    assert written(["a"], ["a", "z"]).tolist() == [[1], [0]]


@pytest.mark.parametrize("weight", [None, [3, 1, 2, 0, 1, 1, 2, 1, 1, 1]])
@pytest.mark.parametrize("values", [["a"] * 9 + ["b"], ["a"] * 6 + ["b"] * 2 + ["c", None], ["a"]])
def test_scaled_as_numbers_are(values, weight):
    weight = None if weight is None else np.array(weight[: len(values)], float)
    raw = written(values, [*values, "z"], weight=weight)
    scaler = SmoothClipScaler().fit(raw[:-1], sample_weight=weight)
    out = written(values, [*values, "z"], scaled=True, weight=weight)
    np.testing.assert_array_equal(out, scaler.transform(raw))


def test_a_rare_level():
    out = written(["a"] * 9 + ["b", "c"], ["b", "a"], scaled=True)
    assert out[:, 1].round(3).tolist() == [1.664, 0]
