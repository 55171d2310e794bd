"""Checks fail where something was made wrong on purpose, and pass where it was not."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier

from sknn import MLPClassifierX, MLPRegressorX
from sknn.interpret import ModelReport
from sknn.interpret.report.content import STATUSES, Check, Checks

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 3))
Y = (X[:, 0] + 0.5 * RNG.normal(size=600) > 0).astype(int)
MODEL = LogisticRegression().fit(X[:300], Y[:300])


class Known(ClassifierMixin, BaseEstimator):
    """Probabilities as a function of the rows."""

    def __init__(self, p):
        self.p, self.classes_ = p, np.array([0, 1])

    def fit(self, rows, y=None):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def predict_proba(self, rows):
        p = self.p(rows)
        return np.column_stack([1 - p, p])

    def predict(self, rows):
        return (self.p(rows) > 0.5).astype(int)


def checks(model=MODEL, rows=X[300:], y=Y[300:], *, train=True, **how):
    if train:
        how = {"X_train": X[:300], "y_train": Y[:300]} | how
    report = ModelReport(model, rows, y, budget="fast", audience="summary", **how)
    return {check.name: check for check in report.checks}


def status(name, *args, **how):
    return checks(*args, **how)[name].status


def test_a_good_model_passes():
    found = checks()
    assert [c.name for c in found.values() if c.status == "fail"] == []
    assert {c.name for c in found.values() if c.status == "warn"} <= {"Better than a linear model"}
    for check in found.values():
        assert check.sentence.endswith(".")
        assert check.threshold.startswith("Passes ")
        assert check.advice.endswith(".")
        assert check.status in STATUSES


def test_better_than_a_constant():
    name = "Better than a constant answer"
    assert status(name) == "pass"
    assert status(name, Known(lambda r: np.full(len(r), 0.1)), y=np.ones(300, int)) == "fail"
    assert status(name, Known(lambda r: 1.0 * (r[:, 1] > 0))) in ("warn", "fail")


def test_a_little_better_than_a_constant_is_no_reason_to_throw_it_away():
    rows, y = X[300:400], Y[300:400]
    often = np.bincount(Y[:300]).argmax()
    known = rows[np.flatnonzero(y != often)[:3], 0]  # of the others it knows three

    def p(r):
        return np.where(np.isin(r[:, 0], known), 0.9 - 0.8 * often, 0.1 + 0.8 * often)

    found = checks(Known(p), rows, y)["Better than a constant answer"]
    assert found.status == "warn"
    assert found.value == pytest.approx(0.03)
    assert "may be no better" in found.advice
    useless = checks(Known(lambda r: 1.0 - p(r)), rows, y)["Better than a constant answer"]
    assert useless.status == "fail"
    assert "Do not use" in useless.advice


def test_better_than_a_linear_model():
    curved = (np.abs(X[:, 0]) > 0.7).astype(int)
    name = "Better than a linear model"
    right = Known(lambda r: 0.02 + 0.96 * (np.abs(r[:, 0]) > 0.7))
    assert status(name, right, y=curved[300:], y_train=curved[:300]) == "pass"
    assert status(name, Known(lambda r: 0.4 + 0.2 * (r[:, 1] > 0))) == "fail"
    assert name in checks(train=False)  # told by the other folds of the test rows


def test_overfitting():
    name = "As good on new rows as on those it learned from"
    by_heart = KNeighborsClassifier(1).fit(X[:300, 1:], Y[:300])  # of columns that tell nothing
    assert status(name) == "pass"
    found = checks(by_heart, X[300:, 1:], X_train=X[:300, 1:])
    assert found[name].status == "fail"
    assert found[name].value > 0.9


def test_few_rows():
    assert status("Enough test rows") == "pass"
    assert status("Enough test rows", rows=X[300:400], y=Y[300:400]) == "warn"
    assert status("Enough test rows", rows=X[300:310], y=Y[300:310]) == "fail"


def test_drift():
    name = "Test rows are like training rows"
    assert status(name) == "pass"
    moved = X[300:] + np.array([0, 2.0, 0])
    found = checks(rows=moved)[name]
    assert found.status == "fail"
    assert found.sentence.startswith("Columns that differ, by their distance: x1 (")
    assert "x0" not in found.sentence


def test_repeated_rows():
    assert status("Test rows are new") == "pass"
    assert status("Test rows are new", rows=X[250:550], y=Y[250:550]) == "fail"
    assert status("Test rows are new", rows=X[290:590], y=Y[290:590]) == "warn"


def test_leaks():
    name = "No column gives the answer away"
    assert status(name) == "pass"
    leaking = X.copy()
    leaking[:, 2] = Y
    model = LogisticRegression().fit(leaking[:300], Y[:300])
    found = checks(model, leaking[300:], X_train=leaking[:300])[name]
    assert found.status == "fail"
    assert "x2" in found.sentence


def test_calibration():
    name = "Probabilities come true"
    assert status(name) == "pass"
    sure = Known(lambda r: 1 / (1 + np.exp(-30 * r[:, 0])))
    assert status(name, sure) in ("warn", "fail")
    assert status(name, Known(lambda r: 0.2 + 0.001 * np.sign(r[:, 0]))) == "fail"


def test_rare_classes():
    rare = (np.arange(600) % 40 == 0).astype(int)
    name = "Every class has rows"
    assert status(name) == "pass"
    assert status(name, y=rare[300:]) == "warn"
    assert status(name, y=np.zeros(300, int)) == "fail"


def test_slices():
    name = "Of use for every slice of the rows"
    y = 5 * X[:, 0] + np.where(X[:, 1] > 0.6, 3, 0.3) * RNG.normal(size=600)
    model = Ridge().fit(X[:300], y[:300])
    assert status(name, model, y=y[300:], y_train=y[:300]) == "pass"  # just noisier there
    y = np.where(X[:, 1] > 0.6, -1, 1) * X[:, 0]  # the other way round there
    model = Ridge(alpha=1e-3).fit(X * [1, 0, 0], X[:, 0])
    found = checks(model, y=y[300:], y_train=y[:300])[name]
    assert found.status == "fail"
    assert "x1 from" in found.sentence


def test_groups():
    groups = np.where(X[300:, 1] > 0, "a", "b")
    y = np.where(groups == "a", Y[300:], 1 - Y[300:])
    name = "Alike for groups of group"
    assert status(name, y=y, sensitive=groups) == "warn"
    assert status(name, sensitive=groups) == "pass"
    assert name not in checks()
    few = np.array(["a"] * 295 + ["b"] * 5)  # too few to compare
    assert name not in checks(sensitive=few)


def test_expectations():
    found = checks(expectations={"x0": "increasing", "x1": "decreasing"})
    assert found["As expected: the prediction rises with x0"].status == "pass"
    against = checks(expectations={"x0": "decreasing"})
    assert against["As expected: the prediction falls with x0"].status == "fail"
    assert against["As expected: the prediction falls with x0"].value == 1
    blind = Known(lambda r: 1 / (1 + np.exp(-r[:, 0])))
    found = checks(blind, expectations={"x1": "none", "x0": "none"})
    assert found["As expected: the prediction does not depend on x1"].status == "pass"
    assert found["As expected: the prediction does not depend on x0"].status == "fail"


def test_expectations_of_a_class():
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    model = LogisticRegression().fit(X, y)
    found = checks(model, X, y, train=False, expectations={"x0": {"2": "increasing"}})
    assert found["As expected: the prediction of 2 rises with x0"].status == "pass"


def test_noise():
    name = "Bears small noise"
    assert status(name) == "pass"
    fine = (np.floor(X[:, 0] * 20) % 2).astype(int)  # changes with the second digit
    model = Known(lambda r: 0.01 + 0.98 * (np.floor(r[:, 0] * 20) % 2))
    assert status(name, model, y=fine[300:], y_train=fine[:300]) == "fail"


def test_stable_ranking():
    name = "The ranking of columns is stable"
    nothing = Known(lambda r: 0.5 + 0.01 * np.tanh(r @ np.ones(3)))
    assert status(name, nothing, y=RNG.integers(2, size=300)) == "warn"


def test_correlated_columns():
    name = "Columns tell different things"
    assert status(name) == "pass"
    twins = np.column_stack([X, X[:, 0] + 0.01 * RNG.normal(size=600)])
    model = LogisticRegression().fit(twins[:300], Y[:300])
    found = checks(model, twins[300:], X_train=twins[:300])[name]
    assert found.status == "warn"
    assert "x0 and x3" in found.sentence


def test_contributions_add_up():
    assert status("Contributions add up to predictions") == "pass"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_training_that_was_cut_short():
    name = "Training came to rest"
    how = {"hidden_layer_sizes": (4,), "random_state": 0}
    y = X[:, 0]
    cut = MLPRegressorX(max_iter=2, **how).fit(X, y)
    rested = MLPRegressorX(solver="lbfgs", tol=0.1, **how).fit(X, y)
    assert status(name, cut, X, y, train=False) == "warn"
    assert status(name, rested, X, y, train=False) == "pass"
    assert name not in checks()


def test_the_worst_come_first():
    found = [Check(s, s, None, "", "") for s in ("pass", "fail", "warn", "pass", "fail")]
    assert [c.status for c in Checks(found).ordered] == ["fail", "fail", "warn", "pass", "pass"]


def network(**how):
    how = {"hidden_layer_sizes": (8,), "tol": 1e-3, "random_state": 0} | how
    return MLPClassifierX(**how).fit(X[:300], Y[:300])


def test_units_that_are_dead():
    net = network()
    assert status("No dead units", net) == "pass"
    net.intercepts_[0][:] = -1e3  # no row reaches any of them
    found = checks(net)["No dead units"]
    assert found.status == "fail"
    assert found.value == 1
    assert "100%" in found.sentence
    assert "What to try" in found.advice
    assert "No dead units" not in checks()  # of other models


def test_training_that_went_wrong():
    assert status("Training went well", network(solver="lbfgs", tol=1e-2)) == "pass"
    with pytest.warns(ConvergenceWarning):
        net = network(solver="sgd", learning_rate_init=1e-6, max_iter=30, tol=0.0)
    found = checks(net)["Training went well"]
    assert found.status in ("warn", "fail")
    assert "rate too low" in found.sentence
