"""Weighted quantiles: weights are repeats, order does not count, and NumPy agrees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sknn.preprocessing.weights import check_sample_weight, quantiles

SHARES = [0.0, 0.25, 0.5, 0.75, 1.0]
ROWS = st.lists(st.tuples(st.floats(-1e300, 1e300), st.integers(1, 4)), min_size=1, max_size=12)


@pytest.mark.parametrize("n", range(1, 13))
def test_numpy_agrees(n):
    values = np.random.RandomState(n).permutation(n) * 1.0
    expected = np.quantile(values, SHARES, method="averaged_inverted_cdf")
    np.testing.assert_array_equal(quantiles(values, SHARES), expected)


@given(ROWS)
def test_a_weight_is_a_repeat(rows):
    values, weight = np.array(rows).T
    repeated = quantiles(np.repeat(values, weight.astype(int)), SHARES)
    np.testing.assert_array_equal(quantiles(values, SHARES, weight), repeated)
    np.testing.assert_array_equal(quantiles(values[::-1], SHARES, weight[::-1]), repeated)


@pytest.mark.parametrize("weight", [0.1, 1 / 3, 7.0])
@pytest.mark.parametrize("n", [4, 6, 10, 12])
def test_equal_weights_are_no_weights(n, weight):
    values = np.arange(n) * 1.0
    np.testing.assert_array_equal(
        quantiles(values, SHARES, np.full(n, weight)), quantiles(values, SHARES)
    )


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1, 2], r"sample_weight.shape == \(2,\), expected \(3,\)"),
        ([[1], [1], [1]], "1D array or scalar, got 2D"),
        ([1, -1, 1], "Negative values in data passed to `sample_weight`"),
        ([0, 0, 0], "at least one non-zero"),
        ([1, np.nan, 1], "NaN"),
    ],
)
def test_wrong_weights(weight, message):
    with pytest.raises(ValueError, match=message):
        check_sample_weight(weight, 3, np.float64)


def test_right_weights():
    assert check_sample_weight(None, 3, np.float64) is None
    np.testing.assert_array_equal(check_sample_weight(2, 3, np.float64), [2, 2, 2])
