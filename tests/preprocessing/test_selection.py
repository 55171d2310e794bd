"""Every form of categorical_features, and what each error says."""

import re

import numpy as np
import pytest

from sknn.exceptions import InvalidParameterError
from sknn.preprocessing.columns import Columns
from sknn.preprocessing.selection import categorical_mask

X = np.array([[1.0, 0.0, 2.0], [2.0, 1.0, 3.0], [1.5, 0.0, 4.0]])


def frame():
    return pytest.importorskip("pandas").DataFrame(X, columns=["age", "sex", "size"])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("from_dtype", []),
        (None, []),
        ([], []),
        ([1], [1]),
        ((1, 2), [1, 2]),
        (np.array([0, 0], np.uint8), [0]),
        ([True, False, True], [0, 2]),
        (np.zeros(3, bool), []),
    ],
)
def test_indices_and_masks(wanted, expected):
    mask = categorical_mask(wanted, Columns.of(X))
    assert mask.dtype == bool
    assert np.flatnonzero(mask).tolist() == expected


@pytest.mark.parametrize("wanted", [["sex"], ("size", "age"), np.array(["age"], object)])
def test_names(wanted):
    mask = categorical_mask(wanted, Columns.of(frame()))
    assert mask.tolist() == [name in wanted for name in ("age", "sex", "size")]


def test_a_mask_is_copied():
    wanted = np.array([True, False, False])
    categorical_mask(wanted, Columns.of(X))[:] = True
    assert wanted.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("from_dtpye", "got: 'from_dtpye'. Did you mean 'from_dtype'?"),
        ("age", "must be 'from_dtype', None, or an array-like of bool, int or str"),
        ([0.5], "must be an array-like of bool, int or str, got: float64"),
        ([0, "sex"], "'0' which is not a valid feature name"),
        (np.array([0, "sex"], object), "must be an array-like of bool, int or str, got: int"),
        ([[0, 1]], "must be an array-like of bool, int or str, got: [[0, 1]]"),
        ([3], "must be in [0, n_features - 1] = [0, 2], got: [3]"),
        ([-1], "must be in [0, n_features - 1] = [0, 2], got: [-1]"),
        ([True, False], "must have shape (n_features,) = (3,), got: (2,)"),
        (["sexx"], "'sexx' which is not a valid feature name of the training data. Observed "
         "feature names: ['age', 'sex', 'size']. Did you mean 'sex'?"),
    ],
)  # fmt: skip
def test_errors(wanted, message):
    with pytest.raises(InvalidParameterError, match=re.escape(message)):
        categorical_mask(wanted, Columns.of(frame()))


def test_names_need_names():
    with pytest.raises(InvalidParameterError, match="data without feature names"):
        categorical_mask(["sex"], Columns.of(X))
