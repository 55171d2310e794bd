"""What scikit-learn's searches promise, both of ours hold."""

import pickle
import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.stats import loguniform
from sklearn import config_context
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.exceptions import FitFailedWarning, SkipTestWarning
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier, SGDRegressor
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    GroupKFold,
    RandomizedSearchCV,
    ShuffleSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from sknn import MLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.tuning import (
    BayesSearchCV,
    HyperbandSearchCV,
    PopulationGridSearchCV,
    PopulationRandomizedSearchCV,
)

SPACE = {"alpha": loguniform(1e-5, 1e-1), "penalty": ["l1", "l2"]}


def bayes(estimator=None, space=None, **params):
    estimator = SGDClassifier(random_state=0) if estimator is None else estimator
    params = {"n_iter": 4, "cv": 3, "random_state": 0} | params
    return BayesSearchCV(estimator, SPACE if space is None else space, **params)


def hyperband(estimator=None, space=None, **params):
    estimator = SGDClassifier(random_state=0) if estimator is None else estimator
    params = {"max_epochs": 4, "eta": 2, "cv": 3, "random_state": 0} | params
    return HyperbandSearchCV(estimator, SPACE if space is None else space, **params)


def grid(estimator=None, space=None, **params):
    estimator = SGDClassifier(random_state=0) if estimator is None else estimator
    space = {"alpha": [1e-4, 1e-2]} if space is None else space
    return PopulationGridSearchCV(estimator, space, **({"cv": 3} | params))


def randomized(estimator=None, space=None, **params):
    estimator = SGDClassifier(random_state=0) if estimator is None else estimator
    params = {"n_iter": 4, "cv": 3, "random_state": 0} | params
    return PopulationRandomizedSearchCV(estimator, SPACE if space is None else space, **params)


both = pytest.mark.parametrize("search", [bayes, hyperband])


@pytest.mark.filterwarnings("ignore", category=SkipTestWarning)
@parametrize_with_checks(
    [
        bayes(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, n_iter=2, cv=2, error_score="raise"),
        bayes(Ridge(), {"alpha": [0.1, 1.0, 10.0]}, n_iter=2, cv=2, error_score="raise"),
        grid(Ridge(), {"alpha": [0.1, 1.0]}, cv=2, error_score="raise"),
        randomized(space={"alpha": [1e-5, 1e-3]}, cv=2, n_iter=2, error_score="raise"),
        hyperband(space={"alpha": [1e-5, 1e-3]}, cv=2, error_score="raise"),
        hyperband(SGDRegressor(random_state=0), {"alpha": [1e-5, 1e-3]}, cv=2, error_score="raise"),
        hyperband(
            MLPClassifierX((8,), learning_rate_init=0.03, random_state=0),
            {"alpha": [1e-5, 1e-3]},
            max_epochs=30,
            min_epochs=15,
            cv=2,
            error_score="raise",
        ),
    ],
    # scikit-learn expects the same of RandomizedSearchCV(Ridge()): Ridge takes such targets
    expected_failed_checks=lambda search: (
        {"check_supervised_y_2d": "DataConversionWarning not caught"}
        if isinstance(search.estimator, Ridge)
        else {}
    ),
)
def test_estimator_checks(estimator, check):
    asks_what_was_learned = check.func.__name__.endswith(("_train", "_one_label_sample_weights"))
    if isinstance(estimator, HyperbandSearchCV) and not asks_what_was_learned:
        estimator = clone(estimator).set_params(max_epochs=2, min_epochs=1)
    check(estimator)


@both
def test_columns_are_those_of_randomized_search(small, search):
    mine = search(return_train_score=True).fit(*small)
    theirs = RandomizedSearchCV(
        SGDClassifier(random_state=0), SPACE, n_iter=4, cv=3, return_train_score=True
    ).fit(*small)
    own = {"config_id", "bracket", "rung", "n_epochs"} if search is hyperband else set()
    assert set(mine.cv_results_) == set(theirs.cv_results_) | own
    for name in theirs.cv_results_:
        kind = type(theirs.cv_results_[name])
        assert type(mine.cv_results_[name]) is kind, name
    fitted = {name for name in vars(theirs) if name.endswith("_")}
    assert fitted <= set(vars(mine))


def test_scores_are_those_of_separate_fits(small):
    search = bayes().fit(*small)
    for params, mean in zip(
        search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
    ):
        scores = cross_val_score(SGDClassifier(random_state=0, **params), *small, cv=3)
        assert mean == pytest.approx(scores.mean(), abs=1e-15)
    best = SGDClassifier(random_state=0, **search.best_params_).fit(*small)
    assert_array_equal(search.predict(small[0]), best.predict(small[0]))
    assert search.best_score_ == search.cv_results_["mean_test_score"].max()
    assert search.score(*small) == best.score(*small)


@both
def test_is_what_it_tunes(search):
    assert is_classifier(search())
    assert is_regressor(search(SGDRegressor()))


@both
def test_nested_and_copied(small, search):
    X, y = small
    one = clone(search()).fit(X, y)
    again = pickle.loads(pickle.dumps(one))
    assert_array_equal(again.predict(X), one.predict(X))
    assert clone(one).get_params().keys() == one.get_params().keys()
    scores = cross_val_score(search(), X, y, cv=3)
    assert scores.shape == (3,)
    assert scores.mean() > 0.5
    assert cross_val_predict(search(), X, y, cv=3).shape == y.shape
    inside = make_pipeline(StandardScaler(), search()).fit(X, y)
    assert inside.score(X, y) > 0.5


@both
def test_pipelines(small, search):
    pipeline = Pipeline([("scale", StandardScaler()), ("net", SGDClassifier(random_state=0))])
    space = {"net__alpha": SPACE["alpha"], "scale__with_mean": [True, False]}
    fitted = search(pipeline, space).fit(*small)
    assert set(fitted.best_params_) == set(space)
    assert fitted.best_estimator_.steps[0][1].scale_.shape == (5,)
    assert fitted.score(*small) > 0.7


@both
def test_several_metrics(small, search):
    metrics = ["accuracy", "roc_auc"]
    one = search(scoring=metrics, refit="roc_auc").fit(*small)
    assert one.multimetric_
    assert {"mean_test_accuracy", "rank_test_roc_auc"} <= set(one.cv_results_)
    assert one.best_score_ == one.cv_results_["mean_test_roc_auc"][one.best_index_]
    assert set(one.scorer_) == set(metrics)
    assert one.score(*small) > 0.5
    none = search(scoring=metrics, refit=False).fit(*small)
    assert not hasattr(none, "best_estimator_")
    assert not hasattr(none, "best_index_")
    by_hand = search(scoring=metrics, refit=lambda results: 1).fit(*small)
    assert by_hand.best_index_ == 1
    assert by_hand.best_params_ == by_hand.cv_results_["params"][1]
    with pytest.raises(ValueError, match="For multi-metric scoring"):
        search(scoring=metrics).fit(*small)


def two_scores(estimator, X, y):
    right = accuracy_score(y, estimator.predict(X))
    return {"right": right, "wrong": 1 - right}


@both
def test_a_function_that_scores(small, search):
    one = search(scoring=two_scores, refit="right").fit(*small)
    assert_array_equal(
        one.cv_results_["split0_test_right"], 1 - one.cv_results_["split0_test_wrong"]
    )
    with pytest.raises(ValueError, match="For multi-metric scoring"):
        search(scoring=two_scores).fit(*small)


@both
def test_groups(small, search):
    X, y = small
    groups = np.arange(len(X)) % 6
    assert search(cv=GroupKFold(3)).fit(X, y, groups=groups).n_splits_ == 3
    with pytest.raises(ValueError, match="groups"):
        search(cv=GroupKFold(3)).fit(X, y)


@both
def test_weights_are_split_with_the_rows(small, search):
    X, y = small
    weight = np.where(np.arange(len(X)) % 3, 1.0, 9.0)
    plain, weighted = search().fit(X, y), search().fit(X, y, sample_weight=weight)
    assert not np.array_equal(
        plain.cv_results_["mean_test_score"], weighted.cv_results_["mean_test_score"]
    )


class Demanding(SGDClassifier):
    """Tells of the metadata that reach it."""

    def fit(self, X, y, sample_weight=None):
        assert sample_weight is not None
        return super().fit(X, y, sample_weight=sample_weight)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        assert sample_weight is not None
        assert len(sample_weight) == X.shape[0]
        return super().partial_fit(X, y, classes=classes, sample_weight=sample_weight)


@both
@pytest.mark.parametrize("piped", [False, True])
def test_metadata_routing(small, search, piped):
    X, y = small
    weight = np.ones(len(X))
    with config_context(enable_metadata_routing=True):
        estimator = Demanding(random_state=0).set_fit_request(sample_weight=True)
        scoring = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        space = {"alpha": [1e-4, 1e-2]}
        if piped:
            scaler = StandardScaler().set_fit_request(sample_weight=False)
            estimator = make_pipeline(scaler, estimator)
            space = {"demanding__alpha": [1e-4, 1e-2]}
        fitted = search(estimator, space, scoring=scoring).fit(X, y, sample_weight=weight)
    assert np.isfinite(fitted.best_score_)


@both
def test_weights_of_a_step(small, search):
    X, y = small
    pipeline = Pipeline([("scale", StandardScaler()), ("net", Demanding(random_state=0))])
    fitted = search(pipeline, {"net__alpha": [1e-4, 1e-2]}).fit(
        X, y, net__sample_weight=np.ones(len(X))
    )
    assert np.isfinite(fitted.best_score_)


class Fragile(SGDClassifier):
    """Cannot do with some parameters."""

    def fit(self, X, y):
        self._fail()
        return super().fit(X, y)

    def partial_fit(self, X, y, classes=None):
        self._fail()
        return super().partial_fit(X, y, classes=classes)

    def _fail(self):
        if self.penalty == "l1":
            raise RuntimeError("no l1 today")
        if self.penalty == "l2" and self.alpha == 7.0:
            while True:  # until time is up
                pass

    def score(self, X, y):
        return float("nan") if self.alpha == 5.0 else super().score(X, y)


@both
def test_bad_candidates_do_not_end_a_search(small, search):
    space = {"penalty": ["l1", "l2"], "alpha": [1e-4, 1e-3, 1e-2]}
    one = search(Fragile(random_state=0), space, **({"n_iter": 8} if search is bayes else {}))
    with (
        pytest.warns(FitFailedWarning, match="no l1 today"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        one.fit(*small)
    results = one.cv_results_
    failed = results["param_penalty"] == "l1"
    assert failed.any()
    assert_array_equal(np.isnan(results["mean_test_score"].astype(float)), failed)
    assert one.best_params_["penalty"] == "l2"
    if search is hyperband:  # what has failed is never promoted
        assert set(results["rung"][failed]) == {0}


@both
def test_a_candidate_that_takes_too_long_has_failed(small, search):
    space = {"penalty": ["l2"], "alpha": [1e-3, 7.0]}
    with (
        pytest.warns(FitFailedWarning, match="TimeoutError"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        fitted = search(Fragile(random_state=0), space, fit_timeout=0.3, cv=2).fit(*small)
    assert fitted.best_params_["alpha"] == 1e-3


@both
def test_a_candidate_without_a_score_is_never_the_best(small, search):
    space = {"penalty": ["l2"], "alpha": [1e-3, 5.0]}
    with pytest.warns(UserWarning, match="non-finite"):
        fitted = search(Fragile(random_state=0), space).fit(*small)
    assert fitted.best_params_["alpha"] == 1e-3


every = pytest.mark.parametrize("search", [bayes, hyperband, grid, randomized])


@every
def test_the_first_candidate_may_be_bad(small, search):
    for estimator in (SGDClassifier(random_state=0), MLPClassifierX((4,), max_iter=3)):
        space = {"alpha": [-1.0, 0.1]}
        first = {} if search in (grid, randomized) else {"enqueue": {"alpha": -1.0}}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = search(estimator, space, **first).fit(*small)
        assert fitted.best_params_ == {"alpha": 0.1}
        assert "split0_train_score" not in fitted.cv_results_


@both
def test_scores_that_are_no_numbers_leave_the_table(small, search):
    space = {"penalty": ["l2"], "alpha": [5.0]}
    one = search(Fragile(random_state=0), space, refit=False)
    with pytest.warns(UserWarning, match="non-finite"):
        one.fit(*small)
    assert np.isnan(one.cv_results_["mean_test_score"]).all()
    one.set_params(refit=True)
    with (
        pytest.raises(ValueError, match="No candidate has a finite score"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        one.fit(*small)
    assert len(one.cv_results_["params"]) >= 1


def minus_and_plus(estimator, X, y):
    right = accuracy_score(y, estimator.predict(X))
    return {"minus": -right, "plus": right}


def test_races_go_by_the_metric_that_refit_names(small):
    search = hyperband(scoring=minus_and_plus, refit="plus", max_epochs=9, eta=3, brackets=1).fit(
        *small
    )
    results = search.cv_results_
    promoted = np.isin(results["config_id"], results["config_id"][results["rung"] == 1])
    first = results["rung"] == 0
    scores = results["mean_test_plus"]
    assert scores[first & promoted].min() >= scores[first & ~promoted].max()


@both
def test_lines_of_scores(small, search, capfd):
    one = search(verbose=2).fit(*small)
    shown = "".join(capfd.readouterr())
    assert shown.count("scored 0.") == len(one.cv_results_["params"])


@both
def test_all_bad_raises(small, search):
    with pytest.raises(ValueError, match=r"(?s)All the \d+ fits failed.*no l1 today"):
        search(Fragile(), {"penalty": ["l1"], "alpha": [1e-3, 1e-2]}).fit(*small)
    with (
        pytest.raises(ValueError, match="No candidate has a finite score"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search(Fragile(), {"alpha": [5.0]}).fit(*small)
    with pytest.raises(RuntimeError, match="no l1 today"):
        search(Fragile(), {"penalty": ["l1"]}, error_score="raise").fit(*small)


@both
@pytest.mark.parametrize(
    ("space", "words"),
    [
        (
            {"alhpa": [1]},
            r"searches 'alhpa', which is no parameter of SGDClassifier. Did you mean 'alpha'",
        ),
        ({"net__alpha": [1]}, "'net__alpha', which is no parameter"),
        (lambda trial: {"alhpa": 1}, "Did you mean 'alpha'"),
        ({"alpha": 3}, "must be a list of at least one value"),
        ([], "Got none"),
    ],
)
def test_unknown_names_and_spaces(small, search, space, words):
    sampler = {"sampler": "tpe"}
    with pytest.raises(InvalidParameterError, match=words):
        search(space=space, **sampler).fit(*small)


@both
def test_a_forgotten_prefix(small, search):
    pipeline = Pipeline([("scale", StandardScaler()), ("net", SGDClassifier())])
    with pytest.raises(InvalidParameterError, match="Did you mean 'net__alpha'"):
        search(pipeline, {"alpha": [1]}).fit(*small)


@both
@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"sampler": "tep"}, "Did you mean 'tpe'"),
        ({"backend": "dask"}, "pass the client itself"),
        ({"timeout": 0}, "timeout"),
        ({"enqueue": [3]}, "enqueue must be a dict"),
        ({"cv": ShuffleSplit(0 + 1), "enqueue": {"alpha": 1e9}}, "the space allows a number"),
    ],
)
def test_wrong_parameters(small, search, params, words):
    with pytest.raises(ValueError, match=words):
        search(**({"sampler": "tpe"} | params)).fit(*small)


@both
def test_same_seed_same_search(small, search, same_table):
    tables = [search(random_state=3).fit(*small).cv_results_ for _ in range(2)]
    same_table(*tables)
    other = search(random_state=4).fit(*small).cv_results_
    assert list(other["param_alpha"]) != list(tables[0]["param_alpha"])


@both
@pytest.mark.parametrize("backend", [None, "joblib"])
def test_processes_give_the_same_search(small, search, backend, same_table):
    more = {"n_points": 2} if search is bayes else {}
    one = search(**more).fit(*small)
    two = search(n_jobs=2, backend=backend, **more).fit(*small)
    same_table(one.cv_results_, two.cv_results_)
    assert_array_equal(one.predict(small[0]), two.predict(small[0]))


class Recorder:
    """A callback of scikit-learn's that counts the tasks it hears of."""

    def __init__(self):
        self.heard = []

    def setup(self, estimator, context):
        self.heard.append("setup")

    def teardown(self, estimator, context):
        self.heard.append("teardown")

    def on_fit_task_begin(self, estimator, context, **told):
        self.heard.append(context.task_name)

    def on_fit_task_end(self, estimator, context, **told):
        return False


@both
@pytest.mark.skipif(not hasattr(BayesSearchCV, "set_callbacks"), reason="scikit-learn before 1.9")
def test_callbacks_of_scikit_learn(small, search):
    recorder = Recorder()
    one = search()
    one.set_callbacks(recorder)
    one.fit(*small)
    heard = recorder.heard
    assert (heard[0], heard[1], heard[-1]) == ("setup", "fit", "teardown")
    assert heard.count("search") == heard.count("refit-with-best-params") == 1
    n_evaluations = len(one.cv_results_["params"]) * one.n_splits_
    assert heard.count("candidate-split-evaluation") == n_evaluations


@both
def test_progress(small, search, capfd):
    search(verbose=1).fit(*small)
    shown = capfd.readouterr().err
    assert "SearchCV: 100%" in shown
    assert "best 0." in shown


class NoTargets(BaseEstimator):
    """Trained on rows alone."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def fit(self, X, y=None):
        self.mean_ = X.mean()
        return self

    def partial_fit(self, X, y=None):
        return self.fit(X)

    def score(self, X, y=None):
        return -self.factor


@both
def test_without_targets(small, search):
    fitted = search(NoTargets(), {"factor": [1.0, 2.0, 3.0]}).fit(small[0])
    assert fitted.best_params_ == {"factor": 1.0}


@both
def test_train_scores_and_nested_validation(small, search):
    X, y = small
    result = cross_validate(search(return_train_score=True), X, y, cv=2, return_estimator=True)
    for fitted in result["estimator"]:
        assert np.isfinite(fitted.cv_results_["mean_train_score"]).all()
