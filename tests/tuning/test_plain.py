"""Grid and random search side by side: scikit-learn's own, with the same candidates and scores."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import loguniform
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import sknn.tuning.evaluation
from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.population import fit_together
from sknn.exceptions import InvalidParameterError
from sknn.train import Callback
from sknn.tuning import (
    BayesSearchCV,
    HyperbandSearchCV,
    PopulationGridSearchCV,
    PopulationRandomizedSearchCV,
)

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:400], y[:400]


@pytest.fixture
def sizes(monkeypatch):
    """How many fits were handed over at a time."""
    seen = []

    def watched(fits):
        seen.append(len(fits))
        return fit_together(fits)

    monkeypatch.setattr(sknn.tuning.evaluation, "fit_together", watched)
    return seen


PIPELINE = make_pipeline(StandardScaler(), MLPClassifierX((8,), max_iter=8, random_state=0))
GRID = {
    "mlpclassifierx__alpha": [1e-4, 1e-1],
    "mlpclassifierx__learning_rate_init": [1e-3, 1e-2],
    "mlpclassifierx__solver": ["adam", "sgd"],
    "mlpclassifierx__random_state": [0, 1],
}


def assert_same(mine, theirs):
    assert mine.cv_results_["params"] == theirs.cv_results_["params"]
    for name in theirs.cv_results_:
        if "test" in name or "train" in name:
            assert_allclose(mine.cv_results_[name], theirs.cv_results_[name], atol=1e-6)
    assert mine.best_params_ == theirs.best_params_


@pytest.mark.parametrize("scoring", [None, "neg_log_loss"])
def test_grid(digits, sizes, scoring):
    arguments = {"cv": 3, "scoring": scoring, "return_train_score": True}
    mine = PopulationGridSearchCV(PIPELINE, GRID, **arguments).fit(*digits)
    theirs = GridSearchCV(PIPELINE, GRID, **arguments).fit(*digits)
    assert_same(mine, theirs)
    assert sizes == [24, 24]  # 16 candidates on 3 folds
    X, y = digits
    assert_array_equal(mine.predict(X), theirs.predict(X))
    assert mine.score(X, y) == theirs.score(X, y)


def test_random(sizes):
    X, y = load_diabetes(return_X_y=True)
    net = MLPRegressorX(hidden_layer_sizes=(8,), standardize_y=True, max_iter=5, random_state=0)
    space = {"alpha": loguniform(1e-4, 1), "dropout": [0.0, 0.2], "hidden_layer_sizes": [8, (8, 4)]}
    arguments = {"n_iter": 9, "cv": 2, "random_state": 3, "scoring": "r2"}
    mine = PopulationRandomizedSearchCV(net, space, **arguments).fit(X, y)
    assert_same(mine, RandomizedSearchCV(net, space, **arguments).fit(X, y))
    assert sum(sizes) == 18
    assert len(sizes) == 2  # one parcel for each number of layers


def test_weights_and_early_stopping(digits):
    X, y = digits
    weight = np.random.RandomState(0).rand(len(X))
    net = MLPClassifierX((8,), early_stopping=True, n_iter_no_change=2, tol=0.01, random_state=0)
    grid = {"alpha": [1e-4, 1.0], "learning_rate_init": [1e-2, 1e-1]}
    mine = PopulationGridSearchCV(net, grid, cv=2).fit(X, y, sample_weight=weight)
    assert_same(mine, GridSearchCV(net, grid, cv=2).fit(X, y, sample_weight=weight))


@pytest.mark.parametrize(
    ("params", "alone"),
    [
        ({"hidden_layer_sizes": (400, 400)}, True),
        ({"solver": "lbfgs"}, False),  # found out when it begins
        ({"normalization": "batch"}, False),
        ({"activation": "prelu"}, False),
        ({"on_divergence": "restore"}, False),
        ({"sampling": "stratified"}, False),
    ],
)
def test_what_is_trained_alone_gives_the_same_too(digits, sizes, params, alone):
    net = MLPClassifierX((8,), max_iter=3, random_state=0).set_params(**params)
    grid = {"alpha": [1e-4, 1.0]}
    mine = PopulationGridSearchCV(net, grid, cv=2).fit(*digits)
    assert_same(mine, GridSearchCV(net, grid, cv=2).fit(*digits))
    assert sizes == ([] if alone else [4])


def test_bad_candidates_are_alone_in_their_misfortune(digits):
    X, y = digits
    net = MLPClassifierX((8,), max_iter=5, solver="sgd", random_state=0)
    grid = {"learning_rate_init": [1e-2, 1e200], "alpha": [1e-4, -1.0]}
    with (
        pytest.warns(FitFailedWarning, match=r"6 fits failed out of a total of 8"),
        pytest.warns(UserWarning, match="test scores are non-finite"),
    ):
        mine = PopulationGridSearchCV(net, grid, cv=2).fit(X, y)
    sound = np.isfinite(mine.cv_results_["mean_test_score"])
    assert_array_equal(sound, [True, False, False, False])
    alone = GridSearchCV(net, {"learning_rate_init": [1e-2], "alpha": [1e-4]}, cv=2).fit(X, y)
    assert mine.best_score_ == pytest.approx(alone.best_score_, abs=1e-6)
    with pytest.raises(ValueError, match="non-finite parameter weights"):  # the first of them
        PopulationGridSearchCV(net, grid, cv=2, error_score="raise").fit(X, y)


def test_searches_stack_by_themselves(digits, sizes):
    net = MLPClassifierX((8,), max_iter=4, random_state=0)
    space = {"alpha": loguniform(1e-4, 1), "learning_rate_init": loguniform(1e-3, 1e-1)}
    for make in (
        lambda **more: BayesSearchCV(net, space, n_iter=6, n_points=3, cv=2, **more),
        lambda **more: HyperbandSearchCV(net, space, max_epochs=9, cv=2, **more),
    ):
        tables = []
        for stack in (True, False):
            search = make(stack=stack, random_state=0, scoring="neg_log_loss")
            tables.append(search.fit(*digits).cv_results_)
            assert (max(sizes, default=1) > 1) is stack
            sizes.clear()
        assert_allclose(
            tables[0]["mean_test_score"], tables[1]["mean_test_score"], rtol=0, atol=1e-6
        )
        assert tables[0]["params"] == tables[1]["params"]


def test_a_time_limit_per_fit_needs_separate_fits(digits, sizes):
    net = MLPClassifierX((8,), max_iter=2, random_state=0)
    PopulationGridSearchCV(net, {"alpha": [1e-4, 1.0]}, cv=2, fit_timeout=60).fit(*digits)
    assert sizes == []


def test_any_estimator(digits, same_table):
    grid = {"C": [0.1, 1.0]}
    model = LogisticRegression(max_iter=200)
    mine = PopulationGridSearchCV(model, grid, cv=2).fit(*digits)
    same_table(mine.cv_results_, GridSearchCV(model, grid, cv=2).fit(*digits).cv_results_)


def test_checkpoints(digits, tmp_path, sizes):
    net = MLPClassifierX((8,), max_iter=2, random_state=0)
    for grid in ({"alpha": [1e-4, 1.0]}, {"alpha": [1e-4, 1.0]}):
        PopulationGridSearchCV(net, grid, cv=2, checkpoint=tmp_path, refit=False).fit(*digits)
    assert sizes == [4]


class Boom(Callback):
    """Fails in the second epoch, if at all."""

    def __init__(self, fails):
        self.fails = fails

    def on_epoch_end(self, run):
        if self.fails and run.epoch == 2:
            raise RuntimeError("boom")
        return False


@pytest.mark.parametrize("first", [True, False])
def test_what_one_raises_in_company_is_its_own(digits, first):
    net = MLPClassifierX((8,), max_iter=4, random_state=0)
    grid = {"callbacks": [[Boom(first)], [Boom(not first)]]}
    with (
        pytest.warns(FitFailedWarning, match="boom"),
        pytest.warns(UserWarning, match="test scores are non-finite"),
    ):
        search = PopulationGridSearchCV(net, grid, cv=2).fit(*digits)
    scores = search.cv_results_["mean_test_score"]
    assert list(np.isnan(scores)) == [first, not first]
    plain = GridSearchCV(net, {"alpha": [1e-4]}, cv=2).fit(*digits)
    assert search.best_score_ == pytest.approx(plain.best_score_, abs=1e-6)


class Noting(MLPClassifierX):
    """Its ``fit`` does more than ours."""

    def fit(self, X, y, sample_weight=None):
        self.noted_ = True
        return super().fit(X, y, sample_weight)

    def score(self, X, y, sample_weight=None):
        return float(hasattr(self, "noted_"))


class Doubling(Pipeline):
    """Makes more rows than it was given, as pipelines that resample do."""

    def fit(self, X, y):
        return super().fit(np.r_[X, X], np.r_[y, y])

    def score(self, X, y):
        return -1.0


def test_subclasses_are_asked_themselves(digits, sizes):
    search = PopulationGridSearchCV(Noting((8,), max_iter=2), {"alpha": [0.1, 1.0]}, cv=2)
    assert list(search.fit(*digits).cv_results_["mean_test_score"]) == [1.0, 1.0]
    doubling = Doubling([("scale", StandardScaler()), ("net", MLPClassifierX((8,), max_iter=2))])
    search = PopulationGridSearchCV(doubling, {"net__alpha": [0.1, 1.0]}, cv=2)
    assert list(search.fit(*digits).cv_results_["mean_test_score"]) == [-1.0, -1.0]
    assert sizes == []
    with pytest.raises(InvalidParameterError, match="Doubling does not offer here"):
        HyperbandSearchCV(doubling, {"net__alpha": [0.1]}).fit(*digits)


def test_candidates_that_are_no_networks(digits):
    pipeline = Pipeline([("scale", StandardScaler()), ("net", MLPClassifierX((8,), max_iter=4))])
    grid = [{"net": [LogisticRegression(max_iter=200)]}, {"net__alpha": [0.1, 1.0]}]
    mine = PopulationGridSearchCV(pipeline, grid, cv=2).fit(*digits)
    assert np.isfinite(mine.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_what_only_a_notebook_can_pickle(digits, n_jobs):
    double = FunctionTransformer(lambda X: X * 2)
    pipeline = make_pipeline(double, StandardScaler(), MLPClassifierX((8,), max_iter=3))
    space = {"mlpclassifierx__alpha": [0.1, 1.0]}
    for search in (
        PopulationGridSearchCV(pipeline, space, cv=2, n_jobs=n_jobs, error_score="raise"),
        HyperbandSearchCV(pipeline, space, max_epochs=3, cv=2, n_jobs=n_jobs, error_score="raise"),
    ):
        assert np.isfinite(search.fit(*digits).best_score_)
    functions = {"functiontransformer__func": [lambda X: X * 2, np.log1p]}
    BayesSearchCV(pipeline, functions, n_iter=2, cv=2, error_score="raise").fit(*digits)
