"""Friedman's H: zero where effects add up, one where there is nothing but a product."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

from sknn.exceptions import InvalidParameterError
from sknn.interpret import friedman_h


@pytest.fixture(scope="module")
def rows():
    return np.random.default_rng(0).normal(size=(150, 4))


def by_hand(model, X, j, k):
    """H of a pair by loops."""
    n = len(X)

    def dependence(columns):
        out = np.empty(n)
        for i in range(n):
            hybrid = X.copy()
            hybrid[:, columns] = X[i, columns]
            out[i] = model(hybrid).mean()
        return out - out.mean()

    both = dependence([j, k])
    return np.sqrt(((both - dependence([j]) - dependence([k])) ** 2).sum() / (both**2).sum())


def test_additive_function_has_none(rows):
    result = friedman_h(lambda X: np.exp(X[:, 0]) + X[:, 1] ** 2 - X[:, 2], rows, random_state=0)
    off = ~np.eye(4, dtype=bool)
    assert (result.pairwise[0][off] == 0.0).all()
    assert (result.total == 0.0).all()
    assert np.isnan(np.diag(result.pairwise[0])).all()


def test_product_and_numbers_by_hand(rows):
    def model(X):
        return X[:, 0] * X[:, 1] + X[:, 2]

    X = rows[:40]
    result = friedman_h(model, X)
    for j, k in ((0, 1), (0, 2), (1, 2)):
        expected = by_hand(model, X, j, k)
        assert np.isclose(result.pairwise[0, j, k], expected, atol=1e-6)
        assert result.pairwise[0, j, k] == result.pairwise[0, k, j]
    assert result.pairwise[0, 0, 1] > 0.9
    assert (result.pairwise[0, 0, 2:] < 1e-6).all()
    assert (result.total[0, :2] > 0.5).all()
    assert (result.total[0, 2:] < 1e-6).all()
    assert result.to_frame()["h"][0] == result.pairwise[0, 0, 1]


def test_unnormalized_is_in_units_of_the_prediction(rows):
    one, ten = (
        friedman_h(lambda X, s=s: s * X[:, 0] * X[:, 1], rows, normalized=False, random_state=0)
        for s in (1.0, 10.0)
    )
    assert np.allclose(10 * one.pairwise[0, 0, 1], ten.pairwise[0, 0, 1])
    assert one.pairwise[0, 0, 1] == pytest.approx(1.0, abs=0.3)  # sd of x_0 x_1


def test_weights_are_rows_that_are_there_more_often(rows):
    times = np.random.default_rng(1).integers(0, 3, 30)

    def model(X):
        return X[:, 0] * X[:, 1] + X[:, 2]

    X = rows[:30]
    weighted = friedman_h(model, X, sample_weight=times)
    repeated = friedman_h(model, np.repeat(X, times, axis=0))
    assert np.allclose(weighted.pairwise[0, 0, 1], repeated.pairwise[0, 0, 1])
    assert np.allclose(weighted.total, repeated.total, atol=1e-7)


def test_classes_some_features_and_frames(pipeline, frame):
    X, y = load_iris(return_X_y=True)
    model = RandomForestClassifier(5, random_state=0).fit(X, y)
    result = friedman_h(model, X, [0, "x2"], n_samples=20, output="proba", random_state=0)
    assert result.pairwise.shape == (3, 2, 2)
    assert result.feature_names == ["x0", "x2"]
    mixed = friedman_h(pipeline, frame, ["income", "city", "owner"], n_samples=15, random_state=0)
    again = friedman_h(pipeline, frame, ["income", "city", "owner"], n_samples=15, random_state=0)
    assert json.dumps(mixed.to_dict()) == json.dumps(again.to_dict())
    assert ((mixed.total >= 0) & (mixed.total <= 1)).all()
    alone = friedman_h(pipeline, frame, pairwise=False, n_samples=10)
    assert alone.pairwise is None
    assert len(alone.to_frame()) == 6


def test_one_column_and_one_row():
    assert friedman_h(lambda X: X[:, 0], [[1.0], [2.0]]).total.tolist() == [[0.0]]
    assert friedman_h(lambda X: X[:, 0], [[1.0, 2.0]]).total.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"n_samples": 1}, "n_samples"),
        ({"features": [0, 0]}, "different columns"),
        ({"features": []}, "different columns"),
    ],
)
def test_wrong_ways_are_told(rows, how, words):
    with pytest.raises(InvalidParameterError, match=words):
        friedman_h(lambda X: X[:, 0], rows, **how)
