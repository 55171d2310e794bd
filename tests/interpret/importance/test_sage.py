"""SAGE: exact shares, the sum, losses, groups and weights."""

import itertools
import json
import math

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from sknn.exceptions import InvalidParameterError
from sknn.interpret import sage_importance


def exact(model, X, y, background, weight=None):
    """SAGE by all subsets of the columns, under squared error."""
    d = X.shape[1]

    def value(told):
        losses = []
        for row, target in zip(X, y, strict=True):
            rows = background.copy()
            rows[:, told] = row[told]
            losses.append((target - model(rows).mean()) ** 2)
        return -np.average(losses, weights=weight)

    out = np.zeros(d)
    for j in range(d):
        rest = [k for k in range(d) if k != j]
        for size in range(d):
            share = math.factorial(size) * math.factorial(d - size - 1) / math.factorial(d)
            for subset in map(list, itertools.combinations(rest, size)):
                out[j] += share * (value([*subset, j]) - value(subset))
    return out


def interacting(rows):
    return rows[:, 0] * rows[:, 1] + rows[:, 2] + 0.5 * rows[:, 3] ** 2


@pytest.mark.parametrize("weighted", [False, True])
def test_equals_the_sum_over_all_subsets(weighted):
    rng = np.random.default_rng(0)
    X, background = rng.normal(size=(40, 4)), rng.normal(size=(15, 4))
    y = interacting(X) + rng.normal(size=40)
    weight = rng.integers(0, 4, 40).astype(float) if weighted else None
    result = sage_importance(
        interacting,
        X,
        y,
        background=background,
        sample_weight=weight,
        tol=0,
        max_permutations=20_000,
        random_state=0,
    )
    expected = exact(interacting, X, y, background, weight)
    assert np.allclose(result.importances_mean, expected, atol=0.02)
    assert np.isclose(result.importances_mean.sum(), expected.sum(), atol=1e-10)
    assert np.isclose(result.total, expected.sum(), atol=1e-10)
    assert not result.converged
    assert result.n_permutations == 20_000


def test_linear_model_has_its_closed_form():
    """Of y = f(x): w_j^2 Var(x_j) for independent columns."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4000, 3)) * [1.0, 2.0, 1.0]
    y = X @ [3.0, 1.0, 0.0]
    model = LinearRegression().fit(X, y)
    result = sage_importance(model, X, y, random_state=0)
    assert result.converged
    assert np.allclose(result.importances_mean, [9.0, 4.0, 0.0], atol=0.6)
    assert result.loss_name == "squared_error"


def test_sum_is_the_loss_that_the_model_takes_off_the_mean_prediction():
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(X, y)
    result = sage_importance(model, X, y, background=X, random_state=0)
    mean = np.tile(model.predict_proba(X).mean(axis=0), (len(X), 1))
    expected = log_loss(y, mean) - log_loss(y, model.predict_proba(X))
    assert np.isclose(result.importances_mean.sum(), expected)
    assert np.isclose(result.baseline_loss - result.loss, expected)
    assert result.loss_name == "log_loss"
    assert result.to_frame()["feature"][0] in ("x2", "x3")


def test_two_classes_labels_and_targets():
    X, Y = make_multilabel_classification(80, 4, n_classes=3, random_state=0)
    net = MLPClassifier((4,), solver="lbfgs", tol=0.1, random_state=0)
    labels = sage_importance(net.fit(X, Y), X, Y, random_state=0, max_permutations=200)
    p = np.clip(net.predict_proba(X), 1e-15, 1 - 1e-15)
    assert np.isclose(labels.loss, -(Y * np.log(p) + (1 - Y) * np.log1p(-p)).mean())
    two = LogisticRegression(max_iter=500).fit(X, Y[:, 0])
    result = sage_importance(two, X, Y[:, 0], random_state=0, max_permutations=200)
    assert np.isclose(result.loss, log_loss(Y[:, 0], two.predict_proba(X)))
    targets = np.stack([X[:, 0], X[:, 1] ** 2], axis=1)
    linear = LinearRegression().fit(X, targets)
    result = sage_importance(linear, X, targets, random_state=0, max_permutations=200)
    assert np.isclose(result.loss, ((targets - linear.predict(X)) ** 2).mean())


def test_a_loss_of_ones_own_and_groups(pipeline, frame, frame_target):
    def wrong(y, p):
        return np.abs((y == "yes") - p[:, 0])

    result = sage_importance(
        pipeline,
        frame,
        frame_target,
        loss=wrong,
        groups={"home": ["city", "owner"]},
        random_state=0,
        max_permutations=400,
    )
    assert result.feature_names == ["income", "age", "rooms", "home", "size"]
    p = pipeline.predict_proba(frame)[:, 1]
    assert np.isclose(result.loss, wrong(frame_target, p[:, np.newaxis]).mean())
    assert result.loss_name == "wrong"
    assert result.importances_mean[3] > result.importances_mean[1]


def test_an_order_and_its_reverse_are_exact_for_one_column_and_additive_gains():
    X = np.arange(12.0).reshape(-1, 1)
    result = sage_importance(lambda rows: rows[:, 0], X, X[:, 0], random_state=0)
    assert np.isclose(result.importances_mean[0], np.var(X))
    one = sage_importance(lambda rows: rows[:, 0], X[:1], X[:1, 0], random_state=0)
    assert one.importances_mean.tolist() == [0.0]


def test_numbers_repeat_and_weights_of_zero_leave_rows_out():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    y = X[:, 0] * X[:, 1]
    background = X[:10]
    weight = (np.arange(60) < 30).astype(float)

    def ask(X, y, weight):
        return sage_importance(
            lambda rows: rows[:, 0] * rows[:, 1],
            X,
            y,
            background=background,
            sample_weight=weight,
            random_state=3,
        )

    all_rows, half = ask(X, y, weight), ask(X[:30], y[:30], None)
    assert np.allclose(all_rows.importances_mean, half.importances_mean)
    again = ask(X, y, weight)
    assert json.dumps(all_rows.to_dict()) == json.dumps(again.to_dict())


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"loss": "log"}, "loss must be"),
        ({"loss": "log_loss"}, "for classifiers"),
        ({"loss": lambda y, p: 1.0}, "one loss for each"),
        ({"confidence": 2}, "confidence"),
        ({"background": np.ones((3, 2))}, "same columns"),
    ],
)
def test_wrong_ways_are_told(how, words):
    X = np.random.default_rng(0).normal(size=(20, 3))
    with pytest.raises(InvalidParameterError, match=words):
        sage_importance(lambda rows: rows[:, 0], X, X[:, 0], **how)


def test_classes_that_are_not_known_and_models_without_probabilities():
    X, y = load_iris(return_X_y=True)
    with pytest.raises(InvalidParameterError, match="not among the classes"):
        sage_importance(LogisticRegression(max_iter=500).fit(X, y), X, y + 1)
    with pytest.raises(InvalidParameterError, match="predict_proba"):
        sage_importance(LinearSVC().fit(X, y), X, y)
