"""Every explanation works on every kind of model and table, and leaves what it was given alone."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris, make_classification, make_multilabel_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, Ridge

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import (
    accumulated_local_effects,
    evaluate,
    friedman_h,
    lime,
    partial_dependence,
    permutation_importance,
    reason_codes,
    sage_importance,
    shap_values,
    surrogate_tree,
)


def small(cls, **how):
    return cls(hidden_layer_sizes=4, solver="lbfgs", tol=0.1, random_state=0, **how)


def quick(cls, **how):
    return cls("fast", hidden_layer_sizes=8, max_iter=5, random_state=0, **how)


def first_rows(X, n=3):
    return X.iloc[:n] if hasattr(X, "iloc") else X[:n]


def first_column(X):
    return X.columns[0] if hasattr(X, "columns") else 0


#: Each explanation with small settings: what it gives for a model, its rows and its targets.
EXPLANATIONS = {
    "permutation_importance": lambda model, X, y: permutation_importance(
        model, X, y, n_repeats=2, random_state=0
    ),
    "conditional importance": lambda model, X, y: permutation_importance(
        model, X, y, n_repeats=2, random_state=0, conditional=True
    ),
    "sage_importance": lambda model, X, y: sage_importance(
        model, first_rows(X, 40), y[:40], max_permutations=12, random_state=0
    ),
    "partial_dependence": lambda model, X, y: partial_dependence(
        model, X, [first_column(X)], grid_resolution=5, kind="both"
    ),
    "accumulated_local_effects": lambda model, X, y: accumulated_local_effects(
        model, X, [first_column(X)], n_bins=5
    ),
    "friedman_h": lambda model, X, y: friedman_h(
        model, X, features=list(range(min(2, X.shape[1]))), n_samples=10, random_state=0
    ),
    "surrogate_tree": lambda model, X, y: surrogate_tree(model, X, random_state=0),
    "shap_values": lambda model, X, y: shap_values(
        model, first_rows(X), first_rows(X, 10), tol=0.5, random_state=0
    ),
    "permutation shap": lambda model, X, y: shap_values(
        model,
        first_rows(X),
        first_rows(X, 10),
        method="permutation",
        n_permutations=10,
        random_state=0,
    ),
    "lime": lambda model, X, y: lime(
        model, first_rows(X), X, n_samples=200, n_seeds=2, random_state=0
    ),
    "evaluate": lambda model, X, y: evaluate(model, X, y, n_bootstrap=10, random_state=0),
    "reason_codes": lambda model, X, y: reason_codes(
        shap_values(model, first_rows(X), first_rows(X, 10), tol=0.5, random_state=0), output=0
    ),
}
WITHOUT_TARGET = [name for name in EXPLANATIONS if "importance" not in name and name != "evaluate"]


def frame_pipeline(pipeline, frame, y):
    return pipeline, frame, y


def tabular_classifier(_, frame, y):
    return quick(TabularMLPClassifierX).fit(frame, y), frame, y


def tabular_regressor(_, frame, y):
    number = (y == "yes") + frame["age"] / 100.0
    return quick(TabularMLPRegressorX, n_folds=2).fit(frame, number), frame, number.to_numpy()


def boosting(_, frame, y):
    frame = frame.astype({"city": "category", "owner": "category", "rooms": "float"})
    model = HistGradientBoostingClassifier(
        max_iter=3, min_samples_leaf=2, categorical_features="from_dtype"
    )
    return model.fit(frame, y), frame, y


def several_classes(*_):
    X, y = load_iris(return_X_y=True)
    X, y = X[::3], np.array(["setosa", "versicolor", "virginica"])[y[::3]]
    return small(MLPClassifierX).fit(X, y), X, y


def several_labels(*_):
    X, y = make_multilabel_classification(40, 4, n_classes=3, random_state=0)
    return small(MLPClassifierX).fit(X, y), X, y


def several_targets(*_):
    X = np.random.default_rng(0).normal(size=(40, 3))
    y = np.c_[X[:, 0], X[:, 1] * X[:, 2]]
    return small(MLPRegressorX).fit(X, y), X, y


def one_column(*_):
    X = np.linspace(-1, 1, 40).reshape(-1, 1)
    return small(MLPRegressorX).fit(X, X[:, 0] ** 2), X, X[:, 0] ** 2


def many_columns(*_):
    X, y = make_classification(60, 300, n_informative=5, random_state=0)
    return LogisticRegression(C=0.01).fit(X, y), X, y


CASES = [
    frame_pipeline,
    tabular_classifier,
    tabular_regressor,
    boosting,
    several_classes,
    several_labels,
    several_targets,
    one_column,
    many_columns,
]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.__name__)
def case(request, pipeline, frame, frame_target):
    return request.param(pipeline, frame, frame_target)


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_explanation_of_every_model(name, case):
    model, X, y = case
    before = X.copy(deep=True) if hasattr(X, "iloc") else X.copy()
    state = np.random.get_state()[1].copy()
    result = EXPLANATIONS[name](model, X, y)
    text = json.dumps(result.to_dict())
    assert result.method.endswith(".")
    assert len(result.to_frame()) > 0 or X.shape[1] == 1  # one column has no pairs
    assert json.dumps(EXPLANATIONS[name](model, X, y).to_dict()) == text  # the same seed
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    if hasattr(X, "iloc"):
        pd.testing.assert_frame_equal(X, before)
    else:
        np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("name", WITHOUT_TARGET)
def test_a_plain_function(name):
    X = np.random.default_rng(0).normal(size=(40, 3))
    result = EXPLANATIONS[name](lambda rows: rows[:, 0] * rows[:, 1], X, None)
    assert result.method


@pytest.mark.parametrize("name", ["shap_values", "permutation shap", "lime", "reason_codes"])
def test_one_row(name, pipeline, frame):
    result = EXPLANATIONS[name](pipeline, frame.iloc[[4]], None)
    assert len(result.to_frame()) > 0


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_columns_of_the_same_name(name):
    X = np.random.default_rng(0).normal(size=(40, 2))
    y = X[:, 0]
    twice = pd.DataFrame(X, columns=["a", "a"])
    with pytest.raises(InvalidParameterError, match="more than once: 'a'"):
        EXPLANATIONS[name](Ridge().fit(X, y), twice, y)
