"""LIME by the lime package: its own numbers, on tables that it cannot take by itself."""

import importlib.util
import json

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from sknn.exceptions import InvalidParameterError, MissingExtraError
from sknn.interpret import lime
from sknn.interpret.result import generator

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("lime") is None, reason="lime is not installed"
)

X, Y = load_iris(return_X_y=True)
MODEL = LogisticRegression(max_iter=1000).fit(X, Y)


def theirs(discretize, seed):
    from lime.lime_tabular import LimeTabularExplainer

    explainer = LimeTabularExplainer(
        X, discretize_continuous=discretize, random_state=np.random.RandomState(0)
    )
    explainer.random_state = explainer.base.random_state = np.random.RandomState(seed)
    return explainer.explain_instance(X[100], MODEL.predict_proba, labels=range(3))


@pytest.mark.parametrize("discretize", [False, True])
def test_the_numbers_are_those_of_the_package(discretize):
    found = lime(
        MODEL,
        X[[100]],
        X,
        engine="lime",
        output="proba",
        discretize=discretize,
        n_seeds=1,
        random_state=0,
    )
    seed = int(generator(0).integers(2**31))
    one = theirs(discretize, seed)
    for c in range(3):
        for j, weight in one.local_exp[c]:
            assert found.coefficients[0, j, c] == pytest.approx(weight)
    assert found.scores[0, 2] == pytest.approx(one.score)  # the package keeps that of the last
    assert found.local_predictions[0, 2] == pytest.approx(one.local_pred[0])
    assert dict(found.to_lime()[0].as_map()[1]) == pytest.approx(dict(one.as_map()[1]))


def test_numbers_cut_at_quartiles_explain_less():
    scores = {
        discretize: lime(
            MODEL, X[::30], X, engine="lime", discretize=discretize, n_seeds=1, random_state=0
        ).scores.mean()
        for discretize in (False, True)
    }
    assert scores[True] < 0.6 * scores[False]


def test_text_gaps_booleans_and_columns_that_never_vary(pipeline, frame):
    frame = frame.assign(always=1.0, blank="x")
    found = lime(
        lambda rows: pipeline.predict_proba(rows.drop(columns=["always", "blank"]))[:, 1],
        frame[:3],
        frame,
        engine="lime",
        n_samples=300,
        n_seeds=2,
        random_state=0,
    )
    assert found.values.shape == (3, frame.shape[1])
    assert np.isfinite(found.values).all()
    assert (found.coefficients[:, -2:] == 0).all()
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    assert ((found.stability >= 0) & (found.stability <= 1)).all()
    json.dumps(found.to_dict())
    assert any("city=" in name for name, _ in found.to_lime()[0].as_list(label=0))


def test_a_category_that_the_background_lacks():
    frame = np.array([["a", 1.0], ["b", 2.0], ["a", 3.0]] * 20, dtype=object)
    row = np.array([["c", 2.0]], dtype=object)

    def model(rows):
        return (rows[:, 0] == "c") * 5.0 + rows[:, 1].astype(float)

    found = lime(model, row, frame, engine="lime", n_samples=200, random_state=0)
    assert found.predictions[0] == 7


def test_random_numbers_are_its_own():
    state = np.random.get_state()[1].copy()
    one, other = (
        lime(MODEL, X[:2], X, engine="lime", n_samples=100, random_state=4) for _ in range(2)
    )
    np.testing.assert_array_equal(one.coefficients, other.coefficients)
    assert (np.random.get_state()[1] == state).all()


def test_what_it_passes_on():
    found = lime(
        MODEL,
        X[:1],
        X,
        engine="lime",
        n_samples=200,
        n_features=2,
        feature_selection="lasso_path",
        sample_around_instance=True,
        distance_metric="manhattan",
        random_state=0,
    )
    assert (np.abs(found.coefficients[0]) > 0).sum(axis=0).max() <= 2


def test_what_is_not_allowed():
    with pytest.raises(InvalidParameterError, match="no setting 'colour'"):
        lime(MODEL, X[:1], X, engine="lime", colour="red")
    with pytest.raises(InvalidParameterError, match="equal weight"):
        lime(MODEL, X[:1], X, engine="lime", sample_weight=np.arange(150))
    with pytest.raises(InvalidParameterError, match="Pass engine='lime'"):
        lime(MODEL, X[:1], X, n_samples=50).to_lime()


def test_the_package_is_optional(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lime.lime_tabular", None)
    with pytest.raises(MissingExtraError, match=r"sknn\[interpret\]"):
        lime(MODEL, X[:1], X, engine="lime")
