"""``best_epoch_``: which epoch was kept, with and without stopping at a plateau."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX, MLPRegressorX

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(axis=0), y


def halves(X, y):
    odd = np.arange(len(X)) % 2 == 1
    return X[~odd], y[~odd], X[odd], y[odd]


def test_best_epoch_without_stopping(diabetes):
    X, y = diabetes
    params = {"early_stopping": True, "learning_rate_init": 0.05, "random_state": 0}
    net = MLPRegressorX(n_iter_no_change=np.inf, max_iter=120, **params).fit(X, y)
    assert net.n_iter_ == 120  # never stopped
    assert len(net.validation_scores_) == 120
    assert net.best_epoch_ == np.argmax(net.validation_scores_) + 1 < 120
    assert net.best_validation_score_ == net.validation_scores_[net.best_epoch_ - 1]
    # the weights are those of that epoch
    short = MLPRegressorX(n_iter_no_change=np.inf, max_iter=net.best_epoch_, **params).fit(X, y)
    assert short.best_epoch_ == net.best_epoch_
    assert_array_equal(short.predict(X), net.predict(X))


def test_best_epoch_with_stopping(iris):
    net = MLPClassifierX(early_stopping=True, learning_rate_init=0.05, random_state=0).fit(*iris)
    assert isinstance(net.best_epoch_, int)
    assert net.best_epoch_ == np.argmax(net.validation_scores_) + 1
    assert pickle.loads(pickle.dumps(net)).best_epoch_ == net.best_epoch_


def test_no_best_epoch_without_early_stopping(iris):
    net = MLPClassifierX(max_iter=2, random_state=0).fit(*iris, X_val=iris[0], y_val=iris[1])
    assert net.best_epoch_ is None
    net.set_params(early_stopping=True).fit(*iris)
    assert net.best_epoch_ is not None
    net.set_params(early_stopping=False).partial_fit(*iris)
    assert net.best_epoch_ is None


def test_best_epoch_counts_within_a_fit(iris):
    X, y, X_val, y_val = halves(*iris)
    net = MLPClassifierX(
        warm_start=True, early_stopping=True, learning_rate_init=0.01, max_iter=30, random_state=0
    ).fit(X, y, X_val=X_val, y_val=y_val)
    first = net.n_iter_
    assert 0 < net.best_epoch_ <= first
    score, weights = net.best_validation_score_, net.coefs_[0].copy()
    net.set_params(learning_rate_init=1e-12, max_iter=2).fit(X, y, X_val=X_val, y_val=y_val)
    assert net.best_epoch_ == 0  # none was better than the weights it began with
    assert net.best_validation_score_ == score
    assert_array_equal(net.coefs_[0], weights)
    assert len(net.validation_scores_) == first + 2
