"""The local linear model: equal to the prediction, named, and through pipelines."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import local_linear_model

HOW = {"hidden_layer_sizes": (6, 4), "solver": "lbfgs", "tol": 0.1, "random_state": 0}


@pytest.mark.parametrize("output", ["logit", "raw"])
@pytest.mark.parametrize("classes", [2, 3])
def test_equals_the_classifier_around_the_row(iris, classes, output):
    X, y = iris
    y = np.minimum(y, classes - 1)
    net = MLPClassifierX(**HOW).fit(X, y)
    result = local_linear_model(net, X[70], output=output)
    assert result.gap < 1e-9
    assert result.coef.shape == ((4,) if classes == 2 else (4, 3))
    assert result.output == output
    near = X[70] + 0.99 * result.distance * np.array([0.5, -0.5, 0.5, 0.5])
    raw = net.decision_function([near])[0]
    if output == "logit" and classes == 3:
        raw = raw - raw.mean()
    assert_allclose(near @ result.coef + result.intercept, raw)
    layer, unit = result.unit
    assert result.nearest_border == f"hidden {layer}, unit {unit}"


def test_through_a_pipeline(people):
    pipeline, frame = people
    result = local_linear_model(pipeline, frame.iloc[[5]])
    assert result.gap < 1e-9
    assert len(result.coef) == len(result.x) == 5
    assert result.raw_names == ["city", "city", "city", "age", "income"]
    assert result.feature_names[0] == "onehotencoder__city_Lima"
    assert result.feature_names[4] == "standardscaler__income"
    assert_allclose(result.linear_prediction, pipeline.predict(frame.iloc[[5]])[0])
    table = result.to_frame()
    assert list(table.columns) == ["feature", "output", "value", "coef", "product"]
    assert_allclose(table["product"].sum() + result.intercept, result.prediction)
    assert "exact up to" in result.method


def test_several_targets_and_steps_that_mix_columns(iris):
    X, y = iris
    net = MLPRegressorX(**HOW)
    pipeline = make_pipeline(PolynomialFeatures(2), net).fit(X, np.c_[y, X[:, 0]])
    result = local_linear_model(pipeline, X[:1])
    assert result.gap < 1e-9
    assert result.coef.shape == (15, 2)
    assert result.raw_names == []
    assert result.feature_names[-1] == "x3^2"
    assert len(result.to_frame()) == 30


def test_the_logarithm_of_a_mean(iris):
    X, y = iris
    net = MLPRegressorX(**HOW, loss="poisson").fit(X, y + 1.0)
    result = local_linear_model(net, X[:1])
    assert result.output == "log prediction"
    assert_allclose(X[0] @ result.coef + result.intercept, np.log(net.predict(X[:1])[0]))
    assert result.gap < 1e-9


@pytest.mark.parametrize("linear", [Ridge(), LogisticRegression(max_iter=500)])
def test_linear_models_are_one_region(iris, linear):
    X, y = iris
    result = local_linear_model(linear.fit(X, y), X[:1])
    assert result.gap < 1e-9
    assert result.distance == np.inf
    assert result.unit is None
    assert "linear" in result.nearest_border


def test_what_is_not_linear(iris):
    X, y = iris
    net = MLPClassifierX(**HOW).fit(X, y)
    with pytest.raises(InvalidParameterError, match="Probabilities are not linear"):
        local_linear_model(net, X[:1], output="proba")
    with pytest.raises(InvalidParameterError, match=r"one row\. Got 2 rows"):
        local_linear_model(net, X[:2])
    with pytest.raises(InvalidParameterError, match=r"Tanh\(\) is a curve"):
        local_linear_model(MLPClassifierX(**HOW, activation="tanh").fit(X, y), X[:1])
    with pytest.raises(InvalidParameterError, match="local_linear_model needs a model that ends"):
        local_linear_model(RandomForestRegressor(2, random_state=0).fit(X, y), X[:1])


def test_a_row_of_a_frame(people):
    pipeline, frame = people
    with pytest.raises(InvalidParameterError, match=r"Got a Series.*pass X\.iloc\[\[0\]\]"):
        local_linear_model(pipeline, frame.iloc[0])


def test_as_plain_numbers(iris):
    X, y = iris
    plain = local_linear_model(Ridge().fit(X, y), X[:1]).to_dict()
    assert plain["distance"] is None
    assert len(plain["coef"]) == 4
