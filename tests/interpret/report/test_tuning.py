"""The section on the search that tuned the model."""

import json

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn.interpret import ModelReport
from sknn.tuning import HyperbandSearchCV


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    order = np.random.RandomState(0).permutation(len(X))
    return X[order], y[order]


def report_on(model, iris, **how):
    X, y = iris
    return ModelReport(model.fit(X[:100], y[:100]), X[100:], y[100:], budget="fast", **how)


def section_of(report):
    return next((s for s in report.sections if s.name == "tuning"), None)


def test_grid_search(iris):
    grid = {"C": [1e-3, 1e-1, 1e1, 1e3], "solver": ["lbfgs", "newton-cg"]}
    search = GridSearchCV(LogisticRegression(max_iter=5000), grid, cv=3)
    report = report_on(search, iris)
    section = section_of(report)
    tables = {table.name: table for table in section.tables()}
    assert set(tables) == {"candidates", "search-course", "parameter-importance"}
    scores = search.cv_results_["mean_test_score"]
    rows = tables["candidates"].rows
    assert [row[0] for row in rows] == sorted(scores, reverse=True)
    assert rows[0][2:] == [f"{search.best_params_['C']:.4g}", search.best_params_["solver"]]
    course = [row[1] for row in tables["search-course"].rows]
    assert course == list(np.maximum.accumulate(scores))
    assert tables["parameter-importance"].rows[0][0] == "C"
    html = report.to_html()
    assert "How it was tuned" in html
    assert "GridSearchCV tried 8 candidates" in html
    names = [section["name"] for section in json.loads(report.to_json())["sections"]]
    assert "tuning" in names


def test_hyperband_in_a_pipeline(iris):
    search = HyperbandSearchCV(
        SGDClassifier(random_state=0),
        {"alpha": loguniform(1e-6, 1e1)},
        max_epochs=9,
        cv=3,
        random_state=0,
    )
    section = section_of(report_on(make_pipeline(StandardScaler(), search), iris))
    table = next(table for table in section.tables() if table.name == "candidates")
    assert table.head[:2] == ["epochs", "mean score"]
    assert table.rows[0][:2] == [9, search.best_score_]
    assert "2 more are left out" in table.method


def test_few_and_failed_candidates(iris):
    search = GridSearchCV(LogisticRegression(max_iter=500), {"C": [-1.0, 1.0]}, cv=3)
    with (
        pytest.warns(FitFailedWarning, match="3 fits failed"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        section = section_of(report_on(search, iris))
    tables = {table.name: table for table in section.tables()}
    assert set(tables) == {"candidates"}
    assert tables["candidates"].rows[1][0] is None


def test_no_search_no_section(iris):
    assert section_of(report_on(LogisticRegression(max_iter=500), iris)) is None
    grid = GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1.0]}, cv=3)
    assert section_of(report_on(grid, iris, audience="summary")) is None
