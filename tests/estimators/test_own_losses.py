"""Losses of one's own in the estimators: a class of a dozen lines, or a plain function."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.links import LINKS, Link
from sknn.nn.losses import ClassificationLoss, CustomLoss, RegressionLoss

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

LINEAR = {"hidden_layer_sizes": (), "alpha": 0.0, "solver": "lbfgs", "max_iter": 2000}


def pickled(net):
    return pickle.loads(pickle.dumps(net))


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(axis=0), y


def asymmetric(raw, y):
    """Too low costs four times as much as too high."""
    r = raw - y
    price = np.where(r < 0, 4.0, 1.0)
    return (price * r**2).sum(axis=1), 2.0 * price * r


def one_vs_rest(raw, y):
    sign = 2 * y - 1
    return np.logaddexp(0, -sign * raw).sum(axis=1), -sign * expit(-sign * raw)


def cross_entropy(raw, y):
    p = softmax(raw, axis=1)
    return -np.log((p * y).sum(axis=1)), p - y


def half_poisson(raw, y):
    mean = np.exp(raw)
    return (mean - y * raw).sum(axis=1), mean - y


class Asymmetric(RegressionLoss):
    """Too low costs ``price`` times as much as too high."""

    price: float = 4.0

    def link(self, exclusive) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw, y, grad):
        np.subtract(raw, y, out=grad)
        loss = (np.where(grad < 0, self.price, 1.0) * grad**2).sum(axis=1)
        grad *= np.where(grad < 0, 2.0 * self.price, 2.0)
        return loss


class Ordinary(ClassificationLoss):
    """Cross-entropy of exclusive classes."""

    def link(self, exclusive) -> Link:
        return LINKS["softmax"]

    def pointwise(self, raw, y, grad):
        LINKS["softmax"].inverse(raw, out=grad)
        loss = -np.log(grad[np.arange(len(y)), y])
        grad[np.arange(len(y)), y] -= 1.0
        return loss


def test_a_loss_of_ones_own_by_class_and_by_function(diabetes):
    X, y = diabetes
    params = {"solver": "lbfgs", "hidden_layer_sizes": 3, "max_iter": 50, "random_state": 0}
    by_class = MLPRegressorX(loss=Asymmetric(), **params).fit(X, y)
    by_function = MLPRegressorX(loss=asymmetric, **params).fit(X, y)
    assert_allclose(by_class.predict(X), by_function.predict(X), rtol=1e-6)
    assert (by_class.predict(X) > y).mean() > 0.6
    cheap = MLPRegressorX(loss=Asymmetric(price=0.25), **params).fit(X, y)
    assert (cheap.predict(X) > y).mean() < 0.4
    for net in (by_class, by_function):
        assert_array_equal(pickled(net).predict(X), net.predict(X))
        assert clone(net).loss == net.loss


def test_a_loss_of_ones_own_in_a_search(diabetes):
    X, y = diabetes
    net = MLPRegressorX(loss=Asymmetric(), **LINEAR)
    search = GridSearchCV(net, {"loss__price": [0.25, 1.0]}, cv=2).fit(X, y)
    assert search.best_params_ == {"loss__price": 1.0}  # R^2 likes the mean
    search = GridSearchCV(net, {"loss": [asymmetric, "squared_error", "huber"]}, cv=2, n_jobs=2)
    assert search.fit(X, y).best_params_["loss"] != asymmetric


def test_a_function_for_labels(iris):
    X, y = iris
    params = {"max_iter": 20, "random_state": 0}
    mine = MLPClassifierX(loss=cross_entropy, **params).fit(X, y)
    theirs = MLPClassifierX(**params).fit(X, y)
    assert mine.out_activation_ == "softmax"
    assert_allclose(mine.predict_proba(X), theirs.predict_proba(X), rtol=1e-6)
    for target in (y == 1, np.eye(3, dtype=int)[y]):
        mine = MLPClassifierX(loss=one_vs_rest, **params).fit(X, target)
        theirs = MLPClassifierX(**params).fit(X, target)
        assert mine.out_activation_ == "logistic"
        assert_allclose(mine.predict_proba(X), theirs.predict_proba(X), rtol=1e-6)
    classes = MLPClassifierX(loss=CustomLoss(one_vs_rest, "logistic"), **params).fit(X, y)
    assert classes.out_activation_ == "logistic"
    assert_allclose(classes.predict_proba(X).sum(axis=1), 1.0)
    by_class = MLPClassifierX(loss=Ordinary(), **params).fit(X, y)
    assert_allclose(by_class.predict_proba(X), MLPClassifierX(**params).fit(X, y).predict_proba(X))


def test_a_function_with_a_link(diabetes):
    X, y = diabetes
    params = {"solver": "lbfgs", "hidden_layer_sizes": (), "max_iter": 50, "random_state": 0}
    mine = MLPRegressorX(loss=CustomLoss(half_poisson, "exp"), **params).fit(X, y / 100)
    theirs = MLPRegressorX(loss="poisson", **params).fit(X, y / 100)
    assert_allclose(mine.predict(X), theirs.predict(X), rtol=1e-5)
    assert_array_equal(pickled(mine).predict(X), mine.predict(X))


def test_a_function_with_weights_float32_and_standardized_targets(diabetes):
    X, y = diabetes
    weight = np.arange(442) % 3
    repeated = np.repeat(np.arange(442), weight)
    weighted = MLPRegressorX(loss=asymmetric, **LINEAR).fit(X, y, sample_weight=weight)
    twice = MLPRegressorX(loss=asymmetric, **LINEAR).fit(X[repeated], y[repeated])
    assert_allclose(weighted.predict(X), twice.predict(X), rtol=1e-3)
    narrow = MLPRegressorX(loss=asymmetric, standardize_y=True, **LINEAR)
    narrow.fit(X.astype("float32"), y)
    assert narrow.coefs_[0].dtype == np.float32
    assert_allclose(narrow.loss_, clone(narrow).fit(X, y).loss_, rtol=1e-3)


def test_a_function_that_returns_nonsense_fails_at_the_first_batch(diabetes):
    calls = []

    def total(raw, y):
        calls.append(len(raw))
        return ((raw - y) ** 2).sum(), raw - y

    net = MLPRegressorX(loss=total)
    with pytest.raises(ValueError, match="'total' given as loss must return two arrays"):
        net.fit(*diabetes)
    assert calls == [200]
    assert not hasattr(net, "coefs_")
