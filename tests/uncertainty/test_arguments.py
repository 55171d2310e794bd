"""Checks of arrays: what they take, and what they say of the rest."""

import numpy as np
import pytest

from sknn.exceptions import InvalidParameterError
from sknn.uncertainty.arguments import check_shares, class_codes, finite, row_weights


def test_names_stand_for_any_size():
    for shape in [(5, 3), (0, 3)]:
        assert finite("raw", np.ones(shape, dtype=np.float32), ("m", 3)).dtype == np.float64
    message = r"raw must have shape \(m,\) or \(m, 3\). Got \(5, 2\) instead."
    with pytest.raises(InvalidParameterError, match=message):
        finite("raw", np.ones((5, 2)), ("m",), ("m", 3))


def test_weights_are_ones_if_none_are_given():
    np.testing.assert_array_equal(row_weights(None, 3), np.ones(3))
    np.testing.assert_array_equal(row_weights([0, 2, 1], 3), [0, 2, 1])


def test_class_numbers_may_be_floats_or_booleans():
    assert class_codes([0.0, 1.0], 2, (2,)).dtype == np.intp
    np.testing.assert_array_equal(class_codes([True, False], 2, (2,)), [1, 0])
    with pytest.raises(InvalidParameterError, match=r"Got .*0\.5"):
        class_codes([0.0, 0.5], 2, (2,))


def test_rounding_is_no_error():
    p = np.array([[1 + 1e-7, -1e-7]])
    np.testing.assert_array_equal(check_shares("proba", p, sum_to_one=True), [[1, 0]])
