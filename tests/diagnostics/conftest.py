"""Data and fits that several tests of the diagnosis look at."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX


@pytest.fixture(scope="session")
def digits():
    """600 rows to train on and 300 to validate on, standardized."""
    X, y = load_digits(return_X_y=True)
    X = StandardScaler().fit_transform(X[:900])
    return {"X": X[:600], "y": y[:600], "X_val": X[600:], "y_val": y[600:900]}


@pytest.fixture(scope="session")
def tables():
    """The data sets that come with scikit-learn, standardized, shuffled, halved."""
    sets = {"iris": load_iris, "digits": load_digits, "cancer": load_breast_cancer}
    found = {}
    for name, load in (sets | {"diabetes": load_diabetes}).items():
        X, y = load(return_X_y=True)
        order = np.random.RandomState(0).permutation(len(X))
        X, y = StandardScaler().fit_transform(X)[order], y[order]
        if name == "diabetes":
            y = (y - y.mean()) / y.std()
        found[name] = X, y
    return found


@pytest.fixture(scope="session")
def fit():
    """A function that fits quietly: what is told of a fit here is told by the diagnosis."""

    def quietly(estimator, *data, **more):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return estimator.fit(*data, **more)

    return quietly


@pytest.fixture(scope="session")
def deep(digits, fit):
    """A function: a network of 12 hidden layers on the digits, with a record of its gradients."""
    known = {}

    def fitted(**kwargs):
        key = repr(sorted(kwargs.items()))
        if key not in known:
            net = MLPClassifierX(
                [30] * 12, max_iter=40, random_state=0, callbacks=["gradient_health"], **kwargs
            )
            known[key] = fit(net, digits["X"], digits["y"])
        return known[key]

    return fitted
