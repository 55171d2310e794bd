"""Hyperband: what is trained for how long, on which rows, and what it beats."""

import time

import numpy as np
import optuna
import pytest
from numpy.testing import assert_array_equal
from scipy.stats import loguniform, wilcoxon
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_digits, make_regression
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import KFold, RandomizedSearchCV, ShuffleSplit, StratifiedKFold
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.random_projection import GaussianRandomProjection

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InterruptedFitWarning, InvalidParameterError
from sknn.nn.schedules import Cosine
from sknn.tuning import HyperbandSearchCV, search_space

from .surfaces import ROWS, SPACE, TARGETS, Surface

ONE_FOLD = [(range(6), range(6, 12))]
STRATEGIES = [
    {},
    {"sampler": "tpe"},
    {"strategy": "asha"},
    {"strategy": "asha", "sampler": "tpe"},
    {"strategy": "asha", "n_points": 4},
]


def searched(**params):
    params = {"cv": ONE_FOLD, "random_state": 0} | params
    return HyperbandSearchCV(Surface(), SPACE, **params).fit(ROWS, TARGETS)


class Counting(ClassifierMixin, BaseEstimator):
    """Remembers the rows that it has seen, and how often it was trained."""

    def __init__(self, quality=0.0):
        self.quality = quality

    def partial_fit(self, X, y, classes=None):
        if not hasattr(self, "n_calls_"):
            self.classes_, self.n_calls_, self.seen_ = np.asarray(classes), 0, set()
        self.n_calls_ += 1
        self.seen_ |= set(X[:, 0])
        return self

    def fit(self, X, y):
        raise AssertionError("a whole fit is not what is asked for")

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def counts(estimator, X, y):
    """A scorer that reports what the estimator remembers."""
    return {
        "quality": estimator.quality,
        "n_calls": estimator.n_calls_,
        "n_seen": len(estimator.seen_),
        "leaked": len(estimator.seen_ & set(X[:, 0])),
    }


X_NUMBERED = np.arange(60.0).reshape(60, 1)
Y_NUMBERED = np.arange(60) % 2


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    "cv", [3, KFold(3, shuffle=True, random_state=np.random.RandomState(0)), ShuffleSplit(3)]
)
def test_each_candidate_is_trained_as_often_as_it_says_and_never_on_a_validation_row(strategy, cv):
    np.random.seed(0)
    search = HyperbandSearchCV(
        Counting(),
        {"quality": loguniform(1, 10)},
        max_epochs=9,
        cv=cv,
        scoring=counts,
        refit="quality",
        random_state=0,
        **strategy,
    ).fit(X_NUMBERED, Y_NUMBERED)
    results = search.cv_results_
    for fold in range(3):
        assert_array_equal(results[f"split{fold}_test_n_calls"], results["n_epochs"])
        assert_array_equal(results[f"split{fold}_test_leaked"], 0)
        # the same rows on all rungs: no row more than the training rows of the fold
        n_train = results[f"split{fold}_test_n_seen"]
        assert len(set(n_train)) == 1
    assert search.best_estimator_.n_calls_ == search.best_n_epochs_ == 9
    assert search.best_estimator_.seen_ == set(range(60))


def test_the_plan_is_followed():
    search = HyperbandSearchCV(
        Counting(),
        {"quality": loguniform(1, 10)},
        cv=2,
        scoring=counts,
        refit="quality",
        random_state=0,
    ).fit(X_NUMBERED, Y_NUMBERED)
    results = search.cv_results_
    assert len(results["params"]) == 206
    assert len(set(results["config_id"])) == 143
    assert search.n_epochs_total_ == 1581
    assert [bracket.total for bracket in search.brackets_] == [297, 276, 279, 324, 405]
    for bracket in search.brackets_:
        mine = results["bracket"] == bracket.number
        for rung, (n, n_epochs) in enumerate(
            zip(bracket.n_candidates, bracket.n_epochs, strict=True)
        ):
            here = mine & (results["rung"] == rung)
            assert here.sum() == n
            assert set(results["n_epochs"][here]) == {n_epochs}
            if rung:  # those that came from the rung before are its best
                before = mine & (results["rung"] == rung - 1)
                promoted = np.isin(results["config_id"][before], results["config_id"][here])
                quality = results["mean_test_quality"][before]
                assert quality[promoted].min() >= quality[~promoted].max(initial=-np.inf)
    assert search.best_score_ == results["mean_test_quality"][results["n_epochs"] == 81].max()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_all_strategies_spend_what_the_plan_says(strategy):
    search = searched(n_rounds=2, max_epochs=27, **strategy)
    planned = 2 * sum(bracket.total for bracket in search.brackets_)
    assert planned <= search.n_epochs_total_ < planned + 4 * 27
    if strategy.get("strategy") != "asha":
        assert search.n_epochs_total_ == planned
    brackets = set(search.cv_results_["bracket"])
    assert brackets == {0, 1, 2, 3}


def test_only_the_bracket_that_judges_soonest():
    assert set(searched(brackets=1, max_epochs=27).cv_results_["bracket"]) == {3}


class After81(Surface):
    def fit(self, X, y=None):
        self.n_epochs_ = 81
        return self


@pytest.mark.parametrize("strategy", [{}, {"strategy": "asha", "sampler": "tpe"}])
def test_beats_random_search_at_equal_budget(strategy):
    theirs, mine = [], []
    for seed in range(20):  # 1581 epochs are 19.5 candidates of 81
        random = RandomizedSearchCV(
            After81(), SPACE, n_iter=20, cv=ONE_FOLD, refit=False, random_state=seed
        ).fit(ROWS, TARGETS)
        search = searched(refit=False, random_state=seed, **strategy)
        theirs.append(After81(**random.best_params_).fit(ROWS).loss()[1])
        mine.append(After81(**search.best_params_).fit(ROWS).loss()[1])
    assert sum(a < b for a, b in zip(mine, theirs, strict=True)) >= 14
    assert wilcoxon(mine, theirs, alternative="less").pvalue < 0.01


def test_at_least_as_good_as_random_search_on_digits():
    X, y = load_digits(return_X_y=True)
    X, y = X[:900] / 16, y[:900]
    gains = []
    for seed in range(5):
        net = MLPClassifierX(max_iter=9, n_iter_no_change=9, random_state=0)
        space = search_space(net, "small")
        mine = HyperbandSearchCV(net, space, max_epochs=9, cv=2, random_state=seed, refit=False)
        mine.fit(X, y)
        theirs = RandomizedSearchCV(net, space, n_iter=8, cv=2, random_state=seed, refit=False)
        with pytest.warns(UserWarning, match="Maximum iterations"):
            theirs.fit(X, y)  # 8 x 9 epochs for 69
        gains.append(mine.best_score_ - theirs.best_score_)
    assert np.median(gains) >= 0


# -- networks ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:300] / 16, y[:300]


def test_the_best_is_refitted_as_it_was_scored(digits):
    X, y = digits
    net = MLPClassifierX((16,), learning_rate=Cosine(), random_state=0)
    space = {"learning_rate_init": loguniform(1e-3, 1e-1)}
    search = HyperbandSearchCV(net, space, max_epochs=27, cv=2, random_state=0).fit(X, y)
    assert search.best_n_epochs_ == 27
    # fit for as many epochs is the same as partial_fit on and on, bit for bit
    params = search.best_params_ | {"max_iter": 27, "n_iter_no_change": 100}
    with pytest.warns(UserWarning, match="Maximum iterations"):
        whole = MLPClassifierX((16,), learning_rate=Cosine(), random_state=0, **params).fit(X, y)
    for mine, theirs in zip(search.best_estimator_.coefs_, whole.coefs_, strict=True):
        assert_array_equal(mine, theirs)
    # and so are the scores of the candidates, which have gone through pickles on their way
    row = search.best_index_
    for fold, (train, test) in enumerate(StratifiedKFold(2).split(X, y)):
        alone = MLPClassifierX((16,), learning_rate=Cosine(), random_state=0, **params)
        with pytest.warns(UserWarning, match="Maximum iterations"):
            alone.fit(X[train], y[train])
        assert search.cv_results_[f"split{fold}_test_score"][row] == alone.score(X[test], y[test])


def test_the_schedule_has_max_epochs_as_its_horizon(digits):
    net = MLPClassifierX((4,), learning_rate="cosine", max_iter=1000, random_state=0)
    search = HyperbandSearchCV(net, {"alpha": [0.1]}, max_epochs=4, eta=2, cv=2, brackets=1)
    search.fit(*digits)
    assert search.best_estimator_.max_iter == 4
    rates = search.best_estimator_.history_["learning_rate"]
    assert rates[-1] < 1e-4 < 0.0005 < rates[0]


class Recording(StandardScaler):
    """Counts over all copies how often it was fitted."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        Recording.n_fits += 1
        return super().fit(X, y)


@pytest.mark.parametrize("scoring", [None, "neg_log_loss", ["accuracy"]])
def test_pipelines_fit_their_transformers_once_per_fold(digits, scoring):
    Recording.n_fits = 0
    pipeline = Pipeline([("scale", Recording()), ("net", MLPClassifierX((8,), random_state=0))])
    space = {"net__alpha": loguniform(1e-5, 1e0), "net__learning_rate_init": [1e-3, 1e-2]}
    search = HyperbandSearchCV(
        pipeline,
        space,
        max_epochs=9,
        cv=2,
        scoring=scoring,
        refit="accuracy" if isinstance(scoring, list) else True,
        random_state=0,
    ).fit(*digits)
    assert Recording.n_fits == 2 + 1  # and once more on all rows
    assert len(search.cv_results_["params"]) == 22


def by_hand(estimator, X, y):
    assert isinstance(estimator, Pipeline)
    assert X.max() == 1.0  # not scaled
    return estimator.score(X, y)


def test_a_scorer_of_ones_own_sees_the_whole_pipeline(digits):
    pipeline = make_pipeline(StandardScaler(), MLPClassifierX((8,), random_state=0))
    space = {"mlpclassifierx__alpha": [1e-4, 1e-2, 1e0]}
    tables = [
        HyperbandSearchCV(
            pipeline,
            space,
            max_epochs=3,
            cv=2,
            scoring=scoring,
            random_state=0,
            error_score="raise",
        )
        .fit(*digits)
        .cv_results_["mean_test_score"]
        for scoring in (None, by_hand)
    ]
    assert_array_equal(*tables)


def test_transformers_are_searched_too(digits):
    pipeline = make_pipeline(StandardScaler(), MLPClassifierX((8,), random_state=0))
    space = {"standardscaler": [StandardScaler(), "passthrough"], "mlpclassifierx__alpha": [1.0]}
    search = HyperbandSearchCV(pipeline, space, max_epochs=3, cv=2, random_state=1).fit(*digits)
    kinds = {str(value) for value in search.cv_results_["param_standardscaler"]}
    assert kinds == {"StandardScaler()", "passthrough"}
    assert search.score(*digits) > 0.1


@pytest.mark.parametrize(
    "estimator",
    [SGDClassifier(random_state=0), MLPClassifier((32,), batch_size=20, random_state=0)],
)
def test_estimators_of_scikit_learn(digits, estimator):
    space = {"alpha": loguniform(1e-5, 1e0)}
    search = HyperbandSearchCV(estimator, space, max_epochs=9, cv=2, random_state=0).fit(*digits)
    assert search.score(*digits) > 0.5
    assert_array_equal(search.classes_, np.arange(10))


def test_a_class_that_a_fold_lacks():
    X = np.arange(40.0).reshape(20, 2)
    y = np.array([0] * 10 + [1] * 8 + [2] * 2)
    search = HyperbandSearchCV(
        MLPClassifierX((4,), random_state=0),
        {"alpha": [0.1, 1.0]},
        max_epochs=3,
        cv=KFold(2),
        random_state=0,
    ).fit(X, y)
    assert_array_equal(search.classes_, [0, 1, 2])
    assert np.isfinite(search.best_score_)


def test_several_outputs():
    X, y = make_regression(80, 4, n_targets=2, random_state=0)
    net = MLPRegressorX(hidden_layer_sizes=(4,), random_state=0)
    search = HyperbandSearchCV(net, {"alpha": [0.1, 1.0]}, max_epochs=3, cv=2, random_state=0)
    assert search.fit(X, y).predict(X).shape == (80, 2)
    labels = (y > 0).astype(int)
    net = MLPClassifierX((4,), random_state=0)
    search = HyperbandSearchCV(net, {"alpha": [0.1, 1.0]}, max_epochs=3, cv=2, random_state=0)
    assert search.fit(X, labels).predict(X).shape == (80, 2)


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (LogisticRegression(), "LogisticRegression does not offer here"),
        (MLPClassifierX(solver="lbfgs"), "lbfgs is not stochastic"),
        (MLPClassifierX(early_stopping=True), "does not support early_stopping=True"),
        (MLPClassifierX(class_weight="balanced"), "compute_class_weight"),
        (make_pipeline(StandardScaler(), LogisticRegression()), "BayesSearchCV takes any"),
        (TransformedTargetRegressor(MLPRegressorX()), "TransformedTargetRegressor does not offer"),
    ],
)
def test_what_cannot_be_trained_in_parts(digits, estimator, words):
    name = next(n for n in estimator.get_params() if n.endswith(("alpha", "C", "check_inverse")))
    with pytest.raises(InvalidParameterError, match=words):
        HyperbandSearchCV(estimator, {name: [1, 2]}).fit(*digits)


def test_wrong_epochs(digits):
    net = MLPClassifierX()
    with pytest.raises(InvalidParameterError, match="min_epochs must not be above max_epochs=3"):
        HyperbandSearchCV(net, {"alpha": [1]}, min_epochs=5, max_epochs=3).fit(*digits)
    with pytest.raises(InvalidParameterError, match="'max_iter' cannot be searched"):
        HyperbandSearchCV(net, {"max_iter": [1, 2]}).fit(*digits)
    with pytest.raises(ValueError, match="eta"):
        HyperbandSearchCV(net, {"alpha": [1]}, eta=1).fit(*digits)


# -- proposals, time ------------------------------------------------------------------------------


def test_proposals_learn_from_the_brackets_before():
    search = searched(sampler="tpe", max_epochs=27, n_rounds=3)
    trials = search.study_.trials
    states = {trial.state for trial in trials}
    assert states == {optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED}
    results = search.cv_results_
    for trial in trials:
        mine = results["config_id"] == trial.number
        on_the_way = dict(
            zip(results["n_epochs"][mine], results["mean_test_score"][mine], strict=True)
        )
        if trial.state == optuna.trial.TrialState.PRUNED:
            assert trial.intermediate_values == on_the_way
        else:
            assert trial.value == on_the_way[27]


def test_enqueued_points_come_first():
    point = {"depth": 2, "learning_rate": 3e-3}
    for sampler in ("random", "tpe"):
        results = searched(enqueue=[point], sampler=sampler, max_epochs=9).cv_results_
        assert point.items() <= results["params"][0].items()
        assert set(results["params"][0]) == set(SPACE)
        assert len(set(results["config_id"])) == 17


def test_candidates_with_another_last_step(digits):
    pipeline = Pipeline([("scale", StandardScaler()), ("net", MLPClassifierX((8,)))])
    networks = [MLPClassifierX((8,), learning_rate="cosine", random_state=0)]
    space = {"net": [*networks, SGDClassifier(random_state=0)]}
    search = HyperbandSearchCV(
        pipeline, space, max_epochs=9, cv=2, random_state=0, error_score="raise"
    ).fit(*digits)
    kinds = {type(value) for value in search.cv_results_["param_net"]}
    assert kinds == {MLPClassifierX, SGDClassifier}
    if isinstance(search.best_estimator_[-1], MLPClassifierX):
        assert search.best_estimator_[-1].max_iter == 9


def test_a_grid_that_is_smaller_than_the_plan():
    search = HyperbandSearchCV(
        Surface(), {"depth": [1, 2, 3]}, max_epochs=9, cv=ONE_FOLD, random_state=0
    ).fit(ROWS, TARGETS)
    assert search.best_params_ == {"depth": 2}


class Slow(Surface):
    def partial_fit(self, X, y=None):
        time.sleep(0.01)
        return super().partial_fit(X, y)


@pytest.mark.parametrize("strategy", ["hyperband", "asha"])
def test_ends_when_time_is_up_with_the_best_of_those_that_came_furthest(strategy):
    search = HyperbandSearchCV(
        Slow(), SPACE, cv=ONE_FOLD, timeout=0.6, strategy=strategy, random_state=0
    )
    with pytest.warns(InterruptedFitWarning, match="HyperbandSearchCV was out of time"):
        search.fit(ROWS, TARGETS)
    results = search.cv_results_
    assert search.n_epochs_total_ < 1581
    furthest = results["n_epochs"] == results["n_epochs"].max()
    assert search.best_score_ == results["mean_test_score"][furthest].max()
    assert search.best_n_epochs_ == results["n_epochs"].max()
    assert search.best_estimator_.n_epochs_ == search.best_n_epochs_


def test_steps_that_draw_are_the_same_on_all_rungs(digits):
    seen = {}

    def watching(estimator, X, y):
        key = estimator[0].n_components, estimator[-1].alpha, float(X.sum())
        seen.setdefault(key, set()).add(float(estimator[0].components_[0, 0]))
        return estimator.score(X, y)

    pipeline = Pipeline(
        [("project", GaussianRandomProjection(30)), ("net", SGDClassifier(random_state=0))]
    )
    space = {"project__n_components": [30, 31, 32], "net__alpha": [1e-4, 1e-3, 1e-2]}
    HyperbandSearchCV(
        pipeline, space, max_epochs=9, brackets=1, cv=3, random_state=0, scoring=watching
    ).fit(*digits)
    assert {len(drawn) for drawn in seen.values()} == {1}


def test_max_iter_of_another_step_may_be_searched(digits):
    X, y = digits
    pipeline = Pipeline([("impute", IterativeImputer()), ("net", MLPClassifierX((4,)))])
    space = {"impute__max_iter": [1, 2], "net__alpha": [0.1]}
    search = HyperbandSearchCV(pipeline, space, max_epochs=3, cv=2, random_state=0)
    assert search.fit(X[:60, 20:28], y[:60] > 4).best_params_["impute__max_iter"] in (1, 2)
    with pytest.raises(InvalidParameterError, match="'net__max_iter' cannot be searched"):
        HyperbandSearchCV(
            pipeline, lambda trial: {"net__max_iter": trial.suggest_int("n", 1, 9)}
        ).fit(X, y)


def test_outputs_with_classes_of_their_own(digits):
    X, y = digits
    search = HyperbandSearchCV(
        MultiOutputClassifier(SGDClassifier(random_state=0)),
        {"estimator__alpha": [1e-4, 1e-2]},
        max_epochs=3,
        cv=2,
        random_state=0,
    ).fit(X, np.c_[y, y % 2])
    assert search.predict(X).shape == (300, 2)
