"""The same seed gives the same bits, wherever and beside whatever a model is trained."""

import logging
import os
import pickle
import random
import sys
import warnings

import numpy as np
import pytest
from joblib import Parallel, delayed
from numpy.testing import assert_array_equal, assert_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_validate
from threadpoolctl import threadpool_info, threadpool_limits

from sknn import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
    compile_predictor,
    use_threads,
)
from sknn.tuning import PopulationGridSearchCV

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.RandomState(0)
X = rng.normal(size=(500, 30))
#: Rows that a network of 100 units could predict with two threads.
MANY = rng.normal(size=(3000, 30))
NUMBER = X[:, 0] + np.abs(X[:, 1])
KIND = np.digitize(NUMBER, [0.0, 1.0])
QUICK = {"hidden_layer_sizes": 8, "max_iter": 3, "n_folds": 2, "n_repeats": 2}
#: By name: an estimator, and the precision of its rows.
NETS = {
    "adam": (MLPClassifierX(max_iter=3), np.float64),
    "float32": (MLPClassifierX(max_iter=3), np.float32),
    "sgd": (MLPRegressorX(solver="sgd", learning_rate="adaptive", max_iter=3), np.float64),
    "lbfgs": (MLPRegressorX(hidden_layer_sizes=(60, 60), solver="lbfgs", max_iter=5), np.float64),
    "two layers": (MLPClassifierX((200, 150), max_iter=2), np.float64),
    "early stopping": (MLPClassifierX(early_stopping=True, max_iter=3), np.float64),
    "chance": (
        MLPClassifierX((50,), dropout=0.2, input_dropout=0.1, normalization="batch", max_iter=2),
        np.float32,
    ),
    "members": (MLPRegressorX(hidden_layer_sizes=(40,), members="tabm", max_iter=2), np.float32),
    "tabular classifier": (TabularMLPClassifierX(**QUICK), np.float64),
    "tabular regressor": (TabularMLPRegressorX(**QUICK | {"hidden_layer_sizes": 300}), np.float64),
}
#: A product of it has 18 million multiplications, and other bits with two threads than with one.
WIDE = MLPClassifierX((300, 300), max_iter=1, random_state=0)


def fitted(name, seed=0, **params):
    net, dtype = NETS[name]
    net = net.__class__(**net.get_params(deep=False)).set_params(random_state=seed, **params)
    with warnings.catch_warnings():  # of max_iter, in workers too
        warnings.simplefilter("ignore", ConvergenceWarning)
        return net.fit(X.astype(dtype), KIND if hasattr(net, "predict_proba") else NUMBER)


def answers(net, dtype=np.float64):
    """What a network says, of one row, of a few and of many."""
    method = getattr(net, "predict_proba", net.predict)
    return [method(MANY[:n].astype(dtype)) for n in (1, 20, 3000)]


def bits(name):
    """All that is learned and predicted, as bytes."""
    net = fitted(name)
    members = getattr(net, "estimators_", [net])
    learned = [[*member.coefs_, *member.intercepts_] for member in members]
    return pickle.dumps([[[array.tobytes() for array in each] for each in learned],
                         [array.tobytes() for array in answers(net, NETS[name][1])]])  # fmt: skip


def wide_bits():
    with use_threads(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        net = WIDE.fit(X, KIND)
        return [array.tobytes() for array in (*net.coefs_, *answers(net))]


@pytest.fixture(scope="module")
def here():
    """The bits of each network, trained one after another with all threads."""
    return {name: bits(name) for name in NETS}


@pytest.mark.parametrize("n_threads", [1, 2])
def test_number_of_threads(here, n_threads):
    with threadpool_limits(n_threads, user_api="blas"):
        assert {name: bits(name) for name in NETS} == here


@pytest.mark.parametrize("backend", ["threading", "multiprocessing", "loky"])
def test_workers(here, backend):
    found = Parallel(2, backend=backend)(delayed(bits)(name) for name in NETS)
    assert dict(zip(NETS, found, strict=True)) == here


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_workers_for_wide_networks(backend):
    """With one thread, which is to be asked for."""
    with threadpool_limits(2, user_api="blas"):
        alone = wide_bits()
        found = Parallel(2, backend=backend)(delayed(wide_bits)() for _ in range(2))
    assert found == [alone, alone]


def test_wide_networks_do_not_hold_small_ones_up(here):
    """A small network beside a wide one, which has all threads, is as it is alone."""
    with threadpool_limits(2, user_api="blas"):
        small, _ = Parallel(2, backend="threading")(
            [delayed(bits)("two layers"), delayed(WIDE.fit)(X, KIND)]
        )
    assert small == here["two layers"]


@pytest.mark.parametrize("name", ["adam", "lbfgs", "early stopping"])
def test_predictors_have_the_bits_of_their_estimator(name):
    net = fitted(name)
    predictor = compile_predictor(net)
    expected = answers(net)
    with threadpool_limits(2, user_api="blas"):
        for answer in expected:
            assert_array_equal(predictor(MANY[: len(answer)]), answer)


@pytest.mark.parametrize("estimator", ["adam", "tabular classifier"])
def test_searches_and_scores(estimator):
    net = fitted(estimator)
    space = {"alpha": [0.0, 1.0]} if estimator == "adam" else {"max_one_hot": [4, 8]}
    found = []
    for n_jobs in (1, 2):
        search = GridSearchCV(net, space, cv=2, n_jobs=n_jobs, scoring="neg_log_loss")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            search.fit(X, KIND)
            scores = cross_validate(net, X, KIND, cv=2, n_jobs=n_jobs, scoring="neg_log_loss")
        results = {k: v for k, v in search.cv_results_.items() if k.endswith("test_score")}
        found.append((results, scores["test_score"], search.predict_proba(X)))
    assert_equal(found[0], found[1])


def test_searches_that_train_side_by_side():
    """Which networks are trained as one stack depends on the number of workers."""
    found = []
    for n_jobs in (1, 2):
        net = MLPClassifierX((20,), max_iter=3, random_state=0)
        search = PopulationGridSearchCV(
            net, {"alpha": [0.0, 0.1, 1.0]}, cv=2, n_jobs=n_jobs, scoring="neg_log_loss"
        ).fit(X, KIND)
        results = {k: v for k, v in search.cv_results_.items() if k.endswith("test_score")}
        found.append((results, search.predict_proba(X)))
    assert_equal(found[0], found[1])


@pytest.mark.parametrize("name", ["tabular classifier", "tabular regressor"])
def test_jobs_of_tabular_networks(name, here):
    one, two = (fitted(name, n_jobs=n_jobs) for n_jobs in (1, 2))
    assert_equal(answers(one), answers(two))
    assert_equal([m.coefs_ for m in one.estimators_], [m.coefs_ for m in two.estimators_])


# -- the rest of the process ----------------------------------------------------------------------


def global_state():
    """All that a fit might change for others."""
    root = logging.getLogger()
    return {
        "numpy": pickle.dumps(np.random.get_state()),
        "random": random.getstate(),
        "errors": np.geterr(),
        "printing": np.get_printoptions(),
        "warnings": list(warnings.filters),
        "threads": [pool["num_threads"] for pool in threadpool_info()],
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "log": (root.level, list(root.handlers), logging.root.manager.disable),
        "streams": (id(sys.stdout), id(sys.stderr)),
        "limit of recursion": sys.getrecursionlimit(),
        "files": sorted(os.listdir(".")),
    }


@pytest.mark.parametrize("name", NETS)
def test_nothing_else_changes(name, capfd, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
    monkeypatch.setattr(warnings, "filters", [("ignore", None, Warning, None, 0)])
    net, dtype = NETS[name]
    net = net.__class__(**net.get_params(deep=False)).set_params(random_state=0)
    y = KIND if hasattr(net, "predict_proba") else NUMBER
    rows = X.astype(dtype)
    copy, copy_of_y, before = rows.copy(), y.copy(), global_state()
    net.fit(rows, y)
    net.predict(rows)
    bad = rows.copy()
    bad[:] = np.inf
    if "tabular" not in name:
        with pytest.raises(ValueError, match="infinity"):
            net.fit(bad, y)
    after = global_state()
    assert_equal(after, before)
    assert_array_equal(rows, copy)
    assert_array_equal(y, copy_of_y)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["adam", "lbfgs", "tabular classifier"])
def test_a_generator_advances(name):
    """A seed repeats itself, and a generator goes on: two fits differ."""
    shared = np.random.RandomState(7)
    first, second = (answers(fitted(name, shared))[2] for _ in range(2))
    assert np.abs(first - second).max() > 0
    again = np.random.RandomState(7)
    assert_array_equal(answers(fitted(name, again))[2], first)
    assert_array_equal(answers(fitted(name, again))[2], second)


def test_global_generator_without_a_seed():
    np.random.seed(3)
    first = answers(fitted("adam", None))[2]
    second = answers(fitted("adam", None))[2]
    np.random.seed(3)
    assert np.abs(first - second).max() > 0
    assert_array_equal(answers(fitted("adam", None))[2], first)
