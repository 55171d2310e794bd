"""A second training on all rows, for the number of epochs that a held-out part has told."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.population import Fit, fit_together
from sknn.exceptions import InvalidParameterError
from sknn.train import GrowingPatience

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")

SETTINGS = {
    "hidden_layer_sizes": 10,
    "max_iter": 40,
    "learning_rate_init": 0.02,
    "early_stopping": True,
    "random_state": 0,
}


@pytest.fixture
def iris():
    return load_iris(return_X_y=True)


def test_it_is_a_fit_on_all_rows_that_ends_at_the_best_epoch(iris):
    X, y = iris
    held_out = MLPClassifierX(**SETTINGS).fit(X, y)
    net = MLPClassifierX(**SETTINGS, refit=True).fit(X, y)
    assert net.validation_scores_ == held_out.validation_scores_
    assert net.best_epoch_ == net.n_iter_ == held_out.best_epoch_
    plain = MLPClassifierX(**(SETTINGS | {"early_stopping": False, "max_iter": net.best_epoch_}))
    plain.fit(X, y)
    for mine, theirs in zip(net.coefs_, plain.coefs_, strict=True):
        assert_array_equal(mine, theirs)
    assert net.t_ == net.best_epoch_ * len(X)
    assert "was best on the rows that were held out" in net.stop_reason_


def test_the_learning_rate_moves_as_it_was_planned(iris):
    X, y = iris
    net = MLPClassifierX(**SETTINGS, learning_rate="cosine", refit=True).fit(X, y)
    first = MLPClassifierX(**SETTINGS, learning_rate="cosine").fit(X, y)
    # so many rows take another number of steps an epoch, but an epoch ends at the same rate
    rates = first.history_["learning_rate"][: net.best_epoch_]
    assert_allclose(net.history_["learning_rate"], rates, rtol=1e-9)


def test_rules_that_watch_the_held_out_part_do_not_disturb(iris):
    X, y = iris
    rule = GrowingPatience(1.0, 3)
    net = MLPClassifierX(**SETTINGS, n_iter_no_change=np.inf, callbacks=[rule], refit=True)
    assert net.fit(X, y).n_iter_ == net.best_epoch_
    assert net.callbacks == [rule]


def test_weights_and_scaled_targets():
    X, y = load_diabetes(return_X_y=True)
    weight = np.arange(len(y)) % 3
    net = MLPRegressorX(**SETTINGS, standardize_y=True, refit=True).fit(X, y, weight)
    assert_allclose(net.y_mean_, np.average(y, weights=weight))
    assert net.n_iter_ == max(net.best_epoch_, 1)


def test_without_a_held_out_part_there_is_nothing_to_do(iris):
    X, y = iris
    settings = SETTINGS | {"max_iter": 5}
    given = MLPClassifierX(**settings, refit=True).fit(X, y, X_val=X[::5], y_val=y[::5])
    plain = MLPClassifierX(**settings).fit(X, y, X_val=X[::5], y_val=y[::5])
    assert_array_equal(given.predict_proba(X), plain.predict_proba(X))


def test_many_together_are_refitted_too(iris):
    net = MLPClassifierX(**SETTINGS, refit=True)
    nets = [clone(net), clone(net).set_params(alpha=0.1)]
    assert fit_together([Fit(each, *iris) for each in nets]) == [None, None]
    for each in nets:
        alone = clone(each).fit(*iris)
        assert_allclose(each.coefs_[0], alone.coefs_[0], rtol=1e-9)


def test_it_does_not_go_on_from_an_earlier_fit(iris):
    with pytest.raises(InvalidParameterError, match="set one of them to False"):
        MLPClassifierX(**SETTINGS, refit=True, warm_start=True).fit(*iris)
