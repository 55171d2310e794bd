"""Normalization, dropout, penalties and constraints through the estimators."""

import pickle

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX
from sknn.nn.layers import NORMALIZATIONS, AlphaDropout, Dropout, GroupNorm
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.fixture(scope="module")
def cancer():
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.mark.parametrize("position", ["before", "after"])
@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_normalized_networks_learn_and_are_kept_whole(iris, name, position):
    part = NORMALIZATIONS[name](position=position)
    params = {"hidden_layer_sizes": (12, 8), "learning_rate_init": 0.01, "max_iter": 40}
    net = MLPClassifierX(normalization=part, batch_size=20, random_state=1, **params)
    net.fit(iris[0][9:], iris[1][9:])  # 141 rows: the last batch has one
    assert net.score(*iris) > 0.9
    same = pickle.loads(pickle.dumps(net))
    assert_array_equal(same.predict_proba(iris[0]), net.predict_proba(iris[0]))


def test_early_stopping_takes_back_the_statistics(iris):
    X, y = iris
    net = MLPClassifierX(normalization="batch", early_stopping=True, learning_rate_init=0.1)
    net.set_params(random_state=0, max_iter=30).fit(X[::2], y[::2], X_val=X, y_val=y)
    assert net.score(X, y) == net.best_validation_score_


def test_deep_networks_learn_with_normalization(iris):
    params = {"hidden_layer_sizes": (8,) * 12, "activation": "logistic", "random_state": 0}
    params |= {"max_iter": 60, "learning_rate_init": 0.01, "n_iter_no_change": np.inf}
    assert MLPClassifierX(**params).fit(*iris).score(*iris) < 0.5
    assert MLPClassifierX(normalization="batch", **params).fit(*iris).score(*iris) > 0.9


# -- dropout -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (0.3, Dropout(0.3)),
        ((0.3, 0.0), (Dropout(0.3), Dropout(0.0))),
        ("dropout", 0.5),
        ("alpha_dropout", AlphaDropout(0.1)),
        (np.array([0.1, 0.2]), [0.1, 0.2]),
    ],
)
def test_dropout_in_every_form(iris, given, same):
    nets = [
        MLPClassifierX((6, 5), dropout=form, max_iter=3, random_state=0).fit(*iris)
        for form in (given, same)
    ]
    for mine, other in zip(nets[0].coefs_, nets[1].coefs_, strict=True):
        if given != (0.3, 0.0) if isinstance(given, tuple) else True:
            assert_array_equal(mine, other)
    assert nets[0].set_params(warm_start=True).fit(*iris)


def test_a_rate_inside_dropout_is_searched(iris):
    grid = {"dropout__rate": [0.0, 0.2, 0.9]}
    net = MLPClassifierX(dropout=Dropout(), max_iter=20, random_state=0)
    search = GridSearchCV(net, grid, cv=2).fit(*iris)
    assert search.best_params_["dropout__rate"] < 0.9


def test_input_dropout(iris):
    X, y = iris
    net = MLPClassifierX(input_dropout=0.5, max_iter=5, random_state=0)
    before = X.copy()
    dense = clone(net).fit(X, y)
    assert_array_equal(X, before)
    assert (dense.coefs_[0] != clone(net).set_params(input_dropout=0.0).fit(X, y).coefs_[0]).any()
    sparse = clone(net).fit(scipy.sparse.csr_array(X), y)
    assert_allclose(sparse.coefs_[0], dense.coefs_[0], rtol=1e-9, err_msg="no value of X is 0")
    linear = MLPClassifierX((), input_dropout=0.2, max_iter=100, learning_rate_init=0.1).fit(X, y)
    assert linear.score(X, y) > 0.8


def test_self_normalizing_network(cancer):
    X, y = cancer
    net = MLPClassifierX(
        (32,) * 8, activation="selu", dropout=AlphaDropout(0.05), initializer="he_normal"
    )
    net.set_params(max_iter=30, random_state=0).fit(X[::2], y[::2])
    assert net.score(X[1::2], y[1::2]) > 0.93


# -- penalties and constraints -----------------------------------------------------------------


def small(net):
    return np.mean(np.abs(net.coefs_[0]) < 1e-3)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_l1_drives_weights_to_0_and_l2_does_not(cancer, solver):
    params = {"solver": solver, "hidden_layer_sizes": 20, "max_iter": 300, "random_state": 0}
    strength = 3.0 if solver == "lbfgs" else 1.0
    sparse = MLPClassifierX(alpha=0.0, l1=strength, **params).fit(*cancer)
    dense = MLPClassifierX(alpha=strength, **params).fit(*cancer)
    assert small(sparse) > 0.5
    assert small(dense) < 0.5 * small(sparse)
    assert sparse.score(*cancer) > 0.95


def test_l1_is_scaled_as_alpha_is(iris):
    X, y = iris
    start = MLPClassifierX(max_iter=1, random_state=0, learning_rate_init=1e-12, batch_size="full")
    plain = clone(start).set_params(alpha=0.0).fit(X, y)
    priced = clone(start).set_params(alpha=0.0, l1=0.6).fit(X, y)
    size = sum(np.abs(w).sum() for w in plain.coefs_)
    assert_allclose(priced.loss_ - plain.loss_, 0.6 * size / 150, rtol=1e-6)


class LongestVector(Callback):
    """Keeps the largest length of a hidden unit's incoming weights after each step."""

    def on_fit_begin(self, run):
        self.lengths = [np.linalg.norm(run.network.coefs[0], axis=0).max()]

    def on_step_end(self, run):
        self.lengths.append(np.linalg.norm(run.network.coefs[0], axis=0).max())


def test_max_norm_holds_in_every_step(iris):
    watch = LongestVector()
    net = MLPClassifierX(max_norm=0.3, callbacks=watch, max_iter=20, learning_rate_init=0.05)
    net.set_params(random_state=0).fit(*iris)
    assert max(watch.lengths) <= 0.3 * (1 + 1e-12)
    free = clone(net).set_params(max_norm=None, callbacks=LongestVector()).fit(*iris)
    assert max(free.callbacks.lengths) > 0.5
    assert net.score(*iris) > 0.9


def test_groups_are_searched(iris):
    grid = {"normalization__n_groups": [1, 2, 4], "normalization__position": ["before", "after"]}
    net = MLPClassifierX((8,), normalization=GroupNorm(), max_iter=10, random_state=0)
    search = GridSearchCV(net, grid, cv=2, error_score="raise").fit(*iris)
    assert search.best_estimator_.normalization.n_groups in (1, 2, 4)
