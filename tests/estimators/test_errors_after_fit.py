"""What the methods of fitted estimators refuse, and predictions for rows far out."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression

from sknn import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
    compile_predictor,
)

from .situations import (
    ALL,
    COUNTS,
    DATA,
    DATES,
    LABELS,
    MIXED,
    NUMBERS,
    TABULAR,
    WEIGHTS,
    X,
    content,
    frame,
    make,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

TO_PREDICT = [row for row in DATA if row.situation.startswith("X") and "names" not in row.situation]


@pytest.mark.parametrize(
    ("row", "cls"),
    [pytest.param(r, c, id=f"{r.situation}-{c.__name__}") for r in TO_PREDICT for c in r.of],
)
@pytest.mark.filterwarnings("ignore:X has feature names")
def test_refused_at_prediction(fitted, row, cls):
    net, wrong = fitted[cls], row.given["X"]
    if row.situation == "X durations" and cls in TABULAR:
        return
    before = content(net)
    for method in (
        "predict",
        "predict_proba",
        "decision_function",
        "predict_set",
        "predict_spread",
    ):
        if hasattr(net, method):
            with pytest.raises(row.error, match=row.message):
                getattr(net, method)(wrong)
    assert content(net) == before


@pytest.mark.parametrize("cls", ALL)
def test_other_columns_at_prediction(fitted, cls):
    name = "MLP\\w+X|TableEncoder"
    with pytest.raises(
        ValueError, match=rf"X has 3 features, but ({name}) is expecting 4 features"
    ):
        fitted[cls].predict(X[:, :3])
    net = make(cls).fit(frame(), ALL[cls])
    for wrong in (frame()[list("bacd")], frame().rename(columns={"a": "z"})):
        with pytest.raises(ValueError, match="feature names should match those that were passed"):
            net.predict(wrong)


HUGE = [np.full((2, 4), 1e308), np.array([[1.0, -1.0, 1.0, -1.0]]) * 1e308, X * 1e200]


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("n_classes", [2, 3, "labels"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_numbers_at_prediction(cls, n_classes, dtype):
    net = make(cls, hidden_layer_sizes=(8, 8))
    y = COUNTS % 2 if n_classes == "labels" else np.arange(60) % n_classes
    net.fit(X.astype(dtype), y)
    for huge in HUGE:
        for rows in (huge, huge.astype(np.longdouble), huge.tolist()):
            for method in ("predict_proba", "predict_log_proba", "decision_function"):
                if hasattr(net, method):
                    assert np.isfinite(getattr(net, method)(rows)).all()
            if cls is not MLPRegressorX:
                assert np.isfinite(net.predict(rows)).all()


def test_a_regression_that_overflows():
    net = make(MLPRegressorX).fit(X, NUMBERS)
    net.coefs_[-1] *= 100
    rows = np.vstack([X[:1], np.sign(net.input_gradient(X[:1])) * 1e308])
    for given in (rows, scipy.sparse.csr_matrix(rows)):
        for method in (net.predict, lambda given: net.deeplift(given, X)):
            with pytest.raises(ValueError, match=r"row 1 of X overflows float64.* has -?1e\+308"):
                method(given)


def test_a_far_row_is_predicted_as_a_nearer_one_in_its_direction():
    net = make(MLPClassifierX).fit(X, np.arange(60) % 3)
    np.testing.assert_array_equal(net.predict(X * 1e307), net.predict(X * 1e9))
    rows = np.vstack([X[:2], X[2:3] * 1e308, X[3:5]])
    np.testing.assert_allclose(
        net.predict_proba(rows)[[0, 1, 3, 4]], net.predict_proba(X[[0, 1, 3, 4]])
    )


@pytest.mark.parametrize("far", [scipy.sparse.csr_matrix, scipy.sparse.csc_matrix])
def test_far_rows_may_be_sparse(far):
    net = make(MLPClassifierX, hidden_layer_sizes=(8, 8)).fit(X, np.arange(60) % 3)
    rows = np.sign(X) * 1e308
    np.testing.assert_allclose(net.predict_proba(far(rows)), net.predict_proba(rows))


def test_a_mean_that_overflows():
    net = make(MLPRegressorX, loss="poisson").fit(X, np.abs(NUMBERS))
    with pytest.raises(ValueError, match="What the network makes of row 0 of X overflows float64"):
        net.predict(np.vstack([np.sign(net.input_gradient(X[:1])) * 1e6, X]))


WRONG_TRUTHS = {
    "missing": (None, r"y|None"),
    "too short": (LABELS[:50], "samples"),
    "NaN": (np.full(60, np.nan), "NaN"),
    "of other types": (MIXED, "labels in y must be of one type|convert|y_true|numbers"),
    "dates": (DATES[:, 0], "y holds values|dtype|datetime64"),
    "complex": (NUMBERS + 1j, "Complex|complex"),
    "huge int": ([10**400] * 60, "too large|unknown"),
}


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("name", WRONG_TRUTHS)
def test_scores(fitted, cls, name):
    wrong, message = WRONG_TRUTHS[name]
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        fitted[cls].score(X, wrong)
    assert not isinstance(caught.value, OverflowError)
    assert "ufunc" not in str(caught.value)


WRONG_WEIGHTS = {
    "too short": (WEIGHTS[:50], r"sample_weight.shape == \(50,\)"),
    "below 0": (-WEIGHTS, "Negative values in data passed to `sample_weight`"),
    "all 0": (WEIGHTS * 0, "at least one non-zero"),
    "None": ([None] * 60, "sample_weight|float"),
    "dates": (DATES[:, 0], "sample_weight holds values"),
}


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize("name", WRONG_WEIGHTS)
def test_weights_of_scores(fitted, cls, name):
    wrong, message = WRONG_WEIGHTS[name]
    with pytest.raises((ValueError, TypeError), match=message):
        fitted[cls].score(X, ALL[cls], wrong)


# -- other methods --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nets():
    return {
        "classifier": make(MLPClassifierX).fit(X, LABELS),
        "regressor": make(MLPRegressorX).fit(X, NUMBERS),
        "tabular classifier": make(TabularMLPClassifierX).fit(X, LABELS),
        "tabular regressor": make(TabularMLPRegressorX).fit(X, NUMBERS),
    }


CALLS = [
    ("regressor", "input_gradient", (X, 3), "output must be the number of a raw output, .* Got 3"),
    ("regressor", "input_gradient", (X, "a"), "Got 'a' instead"),
    ("regressor", "input_gradient", (X[:, :2],), "X has 2 features"),
    ("regressor", "deeplift", (X, X[:, :2]), "X has 2 features"),
    ("regressor", "deeplift", (X, None), "Expected 2D array"),
    ("regressor", "deeplift", (X, X, [1.0]), r"sample_weight.shape == \(1,\), expected \(60,\)"),
    ("classifier", "relevance", (X,), "relevance is that of one row. Got 60 rows"),
    ("classifier", "relevance", (X[0], None, 1), "from 0 to 0. Got 1 instead"),
    ("classifier", "relevance", (X[0], X[:, :2]), "X has 2 features"),
    ("classifier", "relevance", (np.full(4, 1e308),), "row 0 of X overflows"),
    ("classifier", "linear_region", (X,), "linear_region is that of one row. Got 60 rows"),
    ("classifier", "linear_region", ([],), r"0 feature\(s\)"),
    ("classifier", "linear_region", (["a"] * 4,), "could not convert string to float"),
    ("tabular regressor", "predict_interval", (X, 1.0), r"range \(0, 1\). Got 1.0 instead"),
    ("tabular regressor", "predict_interval", (X, "a"), "'coverage' .* Got 'a' instead"),
    ("tabular regressor", "predict_interval", (X, 0.999), "coverage=0.999 needs at least 999"),
    ("tabular regressor", "predict_spread", (X[:, :2],), "X has 2 features"),
    ("tabular classifier", "predict_set", (X, np.nan), "'coverage' .* Got nan instead"),
    ("tabular classifier", "predict_entropy", (None,), "Expected 2D array"),
]


@pytest.mark.parametrize(
    ("which", "method", "args", "message"),
    [pytest.param(*call, id=f"{call[1]}-{i}") for i, call in enumerate(CALLS)],
)
def test_other_methods(nets, which, method, args, message):
    before = content(nets[which])
    with pytest.raises(ValueError, match=message):
        getattr(nets[which], method)(*args)
    assert content(nets[which]) == before


def test_score_of_sets(nets):
    with pytest.raises(ValueError, match="Did you mean 'adaptive'"):
        nets["tabular classifier"].predict_set(X, score="adaptiv")


@pytest.mark.parametrize("rows", [X.tolist(), pd.DataFrame(X), None, "abc", X + 1j, DATES])
def test_predictors_take_arrays_of_numbers(nets, rows):
    predictor = compile_predictor(nets["regressor"])
    with pytest.raises(TypeError, match=r"X must be an array or CSR matrix of real numbers. Got"):
        predictor(rows)


def test_predictors_are_of_our_estimators():
    with pytest.raises(
        ValueError, match=r"compile_predictor takes .* Got LinearRegression instead"
    ):
        compile_predictor(LinearRegression().fit(X, NUMBERS))
    with pytest.raises(TypeError, match="not an estimator instance"):
        compile_predictor(None)
    with pytest.raises(NotFittedError):
        compile_predictor(MLPRegressorX())
