"""What all normalizations share: a position, words of objection, moments of extreme values."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import NORMALIZATIONS, BatchNorm, GroupNorm
from sknn.nn.layers.normalization.base import are_sound, careful_moments


@pytest.mark.parametrize("cls", NORMALIZATIONS.values())
def test_position_is_given_by_name_and_checked(cls):
    assert cls().position == "before"
    assert cls(position="after") != cls()
    with pytest.raises(InvalidParameterError, match="Did you mean 'after'"):
        cls(position="afer").check()


def test_position_does_not_come_before_the_other_settings():
    assert BatchNorm(0.2) == BatchNorm(momentum=0.2)
    assert GroupNorm(4) == GroupNorm(n_groups=4)


@pytest.mark.parametrize("cls", NORMALIZATIONS.values())
def test_no_objection_to_usual_widths(cls):
    assert [cls().objection(width) for width in (4, 20, 64, 100)] == [""] * 4


@pytest.mark.parametrize("axis", [0, 1])
def test_careful_moments_are_the_moments(axis):
    rng = np.random.RandomState(0)
    x, share = rng.normal(3, 2, size=(5, 7)), rng.rand((5, 7)[axis])
    share /= share.sum()
    centered = np.empty_like(x)
    mean, deviation = careful_moments(x, centered, share, axis)
    expected = np.average(x, axis, weights=share)
    assert_allclose(mean, expected)
    assert_allclose(centered, x - np.expand_dims(expected, axis), atol=1e-14)
    assert_allclose(deviation**2, np.average(centered**2, axis, weights=share))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_careful_moments_of_huge_values_and_of_one_value(dtype):
    huge = np.sqrt(np.finfo(dtype).max) * 100
    x = np.array([[huge, -huge], [huge, huge]], dtype)
    mean, deviation = careful_moments(x, np.empty_like(x), np.full(2, 0.5, dtype), axis=1)
    assert_array_equal(mean, x.mean(axis=1))
    assert_allclose(deviation, [huge, 0])
    assert mean.dtype == deviation.dtype == dtype


def test_mean_square_leaves_the_values():
    x = np.array([[3.0, 4.0]])
    before = x.copy()
    mean, deviation = careful_moments(x, x, np.full(2, 0.5), axis=1, centers=False)
    assert_array_equal(x, before)
    assert_array_equal(mean, [0.0])
    assert_allclose(deviation**2, [12.5])


@pytest.mark.parametrize(
    ("mean", "variance", "sound"),
    [
        ([0.0, 5.0], [0.0, 1.0], True),
        ([1.0], [1e-15], True),  # below epsilon, so not blown up
        ([1e6], [1e-3], False),  # rounding of the mean
        ([1e6], [1e6], True),
        ([0.0], [np.inf], False),
        ([1e30], [1e3], False),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_moments_are_sound(mean, variance, sound):
    mean, variance = np.array(mean, "float32"), np.array(variance, "float32")
    assert are_sound(mean, variance, 1e-5) is sound
