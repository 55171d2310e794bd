"""Losses in the estimators: links, probabilities, quantiles, standardized targets, functions."""

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
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPRegressor

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.targets import mean_and_scale
from sknn.exceptions import NotOfferedError
from sknn.nn.links import LINKS, Link
from sknn.nn.losses import (
    CLASSIFICATION_LOSSES,
    REGRESSION_LOSSES,
    ClassificationLoss,
    CustomLoss,
    Focal,
    Huber,
    LogLoss,
    Quantile,
    RegressionLoss,
    Tweedie,
)
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

BAND = Quantile((0.1, 0.5, 0.9))
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


# -- several quantiles -------------------------------------------------------------------------


def test_several_quantiles(diabetes):
    X, y = diabetes
    params = {"hidden_layer_sizes": 20, "learning_rate_init": 0.01, "random_state": 0}
    net = MLPRegressorX(loss=BAND, standardize_y=True, **params).fit(X, y)
    predicted = net.predict(X)
    assert predicted.shape == (442, 3)
    assert net.n_outputs_ == 3
    assert net.quantiles_ == (0.1, 0.5, 0.9)
    assert (np.diff(predicted) >= 0).all()
    assert_allclose((y[:, np.newaxis] <= predicted).mean(axis=0), net.quantiles_, atol=0.06)
    assert_allclose(net.score(X, y), r2_score(y, predicted[:, 1]))
    far = net.predict(1e3 * np.random.RandomState(0).normal(size=(1000, 10)))
    assert (np.diff(far) >= 0).all()


def test_several_quantiles_of_several_targets(diabetes):
    X, y = diabetes
    both = np.column_stack([y, 1000 - 5 * y])
    net = MLPRegressorX(loss=Quantile((0.2, 0.6)), standardize_y=True, **LINEAR).fit(X, both)
    predicted = net.predict(X)
    assert predicted.shape == (442, 2, 2)
    assert (np.diff(predicted, axis=2) >= 0).all()
    covered = (both[:, :, np.newaxis] <= predicted).mean(axis=0)
    assert_allclose(covered, [[0.2, 0.6]] * 2, atol=0.05)
    assert_allclose(net.score(X, both), r2_score(both, predicted[:, :, 1]))
    weight = np.linspace(0, 1, 442)
    expected = r2_score(both, predicted[:, :, 1], sample_weight=weight)
    assert_allclose(net.score(X, both, weight), expected)
    assert_array_equal(pickled(net).predict(X), predicted)


@pytest.mark.parametrize(
    ("quantiles", "middle"), [((0.4, 0.6), 0), ((0.1, 0.6), 1), ((0.1, 0.3, 0.8), 1)]
)
def test_the_quantile_nearest_to_the_median_is_scored(diabetes, quantiles, middle):
    X, y = diabetes
    net = MLPRegressorX(loss=Quantile(quantiles), max_iter=5, random_state=0)
    net.fit(X, y, X_val=X[:50], y_val=y[:50])
    assert_allclose(net.score(X, y), r2_score(y, net.predict(X)[:, middle]))
    assert_allclose(net.validation_scores_[-1], net.score(X[:50], y[:50]))


def test_quantiles_are_those_that_were_fitted(diabetes):
    X, y = diabetes
    net = MLPRegressorX(loss=BAND, max_iter=3, random_state=0).fit(X, y)
    before, score = net.predict(X), net.score(X, y)
    net.set_params(loss__quantiles=(0.3, 0.9))
    assert_array_equal(net.predict(X), before)
    assert_array_equal(pickled(net).predict(X), before)
    assert net.score(X, y) == score
    with pytest.raises(ValueError, match="n_outputs changed from 3 to 2"):
        net.partial_fit(X, y)
    assert net.quantiles_ == (0.1, 0.5, 0.9)
    net.set_params(loss="squared_error").fit(X, y)
    assert net.quantiles_ is None
    assert net.predict(X).shape == y.shape


def test_float32_quantiles(diabetes):
    X, y = diabetes[0].astype("float32"), diabetes[1]
    net = MLPRegressorX(loss=BAND, standardize_y=True, max_iter=5, random_state=0).fit(X, y)
    assert net.predict(X).dtype == np.float32
    assert net.coefs_[0].dtype == np.float32


# -- standardized targets ----------------------------------------------------------------------


def test_the_units_of_the_target_do_not_matter(diabetes):
    X, y = diabetes
    params = {"hidden_layer_sizes": 20, "learning_rate_init": 0.01, "random_state": 0}
    units = [(1.0, 0.0), (1e-4, 0.0), (1e4, 1e6)]
    ours = [
        MLPRegressorX(standardize_y=True, **params).fit(X, s * y + c).score(X, s * y + c)
        for s, c in units
    ]
    theirs = [MLPRegressor(**params).fit(X, s * y + c).score(X, s * y + c) for s, c in units]
    assert ours[0] > 0.6
    assert_allclose(ours, ours[0], rtol=1e-5)
    assert max(theirs[1:]) < -10  # what it is for


@pytest.mark.parametrize(
    "params", [{"loss": BAND}, {"loss": "huber"}, {"early_stopping": True}, {"solver": "lbfgs"}]
)
def test_predictions_and_scores_are_in_the_units_of_the_target(diabetes, params):
    X, y = diabetes
    common = {"hidden_layer_sizes": 5, "max_iter": 10, "random_state": 0, "standardize_y": True}
    net = MLPRegressorX(**common | params).fit(X, y)
    other = MLPRegressorX(**common | params).fit(X, 1000 * y - 3e5)
    assert_allclose(other.predict(X), 1000 * net.predict(X) - 3e5, rtol=1e-6)
    assert_allclose(other.score(X, 1000 * y - 3e5), net.score(X, y), rtol=1e-6)
    if "early_stopping" in params:
        assert_allclose(other.validation_scores_, net.validation_scores_, rtol=1e-6)
    assert_allclose(other.loss_curve_, net.loss_curve_, rtol=1e-6)


def test_standardizing_inside_is_standardizing_outside(diabetes):
    X, y = diabetes
    both = np.column_stack([y, -7 * y[::-1]])
    standardized = (both - both.mean(axis=0)) / both.std(axis=0)
    inside = MLPRegressorX(standardize_y=True, max_iter=5, random_state=0).fit(X, both)
    outside = MLPRegressorX(max_iter=5, random_state=0).fit(X, standardized)
    assert_allclose(inside.coefs_[0], outside.coefs_[0], rtol=1e-9)
    assert_allclose(inside.y_mean_, both.mean(axis=0))
    assert_allclose(inside.y_scale_, both.std(axis=0))
    assert outside.y_mean_ is None
    assert outside.y_scale_ is None
    expected = outside.predict(X) * both.std(axis=0) + both.mean(axis=0)
    assert_allclose(inside.predict(X), expected, rtol=1e-9)


def test_the_scale_is_weighted_and_of_the_training_rows(diabetes):
    X, y = diabetes
    weight = np.random.RandomState(0).rand(442)
    net = MLPRegressorX(standardize_y=True, max_iter=1, random_state=0)
    net.fit(X, y, sample_weight=weight)
    mean = np.average(y, weights=weight)
    assert_allclose(net.y_mean_, [mean])
    assert_allclose(net.y_scale_, [np.sqrt(np.average((y - mean) ** 2, weights=weight))])

    seen = []

    class Rows(Callback):
        def on_fit_begin(self, run):
            seen.append(run.batches.order)

    net.set_params(early_stopping=True, callbacks=[Rows()]).fit(X, y)
    rows = seen[0]
    assert len(rows) == 397
    assert_allclose(net.y_mean_, [y[rows].mean()])
    assert_allclose(net.y_scale_, [y[rows].std()])


def test_the_scale_is_kept_where_training_goes_on(diabetes):
    X, y = diabetes
    net = MLPRegressorX(standardize_y=True, max_iter=2, random_state=0)
    net.partial_fit(X[:100], y[:100]).partial_fit(X[100:], y[100:] + 500)
    assert_allclose(net.y_mean_, [y[:100].mean()])
    warm = MLPRegressorX(standardize_y=True, warm_start=True, max_iter=2, random_state=0)
    warm.fit(X[:100], y[:100]).fit(X, y)
    assert_allclose(warm.y_mean_, [y[:100].mean()])
    again = pickled(warm).fit(X, y)
    assert_allclose(again.y_mean_, [y[:100].mean()])
    for changed in (net, warm):
        changed.set_params(standardize_y=False)
        step = changed.fit if changed.warm_start else changed.partial_fit
        with pytest.raises(ValueError, match="standardize_y changed from True to False"):
            step(X, y)
        assert_allclose(changed.y_mean_, [y[:100].mean()])


def test_partial_fit_equals_fit(diabetes):
    X, y = diabetes
    params = {"standardize_y": True, "hidden_layer_sizes": 5, "random_state": 0}
    whole = MLPRegressorX(max_iter=3, **params).fit(X, y)
    parts = MLPRegressorX(**params)
    for _ in range(3):
        parts.partial_fit(X, y)
    assert_array_equal(parts.predict(X), whole.predict(X))


def test_constant_targets(diabetes):
    X, y = diabetes
    for constant in (0.0, 3.0, 0.1 * 3, 1e9 + 0.1):
        both = np.column_stack([np.full(442, constant), y])
        net = MLPRegressorX(standardize_y=True, max_iter=3, random_state=0).fit(X, both)
        assert net.y_scale_[0] == 1.0
        assert_allclose(net.y_mean_[0], constant, rtol=1e-12)
        weight = (np.arange(442) > 0).astype(float)
        both[0, 0] += 1.0  # a row that does not count
        assert net.fit(X, both, sample_weight=weight).y_scale_[0] == 1.0
        assert np.isfinite(net.predict(X)).all()


def test_a_change_of_parameters_keeps_the_units(diabetes):
    X, y = diabetes
    net = MLPRegressorX(standardize_y=True, max_iter=3, random_state=0).fit(X, y)
    before = net.predict(X)
    assert_array_equal(net.set_params(standardize_y=False).predict(X), before)
    assert_array_equal(pickled(net).predict(X), before)
    plain = MLPRegressorX(max_iter=3, random_state=0).fit(X, y)
    assert_array_equal(net.fit(X, y).predict(X), plain.predict(X))


def test_mean_and_scale_of_the_largest_and_smallest():
    y = np.array([[1e200, 1e-200, 5.0], [3e200, 3e-200, 5.0]])
    mean, scale = mean_and_scale(y, np.array([1.0, 3.0]))
    assert_allclose(mean, [2.5e200, 2.5e-200, 5.0])
    assert_allclose(scale, [np.sqrt(0.75) * 1e200, np.sqrt(0.75) * 1e-200, 1.0])


def test_float32_standardizes_before_it_rounds(diabetes):
    X, y = diabetes[0].astype("float32"), diabetes[1] + 1e9  # steps of 64 in float32
    net = MLPRegressorX(standardize_y=True, **LINEAR).fit(X, y)
    expected = MLPRegressorX(standardize_y=True, **LINEAR).fit(diabetes[0], y)
    assert_allclose(net.loss_, expected.loss_, rtol=1e-4)


# -- losses of one's own -----------------------------------------------------------------------


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
