"""Fits that are done together: rows that are given, validation, and warnings."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.population import Fit, fit_together

rng = np.random.RandomState(0)
X = rng.normal(size=(90, 3))
y = X[:, 0] - X[:, 1] + 0.3 * rng.normal(size=90)
TRAIN, KEPT = np.arange(90)[::-1][:60], np.arange(30)


def make(**params):
    settings = {"hidden_layer_sizes": (5,), "batch_size": 20, "max_iter": 8, "random_state": 0}
    return MLPRegressorX(**(settings | params))


def together(nets, warn=False, **more):
    assert fit_together([Fit(net, X, y, **more) for net in nets], warn=warn) == [None] * len(nets)
    return nets


@pytest.mark.parametrize("n_members", [1, 3])
def test_a_split_tells_the_rows_to_train_and_to_validate_on(n_members):
    nets = [make(early_stopping=True, random_state=i) for i in range(n_members)]
    for i, net in enumerate(together(nets, split=(TRAIN, KEPT))):
        alone = make(early_stopping=True, random_state=i)
        with pytest.warns(ConvergenceWarning):
            alone.fit(X[TRAIN], y[TRAIN], X_val=X[KEPT], y_val=y[KEPT])
        assert np.allclose(net.validation_scores_, alone.validation_scores_, rtol=1e-9)
        assert np.allclose(net.predict(X), alone.predict(X), rtol=1e-9)
        assert net.t_ == 8 * 60
        assert net.best_validation_score_ == pytest.approx(net.score(X[KEPT], y[KEPT]), rel=1e-9)


def test_a_split_goes_with_weights():
    weight = rng.rand(90) + 0.1
    (net,) = together([make(early_stopping=True)], split=(TRAIN, KEPT), sample_weight=weight)
    expected = net.score(X[KEPT], y[KEPT], sample_weight=weight[KEPT])
    assert net.best_validation_score_ == pytest.approx(expected)


def test_a_split_is_validated_on_also_where_nothing_stops_early():
    (net,) = together([make()], split=(TRAIN, KEPT))
    with pytest.warns(ConvergenceWarning):
        alone = make().fit(X[TRAIN], y[TRAIN], X_val=X[KEPT], y_val=y[KEPT])
    assert_array_equal(net.predict(X), alone.predict(X))
    assert_array_equal(net.validation_scores_, alone.validation_scores_)
    assert net.best_epoch_ is None


@pytest.mark.parametrize("stopping", [True, False])
def test_rows_of_ones_own_to_validate_on(stopping):
    validation = rng.normal(size=(25, 3)), rng.normal(size=25), rng.rand(25)
    nets = together([make(early_stopping=stopping, random_state=i) for i in range(2)],
                    validation=validation)  # fmt: skip
    for i, net in enumerate(nets):
        names = ("X_val", "y_val", "sample_weight_val")
        alone = make(early_stopping=stopping, random_state=i)
        with pytest.warns(ConvergenceWarning):
            alone.fit(X, y, **dict(zip(names, validation, strict=True)))
        assert np.allclose(net.validation_scores_, alone.validation_scores_, rtol=1e-9)
        assert np.allclose(net.predict(X), alone.predict(X), rtol=1e-9)
    error = fit_together([Fit(make(), X, y, validation=(validation[0], None, None))])[0]
    assert "X_val and y_val must be given together" in str(error)


@pytest.mark.parametrize("n_members", [1, 2])
def test_a_whole_fit_warns_of_max_iter_unless_it_should_not(n_members):
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(8\)") as told:
        together([make(random_state=i) for i in range(n_members)], warn=True)
    assert len(told) == n_members
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        together([make(random_state=i) for i in range(n_members)], warn=False)
        together([make(random_state=i) for i in range(n_members)], warn=True, n_epochs=2)
        together([make(solver="lbfgs", max_iter=2)], warn=False)


def test_a_callback_that_fails_is_told_with_the_one_that_has_it():
    def fails(estimator, X, y):
        raise RuntimeError("no score")

    nets = [make(random_state=0), make(early_stopping=True, early_stopping_scoring=fails)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # also where each is trained again by itself
        errors = fit_together([Fit(net, X, y, split=(TRAIN, KEPT)) for net in nets], warn=False)
    assert errors[0] is None
    assert "no score" in str(errors[1])


def test_classifiers_may_be_split_by_themselves():
    labels = (y > 0).astype(int)
    net = MLPClassifierX((5,), early_stopping=True, max_iter=5, random_state=0)
    assert fit_together([Fit(net, X, labels, split=(TRAIN, KEPT))], warn=False) == [None]
    assert net.validation_scores_[-1] in np.arange(31) / 30
