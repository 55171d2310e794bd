"""Attributions: slices, sums, frames, and what goes to shap."""

import copy
import json
import pickle

import numpy as np
import pytest

from sknn.exceptions import InvalidParameterError
from sknn.interpret import Explanation


def explanation(n_outputs=1, **more):
    rng = np.random.default_rng(0)
    shape = (4, 3) if n_outputs == 1 else (4, 3, n_outputs)
    values = rng.normal(size=shape)
    base = np.zeros(shape[2:])
    return Explanation(
        values=values,
        base_values=base,
        predictions=values.sum(axis=1),
        data=rng.normal(size=(4, 3)),
        feature_names=["a", "b", "c"],
        output_names=["no", "yes", "maybe"][:n_outputs],
        se=np.abs(values) / 10,
        interactions=rng.normal(size=(4, 3, 3, *shape[2:])),
        **more,
    )


def test_slices_of_one_output():
    whole = explanation()
    assert len(whole) == 4
    assert whole[1].values.shape == (1, 3)
    assert whole[1:3, "b"].se.shape == (2, 1)
    assert whole[:, ["c", "a"]].feature_names == ["c", "a"]
    np.testing.assert_array_equal(whole[:, [2, 0]].values, whole.values[:, [2, 0]])
    np.testing.assert_array_equal(
        whole[[0, 2], ["a", "c"]].interactions, whole.interactions[[0, 2]][:, [0, 2]][:, :, [0, 2]]
    )
    assert whole[whole.data[:, 0] > 9].values.shape == (0, 3)
    with pytest.raises(InvalidParameterError, match="no column 'd'"):
        whole[:, "d"]
    with pytest.raises(IndexError, match="too many"):
        whole[0, 0, 0]


def test_slices_of_several_outputs():
    whole = explanation(3)
    one = whole[..., "yes"]
    assert (one.single, one.output_names) == (True, ["yes"])
    np.testing.assert_array_equal(one.values, whole.values[..., 1])
    np.testing.assert_array_equal(one.interactions, whole.interactions[..., 1])
    assert whole[..., 0:2].values.shape == (4, 3, 2)
    assert whole[0, "a", 2].values.shape == (1, 1)
    with pytest.raises(InvalidParameterError, match=r"no output 'yess'\. Did you mean 'yes'"):
        whole[..., "yess"]


def test_a_part_of_the_columns_keeps_the_gap_of_the_whole():
    whole = explanation()
    assert whole.additivity_gap < 1e-12
    assert whole[:, "a"].additivity_gap == whole.additivity_gap


def test_importance_counts_weights():
    whole = explanation(sample_weight=[1, 1, 0, 2])
    doubled = explanation()[[0, 1, 3, 3]]
    np.testing.assert_allclose(whole.importance(), doubled.importance())
    assert explanation(3).importance().shape == (3, 3)


def test_sums_of_groups():
    whole = explanation(2)
    both = whole.summed({"ac": ["a", "c"]})
    assert both.feature_names == ["ac", "b"]
    np.testing.assert_allclose(both.values[:, 0], whole.values[:, 0] + whole.values[:, 2])
    np.testing.assert_allclose(both.interactions.sum((1, 2)), whole.interactions.sum((1, 2)))
    assert both.data[0, 0] == f"a = {whole.data[0, 0]:.4g}, c = {whole.data[0, 2]:.4g}"


def test_frame_and_json():
    frame = explanation(2).to_frame()
    assert list(frame) == ["row", "feature", "output", "data", "value", "se"]
    assert len(frame) == 4 * 3 * 2
    line = frame.query("row == 1 and feature == 'b' and output == 'yes'")
    assert line["value"].item() == explanation(2).values[1, 1, 1]
    assert json.loads(json.dumps(explanation().to_dict()))["feature_names"] == ["a", "b", "c"]


def test_copies_and_pickles():
    whole = explanation(2)
    for other in (copy.deepcopy(whole), pickle.loads(pickle.dumps(whole))):
        assert type(other) is Explanation
        np.testing.assert_array_equal(other.values, whole.values)
        assert other[..., "no"].single


def test_to_shap():
    pytest.importorskip("shap")
    given = explanation()
    theirs = given.to_shap()
    np.testing.assert_array_equal(theirs.values, given.values)
    np.testing.assert_array_equal(theirs.base_values, np.zeros(4))
    assert theirs.feature_names == ["a", "b", "c"]
    assert explanation(2).to_shap()[:, :, "yes"].values.shape == (4, 3)


def test_unknown_entries_are_told():
    with pytest.raises(AttributeError):
        _ = explanation().value
    with pytest.raises(KeyError):
        explanation()["value"]
