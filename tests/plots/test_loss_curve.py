"""Loss curves: what is drawn where, the best epoch, several networks, and columns by name."""

import numpy as np
import pytest
from matplotlib import pyplot
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

from sknn import MLPClassifierX, TabularMLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.plots import LossCurveDisplay

X, y = load_iris(return_X_y=True)


def fitted(**params):
    net = MLPClassifierX(hidden_layer_sizes=4, random_state=0, n_iter_no_change=3, tol=1.0)
    return net.set_params(**params).fit(X, y)


@pytest.fixture(scope="module")
def plain():
    return fitted()


@pytest.fixture(scope="module")
def scored():
    return fitted(early_stopping=True, max_iter=12, tol=1e-3, learning_rate_init=0.02)


class TestOneNetwork:
    def test_loss_alone(self, plain):
        display = LossCurveDisplay.from_estimator(plain)
        assert list(display.lines_) == [("MLPClassifierX", "loss")]
        epochs, loss = display.lines_["MLPClassifierX", "loss"].get_data()
        assert_array_equal(epochs, np.arange(1, plain.n_iter_ + 1))
        assert_array_equal(loss, plain.loss_curve_)
        assert display.right_ax_ is None
        assert display.ax_.get_xlabel() == "epoch"
        assert display.ax_.get_ylabel() == "training loss"
        best = int(np.argmin(plain.loss_curve_)) + 1
        assert display.best_epochs_ == {"MLPClassifierX": best}

    def test_scores_at_the_right(self, scored):
        display = LossCurveDisplay.from_estimator(scored, name="net")
        assert list(display.lines_) == [("net", "loss"), ("net", "validation_score")]
        line = display.lines_["net", "validation_score"]
        assert line.axes is display.right_ax_ is not display.ax_
        assert_array_equal(line.get_ydata(), scored.validation_scores_)
        assert display.right_ax_.get_ylabel() == "validation score"

    def test_best_epoch_is_that_of_the_highest_score(self, scored):
        display = LossCurveDisplay.from_estimator(scored, name="net")
        best = int(np.argmax(scored.validation_scores_)) + 1
        assert best < scored.n_iter_
        assert display.best_epochs_ == {"net": best}
        assert_allclose(
            display.best_points_["net"].get_xydata(), [[best, scored.best_validation_score_]]
        )
        words = [text.get_text() for text in display.ax_.get_legend().get_texts()]
        assert words == ["training loss", "validation score", f"best epoch {best}"]

    def test_best_epoch_need_not_be_marked(self, scored):
        display = LossCurveDisplay.from_estimator(scored, mark_best=False)
        assert display.best_epochs_ == display.best_points_ == {}
        assert len(display.ax_.get_legend().get_texts()) == 2

    def test_lines_differ_in_colour_and_dashes(self, scored):
        first, second = LossCurveDisplay.from_estimator(scored).lines_.values()
        assert first.get_color() != second.get_color()
        assert first.get_linestyle() != second.get_linestyle()

    def test_one_epoch_is_a_visible_point(self):
        net = MLPClassifierX(2, random_state=0).partial_fit(X, y, classes=[0, 1, 2])
        display = LossCurveDisplay.from_estimator(net)
        assert display.lines_["MLPClassifierX", "loss"].get_marker() == "o"

    def test_goes_on_with_partial_fit(self):
        net = MLPClassifierX(2, random_state=0)
        for _ in range(3):
            net.partial_fit(X, y, classes=[0, 1, 2])
        line = LossCurveDisplay.from_estimator(net).lines_["MLPClassifierX", "loss"]
        assert_array_equal(line.get_xdata(), [1, 2, 3])

    def test_keywords_reach_the_lines(self, scored):
        display = LossCurveDisplay.from_estimator(scored, linewidth=5, alpha=0.5)
        assert {line.get_linewidth() for line in display.lines_.values()} == {5}
        assert {line.get_alpha() for line in display.lines_.values()} == {0.5}


class TestColumns:
    def test_any_recorded_column(self, scored):
        display = LossCurveDisplay.from_estimator(
            scored, name="net", columns="learning_rate", right_columns=["seconds"]
        )
        assert list(display.lines_) == [("net", "learning_rate"), ("net", "seconds")]
        assert_array_equal(
            display.lines_["net", "learning_rate"].get_ydata(), scored.history_["learning_rate"]
        )
        assert display.ax_.get_ylabel() == "learning rate"
        assert display.right_ax_.get_ylabel() == "seconds"
        assert display.best_epochs_ == {}

    def test_several_share_an_axis(self, scored):
        display = LossCurveDisplay.from_estimator(scored, columns=["loss", "learning_rate"])
        assert display.right_ax_ is None
        assert {line.axes for line in display.lines_.values()} == {display.ax_}
        assert display.ax_.get_ylabel() == ""

    def test_what_was_not_recorded_is_left_out(self):
        history = {"epoch": [1, 2, 3, 4], "norm": [1.0, float("nan"), float("inf"), 4.0]}
        line = LossCurveDisplay({"net": history}).plot(columns="norm").lines_["net", "norm"]
        assert_array_equal(line.get_xydata(), [[1, 1], [4, 4]])

    def test_unknown_column(self, plain, figures):
        with pytest.raises(InvalidParameterError, match=r"no column 'los'. Did you mean 'loss'"):
            LossCurveDisplay.from_estimator(plain, columns="los")
        assert figures() == []

    def test_column_without_numbers(self):
        net = fitted(solver="lbfgs")
        with pytest.raises(InvalidParameterError, match=r"'learning_rate' of .* holds no numbers"):
            LossCurveDisplay.from_estimator(net, columns="learning_rate")
        assert LossCurveDisplay.from_estimator(net).lines_


class TestLogScale:
    def test_axis(self, plain):
        display = LossCurveDisplay.from_estimator(plain, log_scale=True)
        assert display.ax_.get_yscale() == "log"
        display.figure_.draw_without_rendering()
        ticks = [label.get_text() for label in display.ax_.get_yticklabels() if label.get_text()]
        assert ticks == [f"{float(tick):g}" for tick in ticks]

    def test_leaves_out_what_is_not_positive(self):
        display = LossCurveDisplay({"net": {"loss": [2.0, 0.0, -1.0, 1.0]}}).plot(log_scale=True)
        assert_array_equal(display.lines_["net", "loss"].get_xydata(), [[1, 2], [4, 1]])
        with pytest.raises(InvalidParameterError, match="log_scale=True shows positive numbers"):
            LossCurveDisplay({"net": {"loss": [0.0, -1.0]}}).plot(log_scale=True)


class TestSeveralNetworks:
    def test_by_name(self, plain, scored):
        display = LossCurveDisplay.from_estimators({"a": plain, "b": scored})
        assert list(display.lines_) == [("a", "loss"), ("b", "loss"), ("b", "validation_score")]
        lines = display.lines_
        assert lines["b", "loss"].get_color() == lines["b", "validation_score"].get_color()
        assert lines["a", "loss"].get_color() != lines["b", "loss"].get_color()
        assert lines["b", "loss"].get_linestyle() == lines["a", "loss"].get_linestyle()
        assert lines["b", "loss"].get_linestyle() != lines["b", "validation_score"].get_linestyle()
        words = [text.get_text() for text in display.ax_.get_legend().get_texts()]
        assert words == ["a", "b", "training loss", "validation score", "best epoch"]
        assert list(display.best_epochs_) == ["a", "b"]

    def test_a_list_is_named_by_class_and_number(self, plain, scored):
        display = LossCurveDisplay.from_estimators([plain, scored], columns="loss")
        words = [text.get_text() for text in display.ax_.get_legend().get_texts()]
        assert words == ["MLPClassifierX 0", "MLPClassifierX 1", "best epoch"]

    def test_beside_scikit_learns_own(self, scored):
        params = {name: scored.get_params()[name] for name in MLPClassifier().get_params()}
        theirs = MLPClassifier(**params).fit(X, y)
        display = LossCurveDisplay.from_estimators({"ours": scored, "theirs": theirs})
        for column in ("loss", "validation_score"):
            ours, theirs = (display.lines_[name, column].get_ydata() for name in ("ours", "theirs"))
            assert_allclose(ours, theirs, rtol=1e-6)
        widths = [line.get_linewidth() for line in display.lines_.values()]
        assert widths[0] > widths[2]  # so that both can be seen where they agree

    def test_of_scikit_learn_without_a_curve(self):
        theirs = MLPClassifier(2, solver="lbfgs", tol=1e9).fit(X, y)
        with pytest.raises(InvalidParameterError, match="has recorded nothing"):
            LossCurveDisplay.from_estimator(theirs)

    def test_many_have_colours_of_their_own(self):
        histories = {f"net {i}": {"loss": [1.0, 0.5 / (i + 1)]} for i in range(20)}
        display = LossCurveDisplay(histories).plot()
        assert len({line.get_color() for line in display.lines_.values()}) == 20


class TestAxes:
    def test_draws_on_the_given_ones(self, scored, axes, figures):
        before = figures()
        display = LossCurveDisplay.from_estimator(scored, ax=axes)
        assert display.ax_ is axes
        assert display.figure_ is axes.figure
        assert figures() == before

    def test_legend_fits_above_narrow_axes(self, scored):
        grid = pyplot.subplots(1, 2, figsize=(7, 3), layout="constrained")[1]
        for axes in grid:
            display = LossCurveDisplay.from_estimator(scored, ax=axes)
        display.figure_.draw_without_rendering()
        for axes in grid:
            legend, box = axes.get_legend().get_window_extent(), axes.get_window_extent()
            assert legend.width <= box.width * 1.1
            assert legend.y0 >= box.y1 - 1
        assert display.figure_.bbox.padded(1).x1 >= grid[-1].get_legend().get_window_extent().x1

    def test_a_dollar_is_a_dollar(self):
        display = LossCurveDisplay({"$a": {"loss": [1.0]}, "$b$": {"loss": [2.0]}}).plot()
        display.figure_.canvas.draw()
        assert display.ax_.get_legend().get_texts()[1].get_text() == "$b$"

    def test_can_be_drawn_again(self, scored):
        display = LossCurveDisplay.from_estimator(scored)
        first = display.figure_
        assert display.plot(log_scale=True).figure_ is not first


class TestMembers:
    @pytest.fixture
    def tabular(self):
        params = {"hidden_layer_sizes": 4, "max_iter": 3, "n_folds": 2, "n_repeats": 1}
        return TabularMLPClassifierX(**params, random_state=0).fit(X, y)

    def test_a_line_for_each(self, tabular):
        display = LossCurveDisplay.from_estimator(make_pipeline(tabular))
        assert list(display.lines_) == [
            ("member 0", "loss"),
            ("member 0", "validation_score"),
            ("member 1", "loss"),
            ("member 1", "validation_score"),
        ]
        assert_array_equal(
            display.lines_["member 1", "loss"].get_ydata(), tabular.estimators_[1].loss_curve_
        )
        assert display.best_epochs_ == {}

    def test_a_name(self, tabular):
        display = LossCurveDisplay.from_estimator(tabular, name="net", columns="learning_rate")
        assert [name for name, _ in display.lines_] == ["net 0", "net 1"]

    def test_before_fit(self):
        with pytest.raises(NotFittedError):
            LossCurveDisplay.from_estimator(TabularMLPClassifierX())
