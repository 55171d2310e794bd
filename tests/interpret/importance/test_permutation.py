"""Permutation importance: scikit-learn's numbers, closed forms, groups, subgroups, intervals."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.inspection import permutation_importance as sklearn_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import make_scorer, mean_pinball_loss
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from sknn import MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import permutation_importance


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return LogisticRegression(max_iter=500).fit(X, y), X, y


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return LinearRegression().fit(X, y), X, y


def same(own, theirs):
    rounding = 1e-12 * max(abs(own.baseline_score), 1.0)
    for name in ("importances", "importances_mean", "importances_std"):
        assert np.allclose(own[name], theirs[name], rtol=0, atol=rounding), name


@pytest.mark.parametrize("scoring", [None, "accuracy", "neg_log_loss", "roc_auc_ovr", "f1_macro"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("max_samples", [1.0, 0.4, 37])
def test_numbers_of_scikit_learn(iris, scoring, weighted, max_samples):
    model, X, y = iris
    weight = np.random.default_rng(0).integers(0, 3, len(y)) if weighted else None
    how = {
        "scoring": scoring,
        "sample_weight": weight,
        "max_samples": max_samples,
        "n_repeats": 3,
        "random_state": 7,
    }
    same(permutation_importance(model, X, y, **how), sklearn_importance(model, X, y, **how))


@pytest.mark.parametrize(
    "scoring", [None, "r2", "neg_mean_squared_error", "neg_mean_absolute_error", "neg_max_error"]
)
@pytest.mark.parametrize("n_targets", [1, 2])
def test_numbers_of_scikit_learn_for_regressors(diabetes, scoring, n_targets):
    _, X, y = diabetes
    if scoring == "neg_max_error" and n_targets == 2:
        scoring = "explained_variance"
    y = y if n_targets == 1 else np.stack([y, X[:, 0] ** 2], axis=1)
    model = LinearRegression().fit(X, y)
    weight = None if scoring == "neg_max_error" else np.random.default_rng(0).random(len(y))
    how = {"scoring": scoring, "sample_weight": weight, "random_state": np.random.RandomState(3)}
    own = permutation_importance(model, X, y, **how)
    how["random_state"] = np.random.RandomState(3)
    same(own, sklearn_importance(model, X, y, **how))


def test_frames_pipelines_and_parallel_jobs(pipeline, frame, frame_target):
    own = permutation_importance(pipeline, frame, frame_target, random_state=0, n_jobs=2)
    same(own, sklearn_importance(pipeline, frame, frame_target, random_state=0))
    assert own.feature_names == list(frame.columns)
    assert own.scorer_name == "accuracy"
    assert own.to_frame()["feature"][0] in ("income", "city", "size")


def test_several_scores_as_scikit_learn(iris):
    model, X, y = iris

    def both(estimator, X, y):
        return {"hits": estimator.score(X, y), "first": float(estimator.predict(X)[0])}

    for scoring in (["accuracy", "roc_auc_ovr"], {"a": "accuracy", "own": both_scorer}, both):
        own = permutation_importance(model, X, y, scoring=scoring, random_state=0)
        theirs = sklearn_importance(model, X, y, scoring=scoring, random_state=0)
        assert set(own) == set(theirs)
        for name in theirs:
            same(own[name], theirs[name])


def both_scorer(estimator, X, y):
    assert isinstance(estimator, LogisticRegression)  # a scorer of one's own gets the model itself
    return float((estimator.predict(X) == y).mean())


def test_a_search_and_a_scorer_with_parameters(diabetes):
    _, X, y = diabetes
    search = GridSearchCV(LinearRegression(), {"fit_intercept": [True, False]}, cv=2).fit(X, y)
    scorer = make_scorer(mean_pinball_loss, greater_is_better=False, alpha=0.9)
    for scoring in (None, scorer):
        how = {"scoring": scoring, "n_repeats": 2, "random_state": 1}
        same(permutation_importance(search, X, y, **how), sklearn_importance(search, X, y, **how))


def test_labels_and_our_own_regressor():
    X, Y = make_multilabel_classification(80, 5, n_classes=3, random_state=0)
    model = KNeighborsClassifier().fit(X, Y)
    how = {"n_repeats": 2, "random_state": 0}
    same(permutation_importance(model, X, Y, **how), sklearn_importance(model, X, Y, **how))
    net = MLPRegressorX(hidden_layer_sizes=(4,), solver="lbfgs", tol=0.1, random_state=0)
    net.fit(X, X[:, 0])
    own = permutation_importance(net, X, X[:, 0], **how)
    same(own, sklearn_importance(net, X, X[:, 0], **how))
    assert own.scorer_name == "r2"


def test_linear_model_under_squared_error():
    """The closed form 2 w_j^2 Var(x_j), within the standard errors."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 3)) * [1.0, 2.0, 1.0]
    y = X @ [3.0, 1.0, 0.0] + rng.normal(size=len(X))
    model = LinearRegression().fit(X, y)
    result = permutation_importance(
        model, X, y, scoring="neg_mean_squared_error", random_state=0, n_repeats=3
    )
    expected = np.array([18.0, 8.0, 0.0])
    assert np.allclose(result.importances_mean, expected, rtol=0.03, atol=0.01)
    assert (np.abs(result.importances_mean - expected) < 4 * result.importances_se + 1e-3).all()


@pytest.mark.parametrize("scoring", ["neg_mean_squared_error", "r2"])
def test_intervals_hold_the_truth_as_often_as_they_say(scoring):
    rng = np.random.default_rng(1)
    truth = np.array([8.0, 2.0]) / (6.0 if scoring == "r2" else 1.0)
    hits = []
    for _ in range(150):
        X = rng.normal(size=(150, 2))
        y = X @ [2.0, 1.0] + rng.normal(size=150)
        result = permutation_importance(
            lambda rows: rows @ [2.0, 1.0], X, y, scoring=scoring, random_state=rng, confidence=0.9
        )
        assert result.covers == "rows and permutations"
        hits.append((result.ci[:, 0] <= truth) & (truth <= result.ci[:, 1]))
    coverage = np.mean(hits, axis=0)
    assert (coverage > 0.83).all()
    assert (coverage < 0.99).all()


def test_other_scores_have_intervals_over_permutations(iris):
    model, X, y = iris
    result = permutation_importance(model, X, y, scoring="roc_auc_ovr", random_state=0)
    assert result.covers == "permutations"
    assert np.allclose(
        result.importances_se, result.importances.std(axis=1, ddof=1) / np.sqrt(5), atol=1e-15
    )
    assert "Student's t" in result.method
    once = permutation_importance(model, X, y, scoring="roc_auc_ovr", n_repeats=1)
    assert np.isnan(once.importances_se).all()


def test_a_group_is_permuted_together():
    X = np.random.default_rng(0).normal(size=(300, 3))
    X[:, 1] = X[:, 0]

    def model(rows):  # the columns cancel unless they are torn apart
        return 5.0 * (rows[:, 0] - rows[:, 1]) + rows[:, 2]

    groups = {"pair": ["x0", "x1"]}
    result = permutation_importance(model, X, model(X), groups=groups, random_state=0)
    assert result.feature_names == ["pair", "x2"]
    assert abs(result.importances_mean[0]) < 1e-12
    alone = permutation_importance(model, X, model(X), random_state=0)
    assert (alone.importances_mean[:2] > 1.0).all()


def test_encoded_columns_are_permuted_by_their_encoder(pipeline, frame, frame_target):
    encoder, net = pipeline[0], pipeline[-1]
    raw = permutation_importance(pipeline, frame, frame_target, random_state=0)
    encoded = permutation_importance(
        net, encoder.transform(frame), frame_target, groups=encoder, random_state=0
    )
    assert sorted(encoded.feature_names) == sorted(raw.feature_names)
    for i, name in enumerate(encoded.feature_names):
        j = raw.feature_names.index(name)
        assert np.allclose(encoded.importances[i], raw.importances[j], atol=1e-12)


def test_conditional_importance_is_what_a_column_tells_beyond_others():
    rng = np.random.default_rng(0)
    first = rng.normal(size=2000)
    X = np.stack([first, first + 0.05 * rng.normal(size=2000), rng.normal(size=2000)], axis=1)
    y = X[:, 0] + X[:, 2]

    def model(rows):
        return 0.5 * rows[:, 0] + 0.5 * rows[:, 1] + rows[:, 2]

    how = {"scoring": "neg_mean_squared_error", "random_state": 0}
    marginal = permutation_importance(model, X, y, **how)
    conditional = permutation_importance(model, X, y, conditional=True, **how)
    assert conditional.importances_mean[0] < 0.1 * marginal.importances_mean[0]
    assert np.isclose(
        conditional.importances_mean[2], marginal.importances_mean[2], rtol=0.15
    )  # it depends on no other column
    assert conditional.n_subgroups[0] > 8
    assert conditional.n_subgroups[2] < conditional.n_subgroups[0]
    assert "subgroups" in conditional.method


def test_conditional_importance_of_mixed_columns(pipeline, frame, frame_target):
    result = permutation_importance(
        pipeline, frame, frame_target, conditional=True, groups={"home": ["city", "owner"]}
    )
    assert result.importances.shape == (5, 5)
    assert np.isfinite(result.ci).all()


def test_trees_with_missing_values_and_categories(frame, frame_target):
    numbers = frame[["income", "age", "rooms", "size"]].astype({"rooms": float})
    model = HistGradientBoostingClassifier(max_iter=5, categorical_features="from_dtype")
    model.fit(numbers, frame_target)
    how = {"random_state": 0, "n_repeats": 2}
    same(
        permutation_importance(model, numbers, frame_target, **how),
        sklearn_importance(model, numbers, frame_target, **how),
    )


def test_one_row_one_column_and_many_columns():
    X = np.arange(10.0).reshape(-1, 1)
    model = LinearRegression().fit(X, X[:, 0])
    assert permutation_importance(model, X, X[:, 0]).importances.shape == (1, 5)
    one = permutation_importance(model, X[:1], X[:1, 0], scoring="neg_mean_squared_error")
    assert one.importances.tolist() == [[0.0] * 5]
    wide = np.random.default_rng(0).normal(size=(40, 300))
    labels = (wide[:, 7] > 0).astype(int)
    tree = DecisionTreeClassifier(random_state=0).fit(wide, labels)
    result = permutation_importance(tree, wide, labels, random_state=0)
    assert result.to_frame()["feature"][0] == "x7"


def test_nothing_is_changed_and_numbers_repeat(pipeline, frame, frame_target):
    before, state = frame.copy(), np.random.get_state()[1].copy()
    first, second = (
        permutation_importance(pipeline, frame, frame_target, random_state=5) for _ in range(2)
    )
    assert json.dumps(first.to_dict()) == json.dumps(second.to_dict())
    permutation_importance(pipeline, frame, frame_target)
    assert (np.random.get_state()[1] == state).all()
    pd.testing.assert_frame_equal(frame, before)


def test_progress_is_shown(iris, capsys):
    permutation_importance(*iris, progress=True, random_state=0)
    assert "permutation importance" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"n_repeats": 0}, "n_repeats"),
        ({"max_samples": 1.5}, "max_samples"),
        ({"max_samples": 1000}, "max_samples"),
        ({"confidence": 95}, "confidence"),
        ({"groups": {"a": ["x9"]}}, "no column"),
        ({"scoring": ["accuracy", "accuracy"]}, "twice"),
        ({"scoring": []}, "list of scores"),
        ({"sample_weight": [1.0]}, "sample_weight"),
    ],
)
def test_wrong_ways_are_told(iris, how, words):
    with pytest.raises(InvalidParameterError, match=words):
        permutation_importance(*iris, **how)


def test_columns_of_one_name_are_told(iris):
    model, X, y = iris
    with pytest.raises(InvalidParameterError, match="different names"):
        permutation_importance(model, pd.DataFrame(X, columns=list("aabc")), y)


def test_many_permuted_tables_are_predicted_at_once(frame):
    calls = []

    def model(rows):
        calls.append(len(rows))
        return rows["age"].to_numpy(dtype=float)

    result = permutation_importance(
        model, frame, frame["age"], scoring=["r2", "neg_max_error"], random_state=0
    )
    assert len(result["r2"].feature_names) == 6
    assert max(calls) == 120 * 6 * 5
    assert sum(calls) < 1.4 * max(calls)
