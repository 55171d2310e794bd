"""Slopes on every scale agree with differences of what the model tells."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret.gradients.slopes import Slopes, in_blocks
from sknn.interpret.model import Model
from sknn.interpret.players import Players
from sknn.interpret.table import Table
from sknn.nn.losses import Quantile

H = 1e-6


def slopes_of(estimator, X, output="auto"):
    return Slopes(Model.of(estimator, X, output=output), "The test")


def test_every_scale(case):
    net, X, output = case
    slopes = slopes_of(net, X, output)
    encoded = slopes.encode(X[:10])
    assert_allclose(slopes.value(encoded), slopes.model(X[:10]), rtol=1e-8, atol=1e-10)
    steps = H * np.eye(X.shape[1])
    expected = [(slopes.model(X[:10] + e) - slopes.model(X[:10] - e)) / (2 * H) for e in steps]
    assert_allclose(slopes.gradient(encoded), np.stack(expected, 1), rtol=1e-5, atol=1e-7)


def test_through_a_search(iris):
    X, y = iris
    net = MLPClassifierX(hidden_layer_sizes=3, solver="lbfgs", tol=0.1, random_state=0)
    search = GridSearchCV(net, {"alpha": [0.1]}, cv=2).fit(X, y)
    assert slopes_of(search, X).gradient(X[:3]).shape == (3, 4, 3)


def test_sums_over_the_columns_that_a_raw_one_became(people):
    pipeline, frame = people
    slopes = slopes_of(pipeline, frame)
    table = Table.of(frame)
    encoded = slopes.encode(table)
    summed = slopes.summed(encoded[:, :, np.newaxis], Players.of(None, table))
    assert_allclose(summed[:, 0, 0], encoded[:, 3])
    assert_allclose(summed[:, 1, 0], 1.0)  # one of the cities
    grouped = slopes.summed(encoded, Players.of({"rest": ["age", "income"]}, table))
    assert_allclose(grouped, np.c_[encoded[:, 3] + encoded[:, 4], np.ones(80)])


def test_steps_that_mix_columns(iris):
    X, y = iris
    net = MLPRegressorX(hidden_layer_sizes=3, solver="lbfgs", tol=0.1, random_state=0)
    slopes = slopes_of(make_pipeline(PCA(2), net).fit(X, y), X)
    with pytest.raises(InvalidParameterError, match=r"mixes several columns.*pipeline\[:-1\]"):
        slopes.summed(np.zeros((3, 2, 1)), Players.of(None, Table.of(X)))


@pytest.mark.parametrize("kind", ["linear", "function", "quantiles"])
def test_models_without_a_gradient(kind, iris):
    X, y = iris
    models = {
        "linear": lambda: LinearRegression().fit(X, y),
        "function": lambda: lambda rows: rows[:, 0],
        "quantiles": lambda: MLPRegressorX(
            hidden_layer_sizes=3, solver="lbfgs", tol=0.1, loss=Quantile((0.1, 0.9))
        ).fit(X, y),
    }
    with pytest.raises(InvalidParameterError, match="The test needs a model that ends in an MLP"):
        slopes_of(models[kind](), X)


@pytest.mark.parametrize("output", ["logit", "proba"])
def test_probabilities_that_are_no_softmax(output, iris):
    X, y = iris
    net = MLPClassifierX(
        hidden_layer_sizes=3, solver="lbfgs", tol=0.1, random_state=0, loss="squared_error"
    ).fit(X, y)
    with pytest.raises(InvalidParameterError, match=r"output='raw' explains the raw output"):
        slopes_of(net, X, output).encode(X)
    slopes_of(net, X, "raw").encode(X)


def test_blocks_come_in_order(monkeypatch):
    monkeypatch.setattr("sknn.interpret.gradients.slopes.HELD", 7)
    rows = np.arange(20.0)
    assert (in_blocks(lambda some: 2 * rows[some], 20, 3) == 2 * rows).all()
