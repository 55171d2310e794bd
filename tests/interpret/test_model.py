"""Models: every estimator as a function on a chosen scale."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.datasets import load_iris, make_multilabel_classification, make_regression
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor, Ridge
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret.model import Model
from sknn.interpret.table import Table

X, y = load_iris(return_X_y=True)
TWO = y < 2


def net(**how):
    return MLPClassifierX(hidden_layer_sizes=4, solver="lbfgs", tol=0.1, random_state=0, **how)


def test_two_classes_are_one_number():
    fitted = net().fit(X[TWO], np.array(["no", "yes"])[y[TWO]])
    logits, proba = (Model.of(fitted, X, output=output) for output in ("auto", "proba"))
    assert (logits.output, logits.output_names, logits.single) == ("logit", ["yes"], True)
    np.testing.assert_allclose(proba(X)[:, 0], fitted.predict_proba(X)[:, 1])
    np.testing.assert_allclose(expit(logits(X)), proba(X), atol=1e-12)


@pytest.mark.parametrize(
    "fitted",
    [
        net(),
        LogisticRegression(max_iter=1000),
        MLPClassifier(4, solver="lbfgs", tol=0.1, random_state=0),
        HistGradientBoostingClassifier(max_iter=5),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_several_classes_are_centred_log_probabilities(fitted):
    model = Model.of(fitted.fit(X, y), X)
    logs = np.log(fitted.predict_proba(X).clip(1e-9, 1))
    kept = logs.min(axis=1) > -15
    expected = logs - logs.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(model(X)[kept], expected[kept], rtol=1e-5, atol=1e-6)
    assert model.output_names == ["0", "1", "2"]


def test_a_decision_that_is_no_log_odds_is_not_taken_for_one():
    fitted = MultiOutputClassifier(LogisticRegression()).fit(X, np.c_[y > 0, y > 1])
    model = Model.of(fitted, X)
    expected = np.stack([logit(p[:, 1]) for p in fitted.predict_proba(X)], axis=1)
    np.testing.assert_allclose(model(X), expected)
    scaled = SVC().fit(X[TWO], y[TWO])
    assert Model.of(scaled, X).output == "raw"
    np.testing.assert_array_equal(Model.of(scaled, X)(X)[:, 0], scaled.decision_function(X))


@pytest.mark.parametrize("estimator", [net(), RandomForestClassifier(5, random_state=0)])
def test_labels_that_exclude_nothing(estimator):
    X, y = make_multilabel_classification(60, 5, n_classes=3, random_state=0)
    model = Model.of(estimator.fit(X, y), X, output="proba")
    p = estimator.predict_proba(X)
    p = np.stack([part[:, 1] for part in p], axis=1) if isinstance(p, list) else p
    np.testing.assert_allclose(model(X), p)
    assert model.output_names == ["0", "1", "2"]
    np.testing.assert_allclose(
        Model.of(estimator, X)(X), logit(p.clip(1e-9, 1 - 1e-9)), rtol=1e-4, atol=1e-4
    )


def test_regressors_and_functions():
    X, y = make_regression(50, 3, n_targets=2, random_state=0)
    model = Model.of(Ridge().fit(X, y), X)
    assert (model.output, model.output_names) == ("prediction", ["y0", "y1"])
    assert Model.of(Ridge().fit(X, y[:, 0]), X).output_names == ["prediction"]
    function = Model.of(lambda rows: rows[:, 0] > 0, X)
    assert (function.kind, function.output_names, function(X).dtype) == (
        "callable",
        ["output"],
        np.float64,
    )


def test_a_method_tells_its_classes():
    fitted = LogisticRegression(max_iter=1000).fit(X, np.array(["a", "b", "c"])[y])
    assert Model.of(fitted.predict_proba, X).output_names == ["a", "b", "c"]


@pytest.mark.parametrize("output", ["logit", "proba", "raw"])
@pytest.mark.parametrize("classes", [2, 3])
def test_the_network_at_the_end_gives_the_same(output, classes):
    rows = y < classes
    fitted = make_pipeline(StandardScaler(), net()).fit(X[rows], y[rows])
    model = Model.of(fitted, X, output=output)
    assert isinstance(model.network, MLPClassifierX)
    encoded = model.encode(X)
    np.testing.assert_allclose(model.of_encoded(encoded), model(X), rtol=1e-10, atol=1e-12)


def test_encoded_columns(pipeline, frame):
    model = Model.of(pipeline, frame)
    assert [list(columns) for columns in model.encoded_columns] == [
        [0],
        [1],
        [2],
        [3, 4, 5],
        [6, 7],
        [8, 9, 10],
    ]
    assert Model.of(make_pipeline(PCA(2), net()).fit(X, y), X).encoded_columns is None
    scaled = make_pipeline(StandardScaler(), net()).fit(X, y)
    assert [list(columns) for columns in Model.of(scaled, X).encoded_columns] == [
        [0],
        [1],
        [2],
        [3],
    ]


def test_frames_of_all_kinds_reach_the_pipeline(pipeline, frame):
    model = Model.of(pipeline, frame)
    table = Table.of(frame)
    sources = np.random.default_rng(0).integers(len(frame), size=frame.shape)
    assert np.isfinite(model(table.pick(sources))).all()


@pytest.mark.parametrize(
    ("estimator", "output"),
    [
        (LinearRegression(), "auto"),
        (make_pipeline(StandardScaler(), Ridge()), "auto"),
        (LogisticRegression(max_iter=1000), "logit"),
        (LogisticRegression(max_iter=1000), "raw"),
        (LinearSVC(), "raw"),
    ],
)
def test_linear_models_are_found(estimator, output):
    model = Model.of(estimator.fit(X, y), X, output=output)
    coef, intercept = model.linear
    np.testing.assert_allclose(model.encode(X) @ coef + intercept, model(X), atol=1e-9)


@pytest.mark.parametrize(
    ("estimator", "output"),
    [
        (LogisticRegression(max_iter=1000), "proba"),
        (PoissonRegressor(), "auto"),
        (SVC(kernel="rbf"), "raw"),
        (MLPRegressorX(hidden_layer_sizes=2, max_iter=2), "auto"),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_others_are_not(estimator, output):
    assert Model.of(estimator.fit(X, y), X, output=output).linear is None


def test_many_rows_are_asked_in_pieces():
    sizes = []
    model = Model.of(lambda rows: sizes.append(len(rows)) or rows[:, 0], np.ones((2, 1)))
    assert model(np.arange(40000.0).reshape(-1, 1)).ravel()[-1] == 39999.0
    assert max(sizes) <= 16384


@pytest.mark.parametrize(
    ("given", "output", "error", "message"),
    [
        (LogisticRegression(), "auto", NotFittedError, "not fitted"),
        (LogisticRegression, "auto", InvalidParameterError, "Got LogisticRegression"),
        (3, "auto", InvalidParameterError, "Got 3 instead"),
        (LogisticRegression(max_iter=1000).fit(X, y), "probs", InvalidParameterError, "'proba'"),
        (SVC().fit(X, y), "proba", InvalidParameterError, "It offers 'raw'"),
        (Ridge().fit(X, y), "logit", InvalidParameterError, "It offers 'prediction'"),
        (lambda rows: ["a"] * len(rows), "auto", InvalidParameterError, "must return numbers"),
    ],
)
def test_what_cannot_be_explained(given, output, error, message):
    with pytest.raises(error, match=message):
        Model.of(given, X, output=output)


def test_frames_in_which_a_network_was_fitted():
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = Model.of(net().fit(frame, y), frame)
    np.testing.assert_allclose(model.of_encoded(model.encode(frame)), model(frame))
