"""Partial dependence: scikit-learn's numbers, closed forms, slopes, and columns of all kinds."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.inspection import partial_dependence as sklearn_dependence
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sknn import MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import partial_dependence


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return RandomForestClassifier(10, random_state=0).fit(X, y), X, y


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return LinearRegression().fit(X, y), X[:100], y[:100]


@pytest.mark.parametrize("features", [0, [2], [1, 3], [(0, 2)]])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("response", ["auto", "predict_proba"])
def test_numbers_of_scikit_learn(iris, features, weighted, response):
    model, X, _ = iris
    weight = np.random.default_rng(0).random(len(X)) if weighted else None
    how = {
        "kind": "both",
        "sample_weight": weight,
        "grid_resolution": 7,
        "response_method": response,
    }
    own = partial_dependence(model, X, features, **how)
    listed = [features] if isinstance(features, int) else features
    theirs = sklearn_dependence(model, X, listed, method="brute", **how)
    for grid, expected in zip(own.grid_values, theirs.grid_values, strict=True):
        assert np.allclose(grid, expected, rtol=0, atol=1e-12)
    assert own.average.shape == theirs.average.shape
    assert np.allclose(own.average, theirs.average, rtol=0, atol=1e-12)
    assert np.allclose(own.individual, theirs.individual, rtol=0, atol=1e-12)


def test_decision_function_two_classes_and_grid(iris):
    _, X, y = iris
    model = LogisticRegression(max_iter=500).fit(X, y == 1)
    for response in ("auto", "decision_function"):
        how = {"response_method": response, "percentiles": (0.2, 0.7), "grid_resolution": 5}
        own = partial_dependence(model, X, 1, **how)
        theirs = sklearn_dependence(model, X, [1], method="brute", **how)
        assert np.allclose(own.average, theirs.average, rtol=0, atol=1e-12)
        assert own.average.shape == (1, 5)
    logit = partial_dependence(model, X, 1, output="logit", grid_resolution=5)
    slope = np.diff(logit.average[0]) / np.diff(logit.grid_values[0])
    assert np.allclose(slope, model.coef_[0, 1])


def test_custom_values_of_columns_by_name(pipeline, frame):
    own = partial_dependence(
        pipeline, frame, ["income", "city"], custom_values={"income": [30.0, 50.0]}
    )
    theirs = sklearn_dependence(
        pipeline,
        frame,
        ["income", "city"],
        custom_values={"income": [30.0, 50.0]},
        categorical_features=["city"],
    )
    assert np.allclose(own.average, theirs.average, rtol=0, atol=1e-12)
    assert own.is_categorical == [False, True]
    assert own.average.shape == (1, 2, 3)
    assert len(own.to_frame()) == 6


@pytest.mark.parametrize(
    ("column", "grid"),
    [
        ("city", ["Bonn", "Oslo", "Rome"]),
        ("owner", [False, True]),
        ("size", ["S", "M", "L"]),
        ("rooms", [1.0, 2.0, 3.0, 4.0, 5.0]),
    ],
)
def test_columns_of_all_kinds(pipeline, frame, column, grid):
    result = partial_dependence(pipeline, frame, column, kind="both")
    assert result.grid_values[0].tolist() == grid
    assert result.individual.shape == (1, len(frame), len(grid))
    for i, value in enumerate(grid):
        rows = frame.copy()
        if column == "rooms":
            rows[column] = pd.array([int(value)] * len(rows), dtype="Int64")
        else:
            rows[column] = pd.Series([value] * len(rows), dtype=frame[column].dtype)
        assert np.allclose(result.individual[0, :, i], pipeline.predict_proba(rows)[:, 1])


def test_missing_values_have_no_place_on_the_grid(pipeline, frame):
    result = partial_dependence(pipeline, frame, "income", grid_resolution=5)
    assert np.isfinite(result.grid_values[0]).all()
    assert np.isfinite(result.average).all()
    trees = HistGradientBoostingRegressor(max_iter=5).fit(
        frame[["income", "age"]], frame["income"].fillna(100.0)
    )
    asked = partial_dependence(
        trees, frame[["income", "age"]], "income", custom_values={"income": [40.0, np.nan]}
    )
    assert asked.average[0, 1] > asked.average[0, 0]  # missing may be asked for


def test_numbers_as_categories_and_whole_numbers(iris):
    model, X, _ = iris
    rounded = np.round(X).astype(int)
    for given in (["x1"], [1], [False, True, False, False]):
        result = partial_dependence(model, rounded, 1, categorical_features=given)
        assert result.is_categorical == [True]
        assert result.grid_values[0].tolist() == sorted(set(rounded[:, 1].tolist()))


def test_additive_component_and_centred_curves():
    X = np.random.default_rng(0).uniform(-1, 1, size=(50, 2))
    result = partial_dependence(
        lambda rows: np.sin(rows[:, 0]) + rows[:, 1] ** 2, X, 0, kind="both", centered=True
    )
    expected = np.sin(result.grid_values[0]) - np.sin(result.grid_values[0][0])
    assert np.allclose(result.average[0], expected)
    assert np.allclose(result.individual[0], expected)
    assert "less the value at the first point" in result.method


def test_weights_are_rows_that_are_there_more_often(iris):
    model, X, _ = iris
    times = np.random.default_rng(0).integers(0, 4, len(X))
    grid = {0: [4.5, 5.5, 6.5]}
    weighted = partial_dependence(model, X, 0, sample_weight=times, custom_values=grid)
    repeated = partial_dependence(model, np.repeat(X, times, axis=0), 0, custom_values=grid)
    assert np.allclose(weighted.average, repeated.average, rtol=0, atol=1e-12)


@pytest.mark.parametrize("output", ["proba", "logit"])
def test_slopes_are_exact_for_a_network_behind_a_scaler(pipeline, frame, output):
    result = partial_dependence(
        pipeline, frame, "income", derivative=True, kind="both", output=output, grid_resolution=9
    )
    assert "exact" in result.method
    assert result.derivative.shape == (1, 9)
    step = 1e-4
    grid = result.grid_values[0]
    up, down = (
        partial_dependence(
            pipeline, frame, "income", kind="both", output=output, custom_values={"income": g}
        )
        for g in (grid + step, grid - step)
    )
    slope = (up.individual - down.individual) / (2 * step)
    close = np.isclose(result.individual_derivative, slope, rtol=1e-2, atol=1e-3)
    assert close.mean() > 0.98  # but for kinks within a step
    assert np.allclose(result.derivative, result.individual_derivative.mean(axis=1))


def test_slopes_of_several_targets_and_of_columns_that_are_bent():
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = np.stack([X[:, 0] ** 2, X[:, 1]], axis=1)
    net = MLPRegressorX(
        hidden_layer_sizes=(5,), activation="tanh", solver="lbfgs", tol=0.01, random_state=0
    )
    plain = make_pipeline(StandardScaler(), clone(net)).fit(X, y)
    result = partial_dependence(plain, X, 0, derivative=True, grid_resolution=40)
    assert "exact" in result.method
    assert result.derivative.shape == (2, 40)
    by_differences = np.gradient(result.average, result.grid_values[0], axis=1)
    scale = np.abs(result.derivative).max()
    assert np.allclose(result.derivative, by_differences, atol=0.1 * scale)
    bent = make_pipeline(PolynomialFeatures(2), clone(net)).fit(X, y)
    result = partial_dependence(bent, X, 0, derivative=True)
    assert "differences" in result.method
    assert np.array_equal(
        result.derivative, np.gradient(result.average, result.grid_values[0], axis=1)
    )


def test_slopes_of_a_linear_model(diabetes):
    model, X, _ = diabetes
    result = partial_dependence(model, X, 3, derivative=True, kind="individual")
    assert np.allclose(result.derivative, model.coef_[3])
    assert np.allclose(result.individual_derivative, model.coef_[3])
    assert "average" not in result


def test_labels_polars_one_row_and_one_column():
    polars = pytest.importorskip("polars")
    X, Y = make_multilabel_classification(60, 3, n_classes=3, random_state=0)
    model = KNeighborsClassifier().fit(X, Y)
    assert partial_dependence(model, X[:1], 0, custom_values={0: [1, 2]}).average.shape == (3, 2)
    linear = LinearRegression().fit(X[:, :1], X[:, 1])
    assert partial_dependence(linear, X[:, :1], 0).feature_names == ["x0"]
    rows = polars.DataFrame({"a": [1.0, 2.0, 4.0], "b": ["u", "v", None]})

    def ask(rows):
        return rows["a"].to_numpy() + np.array([len(v or "") for v in rows["b"].to_list()])

    result = partial_dependence(ask, rows, "b")
    assert result.grid_values[0].tolist() == ["u", "v"]
    assert np.allclose(result.average, 7 / 3 + 1)


def test_some_rows_drawn(iris):
    model, X, _ = iris
    first, second = (
        partial_dependence(model, X, 0, max_samples=20, random_state=1, kind="both")
        for _ in range(2)
    )
    assert first.individual.shape[1] == 20
    assert json.dumps(first.to_dict()) == json.dumps(second.to_dict())
    assert partial_dependence(model, X, 0, max_samples=0.1, kind="both").individual.shape[1] == 15


@pytest.mark.parametrize(
    ("features", "how", "words"),
    [
        ("x9", {}, "no column"),
        ([0, 0], {}, "two different"),
        ([0, 1, 2], {}, "two different"),
        (0, {"kind": "mean"}, "kind must be"),
        (0, {"percentiles": (0.9, 0.1)}, "percentiles"),
        (0, {"percentiles": (0.5, 0.5000001), "grid_resolution": 5}, "percentiles"),
        (0, {"grid_resolution": 1}, "grid_resolution"),
        (0, {"custom_values": {1: [0]}}, "not among"),
        (0, {"custom_values": {0: [[0]]}}, "list of one value"),
        ([0, 1], {"derivative": True}, "one numeric column"),
        (0, {"response_method": "predict"}, "response_method"),
        (0, {"response_method": "predict_proba", "output": "logit"}, "one of the two"),
        (0, {"max_samples": 0}, "max_samples"),
        (0, {"categorical_features": [True]}, "mask"),
    ],
)
def test_wrong_ways_are_told(iris, features, how, words):
    with pytest.raises(InvalidParameterError, match=words):
        partial_dependence(iris[0], iris[1], features, **how)


def test_a_column_without_values_is_told(pipeline, frame):
    empty = frame.assign(income=np.nan)
    with pytest.raises(InvalidParameterError, match="all are missing"):
        partial_dependence(pipeline, empty, "income")
