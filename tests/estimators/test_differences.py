"""The deliberate differences from scikit-learn, in the order of docs/differences.md.

Where scikit-learn's behaviour can be shown, a test shows both sides, so that a difference that
scikit-learn has mended is noticed.
"""

import pickle
import tracemalloc
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris, make_regression
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import DivergenceError, DivergenceWarning, InterruptedFitWarning
from sknn.nn.activations import ReLU
from sknn.nn.initializers import GivenWeights
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture
def outputs():
    X, y = make_regression(100, 5, n_targets=3, random_state=0)
    return X, y / y.std(axis=0)


# -- 1. losses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_multi_output_loss_is_the_one_whose_gradient_is_followed(outputs, solver):
    X, y = outputs
    params = {"hidden_layer_sizes": 10, "solver": solver, "max_iter": 20, "tol": 0, "alpha": 0}
    theirs = MLPRegressor(**params, random_state=0).fit(X, y)
    ours = MLPRegressorX(**params, random_state=0).fit(X, y)
    for mine, reference in zip(ours.coefs_, theirs.coefs_, strict=True):
        assert_allclose(mine, reference, rtol=1e-6)
    assert_allclose(ours.loss_curve_, 3 * np.array(theirs.loss_curve_), rtol=1e-6)


def test_multi_output_lbfgs_minimizes_the_loss_it_tells(outputs):
    X, y = outputs
    params = {"hidden_layer_sizes": 10, "solver": "lbfgs", "max_iter": 30, "alpha": 0}
    theirs = MLPRegressor(**params, random_state=0).fit(X, y)
    ours = MLPRegressorX(**params, random_state=0).fit(X, y)
    half_squares = [0.5 * ((y - net.predict(X)) ** 2).sum(axis=1).mean() for net in (theirs, ours)]
    assert_allclose(theirs.loss_, half_squares[0] / 3)
    assert_allclose(ours.loss_, half_squares[1])


def test_negative_poisson_targets_are_refused(outputs):
    X, y = outputs[0], outputs[1][:, 0]
    assert np.isnan(MLPRegressor(loss="poisson", max_iter=2).fit(X, y).loss_)
    with pytest.raises(ValueError, match="requires y >= 0"):
        MLPRegressorX(loss="poisson").fit(X, y)


# -- 2. sample weights -------------------------------------------------------------------------


def test_a_batch_of_zero_weights_is_left_out(iris):
    X, y = iris
    weight = np.zeros(len(X))
    weight[::15] = 1.0
    params = {"batch_size": 8, "max_iter": 20, "random_state": 0}
    with pytest.raises(ZeroDivisionError):
        MLPClassifier(**params).fit(X, y, sample_weight=weight)
    net = MLPClassifierX(**params).fit(X, y, sample_weight=weight)
    assert np.isfinite(net.loss_curve_).all()


def test_early_stopping_needs_a_weight_to_train_with(iris):
    weight = np.zeros(150)
    held_out = train_test_split(np.arange(150), test_size=0.1, random_state=0)[1]
    weight[held_out] = 1.0
    rng = np.random.RandomState(0)
    start = GivenWeights([np.zeros((4, 3))])  # draws nothing, so the split is known
    net = MLPClassifierX((), early_stopping=True, initializer=start, random_state=rng)
    with pytest.raises(ValueError, match="All rows with a weight above 0 were held out"):
        net.fit(*iris, sample_weight=weight)


def test_negative_weights_are_refused(iris):
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        MLPClassifierX().fit(*iris, sample_weight=np.linspace(-1, 1, 150))


# -- 3. going on with training -----------------------------------------------------------------


@pytest.mark.parametrize("change", [{"hidden_layer_sizes": 7}, {"activation": "tanh"}])
def test_warm_start_refuses_another_architecture(iris, change):
    net = MLPClassifierX(hidden_layer_sizes=5, warm_start=True, max_iter=2).fit(*iris)
    name = next(iter(change))
    with pytest.raises(ValueError, match=f"{name} changed from"):
        net.set_params(**change).fit(*iris)
    net.set_params(warm_start=False).fit(*iris)


def test_warm_start_takes_a_part_for_its_name(iris):
    net = MLPClassifierX(hidden_layer_sizes=5, warm_start=True, max_iter=2).fit(*iris)
    assert net.set_params(activation=(ReLU(),)).fit(*iris).t_ == 4 * 150


def test_warm_start_refuses_another_number_of_outputs(outputs):
    X, y = outputs
    net = MLPRegressorX(warm_start=True, max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match="n_outputs changed from 3 to 2"):
        net.fit(X, y[:, :2])


def test_warm_start_on_new_data_is_trained(iris):
    X, y = iris
    params = {"warm_start": True, "max_iter": 300, "tol": 1e-2, "random_state": 0}
    easy, hard = (X, y), (X + np.random.RandomState(0).normal(0, 2, X.shape), y)
    theirs = MLPClassifier(**params).fit(*easy).fit(*hard)
    ours = MLPClassifierX(**params).fit(*easy).fit(*hard)
    assert theirs.n_iter_ == 1
    assert ours.n_iter_ > 10


def test_warm_start_with_early_stopping_judges_by_the_new_rows(iris):
    X, y = iris
    net = MLPClassifierX(
        warm_start=True, early_stopping=True, max_iter=60, learning_rate_init=0.02, random_state=0
    ).fit(X, y)
    shuffled = np.random.RandomState(1).permutation(y)
    net.fit(X, shuffled)  # nothing to learn: the old score of almost 1 must not stay the best
    assert net.best_validation_score_ < 0.8


def test_partial_fit_draws_a_new_order_in_each_call(iris):
    X, y = iris
    params = {"hidden_layer_sizes": 5, "batch_size": 10, "random_state": 0}
    in_one = MLPClassifierX(**params, max_iter=4, tol=0).fit(X, y)
    in_parts = MLPClassifierX(**params)
    theirs = MLPClassifier(**params)
    for _ in range(4):
        in_parts.partial_fit(X, y, classes=[0, 1, 2])
        theirs.partial_fit(X, y, classes=[0, 1, 2])
    assert_array_equal(in_parts.coefs_[0], in_one.coefs_[0])
    assert not np.allclose(theirs.coefs_[0], in_one.coefs_[0], rtol=1e-6)


@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
@pytest.mark.parametrize("params", [{"solver": "lbfgs"}, {"early_stopping": True}])
def test_partial_fit_is_not_offered_where_it_has_no_meaning(iris, Estimator, params):
    net = Estimator(**params)
    assert not hasattr(net, "partial_fit")
    with pytest.raises(ValueError, match="partial_fit"):
        net.partial_fit(*iris)
    with pytest.raises(AttributeError, match="partial_fit"):
        net.partial_fit(*iris)


def test_partial_fit_is_not_offered_for_balanced_classes():
    assert not hasattr(MLPClassifierX(class_weight="balanced"), "partial_fit")
    assert hasattr(MLPClassifierX(class_weight={0: 2.0}), "partial_fit")


# -- 4. precision ------------------------------------------------------------------------------


def test_lbfgs_keeps_float32(iris):
    X, y = iris
    params = {"solver": "lbfgs", "max_iter": 5, "random_state": 0}
    assert MLPClassifier(**params).fit(X.astype("f4"), y).coefs_[0].dtype == np.float64
    net = MLPClassifierX(**params).fit(X.astype("f4"), y)
    assert {w.dtype for w in [*net.coefs_, *net.intercepts_]} == {np.dtype("f4")}
    assert net.predict_proba(X.astype("f4")).dtype == np.float32


def test_moments_are_kept_in_the_precision_of_x(iris):
    X, y = iris
    net = MLPRegressorX(max_iter=2).fit(X.astype("f4"), y.astype("f8"), sample_weight=np.ones(150))
    assert net._continuation["optimizer"]["mean"].dtype == np.float32
    assert net.coefs_[0].dtype == np.float32


# -- 5. attributes -----------------------------------------------------------------------------


def test_lbfgs_has_a_loss_curve(iris):
    net = MLPClassifierX(solver="lbfgs", max_iter=20, random_state=0).fit(*iris)
    assert len(net.loss_curve_) == net.n_iter_ == 20
    assert net.loss_curve_[-1] == net.loss_ == net.best_loss_
    assert np.diff(net.loss_curve_).max() < 0
    assert net.t_ == 20 * 150
    assert net.validation_scores_ is None
    assert net.best_validation_score_ is None


def test_tags():
    assert MLPRegressorX().__sklearn_tags__().target_tags.multi_output
    assert not MLPRegressorX().__sklearn_tags__().target_tags.positive_only
    assert MLPRegressorX(loss="poisson").__sklearn_tags__().target_tags.positive_only
    assert MLPClassifierX().__sklearn_tags__().classifier_tags.multi_label
    assert MLPClassifierX().__sklearn_tags__().input_tags.sparse


# -- 6. divergence and interruption ------------------------------------------------------------


def diverging(Estimator, **params):
    return Estimator(
        hidden_layer_sizes=100,
        activation="identity",
        solver="sgd",
        learning_rate_init=1,
        max_iter=20,
        random_state=0,
        **params,
    )


def test_a_diverged_fit_with_early_stopping_keeps_the_best_network_and_warns(iris):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert diverging(MLPRegressor, early_stopping=True).fit(*iris).score(*iris) < -1e3
    net = diverging(MLPRegressorX, early_stopping=True)
    with pytest.warns(DivergenceWarning, match="diverged in epoch"):
        net.fit(*iris)
    assert net.score(*iris) > -10
    assert net.n_iter_ < 20


def test_a_diverged_fit_ends_at_once_and_leaves_the_estimator_as_it_was(iris):
    seen = []

    class Count(Callback):
        def on_epoch_end(self, run):
            seen.append(run.loss)

    net = diverging(MLPRegressorX, callbacks=[Count()])
    with pytest.raises(DivergenceError, match=r"Solver produced non-finite .*epoch"):
        net.fit(*iris)
    assert len(seen) < 20
    with pytest.raises(NotFittedError):
        net.predict(iris[0])
    net.set_params(learning_rate_init=1e-4).fit(*iris)
    before = net.predict(iris[0])
    with pytest.raises(DivergenceError):
        net.set_params(learning_rate_init=1).fit(iris[0][:, :2], iris[1])
    assert_array_equal(net.predict(iris[0]), before)


@pytest.mark.parametrize("params", [{}, {"solver": "lbfgs"}, {"early_stopping": True}])
def test_an_interrupted_fit_is_a_model(iris, params):
    class Interrupt(Callback):
        def on_epoch_end(self, run):
            if run.epoch == 3:
                raise KeyboardInterrupt

    net = MLPClassifierX(callbacks=[Interrupt()], random_state=0, **params)
    with pytest.warns(InterruptedFitWarning, match="Training interrupted by user"):
        net.fit(*iris)
    assert net.n_iter_ == 3
    assert np.isfinite(net.predict_proba(iris[0])).all()
    net.set_params(callbacks=None)
    assert pickle.loads(pickle.dumps(net)).n_iter_ == 3


# -- 7. prediction -----------------------------------------------------------------------------


def test_probabilities_stay_within_0_and_1(iris):
    X, y = iris
    params = {"solver": "lbfgs", "random_state": 0, "max_iter": 20}
    theirs = MLPClassifier(**params).fit(X, y)
    ours = MLPClassifierX(**params).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.isneginf(theirs.predict_log_proba(1e4 * X)).any()
    assert np.isfinite(ours.predict_log_proba(1e4 * X)).all()
    assert ours.predict_proba(1e4 * X).min() > 0
    assert ours.predict_proba(1e4 * X).max() < 1


def test_one_class_has_one_column(iris):
    X = iris[0]
    net = MLPClassifierX(max_iter=5).fit(X, np.ones(150))
    assert_array_equal(net.predict_proba(X), np.ones((150, 1)))
    assert_array_equal(net.predict(X), np.ones(150))


def test_prediction_needs_little_memory(iris):
    net = MLPClassifierX(hidden_layer_sizes=300, max_iter=2).fit(*iris)
    X = np.tile(iris[0], (500, 1))
    tracemalloc.start()
    net.predict(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12e6 < 300 * 8 * len(X)  # the hidden layer of all rows at once


# -- 8. files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("params", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
def test_a_pickle_holds_the_weights_once(params):
    X, y = make_regression(200, 60, random_state=0)
    shape = {"hidden_layer_sizes": (100, 50), "max_iter": 3, **params}
    theirs, ours = MLPRegressor(**shape).fit(X, y), MLPRegressorX(**shape).fit(X, y)
    weights = sum(w.nbytes for w in [*ours.coefs_, *ours.intercepts_])
    assert len(pickle.dumps(ours)) < 1.1 * weights
    assert len(pickle.dumps(theirs)) > 2 * weights


def test_a_pickle_that_training_goes_on_from_keeps_the_moments():
    X, y = make_regression(200, 20, random_state=0)
    net, copy = MLPRegressorX(random_state=0), MLPRegressorX(random_state=0)
    for _ in range(3):
        net.partial_fit(X, y)
        copy = pickle.loads(pickle.dumps(copy.partial_fit(X, y)))
    assert_array_equal(net.coefs_[0], copy.coefs_[0])


# -- 9. small data -----------------------------------------------------------------------------


def test_early_stopping_holds_out_at_least_two_rows(iris):
    X, y = iris
    rows = slice(45, 55)
    with pytest.raises(ValueError, match="validation set is too small"):
        MLPRegressor(early_stopping=True).fit(X[rows], y[rows])
    for net in (MLPClassifierX(early_stopping=True), MLPRegressorX(early_stopping=True)):
        net.fit(X[rows], y[rows])
        assert len(net.validation_scores_) == net.n_iter_
