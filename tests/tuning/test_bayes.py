"""Bayesian search: what it proposes, when it ends, what it beats."""

import os
import signal
import sys
import time

import numpy as np
import optuna
import pytest
from scipy.stats import loguniform, mannwhitneyu
from sklearn.base import BaseEstimator
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RandomizedSearchCV, cross_validate

import sknn.tuning.proposals
from sknn import Layers, MLPClassifierX
from sknn.exceptions import InterruptedFitWarning, MissingExtraError
from sknn.train import Callback
from sknn.tuning import BayesSearchCV, search_space

from .surfaces import ROWS, SPACE, TARGETS, Surface

ONE_FOLD = [(range(6), range(6, 12))]


def searched(space=SPACE, estimator=None, **params):
    estimator = Surface() if estimator is None else estimator
    search = BayesSearchCV(estimator, space, **({"cv": ONE_FOLD, "random_state": 0} | params))
    return search.fit(ROWS, TARGETS)


def regret(search):
    return Surface(**search.best_params_).fit(ROWS).loss()[0]


def test_beats_random_search():
    n_iter, n_wins = 30, 15
    theirs, mine = [], []
    for seed in range(20):
        random = RandomizedSearchCV(
            Surface(), SPACE, n_iter=n_iter, cv=ONE_FOLD, refit=False, random_state=seed
        )
        theirs.append(regret(random.fit(ROWS, TARGETS)))
        mine.append(regret(searched(n_iter=n_iter, refit=False, random_state=seed)))
    assert sum(a < b for a, b in zip(mine, theirs, strict=True)) >= n_wins
    assert mannwhitneyu(mine, theirs, alternative="less").pvalue < 0.01


def test_spaces_of_all_kinds():
    def conditional(trial):
        depth = trial.suggest_int("depth", 1, 4)
        width = trial.suggest_int("width", 8, 64) if depth > 1 else 128
        return {"depth": depth, "width": width}

    own = {"alpha": optuna.distributions.FloatDistribution(1e-4, 1e-1, log=True)}
    parts = [{"depth": [1, 2], "alpha": loguniform(1e-4, 1e-2)}, {"depth": [3]}]
    for space in (conditional, own, parts):
        results = searched(space, n_iter=12).cv_results_
        assert len(results["params"]) == 12
    masked = results["param_alpha"].mask
    assert 0 < masked.sum() < 12
    assert all(
        ("alpha" in params) != hidden
        for params, hidden in zip(results["params"], masked, strict=True)
    )


def test_enqueued_points_come_first_and_whole_or_in_part():
    points = [{"depth": 2, "width": 128, "learning_rate": 3e-3}, {"activation": "silu"}]
    results = searched(n_iter=4, enqueue=points).cv_results_["params"]
    assert points[0].items() <= results[0].items()
    assert points[1].items() <= results[1].items()
    assert set(results[1]) == set(SPACE)
    assert len(results) == 4
    alone = searched(n_iter=2, enqueue=points[0]).cv_results_["params"]
    assert points[0].items() <= alone[0].items()


def test_points_at_once():
    one = searched(n_iter=25, n_points=8)
    assert len(one.cv_results_["params"]) == 25
    assert len({params["learning_rate"] for params in one.cv_results_["params"]}) == 25


def test_a_sampler_of_ones_own_is_not_changed():
    sampler = optuna.samplers.RandomSampler(seed=3)
    first, second = (searched(sampler=sampler, n_iter=3).cv_results_ for _ in range(2))
    assert list(first["param_width"]) == list(second["param_width"])


def test_ends_when_nothing_is_better():
    search = searched(n_iter=200, n_iter_no_change=7)
    scores = search.cv_results_["mean_test_score"]
    assert len(scores) < 200
    assert scores.argmax() == len(scores) - 8
    rough = searched(n_iter=200, n_iter_no_change=7, tol=1.0)
    assert len(rough.cv_results_["params"]) <= len(scores)


class Slow(Surface):
    def fit(self, X, y=None):
        time.sleep(0.05)
        return super().fit(X, y)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_ends_when_time_is_up(n_jobs):
    # the processes need some seconds to begin
    limit = 0.4 if n_jobs is None else 8
    with pytest.warns(InterruptedFitWarning, match=r"BayesSearchCV was out of time after .* s; it"):
        search = searched(estimator=Slow(), n_iter=10_000, timeout=limit, n_jobs=n_jobs)
    n_candidates = len(search.cv_results_["params"])
    assert 1 <= n_candidates < 10_000
    assert search.best_score_ == search.cv_results_["mean_test_score"].max()
    assert len(search.best_estimator_.__dict__) > 0
    assert search.n_splits_ == 1


def test_no_time_at_all():
    with pytest.raises(TimeoutError, match="before the first candidate was scored"):
        searched(timeout=1e-9)


@pytest.fixture
def ctrl_c():
    """Ctrl-C as Python has it, also where the tests were started in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class CtrlC(Callback):
    """The user loses patience with the third candidate, on either fold."""

    n_fits = 0

    def on_fit_begin(self, run):
        CtrlC.n_fits += 1

    def on_epoch_end(self, run):
        if CtrlC.n_fits in (5, 6):
            os.kill(os.getpid(), signal.SIGINT)
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
@pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)
def test_ctrl_c_ends_the_search_and_not_one_fit(small, ctrl_c):
    CtrlC.n_fits = 0
    net = MLPClassifierX((4,), max_iter=3, callbacks=[CtrlC()], random_state=0)
    search = BayesSearchCV(net, {"alpha": loguniform(1e-4, 1)}, cv=2, random_state=0)
    with pytest.warns(
        InterruptedFitWarning, match="interrupted by the user; it keeps the best of 2"
    ):
        search.fit(*small)
    assert len(search.cv_results_["params"]) == 2
    assert search.score(*small) > 0.3
    assert search.best_estimator_.n_iter_ == 3  # trained in full
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class Impatient(BaseEstimator):
    def fit(self, X, y=None):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)

    def score(self, X, y=None):
        return 0.0


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_before_there_is_anything(ctrl_c):
    with pytest.raises(KeyboardInterrupt):
        searched({}, Impatient())


def test_outer_folds_see_nothing_of_each_other(small, tmp_path):
    search = BayesSearchCV(
        MLPClassifierX((4,), solver="lbfgs", max_iter=1000, random_state=0),
        {"alpha": loguniform(1e-1, 1e1)},
        n_iter=3,
        cv=2,
        checkpoint=tmp_path,
        random_state=0,
    )
    result = cross_validate(search, *small, cv=3, return_estimator=True)
    assert [len(one.study_.trials) for one in result["estimator"]] == [3, 3, 3]
    assert len(list(tmp_path.glob("*.jsonl"))) == 3
    again = cross_validate(search, *small, cv=3)
    np.testing.assert_array_equal(again["test_score"], result["test_score"])
    assert len(list(tmp_path.glob("*.jsonl"))) == 3


class Once(Surface):
    """Remembers how often it was trained, over all copies."""

    n_fits = 0

    def fit(self, X, y=None):
        Once.n_fits += 1
        return super().fit(X, y)


def test_a_checkpoint_spares_what_is_known(tmp_path, same_table):
    Once.n_fits = 0
    first = searched(estimator=Once(), n_iter=5, checkpoint=tmp_path, refit=False)
    assert Once.n_fits == 5
    same = searched(estimator=Once(), n_iter=5, checkpoint=tmp_path, refit=False)
    assert Once.n_fits == 5
    same_table(first.cv_results_, same.cv_results_)
    longer = searched(estimator=Once(), n_iter=8, checkpoint=tmp_path, refit=False)
    assert Once.n_fits == 8
    alone = searched(estimator=Once(), n_iter=8, refit=False)
    same_table(longer.cv_results_, alone.cv_results_)
    for changes in (
        {"random_state": 1},
        {"cv": [(range(5), range(5, 12))]},
        {"estimator": Once(depth=3)},
        {"space": {"depth": [1, 2]}},
        {"scoring": lambda_free_scorer},
    ):
        before = Once.n_fits
        arguments = {"estimator": Once(), "n_iter": 2, "checkpoint": tmp_path, "refit": False}
        searched(**(arguments | changes))
        assert Once.n_fits == before + 2, changes


def lambda_free_scorer(estimator, X, y):
    return estimator.score(X, y)


def test_without_a_seed_a_checkpoint_keeps_the_one_it_drew(tmp_path):
    Once.n_fits = 0
    arguments = {"estimator": Once(), "checkpoint": tmp_path, "refit": False, "random_state": None}
    one = searched(n_iter=3, **arguments).cv_results_
    two = searched(n_iter=6, **arguments).cv_results_
    assert list(two["params"][:3]) == list(one["params"])
    assert Once.n_fits == 6


def test_failures_are_tried_again(tmp_path):
    arguments = {"estimator": Slow(), "n_iter": 2, "checkpoint": tmp_path, "refit": False}
    with pytest.raises(ValueError, match="TimeoutError"):
        searched(fit_timeout=0.001, **arguments)
    assert searched(fit_timeout=60, **arguments).best_score_ > -10


def test_study_for_the_plots_of_optuna():
    search = searched(n_iter=15)
    assert len(search.study_.trials) == 15
    assert search.study_.best_value == search.best_score_
    importances = optuna.importance.get_param_importances(search.study_)
    assert set(importances) == set(SPACE)


@pytest.mark.parametrize("size", ["small", "default", "wide"])
def test_ready_made_spaces_on_a_network(size):
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    net = MLPClassifierX(max_iter=3, random_state=0)
    space = search_space(net, size, n_samples=len(X))
    search = BayesSearchCV(net, space, n_iter=6, cv=[(range(400), range(400, 569))], random_state=0)
    with pytest.warns(ConvergenceWarning):
        search.fit(X, y)
    assert search.best_score_ > 0.8
    assert isinstance(search.best_estimator_.hidden_layer_sizes, Layers)


def test_without_optuna(monkeypatch):
    def missing(module, **words):
        raise MissingExtraError("pip install 'sknn[tuning]'")

    monkeypatch.setattr(sknn.tuning.proposals, "require", missing)
    with pytest.raises(MissingExtraError, match=r"sknn\[tuning\]"):
        searched()
