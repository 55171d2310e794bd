"""Constraints: which weights are shortened, and by how much."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.constraints import MaxNorm


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_longer_columns_are_shortened_and_the_rest_stays(dtype):
    weight = np.random.RandomState(0).normal(size=(5, 40)).astype(dtype)
    before, length = weight.copy(), np.linalg.norm(weight, axis=0)
    MaxNorm(2.0).apply([weight])
    longer = length > 2
    assert 5 < longer.sum() < 35
    assert_array_equal(weight[:, ~longer], before[:, ~longer])
    assert_allclose(weight[:, longer], 2 * before[:, longer] / length[longer], rtol=1e-6)
    assert weight.dtype == dtype


def test_each_layer_by_itself():
    weights = [np.full((4, 2), 3.0), np.full((1, 3), 0.5), np.zeros((2, 2))]
    MaxNorm(1.0).apply(weights)
    assert_array_equal(weights[0], np.full((4, 2), 0.5))
    assert_array_equal(weights[1], np.full((1, 3), 0.5))
    assert_array_equal(weights[2], np.zeros((2, 2)))


def test_huge_weights_are_shortened_too():
    weight = np.array([[3e30, 0.1], [4e30, 0.1]], "float32")
    MaxNorm(1.0).apply([weight])
    assert_allclose(weight, [[0.6, 0.1], [0.8, 0.1]], rtol=1e-6)


def test_the_bound_is_positive():
    for c in (0, -1.0, None):
        with pytest.raises(InvalidParameterError, match="'c' parameter of MaxNorm"):
            MaxNorm(c).check()


def test_each_member_has_units_of_its_own():
    weight = np.random.RandomState(0).normal(scale=2.0, size=(3, 5, 4))
    each = [member.copy() for member in weight]
    MaxNorm(c=2.0).apply([weight])
    MaxNorm(c=2.0).apply(each)
    assert_array_equal(weight, np.stack(each))
    assert np.linalg.norm(weight, axis=1).max() <= 2.0 + 1e-12


def test_a_bound_that_single_precision_does_not_hold_changes_nothing():
    weight = np.full((2, 3), 5.0, np.float32)
    MaxNorm(c=1e300).apply([weight])
    assert (weight == 5.0).all()
