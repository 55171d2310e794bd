"""An evaluation: numbers are scikit-learn's, baselines fair, tables and errors clear."""

import json

import numpy as np
import pytest
from sklearn import metrics
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier

from sknn.exceptions import InvalidParameterError
from sknn.interpret import Evaluation, evaluate

IRIS, KIND = load_iris(return_X_y=True)
SICK, Y = load_breast_cancer(return_X_y=True, as_frame=True)
SICK = SICK.iloc[:, :6]
SUGAR, LEVEL = load_diabetes(return_X_y=True, as_frame=True)


@pytest.fixture(scope="module")
def model():
    return LogisticRegression(max_iter=5000).fit(SICK[:300], Y[:300])


@pytest.fixture(scope="module")
def result(model):
    return evaluate(model, SICK[300:], Y[300:], X_train=SICK[:300], y_train=Y[:300], random_state=0)


def test_metrics_are_those_of_scikit_learn(model, result):
    p = model.predict_proba(SICK[300:])
    assert result["accuracy"] == pytest.approx(model.score(SICK[300:], Y[300:]))
    assert result.roc_auc == pytest.approx(metrics.roc_auc_score(Y[300:], p[:, 1]))
    assert result["log_loss"] == pytest.approx(metrics.log_loss(Y[300:], p))
    assert result.metrics[0]["train"] == pytest.approx(model.score(SICK[:300], Y[:300]))
    assert all(metric["low"] <= metric["value"] <= metric["high"] for metric in result.metrics)
    told = model.predict(SICK[300:])
    assert result.confusion.tolist() == metrics.confusion_matrix(Y[300:], told).tolist()


def test_the_constant_answer_is_the_dummy_of_scikit_learn(result):
    dummy = DummyClassifier(strategy="prior").fit(SICK[:300], Y[:300])
    assert result.metrics[0]["constant"] == pytest.approx(dummy.score(SICK[300:], Y[300:]))
    found = evaluate(LinearRegression().fit(SUGAR, LEVEL), SUGAR, LEVEL, random_state=0)
    dummy = DummyRegressor().fit(SUGAR, LEVEL).predict(SUGAR)
    assert found.metrics[0]["constant"] == pytest.approx(metrics.mean_absolute_error(LEVEL, dummy))


def test_without_training_rows_the_linear_model_has_not_seen_what_it_tells():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 40)), rng.normal(size=60)  # nothing to be learned
    found = evaluate(LinearRegression().fit(X, y), X, y, random_state=0)
    assert found["r2"] > 0.5  # the model has seen its answers
    assert found.metrics[1]["linear"] < 0
    assert found.metrics[1]["train"] is None


def test_weights_are_rows(model):
    weight = np.arange(269) % 3
    rows = np.repeat(np.arange(300, 569), weight)
    one = evaluate(model, SICK[300:], Y[300:], sample_weight=weight, random_state=0)
    other = evaluate(model, SICK.iloc[rows], Y.iloc[rows], random_state=0)
    for a, b in zip(one.metrics, other.metrics, strict=True):
        assert a["value"] == pytest.approx(b["value"])
        assert a["constant"] == pytest.approx(b["constant"])
    assert one.confusion.tolist() == other.confusion.tolist()


def test_classes_by_name_without_probabilities():
    names = np.array(["setosa", "versicolor", "virginica"])[KIND]
    found = evaluate(RidgeClassifier().fit(IRIS, names), IRIS, names, random_state=0)
    assert [metric["name"] for metric in found.metrics] == ["accuracy", "balanced_accuracy"]
    assert found.calibration is None
    assert found.loss_name == "share of wrong answers"
    assert found["accuracy"] == found.accuracy > 0.8


def test_a_class_that_the_model_never_saw():
    model = LogisticRegression(max_iter=1000).fit(IRIS[:100], KIND[:100])
    found = evaluate(model, IRIS, KIND, random_state=0)
    assert found.confusion.shape == (3, 3)
    assert found.confusion[2, 2] == 0
    assert found.confusion[2].sum() == 50


def test_calibration(model, result):
    curve = result.calibration
    p = model.predict_proba(SICK[300:])[:, 1]
    assert curve["count"].sum() == 269
    assert curve["of"] == "1"
    share = curve["count"] / 269
    assert share @ curve["predicted"] == pytest.approx(p.mean())
    assert share @ curve["observed"] == pytest.approx(Y[300:].mean())
    assert curve["ece"] == pytest.approx(share @ np.abs(curve["predicted"] - curve["observed"]))


def test_the_worst_slice_is_that_which_was_spoiled():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 3))
    y = X[:, 0] + np.where(X[:, 1] > 0.7, rng.normal(size=800) * 3, 0.0)
    found = evaluate(lambda rows: rows[:, 0], X, y, random_state=0)
    assert found.slices[0]["column"] == "x1"
    assert found.slices[0]["p_value"] < 0.01
    assert found.slices[0]["loss"] > 5 * found.slices[0]["others"]
    assert "Worst where x1 from" in repr(found)


def test_groups(model):
    found = evaluate(
        model,
        SICK[300:],
        Y[300:],
        sensitive={"clinic": np.where(np.arange(269) % 3, "north", "south")},
        random_state=0,
    )
    north, south = found.subgroups
    assert (north["group"], south["group"]) == ("north", "south")
    here = (np.arange(269) % 3).astype(bool)
    told = model.predict(SICK[300:])[here]
    assert north["accuracy"] == pytest.approx((told == Y[300:][here]).mean())
    assert north["n_rows"] == here.sum()
    assert north["accuracy_low"] <= north["accuracy"] <= north["accuracy_high"]


def test_noise_hurts(result):
    means = [step["mean"] for step in result.noise]
    assert means[0] == pytest.approx(result["accuracy"])
    assert means[0] > means[1] > means[-1]


def test_numbers_labels_and_functions():
    y = np.c_[LEVEL, -LEVEL]
    found = evaluate(LinearRegression().fit(SUGAR, y), SUGAR, y, random_state=0)
    assert found.task == "multioutput"
    assert found["r2"] == pytest.approx(metrics.r2_score(y, found.predictions))
    labels = np.c_[KIND == 0, KIND == 1].astype(int)
    forest = RandomForestClassifier(5, random_state=0).fit(IRIS, labels)
    found = evaluate(forest, IRIS, labels, random_state=0)
    assert found["subset_accuracy"] == pytest.approx(forest.score(IRIS, labels))
    found = evaluate(lambda rows: rows[:, 0], IRIS, IRIS[:, 0], random_state=0)
    assert found["mae"] == 0


def test_a_pipeline_on_a_frame_of_all_kinds(pipeline, frame, frame_target):
    found = evaluate(pipeline, frame, frame_target, sensitive="city", random_state=0)
    assert found["accuracy"] == pytest.approx(pipeline.score(frame, frame_target))
    assert not found.missing
    json.dumps(found.to_dict())


def test_tables(result):
    frame = result.to_frame()
    assert frame["name"].tolist() == [metric["name"] for metric in result.metrics]
    assert len(result.to_frame("slices")) == len(result.slices)
    assert result.to_frame("calibration")["count"].sum() == 269
    assert result.to_frame("noise")["scale"].tolist() == [0.0, 0.05, 0.1, 0.2, 0.4]
    with pytest.raises(InvalidParameterError, match=r"no subgroups"):
        result.to_frame("subgroups")
    with pytest.raises(InvalidParameterError, match=r"Did you mean 'slices'"):
        result.to_frame("slice")


def test_it_prints_as_a_table(result):
    lines = repr(result).split("\n")
    assert lines[0].split() == ["value", "95", "%", "interval", "constant", "linear", "train"]
    assert lines[1].startswith("accuracy")


def test_the_same_seed_gives_the_same_numbers_and_the_global_state_stays(model):
    before = np.random.get_state()[1].copy()
    one, other = (evaluate(model, SICK[300:], Y[300:], random_state=3) for _ in range(2))
    assert one.to_dict() == other.to_dict()
    assert (np.random.get_state()[1] == before).all()
    assert isinstance(one, Evaluation)


def test_the_level_of_intervals(model):
    wide, narrow = (
        evaluate(model, SICK[300:], Y[300:], confidence=level, random_state=0).metrics[0]
        for level in (0.99, 0.5)
    )
    assert wide["high"] - wide["low"] > 2 * (narrow["high"] - narrow["low"])


def test_a_bar(model, capsys):
    evaluate(model, SICK[300:], Y[300:], random_state=0, n_bootstrap=10, progress=True)
    assert "evaluate" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"n_bootstrap": 1}, "n_bootstrap must be an int >= 2"),
        ({"confidence": 95}, "confidence must be a float between 0 and 1"),
        ({"X_train": SICK}, "both or not at all"),
        ({"sensitive": "mean radios"}, "Did you mean 'mean radius'"),
        ({"sample_weight": [1.0]}, "sample_weight"),
    ],
)
def test_wrong_settings(model, how, said):
    with pytest.raises(InvalidParameterError, match=said):
        evaluate(model, SICK, Y, **how)


def test_wrong_models_and_targets(model):
    with pytest.raises(NotFittedError):
        evaluate(LogisticRegression(), SICK, Y)
    with pytest.raises(InvalidParameterError, match="fitted estimator"):
        evaluate("model", SICK, Y)
    with pytest.raises(InvalidParameterError, match="569 rows"):
        evaluate(model, SICK, Y[:5])
