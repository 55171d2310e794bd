"""The parameter numeric: scalers by name and transformers."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, RobustScaler

from sknn.exceptions import InvalidParameterError
from sknn.preprocessing import SmoothClipScaler, TableEncoder

X = np.random.RandomState(0).normal(size=(50, 2)) ** 3
X[4, 1] = np.nan
WEIGHT = np.arange(50) % 3


def test_standard():
    encoder = TableEncoder(numeric="standard", dtype="float64").fit(X, sample_weight=WEIGHT)
    rows = np.repeat(encoder.transform(X)[:, :2], WEIGHT, axis=0)
    np.testing.assert_allclose(rows[:, 0].mean(), 0, atol=1e-12)
    np.testing.assert_allclose(rows[:, 0].std(), 1)
    assert encoder.transform(X)[4, 1] == 0


def test_quantile():
    out = TableEncoder(numeric="quantile").fit_transform(X)
    assert (np.argsort(out[:, 0]) == np.argsort(X[:, 0])).all()
    assert abs(np.median(out[:, 0])) < 0.05
    assert out[4, 1] == 0


def test_a_transformer_is_copied():
    scaler = RobustScaler(quantile_range=(10, 90))
    encoder = TableEncoder(numeric=scaler, dtype="float64").fit(X)
    np.testing.assert_array_equal(encoder.transform(X)[:, 0], scaler.fit_transform(X)[:, 0])
    assert encoder.scaler_ is not scaler
    assert encoder.get_params()["numeric__quantile_range"] == (10, 90)
    clone(encoder).set_params(numeric__with_scaling=False).fit(X)


def test_a_wider_bound():
    out = TableEncoder(numeric=SmoothClipScaler(max_abs=10)).fit_transform(
        [[0.0], [1], [2], [3], [1e9]]
    )
    assert out.max() == 10


@pytest.mark.parametrize("numeric", ["quantile", RobustScaler()])
def test_weights_where_there_is_no_room_for_them(numeric):
    encoder = TableEncoder(numeric=numeric)
    with pytest.raises(InvalidParameterError, match="takes no sample weights"):
        encoder.fit(X, sample_weight=WEIGHT)
    kept = encoder.fit(X, sample_weight=WEIGHT > 0).transform(X)  # one weight or none is fine
    expected = clone(encoder).fit(X[WEIGHT > 0]).transform(X)
    np.testing.assert_array_equal(kept[:, :2], expected[:, :2])


@pytest.mark.parametrize("numeric", [PolynomialFeatures(), OneHotEncoder()])
def test_the_number_of_columns_is_kept(numeric):
    with pytest.raises(InvalidParameterError, match="must keep the number of columns"):
        TableEncoder(numeric=numeric).fit(np.arange(20.0).reshape(10, 2))
