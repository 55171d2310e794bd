"""A tree that imitates a model: rules, fidelity, categories, missing values."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from sknn.exceptions import InvalidParameterError
from sknn.interpret import surrogate_tree


def test_a_tree_is_imitated_exactly():
    X, y = load_iris(return_X_y=True)
    model = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X, y)
    result = surrogate_tree(model, X, random_state=0)
    assert result.fidelity == 1.0
    assert result.fidelity_train == 1.0
    assert result.fidelity_name == "agreement"
    assert np.array_equal(result.predict(X), model.predict(X))
    assert result.to_frame()["share"].sum() == pytest.approx(1.0)
    assert (result.n_train, result.n_held_out) == (112, 38)


def test_categories_and_missing_values_in_the_rules(frame):
    def model(rows):
        return np.where(rows["city"].eq("Rome"), 5.0, 0.0) + 100.0 * rows["income"].isna()

    result = surrogate_tree(model, frame, random_state=0)
    assert result.fidelity == 1.0
    assert "city is Rome" in result.rules
    assert "city in {Bonn, Oslo}" in result.rules
    assert "income is missing" in result.rules
    assert "income is not missing" in result.rules
    assert np.allclose(result.predict(frame), model(frame))
    other = frame.assign(city="Paris")  # unknown: like a missing one
    assert np.isfinite(result.predict(other)).all()


def test_missing_categories_are_categories_too(frame):
    table = frame.assign(city=frame["city"].where(frame["age"] > 30, None))

    def model(rows):
        return rows["city"].isna().to_numpy().astype(float)

    result = surrogate_tree(model, table, max_depth=1, random_state=0)
    assert "city is missing" in result.rules
    assert result.fidelity == 1.0


def test_classes_numbers_and_scales_of_a_network(pipeline, frame):
    classes = surrogate_tree(pipeline, frame, random_state=0)
    assert classes.fidelity > 0.6
    assert set(classes.predict(frame)) == {"yes", "no"}
    logit = surrogate_tree(pipeline, frame, output="logit", random_state=0)
    assert logit.fidelity_name == "R2"
    assert logit.output == "logit"
    again = surrogate_tree(pipeline, frame, output="logit", random_state=0)
    assert json.dumps(logit.to_dict()) == json.dumps(again.to_dict())


def test_several_targets_labels_and_classes():
    X, Y = make_multilabel_classification(80, 4, n_classes=3, random_state=0)
    labels = surrogate_tree(KNeighborsClassifier().fit(X, Y), X, random_state=0)
    assert labels.predict(X).shape == (80, 3)
    targets = surrogate_tree(LinearRegression().fit(X, X[:, :2]), X, random_state=0)
    assert targets.predict(X).shape == (80, 2)
    assert "," in targets.rules
    iris, y = load_iris(return_X_y=True)
    forest = RandomForestClassifier(5, random_state=0).fit(iris, y)
    table = pd.DataFrame({"kind": np.array(["u", "v", "w"])[y], "x": iris[:, 0]})

    class Named:
        def __call__(self, rows):
            return forest.predict_proba(np.tile(rows["x"].to_numpy()[:, None], 4))

    assert np.isfinite(surrogate_tree(Named(), table, random_state=0).fidelity)


def test_weights_of_zero_leave_rows_out():
    X = np.random.default_rng(0).uniform(size=(100, 2))
    weight = (X[:, 0] < 0.5).astype(float)
    result = surrogate_tree(lambda X: (X[:, 0] > 0.5) * 1.0, X, sample_weight=weight)
    assert result.rules == "always: 0 (100 % of rows)"


def test_one_row_and_one_column():
    result = surrogate_tree(lambda X: X[:, 0], [[3.0]])
    assert np.isnan(result.fidelity)
    assert result.rules == "always: 3 (100 % of rows)"
    assert len(result.to_frame()) == 1


def test_wrong_depth_is_told():
    with pytest.raises(InvalidParameterError, match="max_depth"):
        surrogate_tree(lambda X: X[:, 0], [[3.0]], max_depth=0)
