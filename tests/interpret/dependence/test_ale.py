"""Accumulated local effects: components, categories, pairs, weights, intervals."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from sknn.exceptions import InvalidParameterError
from sknn.interpret import accumulated_local_effects, partial_dependence


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))
    X[:, 1] += X[:, 0]
    return X


def mean_effect(result, column, weight=None):
    """Of each row, by straight lines between edges."""
    at_rows = np.interp(column, result.grid_values[0], result.values[0])
    return np.average(at_rows, weights=weight)


def test_additive_function_has_its_centred_component(rows):
    def model(X):
        return 2.0 * X[:, 0] + np.exp(X[:, 1]) + X[:, 2]

    for j, component in ((0, lambda x: 2.0 * x), (1, np.exp)):
        result = accumulated_local_effects(model, rows, j, n_bins=10)
        expected = component(result.grid_values[0])
        difference = result.values[0] - expected
        assert np.ptp(difference) < 1e-12
        assert abs(mean_effect(result, rows[:, j])) < 1e-12
    straight = accumulated_local_effects(model, rows, 0)
    assert np.allclose(
        straight.values[0], 2.0 * (straight.grid_values[0] - rows[:, 0].mean()), atol=1e-12
    )


def test_bins_hold_all_rows_in_equal_numbers(rows):
    result = accumulated_local_effects(lambda X: X[:, 0], rows, 0, n_bins=8)
    assert result.counts.tolist() == [50] * 8
    assert result.grid_values[0][[0, -1]].tolist() == [rows[:, 0].min(), rows[:, 0].max()]
    few = np.round(rows)
    tied = accumulated_local_effects(lambda X: X[:, 0], few, 0, n_bins=50)
    assert tied.counts.sum() == len(rows)
    assert set(tied.grid_values[0]) <= set(few[:, 0])


def test_effect_by_hand():
    X = np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0], [3.0, 4.0]])
    result = accumulated_local_effects(lambda X: X[:, 0] * X[:, 1], X, 0, n_bins=1)
    # one bin from 0 to 3: changes 3 x_1, whose mean is 7.5; the effect at the rows is 2.5 x_0
    assert np.allclose(result.values[0], [-3.75, 3.75])


def test_it_differs_from_partial_dependence_where_columns_depend(rows):
    def model(X):  # of no account where the columns are as they are
        return np.where(np.abs(X[:, 0] - X[:, 1]) > 4.5, 100.0, 0.0)

    ale = accumulated_local_effects(model, rows, 0)
    pdp = partial_dependence(model, rows, 0)
    assert np.ptp(ale.values) < 0.1 * np.ptp(pdp.average)


def test_weights_are_rows_that_are_there_more_often(rows):
    times = np.random.default_rng(1).integers(0, 4, len(rows))

    def model(X):
        return X[:, 0] * X[:, 1] + X[:, 2]

    for features in (0, [0, 1]):
        weighted = accumulated_local_effects(model, rows, features, sample_weight=times, n_bins=6)
        repeated = accumulated_local_effects(
            model, np.repeat(rows, times, axis=0), features, n_bins=6
        )
        assert np.allclose(weighted.grid_values[0], repeated.grid_values[0])
        assert np.allclose(weighted.values, repeated.values, atol=1e-12)


def test_categories_in_their_order_and_by_similarity(pipeline, frame):
    size = accumulated_local_effects(pipeline, frame, "size")
    assert size.grid_values[0].tolist() == ["S", "M", "L"]
    assert (np.diff(size.values[0]) > 0).all()
    assert abs((size.counts * size.values[0]).sum()) < 1e-9
    assert size.is_categorical == [True]
    owner = accumulated_local_effects(pipeline, frame, "owner")
    assert owner.grid_values[0].tolist() == [False, True]
    rng = np.random.default_rng(0)
    level = rng.integers(0, 5, 500)
    names = np.array(["d", "a", "e", "b", "c"], dtype=object)
    table = pd.DataFrame({"k": names[level], "x": level + 1.5 * rng.normal(size=500)})
    value = dict(zip(names, range(5), strict=True))
    result = accumulated_local_effects(lambda f: f["k"].map(value).astype(float), table, "k")
    order = result.grid_values[0].tolist()
    assert order in (names.tolist(), names.tolist()[::-1])
    expected = np.array([value[name] for name in order]) - level.mean()
    assert np.allclose(result.values[0], expected)


def test_numbers_as_categories():
    X = np.random.default_rng(0).integers(0, 3, size=(60, 2)).astype(float)
    result = accumulated_local_effects(lambda X: X[:, 0] ** 2, X, 0, categorical_features=[0])
    assert result.grid_values[0].tolist() == [0.0, 1.0, 2.0]
    assert np.allclose(result.values[0], np.array([0, 1, 4]) - (X[:, 0] ** 2).mean())


def test_pair_has_no_effect_in_an_additive_function(rows):
    result = accumulated_local_effects(
        lambda X: np.exp(X[:, 0]) + X[:, 1] ** 2, rows, [0, 1], n_bins=6
    )
    assert np.abs(result.values).max() < 1e-10
    assert result.values.shape == (1, 7, 7)


def test_pair_of_a_product_is_the_product_of_centred_columns():
    X = np.random.default_rng(0).uniform(size=(4000, 2))
    result = accumulated_local_effects(lambda X: X[:, 0] * X[:, 1], X, ["x0", "x1"], n_bins=5)
    first, second = result.grid_values
    expected = np.outer(first - 0.5, second - 0.5)
    assert np.allclose(result.values[0], expected, atol=0.02)
    second_difference = np.diff(np.diff(result.values[0], axis=0), axis=1)
    assert np.allclose(second_difference, np.outer(np.diff(first), np.diff(second)))


def test_cells_without_rows_are_filled_and_marked():
    x = np.linspace(0, 1, 40)
    X = np.stack([x, x], axis=1)
    result = accumulated_local_effects(lambda X: X[:, 0] * X[:, 1], X, [0, 1], n_bins=4)
    assert result.empty.sum() == 12
    assert result.counts.sum() == 40
    assert np.isfinite(result.values).all()
    assert "without rows" in result.method


def test_intervals_cover_the_effect_of_all_rows():
    rng = np.random.default_rng(0)
    population = rng.normal(size=(20_000, 2))

    def model(X):
        return X[:, 0] * X[:, 1] + X[:, 0]

    hits, n_bins = [], 4
    for seed in range(60):
        X = population[rng.choice(len(population), 300)]
        result = accumulated_local_effects(
            model, X, 0, n_bins=n_bins, confidence=0.9, random_state=seed
        )
        assert result.ci.shape == (1, n_bins + 1, 2)
        truth = result.grid_values[0][1:-1]  # E x_1 = 0, centred at E x_0 = 0
        low, high = result.ci[0, 1:-1].T  # hardly a row is at the outer edges
        hits.append((low <= truth) & (truth <= high))
    assert np.mean(hits) > 0.8
    assert np.mean(hits) < 0.99


def test_classes_and_missing_values(pipeline, frame):
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(X, y)
    result = accumulated_local_effects(model, X, 2, confidence=0.9, n_bootstrap=20, random_state=0)
    assert result.values.shape == (3, len(result.grid_values[0]))
    assert result.output_names == ["0", "1", "2"]
    assert np.allclose(result.values.sum(axis=0), 0.0, atol=1e-9)  # centred logits
    again = accumulated_local_effects(model, X, 2, confidence=0.9, n_bootstrap=20, random_state=0)
    assert json.dumps(result.to_dict()) == json.dumps(again.to_dict())
    assert "low" in result.to_frame()
    income = accumulated_local_effects(pipeline, frame, "income", output="proba")
    assert income.counts.sum() == frame["income"].notna().sum()
    assert "left out" in income.method


@pytest.mark.parametrize(
    ("features", "how", "words"),
    [
        (["city", "age"], {}, "two numeric"),
        ("town", {}, "no column"),
        ("age", {"n_bins": 0}, "n_bins"),
        ("age", {"confidence": 95}, "confidence"),
    ],
)
def test_wrong_ways_are_told(pipeline, frame, features, how, words):
    with pytest.raises(InvalidParameterError, match=words):
        accumulated_local_effects(pipeline, frame, features, **how)


def test_columns_without_changes_are_told(pipeline, frame):
    for column, value in (("age", 30), ("city", "Oslo")):
        with pytest.raises(InvalidParameterError, match="the same"):
            accumulated_local_effects(pipeline, frame.assign(**{column: value}), column)
    with pytest.raises(InvalidParameterError, match="No row"):
        accumulated_local_effects(pipeline, frame.assign(income=np.nan), "income")
    with pytest.raises(InvalidParameterError, match="the same value"):
        accumulated_local_effects(lambda X: X[:, 0], [[1.0]], 0)
