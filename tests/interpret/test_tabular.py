"""Tabular estimators are explained by the columns that the user knows."""

import numpy as np
import pytest

from sknn import TabularMLPClassifierX, TabularMLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import (
    ModelReport,
    accumulated_local_effects,
    counterfactuals,
    integrated_gradients,
    local_linear_model,
    partial_dependence,
    permutation_importance,
    sage_importance,
    shap_values,
)

GROUPS = {"home": ["rooms", "city"], "person": ["age", "income"]}


@pytest.fixture(scope="module")
def classifier(frame, frame_target):
    net = TabularMLPClassifierX("fast", hidden_layer_sizes=8, max_iter=5, random_state=0)
    return net.fit(frame, frame_target)


@pytest.fixture(scope="module")
def regressor(frame):
    net = TabularMLPRegressorX("fast", hidden_layer_sizes=8, max_iter=5, random_state=0)
    return net.fit(frame, 1000.0 * frame["age"])


@pytest.mark.parametrize("column", ["income", "age", "rooms", "city", "owner", "size"])
def test_effects_of_columns_of_every_kind(column, classifier, frame):
    effect = partial_dependence(classifier, frame, [column], grid_resolution=4)
    value = effect.grid_values[0][1]
    replaced = frame.assign(**{column: value})
    if column == "size":
        replaced[column] = replaced[column].astype(frame[column].dtype)
    expected = classifier.predict_proba(replaced)[:, 1].mean()
    assert effect.average[0, 1] == pytest.approx(expected)
    assert len(accumulated_local_effects(classifier, frame, [column], n_bins=4).to_frame()) > 1


def test_values_add_up_in_the_unit_of_the_target(regressor, frame):
    found = shap_values(regressor, frame.iloc[:3], frame.iloc[10:20], random_state=0)
    assert found.feature_names == list(frame.columns)
    predicted = regressor.predict(frame.iloc[:3])
    total = found.values.sum(axis=1) + regressor.predict(frame.iloc[10:20]).mean()
    np.testing.assert_allclose(total, predicted)


def test_groups_of_raw_columns(classifier, frame, frame_target):
    permuted = permutation_importance(
        classifier, frame, frame_target, n_repeats=2, groups=GROUPS, random_state=0
    )
    assert {"home", "person", "owner"} <= set(permuted.feature_names)
    few = frame.iloc[:30]
    shared = sage_importance(
        classifier, few, frame_target[:30], groups=GROUPS, max_permutations=8, random_state=0
    )
    assert {"home", "person", "owner"} <= set(shared.feature_names)


def test_counterfactuals_change_raw_columns(classifier, frame):
    found = counterfactuals(classifier, frame.iloc[[0]], frame, random_state=0)
    assert found.found
    before = classifier.predict(frame.iloc[[0]])[0]
    assert (classifier.predict(found.rows) != before).all()
    assert set(found.rows["city"]) <= set(frame["city"])


@pytest.mark.parametrize(
    "ask",
    [
        lambda model, X: integrated_gradients(model, X.iloc[:2], background=X),
        lambda model, X: local_linear_model(model, X.iloc[:1]),
        lambda model, X: shap_values(model, X.iloc[:2], X, method="deep"),
        lambda model, X: shap_values(model, X.iloc[:2], X, method="gradient"),
        lambda model, X: counterfactuals(model, X.iloc[:1], X, method="gradient"),
    ],
)
def test_what_asks_for_a_gradient_names_the_members(ask, classifier, frame):
    with pytest.raises(InvalidParameterError, match=r"estimators_\[0\].*encoder_\.transform"):
        ask(classifier, frame)


def test_a_member_tells_its_gradient(classifier, frame):
    encoded = classifier.encoder_.transform(frame)
    found = integrated_gradients(classifier.estimators_[0], encoded[:2], background=encoded)
    assert found.values.shape == (2, encoded.shape[1])


@pytest.mark.parametrize("kind", ["classifier", "regressor"])
def test_a_report(kind, request, frame, frame_target):
    model = request.getfixturevalue(kind)
    y = frame_target if kind == "classifier" else 1000.0 * frame["age"]
    report = ModelReport(model, frame, y, audience="summary", budget="fast", random_state=0)
    for text in (report.to_html(), report.to_markdown(), report.to_json()):
        assert type(model).__name__ in text
        assert "income" in text


def test_a_report_lists_the_members(regressor, frame):
    report = ModelReport(regressor, frame, 1000.0 * frame["age"], budget="fast", random_state=0)
    tables = [table for section in report.sections for table in section.tables()]
    members = next(table for table in tables if table.name == "members")
    assert [row[-1] for row in members.rows] == [regressor.n_parameters_]
