"""Displays of searches: what they show is what the search found, of any search."""

import numpy as np
import pytest
from matplotlib import pyplot
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sknn.exceptions import InvalidParameterError
from sknn.plots import (
    ParallelCoordinatesDisplay,
    ParameterImportanceDisplay,
    RungsDisplay,
    SearchHistoryDisplay,
)
from sknn.plots.search.trials import importances, trials_of
from sknn.tuning import HyperbandSearchCV

ALL = [
    SearchHistoryDisplay,
    ParameterImportanceDisplay,
    ParallelCoordinatesDisplay,
    RungsDisplay,
]


@pytest.fixture(scope="module")
def grid():
    X, y = load_iris(return_X_y=True)
    pipeline = Pipeline([("scale", StandardScaler()), ("model", SGDClassifier(random_state=0))])
    space = [
        {"model__alpha": [1e-4, 1e-2, 1e0, 1e2], "model__penalty": ["l2", "l1"]},
        {"model__alpha": [1e-4], "model__loss": ["log_loss"], "model__eta0": [0.1]},
    ]
    search = GridSearchCV(pipeline, space, scoring=["accuracy", "f1_macro"], refit="f1_macro", cv=3)
    return search.fit(X, y)


@pytest.fixture(scope="module")
def hyperband():
    X, y = load_iris(return_X_y=True)
    space = {"alpha": loguniform(1e-6, 1e2), "penalty": ["l1", "l2"]}
    search = HyperbandSearchCV(
        SGDClassifier(random_state=0), space, max_epochs=9, cv=3, random_state=0
    )
    return search.fit(X, y)


def test_history(grid, axes):
    display = SearchHistoryDisplay.from_estimator(grid, ax=axes, marker="s")
    assert display.ax_ is axes
    scores = grid.cv_results_["mean_test_f1_macro"]
    np.testing.assert_array_equal(display.points_.get_offsets()[:, 1], scores)
    best = display.best_.get_ydata()
    np.testing.assert_array_equal(best, np.maximum.accumulate(scores))
    assert display.ax_.get_ylabel() == "mean f1 macro"
    other = SearchHistoryDisplay.from_estimator(grid, metric="accuracy")
    np.testing.assert_array_equal(
        other.points_.get_offsets()[:, 1], grid.cv_results_["mean_test_accuracy"]
    )


def test_history_of_hyperband(hyperband):
    display = SearchHistoryDisplay.from_estimator(hyperband)
    results = hyperband.cv_results_
    assert display.best_.get_ydata()[-1] == hyperband.best_score_
    sizes = display.points_.get_sizes()
    order = np.argsort(results["n_epochs"], kind="stable")
    assert (np.diff(sizes[order]) >= 0).all()


def test_importance(grid):
    display = ParameterImportanceDisplay.from_estimator(grid)
    shares = display.importances
    assert next(iter(shares)) == "alpha"
    assert sum(shares.values()) == pytest.approx(1.0)
    assert [bar.get_width() for bar in display.bars_] == list(shares.values())
    labels = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert labels == list(shares)


def test_importance_knows_epochs(hyperband):
    assert set(importances(trials_of(hyperband))) == {"alpha", "penalty", "epochs"}


def test_importance_needs_candidates():
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(LogisticRegression(max_iter=500), {"C": [1, 2, 3]}, cv=2).fit(X, y)
    with pytest.raises(InvalidParameterError, match="at least 4 scored candidates"):
        ParameterImportanceDisplay.from_estimator(search)
    one = GridSearchCV(LogisticRegression(max_iter=500), {"C": [1]}, cv=2).fit(X, y)
    with pytest.raises(InvalidParameterError, match="several values"):
        ParallelCoordinatesDisplay.from_estimator(one)


def test_parallel_coordinates(grid):
    display = ParallelCoordinatesDisplay.from_estimator(grid)
    assert len(display.lines_) == 9
    names = [text.get_text() for text in display.ax_.get_xticklabels()]
    assert names == ["alpha", "penalty", "eta0", "loss"]
    heights = np.array([line.get_ydata() for line in display.lines_])
    # one candidate has no penalty, and eight neither loss nor eta0
    assert np.isnan(heights).sum() == 1 + 16
    assert np.nanmin(heights) == 0
    assert np.nanmax(heights) == 1
    written = {text.get_text() for text in display.ax_.texts}
    assert written == {"0.0001", "0.01", "1", "100", "l1", "l2", "log_loss", "0.1"}
    best = display.lines_[-1].get_color()
    assert best == display.colorbar_.cmap(1.0)


def test_parallel_coordinates_of_those_that_came_furthest(hyperband):
    display = ParallelCoordinatesDisplay.from_estimator(hyperband)
    assert len(display.lines_) == (hyperband.cv_results_["n_epochs"] == 9).sum()


def test_rungs(hyperband):
    display = RungsDisplay.from_estimator(hyperband)
    results = hyperband.cv_results_
    assert set(display.lines_) == set(results["config_id"])
    best = results["config_id"][hyperband.best_index_]
    assert display.best_ == best
    line = display.lines_[best]
    mine = results["config_id"] == best
    np.testing.assert_array_equal(line.get_xdata(), results["n_epochs"][mine])
    np.testing.assert_array_equal(line.get_ydata(), results["mean_test_score"][mine])
    assert sorted(set(results["n_epochs"])) == list(display.ax_.get_xticks())


def test_halving_of_scikit_learn():
    X, y = load_iris(return_X_y=True)
    search = HalvingGridSearchCV(
        SGDClassifier(random_state=0),
        {"alpha": [1e-4, 1e-3, 1e-2, 1e-1]},
        resource="max_iter",
        max_resources=90,
        min_resources=10,
        cv=3,
        random_state=0,
    )
    with pytest.warns(UserWarning, match="Maximum number of iteration"):
        search.fit(X, y)
    display = RungsDisplay.from_estimator(search)
    assert len(display.lines_) == 4
    assert max(len(line.get_xdata()) for line in display.lines_.values()) > 1


def test_rungs_need_epochs(grid):
    with pytest.raises(InvalidParameterError, match="SearchHistoryDisplay shows any search"):
        RungsDisplay.from_estimator(grid)


@pytest.mark.parametrize("Display", ALL)
def test_what_is_no_fitted_search(Display, grid):
    with pytest.raises(NotFittedError):
        Display.from_estimator(GridSearchCV(LogisticRegression(), {"C": [1]}))
    with pytest.raises(InvalidParameterError, match="needs a fitted search"):
        Display.from_estimator(LogisticRegression())
    with pytest.raises(InvalidParameterError, match="Did you mean 'accuracy'"):
        Display.from_estimator(grid, metric="acuracy")


@pytest.mark.parametrize("Display", ALL)
def test_dark_paper_and_failed_candidates(Display, hyperband):
    trials = trials_of(hyperband)
    trials.scores[0] = np.nan
    with pyplot.style.context("dark_background"):
        made = Display(importances(trials) if Display is ParameterImportanceDisplay else trials)
        made.plot().figure_.canvas.draw()
