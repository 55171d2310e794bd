"""Finding the network in pipelines and searches, and telling clearly where there is none."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.plots import LossCurveDisplay, NetworkDisplay
from sknn.plots.fitted import fitted_network, output_names

X = pd.DataFrame(np.random.RandomState(0).normal(size=(24, 3)), columns=["a", "b", "c"])
y = (np.arange(24) % 2).astype(float)


def net(**params):
    return MLPRegressorX(hidden_layer_sizes=2, solver="lbfgs", tol=1e9, **params)


def search(estimator, **grid):
    return GridSearchCV(estimator, grid, cv=2)


@pytest.mark.parametrize(
    ("estimator", "names"),
    [
        (net(), ["a", "b", "c"]),
        (make_pipeline(StandardScaler(), net()), ["a", "b", "c"]),
        (make_pipeline(PCA(2), net()), ["pca0", "pca1"]),
        (make_pipeline(net()), ["a", "b", "c"]),
        (make_pipeline("passthrough", net()), ["a", "b", "c"]),
        (make_pipeline(StandardScaler(), make_pipeline(PCA(2), net())), ["pca0", "pca1"]),
        (make_pipeline(FunctionTransformer(np.asarray), net()), ["x0", "x1", "x2"]),
        (make_pipeline(FunctionTransformer(lambda X: X[["a"]]), net()), ["a"]),
        (search(net(), alpha=[0.1, 1]), ["a", "b", "c"]),
        (
            search(make_pipeline(PCA(2), net()), pca__whiten=[True]),
            ["pca0", "pca1"],
        ),
        (
            make_pipeline(StandardScaler(), search(net(), alpha=[1])),
            ["a", "b", "c"],
        ),
        (make_pipeline(StandardScaler(), TransformedTargetRegressor(net())), ["a", "b", "c"]),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, list) else "-".join(value),
)
def test_finds_the_network_and_its_columns(estimator, names):
    found, columns = fitted_network(estimator.fit(X, y), "A test")
    assert isinstance(found, MLPRegressorX)
    assert hasattr(found, "coefs_")
    assert columns == names


def test_new_columns_are_named_by_the_step_that_makes_them():
    table = pd.DataFrame({"colour": ["red", "blue", "red", "green"]})
    pipeline = make_pipeline(OneHotEncoder(sparse_output=False), net()).fit(table, [0, 1, 2, 3])
    columns = fitted_network(pipeline, "A test")[1]
    assert columns == ["colour_blue", "colour_green", "colour_red"]


def test_classes_of_several_labels_name_the_outputs():
    labels = np.array([[0, 1], [1, 0], [1, 1]])
    net = MLPClassifierX((), solver="lbfgs", tol=1e9).fit([[0.0], [1.0], [2.0]], labels)
    assert output_names(net) == ["0", "1"]


@pytest.mark.parametrize("Display", [NetworkDisplay, LossCurveDisplay])
@pytest.mark.parametrize(
    "estimator",
    [
        net(),
        make_pipeline(StandardScaler(), net()),
        GridSearchCV(net(), {"alpha": [1]}),
        TransformedTargetRegressor(net()),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_must_be_fitted(Display, estimator, figures):
    with pytest.raises(NotFittedError):
        Display.from_estimator(estimator)
    assert figures() == []


@pytest.mark.parametrize("Display", [NetworkDisplay, LossCurveDisplay])
@pytest.mark.parametrize(
    ("estimator", "told"),
    [
        (LogisticRegression().fit(X, y), "Got LogisticRegression instead"),
        (make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y), "Got Pipeline instead"),
        (MLPRegressorX, "Got MLPRegressorX instead"),
        ("net", "Got str instead"),
        (None, "Got NoneType instead"),
    ],
    ids=["model", "pipeline", "class", "name", "nothing"],
)
def test_must_hold_a_network(Display, estimator, told):
    with pytest.raises(InvalidParameterError, match=told) as error:
        Display.from_estimator(estimator)
    assert str(error.value).startswith(f"{Display.__name__} needs a fitted MLPClassifierX")


def test_a_search_without_refit_has_no_network():
    search = GridSearchCV(net(), {"alpha": [1]}, cv=2, refit=False).fit(X, y)
    with pytest.raises((InvalidParameterError, NotFittedError)):
        fitted_network(search, "A test")


def test_a_tabular_estimator_is_no_single_network():
    net = TabularMLPClassifierX("fast", hidden_layer_sizes=4, max_iter=2, random_state=0)
    net.fit(np.arange(20.0).reshape(10, 2), np.arange(10) % 2)
    with pytest.raises(InvalidParameterError, match=r"estimators_\[0\] is the first"):
        NetworkDisplay.from_estimator(net)
    assert NetworkDisplay.from_estimator(net.estimators_[0]).figure_ is not None
