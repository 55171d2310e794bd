"""Measures agree with scikit-learn's, weights count, and intervals cover."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier

from sknn.exceptions import InvalidParameterError
from sknn.interpret.evaluation.answers import Answers, answers_of, task_of
from sknn.interpret.evaluation.measures import MEASURES, intervals

RNG = np.random.default_rng(0)
X, Y = load_iris(return_X_y=True)


def values(answers, weight=None):
    n = len(answers)
    weight = np.full(n, 1 / n) if weight is None else weight / weight.sum()
    return {m.name: float(m.of(answers, weight[None])[0]) for m in MEASURES[answers.task]}


@pytest.mark.parametrize("weight", [None, RNG.random(100)], ids=["equal", "weighted"])
def test_two_classes(weight):
    y = np.where(Y[50:] == 1, "no", "yes")
    model = LogisticRegression(C=0.01).fit(X[50:, :2], y)
    answers = answers_of(model, X[50:, :2], y, "classes")
    found, how = values(answers, weight), {"sample_weight": weight}
    p, told = model.predict_proba(X[50:, :2]), model.predict(X[50:, :2])
    assert answers.task == "binary"
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(y, told, **how))
    assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(y, p[:, 1], **how))
    assert found["log_loss"] == pytest.approx(metrics.log_loss(y, p, **how))
    assert found["brier"] == pytest.approx(metrics.brier_score_loss(y == "yes", p[:, 1], **how))
    assert found["balanced_accuracy"] == pytest.approx(
        metrics.balanced_accuracy_score(y, told, **how)
    )


def test_auc_counts_ties_half():
    p = np.array([0.2, 0.5, 0.5, 0.5, 0.9])
    y = np.array([0, 0, 1, 1, 0])
    answers = Answers(y, y, np.column_stack([1 - p, p]), np.array([0, 1]), "binary")
    assert values(answers)["roc_auc"] == pytest.approx(metrics.roc_auc_score(y, p))


def test_several_classes():
    model = LogisticRegression(C=0.01, max_iter=500).fit(X, Y)
    found = values(answers_of(model, X, Y, "classes"))
    assert found["log_loss"] == pytest.approx(metrics.log_loss(Y, model.predict_proba(X)))
    assert found["balanced_accuracy"] == pytest.approx(
        metrics.balanced_accuracy_score(Y, model.predict(X))
    )


@pytest.mark.parametrize("weight", [None, RNG.random(150)], ids=["equal", "weighted"])
@pytest.mark.parametrize("columns", [[0], [0, 1]])
def test_numbers(columns, weight):
    y = X[:, columns]
    y = 1e6 + (y[:, 0] if len(columns) == 1 else y)  # squares would lose digits
    model = LinearRegression().fit(X[:, 2:], y)
    told, how = model.predict(X[:, 2:]), {"sample_weight": weight}
    found = values(answers_of(model, X[:, 2:], y, task_of(y, False)), weight)
    assert found["r2"] == pytest.approx(metrics.r2_score(y, told, **how))
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(y, told, **how))
    if len(columns) == 1:
        assert found["rmse"] == pytest.approx(metrics.root_mean_squared_error(y, told, **how))


@pytest.mark.parametrize("of", ["forest", "one by one"])
def test_labels(of):
    rows, labels = make_multilabel_classification(80, 5, n_classes=3, random_state=0)
    model = (
        RandomForestClassifier(5, random_state=0)
        if of == "forest"
        else MultiOutputClassifier(LogisticRegression())
    ).fit(rows[:40], labels[:40])
    answers = answers_of(model, rows, labels, task_of(labels, True))
    found = values(answers)
    told = model.predict(rows)
    assert answers.p.shape == labels.shape
    assert found["label_accuracy"] == pytest.approx(1 - metrics.hamming_loss(labels, told))
    assert found["subset_accuracy"] == pytest.approx(metrics.accuracy_score(labels, told))


def test_targets_that_are_not_told_about():
    with pytest.raises(InvalidParameterError, match="each target by itself"):
        task_of(np.array([[0, 2], [1, 1], [2, 0]]), True)


def test_a_class_that_was_never_seen_is_a_large_loss():
    model = LogisticRegression().fit(X[:100], Y[:100])
    answers = answers_of(model, X[90:110], Y[90:110], "classes")
    assert set(answers.codes) == {1, -1}
    assert np.isfinite(answers.loss).all()
    assert answers.loss[-1] > 30
    assert values(answers)["accuracy"] == 0.5


def test_intervals_cover_as_often_as_they_say():
    rng, covered = np.random.default_rng(0), 0
    for _ in range(200):
        right = rng.random(150) < 0.8
        y = np.zeros(150, dtype=int)
        answers = Answers(y, np.where(right, 0, 1), None, np.array([0, 1]), "binary")
        ((_, _, low, high), *_) = intervals(answers, np.full(150, 1 / 150), rng, 200)
        covered += low <= 0.8 <= high
    assert 178 <= covered <= 198


def test_weights_count_as_rows_in_the_value():
    y = np.array([1.0, 2.0, 4.0])
    answers = Answers(y, np.zeros(3), None, None, "regression")
    twice = Answers(y[[0, 1, 1, 2]], np.zeros(4), None, None, "regression")
    assert values(answers, np.array([1.0, 2, 1])) == pytest.approx(values(twice))


def test_one_row_has_no_interval():
    answers = Answers(np.array([1.0]), np.array([2.0]), None, None, "regression")
    ((_, value, low, high), *_) = intervals(answers, np.ones(1), np.random.default_rng(0), 50)
    assert value == 1
    assert np.isnan([low, high]).all()
