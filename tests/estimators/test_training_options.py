"""Options of training through the estimators: clipping, averages, sampling, recovery, history."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import DivergenceError, DivergenceWarning
from sknn.nn.averaging import AVERAGINGS, EMA, SWA, Polyak
from sknn.nn.clipping import ClipNorm
from sknn.nn.optimizers import SGD, AdamW
from sknn.nn.schedules import SCHEDULES, Constant, Cosine, Warmup
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return StandardScaler().fit_transform(X), (y - y.mean()) / y.std()


class Watch(Callback):
    """Keeps copies of what moves."""

    def __init__(self):
        self.weights, self.rates, self.grads = [], [], []

    def on_fit_begin(self, run):
        self.weights.append(run.network.values.copy())

    def on_gradient(self, run):
        self.grads.append(run.network.grads.copy())

    def on_step_end(self, run):
        self.weights.append(run.network.values.copy())
        self.rates.append(run.rate)


def flat(net):
    return net._network.values


# -- clipping ----------------------------------------------------------------------------------


def test_no_step_is_longer_than_the_clipped_gradient(diabetes):
    watch = Watch()
    params = {"solver": SGD(momentum=0.0), "learning_rate_init": 0.1, "max_iter": 3, "alpha": 0.0}
    net = MLPRegressorX(gradient_clip=0.05, callbacks=[watch], random_state=0, **params)
    net.fit(*diabetes)
    lengths = np.linalg.norm(np.diff(watch.weights, axis=0), axis=1)
    gradients = np.linalg.norm(watch.grads, axis=1)
    assert gradients.min() > 0.05, "else clipping has nothing to do"
    assert_allclose(lengths, 0.1 * 0.05, rtol=1e-6)
    by_object = clone(net).set_params(gradient_clip=ClipNorm(0.05), callbacks=None).fit(*diabetes)
    assert_array_equal(flat(by_object), flat(net))


def test_clipping_saves_a_fit_that_explodes(diabetes):
    params = {"hidden_layer_sizes": (50, 50, 50), "solver": "sgd", "learning_rate_init": 0.5}
    net = MLPRegressorX(random_state=0, **params)
    with pytest.raises(DivergenceError):
        net.fit(*diabetes)
    net.set_params(gradient_clip=0.1, n_iter_no_change=np.inf).fit(*diabetes)
    assert net.score(*diabetes) > 0.4


# -- averages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("averaging", "mean"),
    [
        (Polyak(start=0.0), lambda w: np.mean(w[1:], axis=0)),
        (Polyak(start=0.5), lambda w: np.mean(w[16:], axis=0)),
        (SWA(start=0.0), lambda w: np.mean(w[3::3], axis=0)),
        (SWA(start=0.5), lambda w: np.mean(w[18::3], axis=0)),
        (EMA(decay=0.5), lambda w: np.average(w[1:], axis=0, weights=0.5 ** np.arange(30)[::-1])),
    ],
)
def test_the_mean_of_the_steps_predicts(iris, averaging, mean):
    watch = Watch()
    params = {"max_iter": 10, "batch_size": 50, "random_state": 0}  # three steps an epoch
    net = MLPClassifierX(averaging=averaging, callbacks=[watch], **params).fit(*iris)
    assert_allclose(flat(net), mean(watch.weights), rtol=1e-10, atol=1e-12)
    plain = MLPClassifierX(**params).fit(*iris)
    assert_array_equal(watch.weights[-1], flat(plain), err_msg="training itself is as ever")
    assert net.loss_curve_ == plain.loss_curve_


def test_an_average_that_never_begins_leaves_the_last_weights(iris):
    params = {"tol": 1e9, "n_iter_no_change": 3, "random_state": 0}
    net = MLPClassifierX(averaging=Polyak(start=0.5), **params).fit(*iris)
    assert_array_equal(flat(net), flat(MLPClassifierX(**params).fit(*iris)))


@pytest.mark.parametrize("name", AVERAGINGS)
def test_normalization_is_measured_anew_for_the_mean(iris, name):
    X, y = iris
    averaging = AVERAGINGS[name](start=0.0)
    params = {"normalization": "batch", "max_iter": 30, "learning_rate_init": 0.1}
    net = MLPClassifierX((8,), averaging=averaging, random_state=0, batch_size=150, **params)
    net.fit(X, y)
    z = X @ net.coefs_[0] + net.intercepts_[0]
    statistics = net._network.layers[1].values
    assert_allclose(statistics["mean"], z.mean(axis=0), rtol=1e-9, atol=1e-12)
    assert_allclose(statistics["variance"], z.var(axis=0), rtol=1e-9)


def test_early_stopping_keeps_the_best_mean(iris):
    X, y = iris
    held_out = np.arange(150) % 3 == 0
    net = MLPClassifierX(early_stopping=True, averaging="ema", learning_rate_init=0.05)
    net.set_params(random_state=0, normalization="batch")
    net.fit(X[~held_out], y[~held_out], X_val=X[held_out], y_val=y[held_out])
    assert net.score(X[held_out], y[held_out]) == net.best_validation_score_


def test_averages_are_better_where_steps_are_noisy(diabetes):
    X, y = diabetes
    params = {"batch_size": 8, "learning_rate_init": 0.02, "solver": "sgd", "alpha": 1.0}
    params |= {"max_iter": 40, "n_iter_no_change": np.inf, "hidden_layer_sizes": 10}
    last, mean = [], []
    for seed in range(5):
        net = MLPRegressorX(random_state=seed, **params).fit(X[::2], y[::2])
        last.append(net.score(X[1::2], y[1::2]))
        net.set_params(averaging=Polyak()).fit(X[::2], y[::2])
        mean.append(net.score(X[1::2], y[1::2]))
    assert np.mean(mean) > np.mean(last) + 0.01


# -- schedules ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in SCHEDULES if not SCHEDULES[n].only_sgd_by_name])
def test_a_schedule_by_name_moves_the_rate_of_any_solver(iris, name):
    watch = Watch()
    params = {"learning_rate": name, "max_iter": 40, "batch_size": 50, "random_state": 0}
    net = MLPClassifierX(callbacks=[watch], tol=0, **params).fit(*iris)
    schedule = SCHEDULES[name]()
    for column in (net.history_["learning_rate"], watch.rates):
        assert (len(set(column)) > 1) == (name not in ("constant", "plateau"))
    if schedule.per_step:
        moves = [len(set(rates)) > 3 for rates in (watch.rates[:6], watch.rates[-6:])]
        assert any(moves), "the rate moves within an epoch, at the beginning or at the end"
    else:
        assert len(set(watch.rates[:3])) == 1


def test_the_rate_of_each_step(iris):
    watch = Watch()
    schedule = Warmup(Cosine(), epochs=2, start_share=0.5)
    net = MLPClassifierX(learning_rate=schedule, max_iter=4, batch_size=50, learning_rate_init=0.1)
    net.set_params(callbacks=[watch]).fit(*iris)
    t = np.arange(12) / 3
    expected = 0.1 * np.cos(np.pi * t / 8) ** 2 * np.minimum(1, 0.5 + 0.5 * t / 2)
    assert_allclose(watch.rates, expected)
    assert_array_equal(net.history_["learning_rate"], watch.rates[2::3])


def test_a_schedule_inside_a_schedule_is_searched(iris):
    net = MLPClassifierX(learning_rate=Warmup(Cosine()), max_iter=10, random_state=0)
    grid = {"learning_rate__schedule__end": [0.0, 0.5], "learning_rate__epochs": [1, 3]}
    grid |= {"learning_rate__schedule": [Cosine(), Cosine(cycle=2)]}
    search = GridSearchCV(net, grid, cv=2).fit(*iris)
    best = search.best_estimator_.learning_rate
    assert best.schedule.end == search.best_params_["learning_rate__schedule__end"]
    assert net.learning_rate == Warmup(Cosine())


def test_decay_of_weights_only(diabetes):
    X, y = diabetes
    pulled = MLPRegressorX(solver=AdamW(weight_decay=5.0), alpha=0, max_iter=50, random_state=0)
    pulled.set_params(learning_rate_init=0.02).fit(X, y + 3.0)
    free = clone(pulled).set_params(solver="adam").fit(X, y + 3.0)
    assert np.abs(pulled.coefs_[0]).mean() < 0.3 * np.abs(free.coefs_[0]).mean()
    assert pulled.predict(X).mean() > 0.5 * free.predict(X).mean(), "the biases are not pulled"


# -- sampling ----------------------------------------------------------------------------------


def test_weighted_sampling_sees_heavy_rows_more_often(iris):
    X, y = iris
    net = MLPClassifierX(sampling="weighted", max_iter=30, random_state=0, learning_rate_init=0.01)
    counts = []
    for heavy in (1, 2):
        weight = np.where(y == 0, 0.0, np.where(y == heavy, 9.0, 1.0))
        counts.append(np.bincount(net.fit(X, y, sample_weight=weight).predict(X), minlength=3))
    assert counts[0][0] == counts[1][0] == 0, "a class of weight 0 is never seen"
    assert counts[0][1] > counts[1][1] + 3
    balanced = clone(net).set_params(class_weight="balanced").fit(X, y)
    assert balanced.score(X, y) > 0.9


def test_stratified_sampling_learns_like_a_shuffle(iris, diabetes):
    for Estimator, data in ((MLPClassifierX, iris), (MLPRegressorX, diabetes)):
        params = {"max_iter": 30, "batch_size": 10, "random_state": 0}
        plain = Estimator(**params).fit(*data)
        mixed = Estimator(sampling="stratified", **params).fit(*data)
        assert abs(mixed.score(*data) - plain.score(*data)) < 0.1
        assert (flat(mixed) != flat(plain)).any()


# -- divergence --------------------------------------------------------------------------------


def test_a_fit_that_explodes_recovers(diabetes):
    net = MLPRegressorX(solver="sgd", learning_rate_init=30.0, max_iter=50, random_state=0)
    with pytest.raises(DivergenceError, match="standardize the columns of X"):
        net.fit(*diabetes)
    net.set_params(on_divergence="restore", averaging="ema")
    with pytest.warns(DivergenceWarning, match=r"diverged \d time\(s\); each time it went back"):
        net.fit(*diabetes)
    assert net.score(*diabetes) > 0.3
    assert np.isfinite(net.loss_curve_).all()
    assert len(net.loss_curve_) == net.n_iter_ == len(net.history_["loss"])
    assert net.n_updates_ == 3 * net.n_iter_, "steps that were taken back do not count"
    assert net.history_["learning_rate"][-1] < 30.0 / 5


def test_recovery_changes_nothing_where_all_is_well(iris):
    plain = MLPClassifierX(max_iter=10, random_state=0).fit(*iris)
    guarded = MLPClassifierX(max_iter=10, random_state=0, on_divergence="restore").fit(*iris)
    assert_array_equal(flat(plain), flat(guarded))


def test_what_no_rate_can_mend_is_an_error():
    X, y = np.full((20, 3), 1e300), np.arange(20) * 1e300
    with pytest.raises(DivergenceError):
        MLPRegressorX(on_divergence="restore").fit(X, y)


# -- history -----------------------------------------------------------------------------------


def test_history_in_the_words_of_the_course(iris):
    net = MLPClassifierX(max_iter=4, batch_size=40, random_state=0).fit(*iris)
    frame = pd.DataFrame(net.history_)
    assert frame["epoch"].tolist() == [1, 2, 3, 4]
    assert frame["batches"].tolist() == [4, 4, 4, 4]
    assert frame["iterations"].tolist() == [4, 8, 12, 16]
    assert frame["samples"].tolist() == [150, 300, 450, 600]
    assert frame["loss"].tolist() == net.loss_curve_
    assert frame["learning_rate"].tolist() == [0.001] * 4
    assert frame["seconds"].is_monotonic_increasing
    assert (net.n_iter_, net.n_updates_, net.t_) == (4, 16, 600)
    assert "validation_score" not in frame


def test_history_with_validation_and_with_lbfgs(iris):
    X, y = iris
    net = MLPClassifierX(max_iter=5, random_state=0).fit(X, y, X_val=X, y_val=y)
    assert net.history_["validation_score"] == net.validation_scores_
    net = MLPClassifierX(solver="lbfgs", max_iter=5, random_state=0).fit(X, y)
    assert net.history_["iterations"] == net.history_["epoch"] == [1, 2, 3, 4, 5]
    assert net.history_["batches"] == [1] * 5
    assert np.isnan(net.history_["learning_rate"]).all()


def test_history_goes_on(iris):
    net = MLPClassifierX(batch_size=50, random_state=0)
    for _ in range(3):
        net.partial_fit(*iris, classes=[0, 1, 2])
        net = pickle.loads(pickle.dumps(net))
    assert net.history_["epoch"] == [1, 2, 3]
    assert net.history_["iterations"] == [3, 6, 9]
    warm = MLPClassifierX(batch_size=50, max_iter=2, warm_start=True, random_state=0).fit(*iris)
    first = warm.history_
    warm.fit(*iris, X_val=iris[0], y_val=iris[1])
    assert warm.history_["epoch"] == [1, 2, 3, 4]
    assert np.isnan(warm.history_["validation_score"]).tolist() == [True, True, False, False]
    assert first["epoch"] == [1, 2], "an earlier table stays as it was"
    assert MLPClassifierX(max_iter=2).fit(*iris).history_["epoch"] == [1, 2]


def test_a_callback_adds_a_column(iris):
    class Size(Callback):
        def on_epoch_end(self, run):
            if run.epoch > 1:
                run.history.record(size=float(np.abs(run.network.values).max()))

    net = MLPClassifierX(max_iter=3, callbacks=Size(), random_state=0).fit(*iris)
    sizes = net.history_["size"]
    assert np.isnan(sizes[0])
    assert sizes[2] == np.abs(flat(net)).max()


def test_callbacks_in_every_form(iris):
    for given in ("time_limit", ["time_limit"], ("print",), [Watch(), "log"], Watch()):
        net = MLPClassifierX(max_iter=2, callbacks=given)
        clone(net).fit(*iris)
        pickle.loads(pickle.dumps(net))


def test_a_constant_schedule_is_the_default(iris):
    plain = MLPClassifierX(max_iter=5, random_state=0).fit(*iris)
    constant = MLPClassifierX(max_iter=5, random_state=0, learning_rate=Constant()).fit(*iris)
    assert_array_equal(flat(plain), flat(constant))
