"""Pictures of evaluations show the numbers of the evaluation, on axes that are labelled."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.metrics import roc_auc_score

from sknn.exceptions import InvalidParameterError
from sknn.interpret import EvaluationDisplay, evaluate
from sknn.interpret.plots.evaluation import KINDS

SICK, Y = load_breast_cancer(return_X_y=True, as_frame=True)
SICK = SICK.iloc[:, :6]


@pytest.fixture(scope="module")
def binary():
    model = LogisticRegression(max_iter=5000).fit(SICK[:300], Y[:300])
    return evaluate(model, SICK[300:], Y[300:], sensitive="mean radius", random_state=0)


@pytest.fixture(scope="module")
def numbers():
    X, y = load_diabetes(return_X_y=True)
    return evaluate(LinearRegression().fit(X, y), X, y, random_state=0)


@pytest.fixture(scope="module")
def classes():
    X, y = load_iris(return_X_y=True)
    names = np.array(["$setosa$", "versicolor", "virginica"])[y]
    return evaluate(LogisticRegression(max_iter=1000).fit(X, names), X, names, random_state=0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_labels_and_keeps_its_artists(kind, binary, numbers):
    result = numbers if kind in ("residuals", "prediction_error") else binary
    display = result.plot(kind=kind)
    assert isinstance(display, EvaluationDisplay)
    assert display.kind_ == kind
    assert display.ax_.get_xlabel()
    assert display.artists_
    assert display.figure_ is display.ax_.figure
    _, ax = plt.subplots()
    assert display.plot(ax, kind=kind).ax_ is ax
    display.figure_.canvas.draw()


def test_points_lie_where_the_numbers_are(binary, numbers):
    line = binary.plot(kind="calibration").artists_[0].lines[0]
    assert line.get_xdata() == pytest.approx(binary.calibration["predicted"])
    assert line.get_ydata() == pytest.approx(binary.calibration["observed"])
    points = numbers.plot(kind="residuals").artists_[0].get_offsets()
    np.testing.assert_allclose(points[:, 1], numbers.y - numbers.predictions)
    bars = binary.plot(kind="slices").artists_[0]
    assert bars[0].get_width() == pytest.approx(binary.slices[0]["loss"])


def test_cells_hold_counts_and_are_shaded_by_share(classes):
    display = classes.plot(kind="confusion")
    shown = [int(text.get_text()) for text in display.ax_.texts]
    assert sorted(shown) == sorted(classes.confusion.ravel().astype(int).tolist())
    np.testing.assert_allclose(display.artists_[0].get_array().sum(axis=1), 1)
    assert display.ax_.get_xticklabels()[0].get_text() == "$setosa$"
    assert not display.ax_.get_xticklabels()[0].get_parse_math()


def test_curves_of_each_class_and_of_one(classes):
    display = classes.plot(kind="roc")
    area = roc_auc_score(classes.y == "versicolor", classes.probabilities[:, 1])
    assert display.artists_[1].get_label() == f"versicolor (AUC {area:.3f})"
    one = classes.plot(kind="precision_recall", target="virginica")
    assert len(one.artists_) == 1
    with pytest.raises(InvalidParameterError, match="no output 'rose'"):
        classes.plot(kind="roc", target="rose")


def test_what_comes_first(binary, numbers):
    assert binary.plot().kind_ == "calibration"
    assert numbers.plot().kind_ == "residuals"
    X, y = load_iris(return_X_y=True)
    display = EvaluationDisplay.from_estimator(RidgeClassifier().fit(X, y), X, y, random_state=0)
    assert display.kind_ == "confusion"


def test_what_is_not_there(binary, numbers):
    for result, kind, said in (
        (numbers, "calibration", "no calibration"),
        (numbers, "confusion", "no confusion"),
        (numbers, "roc", "no ROC"),
        (numbers, "subgroups", "Pass sensitive="),
        (binary, "residuals", "no residuals"),
    ):
        with pytest.raises(InvalidParameterError, match=said):
            result.plot(kind=kind)
    with pytest.raises(InvalidParameterError, match="Did you mean 'calibration'"):
        binary.plot(kind="calibrate")


def test_several_targets_are_shown_by_their_slices_or_one_by_one():
    X, y = load_diabetes(return_X_y=True)
    two = np.c_[y, X[:, 2]]
    result = evaluate(LinearRegression().fit(X, two), X, two, random_state=0)
    assert result.plot().kind_ == "slices"
    points = result.plot(kind="prediction_error", target="y1").artists_[0].get_offsets()
    np.testing.assert_allclose(points[:, 1], two[:, 1])
