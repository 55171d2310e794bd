"""Losses in the estimators: links, probabilities, label smoothing, agreement with linear models."""

import pickle
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import GammaRegressor, LinearRegression, QuantileRegressor
from sklearn.metrics import hinge_loss, log_loss, mean_pinball_loss, mean_tweedie_deviance, r2_score

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import NotOfferedError
from sknn.nn.losses import (
    CLASSIFICATION_LOSSES,
    REGRESSION_LOSSES,
    CustomLoss,
    Focal,
    Huber,
    LogLoss,
    Quantile,
    Tweedie,
)
from sknn.train import Callback

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


def first_loss(Estimator, X, y, **params):
    """The loss that one step of full-batch training tells, with the network it was taken at."""
    kept = []

    class Keep(Callback):
        def on_fit_begin(self, run):
            kept.append([array.copy() for array in run.network.snapshot()])

    params = {"batch_size": "full", "alpha": 0.0, "random_state": 0, "max_iter": 1} | params
    net = Estimator(callbacks=[Keep()], hidden_layer_sizes=5, **params).fit(X, y)
    net._network.restore(kept[0])
    return net.loss_, net


# -- classifiers -------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", CLASSIFICATION_LOSSES)
def test_every_loss_learns_every_kind_of_label(iris, loss):
    X, y = iris
    names = np.array(["a", "b", "c"])[y]
    for target in (names, y == 2, np.eye(3, dtype=int)[y]):
        net = MLPClassifierX(10, loss=loss, solver="lbfgs", max_iter=100, random_state=0)
        net.fit(X, target)
        assert net.score(X, target) > 0.9
        raw = net.decision_function(X)
        one_column = np.ndim(target) == 1 and target.dtype == bool
        assert raw.shape == ((150,) if one_column else (150, 3))
        assert net.predict(X).dtype.kind == target.dtype.kind
        copied = pickled(net)
        assert_array_equal(copied.predict(X), net.predict(X))
        assert_array_equal(copied.decision_function(X), raw)


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge", CustomLoss(len, "identity")])
def test_margins_are_no_probabilities(iris, loss):
    net = MLPClassifierX(loss=loss, max_iter=3, random_state=0)
    own = isinstance(loss, CustomLoss)
    for fitted in (net, *([] if own else [clone(net).fit(*iris)])):
        assert hasattr(fitted, "predict")
        for method in ("predict_proba", "predict_log_proba"):
            assert not hasattr(fitted, method)
            with pytest.raises(NotOfferedError, match="with probabilities are 'log_loss', 'focal'"):
                getattr(fitted, method)
    assert hasattr(MLPClassifierX(loss="hing"), "predict_proba")  # fit is to tell of the name
    with pytest.raises(NotFittedError):
        MLPClassifierX().predict_proba(iris[0])


def test_what_is_offered_is_what_was_fitted(iris):
    X, y = iris
    hinge = MLPClassifierX(loss="hinge", max_iter=3, random_state=0).fit(X, y)
    assert hinge.out_activation_ == "identity"
    hinge.set_params(loss="log_loss")
    assert not hasattr(hinge, "predict_proba")
    focal = MLPClassifierX(loss="focal", max_iter=3, random_state=0).fit(X, y)
    before = focal.predict_proba(X)
    focal.set_params(loss="hinge")
    assert_array_equal(pickled(focal).predict_proba(X), before)


def test_a_hinge_network_can_be_calibrated(iris):
    net = MLPClassifierX(loss="hinge", max_iter=100, random_state=0)
    calibrated = CalibratedClassifierCV(net, cv=2).fit(*iris)
    assert calibrated.score(*iris) > 0.9
    assert_allclose(calibrated.predict_proba(iris[0]).sum(axis=1), 1.0)


def test_a_linear_hinge_network_finds_the_wide_margin(iris):
    X, y = iris[0][:100], iris[1][:100]  # two classes with a gap between them
    net = MLPClassifierX(loss="squared_hinge", **LINEAR).fit(X, y)
    margin = np.where(y == 1, 1, -1) * net.decision_function(X)
    assert margin.min() > 0.99
    assert hinge_loss(y, net.decision_function(X)) < 1e-3


def test_probabilities_of_focal(iris):
    X, y = iris
    net = MLPClassifierX(loss=Focal(gamma=1.0), max_iter=20, random_state=0).fit(X, y)
    assert net.out_activation_ == "softmax"
    assert_allclose(net.predict_proba(X), softmax(net.decision_function(X), axis=1))
    two = MLPClassifierX(loss="focal", max_iter=20, random_state=0).fit(X, y == 1)
    assert_allclose(two.predict_proba(X)[:, 1], expit(two.decision_function(X)))


# -- label smoothing ---------------------------------------------------------------------------


def test_label_smoothing_by_name_and_as_object(iris):
    X, y = iris
    params = {"max_iter": 5, "random_state": 0}
    by_name = MLPClassifierX(label_smoothing=0.2, **params).fit(X, y)
    as_object = MLPClassifierX(loss=LogLoss(label_smoothing=0.2), **params).fit(X, y)
    assert_array_equal(by_name.coefs_[0], as_object.coefs_[0])
    none = MLPClassifierX(**params).fit(X, y)
    assert abs(by_name.coefs_[0] - none.coefs_[0]).max() > 1e-4
    zero = MLPClassifierX(loss=LogLoss(), **params).fit(X, y)
    assert_array_equal(zero.coefs_[0], none.coefs_[0])


def test_label_smoothing_is_the_loss_of_smoothed_labels(iris):
    X, y = iris
    loss, net = first_loss(MLPClassifierX, X, y, label_smoothing=0.3)
    smooth = 0.7 * np.eye(3)[y] + 0.1
    assert_allclose(loss, -(smooth * net.predict_log_proba(X)).sum(axis=1).mean())
    loss, net = first_loss(MLPClassifierX, X, y == 1, label_smoothing=0.3)
    smooth = 0.7 * np.eye(2)[(y == 1).astype(int)] + 0.15
    assert_allclose(loss, -(smooth * net.predict_log_proba(X)).sum(axis=1).mean())


def test_label_smoothing_bounds_what_the_network_is_sure_of(iris):
    X, y = iris[0][:100], iris[1][:100]  # two classes that a network can be certain of
    params = {"solver": "lbfgs", "alpha": 0.0, "max_iter": 500, "random_state": 0}
    sure = MLPClassifierX(10, **params).fit(X, y).predict_proba(X).max(axis=1)
    smooth = MLPClassifierX(10, label_smoothing=0.2, **params).fit(X, y)
    assert sure.min() > 0.99
    assert_allclose(smooth.predict_proba(X).max(axis=1), 0.9, atol=0.01)
    assert smooth.score(X, y) == 1.0


def test_no_one_hot_table_is_made(iris):
    seen = []

    class Look(Callback):
        def on_step_end(self, run):
            seen.append((run.batches.y.dtype.kind, run.batches.y.shape))

    MLPClassifierX(label_smoothing=0.1, max_iter=1, callbacks=[Look()]).fit(*iris)
    assert seen[0] == ("i", (150,))


# -- regressors --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REGRESSION_LOSSES)
def test_every_loss_learns(diabetes, name):
    X, y = diabetes
    for target in (y, np.column_stack([y, y[::-1] + 1])):
        net = MLPRegressorX(loss=name, hidden_layer_sizes=(), solver="lbfgs", max_iter=500)
        net.set_params(alpha=0.0).fit(X, target)
        predicted = net.predict(X)
        assert predicted.shape == target.shape
        assert r2_score(y, predicted if target.ndim == 1 else predicted[:, 0]) > 0.4
        assert_array_equal(pickled(net).predict(X), predicted)


def test_linear_networks_agree_with_scikit_learns_linear_models(diabetes):
    X, y = diabetes
    X = X[:, :3]
    gamma = MLPRegressorX(loss="gamma", tol=1e-8, **LINEAR).fit(X, y)
    assert_allclose(gamma.predict(X), GammaRegressor(alpha=0, tol=1e-8).fit(X, y).predict(X), 1e-4)
    huge = MLPRegressorX(loss=Huber(delta=1e6), tol=1e-8, **LINEAR).fit(X, y)
    assert_allclose(huge.predict(X), LinearRegression().fit(X, y).predict(X), rtol=1e-4)


def test_a_linear_quantile_network_agrees_with_quantile_regression(diabetes):
    X, y = diabetes
    X = X[:, [2]]
    params = {"hidden_layer_sizes": (), "alpha": 0.0, "batch_size": "full", "max_iter": 2000}
    for level in (0.25, 0.8):
        net = MLPRegressorX(loss=Quantile(level), standardize_y=True, random_state=0, **params)
        net.set_params(learning_rate_init=0.01, tol=0, n_iter_no_change=np.inf).fit(X, y)
        linear = QuantileRegressor(quantile=level, alpha=0).fit(X, y)
        losses = [mean_pinball_loss(y, m.predict(X), alpha=level) for m in (net, linear)]
        assert losses[0] < 1.01 * losses[1]
        assert abs((y <= net.predict(X)).mean() - level) < 0.02


def test_outliers_move_the_robust_losses_less(diabetes):
    X, clean = diabetes
    spoilt = clean.copy()
    spoilt[::20] += 5000.0
    errors = {}
    for loss in ("squared_error", "absolute_error", Huber(delta=10.0), "log_cosh"):
        net = MLPRegressorX(loss=loss, **LINEAR).fit(X, spoilt)
        errors[str(loss)] = abs(net.predict(X) - clean).mean()
    squared = errors.pop("squared_error")
    assert max(errors.values()) < 0.5 * squared


@pytest.mark.parametrize("loss", ["poisson", "gamma", "tweedie", Tweedie(power=3.0)])
def test_deviances_predict_positive_means(diabetes, loss):
    X, y = diabetes
    net = MLPRegressorX(loss=loss, **LINEAR).fit(X, y)
    assert net.out_activation_ == "exp"
    assert net.predict(10 * X).min() > 0
    tags = net.__sklearn_tags__()
    assert tags.target_tags.positive_only
    power = {"poisson": 1, "gamma": 2, "tweedie": 1.5}.get(loss, 3)
    deviances = [
        mean_tweedie_deviance(y, p, power=power) for p in (net.predict(X), y.mean() + 0 * y)
    ]
    assert deviances[0] < 0.7 * deviances[1]


def test_tags_of_the_others():
    for loss in ("squared_error", "huber", Quantile(), "no such loss", print, 7):
        assert not MLPRegressorX(loss=loss).__sklearn_tags__().target_tags.positive_only


def test_zeros_and_large_amounts():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(500, 2))
    y = np.exp(1 + X[:, 0]) * rng.gamma(2.0, 0.5, 500) * (rng.rand(500) < 0.6)
    net = MLPRegressorX(loss="tweedie", **LINEAR).fit(X, y)
    assert (y == 0).any()
    assert abs(net.coefs_[0][0, 0] - 1) < 0.15
    assert_allclose(net.predict(X).mean(), y.mean(), rtol=0.1)


# -- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["hinge", "focal", "log_loss"])
def test_one_class_is_enough(loss):
    net = MLPClassifierX(loss=loss, max_iter=3).fit([[0.0], [1.0]], ["a", "a"])
    assert list(net.predict([[3.0]])) == ["a"]


def test_the_loss_curve_tells_the_loss(iris, diabetes):
    loss, net = first_loss(MLPClassifierX, *iris, loss="hinge")
    assert_allclose(loss, hinge_loss(iris[1], net.decision_function(iris[0])))
    loss, net = first_loss(MLPClassifierX, *iris)
    assert_allclose(loss, log_loss(iris[1], net.predict_proba(iris[0])))
    loss, net = first_loss(MLPRegressorX, *diabetes, loss=Quantile(0.2))
    assert_allclose(loss, mean_pinball_loss(diabetes[1], net.predict(diabetes[0]), alpha=0.2))


def test_nothing_is_warned_of(iris, diabetes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        for loss in CLASSIFICATION_LOSSES:
            MLPClassifierX(loss=loss, max_iter=2).fit(*iris).predict(iris[0])
        for loss in REGRESSION_LOSSES:
            MLPRegressorX(loss=loss, max_iter=2).fit(*diabetes).predict(diabetes[0])
