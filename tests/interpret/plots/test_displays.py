"""Displays of explanations: what is drawn, in which numbers and words, and that it fits."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.datasets import load_iris

from sknn import MLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import (
    ALEDisplay,
    AttributionDisplay,
    ImportanceDisplay,
    InteractionDisplay,
    PartialDependenceDisplay,
    accumulated_local_effects,
    friedman_h,
    lime,
    partial_dependence,
    permutation_importance,
    sage_importance,
    shap_values,
)

LONG = "number_of_open_credit_lines_in_the_last_12_months"


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True, as_frame=True)
    X.columns = ["$a_1$", LONG, "petal_length", "petal_width"]
    net = MLPClassifierX(hidden_layer_sizes=6, solver="lbfgs", tol=0.01, random_state=0)
    return net.fit(X, np.array(["setosa", "versicolor", "virginica"])[y]), X, y


@pytest.fixture(scope="module")
def explanation(pipeline, frame):
    return shap_values(pipeline, frame[:40], frame[60:80], interactions=True, random_state=0)


def check_that_it_fits(display):
    """Every word lies inside of the figure."""
    figure = display.figure_
    figure.canvas.draw()
    whole = figure.bbox
    for axes in figure.axes:
        texts = [axes.xaxis.label, axes.yaxis.label, *axes.texts]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            texts += [
                label
                for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
                if low <= place <= high  # others are not drawn
            ]
        for text in texts:
            if text.get_text() and text.get_visible():
                box = text.get_window_extent()
                assert box.x0 >= whole.x0 - 1, text.get_text()
                assert box.x1 <= whole.x1 + 1, text.get_text()
                assert box.y0 >= whole.y0 - 1, text.get_text()


def test_importance_of_columns(iris):
    net, X, y = iris
    result = permutation_importance(net, X, np.array(net.classes_)[y], random_state=0)
    display = result.plot(max_features=3)
    assert isinstance(display, ImportanceDisplay)
    widths = [bar.get_width() for bar in display.bars_[0]]
    np.testing.assert_allclose(widths, np.sort(result.importances_mean)[::-1][:3])
    assert display.ax_.get_xlabel().startswith("fall of accuracy when shuffled (95 % intervals)")
    assert display.ax_.get_xlabel().endswith("(1 more columns)")
    low = [line.vertices[0, 0] for line in display.intervals_[2][0].get_paths()]
    order = np.argsort(-result.importances_mean)[:3]
    np.testing.assert_allclose(low, result.ci[order, 0])
    check_that_it_fits(display)


def test_importance_by_sage_and_by_contributions(iris):
    net, X, y = iris
    sage = sage_importance(net, X[::3], np.array(net.classes_)[y][::3], random_state=0)
    assert "fall in" in sage.plot().ax_.get_xlabel()
    display = ImportanceDisplay(shap_values(net, X[::15], X[::10])).plot()
    assert len(display.bars_) == 3
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["setosa", "versicolor", "virginica"]
    check_that_it_fits(display)


def test_one_score_at_a_time(iris):
    net, X, y = iris
    with pytest.raises(InvalidParameterError, match="one score at a time"):
        ImportanceDisplay.from_estimator(
            net, X, np.array(net.classes_)[y], scoring=["accuracy", "f1_macro"]
        )


def test_partial_dependence_of_several_classes(iris):
    net, X, _ = iris
    result = partial_dependence(net, X, "petal_length", kind="both", grid_resolution=8)
    display = result.plot()
    assert isinstance(display, PartialDependenceDisplay)
    for line, mean in zip(display.lines_, result.average, strict=True):
        np.testing.assert_allclose(line.get_ydata(), mean)
    assert len(display.individual_lines_) == 3 * 60
    assert display.ax_.get_xlabel() == "petal_length"
    assert display.ax_.get_ylabel() == "mean probability"
    one = result.plot(target="virginica")
    assert len(one.lines_) == 1
    assert one.ax_.get_ylabel() == "mean probability of virginica"
    check_that_it_fits(display)


def test_partial_dependence_of_categories(pipeline, frame):
    display = PartialDependenceDisplay.from_estimator(pipeline, frame, "city")
    assert [text.get_text() for text in display.ax_.get_xticklabels()] == ["Bonn", "Oslo", "Rome"]
    assert display.lines_[0].get_linestyle() == "None"
    check_that_it_fits(display)


def test_slopes(iris):
    net, X, _ = iris
    result = partial_dependence(net, X, "petal_length", derivative=True, grid_resolution=8)
    display = result.plot(derivative=True, target=0)
    np.testing.assert_allclose(display.lines_[0].get_ydata(), result.derivative[0])
    assert display.ax_.get_ylabel().startswith("slope of the mean probability")


def test_maps_of_two_columns(iris):
    net, X, _ = iris
    result = partial_dependence(net, X, ("petal_length", "petal_width"), grid_resolution=6)
    display = result.plot(target="versicolor")
    np.testing.assert_allclose(display.map_.get_array().reshape(6, 6), result.average[1].T)
    with pytest.raises(InvalidParameterError, match="no output was chosen"):
        result.plot()
    effects = accumulated_local_effects(net, X, ["petal_length", LONG], n_bins=6)
    display = effects.plot(target=0)
    assert isinstance(display, ALEDisplay)
    assert display.map_.norm.vmin == -display.map_.norm.vmax
    check_that_it_fits(display)


def test_effects_with_a_band(pipeline, frame):
    display = ALEDisplay.from_estimator(
        pipeline, frame, ["age"], confidence=0.9, n_bootstrap=20, random_state=0
    )
    assert display.ax_.get_ylabel() == "effect on the log-odds of yes"
    assert len(display.ax_.collections) == 1  # the band
    assert ALEDisplay.from_estimator(pipeline, frame, ["size"]).lines_[0].get_marker() == "o"


def test_interactions(explanation):
    display = InteractionDisplay(explanation).plot()
    strength = 2 * np.abs(explanation.interactions).mean(axis=0)
    order = [explanation.feature_names.index(name) for name in display.feature_names_]
    drawn = display.image_.get_array()
    np.testing.assert_allclose(drawn[0, 1], strength[order[0], order[1]])
    assert len(display.texts_) == 6 * 5
    check_that_it_fits(display)
    h = friedman_h(lambda r: r[:, 0] * r[:, 2], np.random.default_rng(0).normal(size=(30, 3)))
    assert h.plot().ax_.get_xticklabels()[2].get_text() == "x1"
    with pytest.raises(InvalidParameterError, match="interactions=True"):
        InteractionDisplay(shap_values(lambda r: r[:, 0], np.eye(2), np.eye(2))).plot()


def test_a_swarm(explanation):
    display = explanation.plot()
    assert isinstance(display, AttributionDisplay)
    j = explanation.feature_names.index(display.feature_names_[0])
    np.testing.assert_allclose(display.points_[0].get_offsets()[:, 0], explanation.values[:, j])
    assert np.abs(display.points_[0].get_offsets()[:, 1]).max() <= 0.45
    assert display.ax_.get_xlabel() == "contribution to the log-odds of yes"
    check_that_it_fits(display)


def test_a_waterfall_goes_from_the_mean_to_the_prediction(explanation):
    display = explanation[3].plot(max_features=4)
    bars = list(display.bars_)
    ends = bars[0].get_x() + bars[0].get_width()
    assert ends == pytest.approx(explanation.predictions[3])
    assert bars[-1].get_x() == pytest.approx(explanation.base_values[3])
    labels = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert labels[-1] == "2 other columns"
    assert all(" = " in label for label in labels[:-1])
    check_that_it_fits(display)
    with pytest.raises(InvalidParameterError, match="shows one row"):
        explanation.plot(kind="waterfall")
    with pytest.raises(InvalidParameterError, match="kind must be"):
        explanation.plot(kind="pie")


def test_a_class_is_chosen(iris):
    net, X, _ = iris
    found = shap_values(net, X[::15], X[::10])
    assert found.plot(kind="bar").feature_names_
    assert "virginica" in found.plot(target="virginica").ax_.get_xlabel()
    assert "setosa" in found[0].plot(target=0).ax_.get_xlabel()
    assert len(found.plot(kind="bar", target="setosa").bars_) == 1
    with pytest.raises(InvalidParameterError, match="'setosa', 'versicolor', 'virginica'"):
        found.plot()


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_axes_of_ones_own(explanation, style):
    with plt.style.context(style):
        figure, axes = plt.subplots(1, 3, figsize=(16, 4))
        assert explanation.plot(ax=axes[0]).ax_ is axes[0]
        assert explanation[0].plot(ax=axes[1]).figure_ is figure
        assert explanation.plot(kind="bar", ax=axes[2]).ax_ is axes[2]


def test_dollar_signs_are_no_formulas(iris):
    net, X, y = iris
    display = ImportanceDisplay.from_estimator(net, X, np.array(net.classes_)[y], random_state=0)
    assert not any(text.get_parse_math() for text in display.ax_.get_yticklabels())


def interacting():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    return shap_values(lambda r: r[:, 0] * r[:, 2] + 0.1 * r[:, 1], X, X[:20], random_state=0), X


def test_a_dependence_is_coloured_by_the_column_that_acts_with_it():
    found, X = interacting()
    display = found.plot(kind="dependence", feature="x0")
    assert display.feature_names_ == ["x0", "x2"]
    points = display.points_[0].get_offsets()
    np.testing.assert_allclose(points[:, 0], X[:, 0])
    np.testing.assert_allclose(points[:, 1], found.values[:, 0])
    plain = found.plot(kind="dependence", feature=1, color_by=None)
    assert plain.feature_names_ == ["x1"]
    assert found.plot(kind="dependence", feature="x0", color_by="x1").feature_names_[1] == "x1"
    with pytest.raises(InvalidParameterError, match="no column 'x9'"):
        found.plot(kind="dependence", feature="x9")


def test_the_interactions_of_an_explanation_tell_the_partner():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 3))
    found = shap_values(
        lambda r: r[:, 0] * r[:, 1] + r[:, 2], X, X, interactions=True, random_state=0
    )
    assert found.plot(kind="dependence", feature="x1").feature_names_ == ["x1", "x0"]


def test_dependences_of_categories(pipeline, frame):
    found = shap_values(pipeline, frame[:40], frame[40:60], tol=0.5, random_state=0)
    display = found.plot(kind="dependence", feature="income", color_by="city")
    labels = {text.get_text() for text in display.ax_.get_legend().get_texts()}
    assert labels == set(frame["city"][:40].dropna()) | (
        {"missing"} if frame["city"][:40].isna().any() else set()
    )
    assert sum(len(points.get_offsets()) for points in display.points_) == 40
    display = found.plot(kind="dependence", feature="city", color_by=None)
    assert [t.get_text() for t in display.ax_.get_xticklabels()] == sorted(labels)
    display.figure_.canvas.draw()


def test_a_heat_map_has_every_row_and_like_ones_together():
    found, _ = interacting()
    display = found.plot(kind="heatmap", max_features=2)
    assert sorted(display.rows_.tolist()) == list(range(60))
    heat = np.asarray(display.image_.get_array())
    order = [found.column(name) for name in display.feature_names_]
    np.testing.assert_allclose(heat, found.values[display.rows_][:, order].T)
    np.testing.assert_allclose(display.line_.get_ydata(), found.predictions[display.rows_])
    along = np.abs(np.diff(heat, axis=1)).sum()
    assert along < 0.7 * np.abs(np.diff(found.values[:, order].T, axis=1)).sum()
    assert found[:1].plot(kind="heatmap").rows_.tolist() == [0]


def test_lime_says_how_far_to_believe_it_and_which_part_it_was_told(frame):
    X = np.random.default_rng(0).normal(size=(50, 2))
    found = lime(lambda r: r[:, 0] + r[:, 1], X[:1], X, discretize=True, random_state=0)
    display = found.plot()
    assert "local R²" in display.ax_.get_xlabel()
    assert any("<" in text.get_text() or ">" in text.get_text() for text in
               display.ax_.get_yticklabels())  # fmt: skip
