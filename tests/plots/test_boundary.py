"""scikit-learn's display of decision boundaries works with our estimators."""

import numpy as np
import pytest
import sklearn.inspection
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sknn import MLPClassifierX, MLPRegressorX
from sknn.plots import DecisionBoundaryDisplay

X, y = load_iris(return_X_y=True)


def fit(Estimator, X, y):
    return Estimator(hidden_layer_sizes=4, solver="lbfgs", tol=0.1, random_state=0).fit(X, y)


def grid(display):
    return np.c_[display.xx0.ravel(), display.xx1.ravel()]


def test_it_is_scikit_learns():
    assert DecisionBoundaryDisplay is sklearn.inspection.DecisionBoundaryDisplay


@pytest.mark.parametrize("n_classes", [2, 3])
def test_areas_of_the_classes(n_classes):
    rows = y < n_classes
    net = fit(MLPClassifierX, X[rows][:, 2:], y[rows])
    display = DecisionBoundaryDisplay.from_estimator(
        net, X[rows][:, 2:], response_method="predict", grid_resolution=20
    )
    assert_array_equal(display.response.ravel(), net.predict(grid(display)))
    assert set(display.response.ravel()) == set(range(n_classes))


@pytest.mark.parametrize(("n_classes", "shape"), [(2, (20, 20)), (3, (20, 20, 3))])
@pytest.mark.parametrize("method", ["auto", "predict_proba", "decision_function"])
def test_scores_of_the_classes(n_classes, shape, method, axes):
    rows = y < n_classes
    names = np.array(["a", "b", "c"])[y]
    net = fit(MLPClassifierX, X[rows][:, 2:], names[rows])
    display = DecisionBoundaryDisplay.from_estimator(
        net, X[rows][:, 2:], response_method=method, grid_resolution=20, ax=axes
    )
    assert display.ax_ is axes
    assert display.response.shape == shape
    if method == "predict_proba":
        probability = net.predict_proba(grid(display))
        assert_allclose(
            display.response.ravel(), probability[:, 1] if n_classes == 2 else probability.ravel()
        )


def test_a_regressor():
    net = fit(MLPRegressorX, X[:, :2], X[:, 2])
    display = DecisionBoundaryDisplay.from_estimator(net, X[:, :2], grid_resolution=20)
    assert_allclose(display.response.ravel(), net.predict(grid(display)))


def test_a_plane_through_many_columns():
    net, pca = fit(MLPClassifierX, X, y), PCA(2).fit(X)
    plane = pca.transform(X)
    on_plane = make_pipeline(FunctionTransformer(pca.inverse_transform).fit(plane), net)
    display = DecisionBoundaryDisplay.from_estimator(
        on_plane, plane, response_method="predict", grid_resolution=20
    )
    assert_array_equal(display.response.ravel(), net.predict(pca.inverse_transform(grid(display))))
