"""The drawing of a network: circles, lines by sign and size, words, and its fit into any axes."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex, to_rgb
from numpy.testing import assert_allclose
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPRegressor

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.nn.initializers import GivenWeights
from sknn.plots import NetworkDisplay

POSITIVE, NEGATIVE = "#0072b2", "#d55e00"
COEFS = [[[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]], [[-0.3], [-0.2]]]
INTERCEPTS = [[-0.4, 0.2], [0.1]]


def known(scale=1.0):
    """The 3-2-1 network of the course with its weights as they were before training."""
    start = GivenWeights([np.array(w) for w in COEFS], [np.array(b) for b in INTERCEPTS])
    net = MLPRegressorX(hidden_layer_sizes=2, initializer=start, solver="lbfgs", tol=1e300)
    net.fit([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], [1.0, 0.0])
    net.coefs_ = [scale * weight for weight in net.coefs_]
    net.intercepts_ = [scale * bias for bias in net.intercepts_]
    return net


def given(*sizes, seed=0, scale=1.0):
    """A network of any shape, without training."""
    rng = np.random.RandomState(seed)
    pairs = list(pairwise(sizes))
    hidden = [[f"hidden {i + 1}", "ReLU"] for i in range(len(sizes) - 2)]
    return NetworkDisplay(
        coefs=[scale * rng.normal(size=pair) for pair in pairs],
        intercepts=[scale * rng.normal(size=n) for _, n in pairs],
        feature_names=[f"column {i}" for i in range(sizes[0])],
        output_names=[f"class {i}" for i in range(sizes[-1])],
        captions=[["input"], *hidden, ["output"]],
    )


def texts(labels):
    return [label.get_text() for label in labels]


class TestTheKnownNetwork:
    @pytest.fixture
    def display(self):
        return NetworkDisplay.from_estimator(known())

    def test_a_circle_for_each_unit(self, display):
        assert [len(circles) for circles in display.units_] == [3, 2, 1]

    def test_a_line_for_each_weight(self, display):
        for lines, w, start, end in zip(
            display.connections_, COEFS, display.units_, display.units_[1:], strict=False
        ):
            ends = [(a.center, b.center) for a in start for b in end]
            assert_allclose(lines.get_segments(), ends)
            colours = [POSITIVE if value >= 0 else NEGATIVE for value in np.ravel(w)]
            assert [to_hex(colour) for colour in lines.get_colors()] == colours

    def test_lines_are_as_wide_as_weights_are_large(self, display):
        widths = np.concatenate([lines.get_linewidths() for lines in display.connections_])
        sizes = np.abs(np.concatenate([np.ravel(w) for w in COEFS]))
        assert_allclose(np.polyfit(sizes, widths, 1, full=True)[1], 0, atol=1e-12)  # on a line
        assert widths[sizes.argmax()] == widths.max() > 3 * widths.min() > 0

    def test_circles_are_tinted_by_their_bias(self, display):
        inputs, hidden, output = (
            [np.array(circle.get_facecolor()[:3]) for circle in layer] for layer in display.units_
        )
        assert all((fill == 1).all() for fill in inputs)

        def strength(fill, colour):
            return np.linalg.norm(1 - fill) / np.linalg.norm(1 - np.array(to_rgb(colour)))

        tints = [
            strength(hidden[0], NEGATIVE),
            strength(hidden[1], POSITIVE),
            strength(output[0], POSITIVE),
        ]
        assert_allclose(tints, 0.6 * np.array([1.0, 0.5, 0.25]), atol=1e-6)

    def test_numbers_are_written(self, display):
        written = [f"{value:.2g}" for w in COEFS for value in np.ravel(w)]
        assert texts(display.weight_labels_) == written
        assert texts(display.bias_labels_) == ["-0.4", "0.2", "0.1"]
        for label in display.weight_labels_:
            colour = POSITIVE if float(label.get_text()) >= 0 else NEGATIVE
            assert to_hex(label.get_color()) == colour

    def test_each_number_stands_on_its_line(self, display):
        segments = [s for lines in display.connections_ for s in lines.get_segments()]
        for label, (a, b) in zip(display.weight_labels_, segments, strict=True):
            x, y = label.get_position()
            assert_allclose(y, np.interp(x, [a[0], b[0]], [a[1], b[1]]))

    def test_words(self, display):
        assert texts(display.name_labels_) == ["x0", "x1", "x2", "y"]
        assert texts(display.captions_) == ["input", "hidden 1\nReLU", "output\nidentity"]
        assert display.ax_.get_title() == "MLPRegressorX 3-2-1, 11 parameters"
        legend = texts(display.ax_.get_legend().get_texts())
        assert legend == ["weight, bias > 0", "weight, bias < 0"]

    @pytest.mark.parametrize("scale", [1e-300, 5e-310, 1e-8, 1e8, 1e300])
    def test_widths_do_not_depend_on_the_unit(self, display, scale):
        other = NetworkDisplay.from_estimator(known(scale))
        for lines, same in zip(display.connections_, other.connections_, strict=True):
            assert_allclose(lines.get_linewidths(), same.get_linewidths(), rtol=1e-6)


@pytest.mark.parametrize(
    "sizes",
    [(3, 5, 1), (3, 4, 4, 1), (4, 3), (1, 1), (1, 1, 1), (2, 12, 2), (784, 100, 10), (5,) * 15],
)
class TestAnyShape:
    def test_circles_lie_apart_and_inside(self, sizes):
        display = given(*sizes).plot()
        width, height = display.ax_.get_xlim()[1], display.ax_.get_ylim()[1]
        for layer, n in zip(display.units_, sizes, strict=True):
            assert len(layer) == min(n, 12)
            x, y = np.array([circle.center for circle in layer]).T
            radius = layer[0].radius
            assert np.ptp(x) == 0
            assert (-np.diff(y) > 2 * radius).all()
            assert radius < x[0] < width - radius
            assert radius < y.min() <= y.max() < height - radius

    def test_no_words_overlap(self, sizes, boxes, overlapping):
        display = given(*sizes)
        display.title = "the title of the network"
        display.plot().figure_.draw_without_rendering()
        words = [*display.captions_, *display.name_labels_, display.ax_.title]
        words += display.ax_.get_legend().get_texts()
        assert not overlapping(boxes(words))
        whole = display.figure_.bbox.padded(1)
        for box in boxes(words):
            assert whole.x0 <= box.x0 < box.x1 <= whole.x1
            assert whole.y0 <= box.y0 < box.y1 <= whole.y1
        assert not overlapping(boxes(display.weight_labels_))

    def test_numbers_are_written_where_they_are_few(self, sizes):
        display = given(*sizes).plot()
        n_lines = sum(len(lines.get_segments()) for lines in display.connections_)
        assert len(display.weight_labels_) in ({n_lines} if n_lines <= 32 else {0})
        assert given(*sizes).plot(show_weights=False).weight_labels_ == []
        circles = [circle for layer in display.units_[1:] for circle in layer]
        assert len(display.bias_labels_) in ({len(circles)} if n_lines <= 32 else {0})
        for label, circle in zip(display.bias_labels_, circles, strict=False):
            assert label.get_position() == circle.center
            assert label.get_window_extent().width < circle.get_window_extent().width
        assert len(given(*sizes).plot(show_weights=True).weight_labels_) == n_lines


class TestLargeLayers:
    def test_first_and_last_units_are_shown(self):
        display = given(784, 100, 10)
        display.plot(max_units=5)
        assert [len(circles) for circles in display.units_] == [5, 5, 5]
        assert texts(display.name_labels_[:5]) == [f"column {i}" for i in (0, 1, 2, 782, 783)]
        assert texts(display.name_labels_[5:]) == [f"class {i}" for i in (0, 1, 2, 8, 9)]
        assert texts(display.captions_) == [
            "input\n5 of 784\nunits shown",
            "hidden 1\nReLU\n5 of 100\nunits shown",
            "output\n5 of 10\nunits shown",
        ]
        shown = [0, 1, 2, 98, 99]
        w = display.coefs[1][shown][:, [0, 1, 2, 8, 9]]
        colours = [POSITIVE if value >= 0 else NEGATIVE for value in w.ravel()]
        assert [to_hex(colour) for colour in display.connections_[1].get_colors()] == colours

    def test_dots_stand_for_the_rest(self):
        display = given(20, 3).plot(max_units=4)
        assert len(display.ax_.lines) == 3
        (x, top), (_, bottom) = display.units_[0][1].center, display.units_[0][2].center
        for dot in display.ax_.lines:
            assert dot.get_xdata()[0] == x
            assert bottom < dot.get_ydata()[0] < top

    @pytest.mark.parametrize("wrong", [1, 2.5, "all", None, True])
    def test_most_units_is_checked(self, wrong):
        with pytest.raises(InvalidParameterError, match="'max_units' parameter of NetworkDisplay"):
            given(3, 1).plot(max_units=wrong)

    def test_show_weights_is_checked(self):
        with pytest.raises(InvalidParameterError, match=r"'show_weights' .* Did you mean 'auto'"):
            given(3, 1).plot(show_weights="aut")


class TestAxes:
    def test_draws_on_the_given_ones(self, axes, figures):
        before = figures()
        display = given(3, 4, 1).plot(axes)
        assert display.ax_ is axes
        assert display.figure_ is axes.figure
        assert figures() == before

    def test_opens_a_figure_and_closes_none(self, axes, figures):
        display = given(3, 4, 1).plot()
        assert display.ax_ is not axes
        assert display.figure_ is display.ax_.figure
        assert len(figures()) == 2

    def test_circles_are_round_whatever_the_axes(self):
        for size in ((3, 6), (9, 3)):
            axes = pyplot.subplots(figsize=size, layout="constrained")[1]
            display = given(3, 4, 1).plot(axes)
            display.figure_.draw_without_rendering()
            box = display.units_[0][0].get_window_extent()
            assert_allclose(box.width, box.height, rtol=1e-6)

    def test_small_axes_and_long_names(self, boxes, overlapping):
        grid = pyplot.subplots(2, 2, figsize=(8, 6), layout="constrained")[1]
        for axes in grid.flat:
            display = given(6, 8, 3)
            display.feature_names = [f"a column whose name is far too long {i}" for i in range(6)]
            display.plot(axes)
            display.figure_.draw_without_rendering()
            words = [*display.captions_, *display.name_labels_]
            assert not overlapping(boxes(words))
            assert all("…" in label.get_text() for label in display.name_labels_[:6])
            left = display.units_[0][0].get_window_extent().x0
            assert all(box.x1 < left for box in boxes(display.name_labels_[:6]))

    def test_part_of_a_figure(self):
        figure = pyplot.figure(layout="constrained")
        axes = figure.subfigures(1, 2)[0].subplots()
        assert given(3, 4, 1).plot(axes).ax_ is axes

    def test_other_colours_on_dark_paper(self):
        with pyplot.style.context("dark_background"):
            display = NetworkDisplay.from_estimator(known())
        colours = {
            to_hex(colour) for lines in display.connections_ for colour in lines.get_colors()
        }
        assert colours == {"#56b4e9", "#e69f00"}

    def test_a_dollar_is_a_dollar(self):
        display = given(3, 1)
        display.feature_names = ["$a", "$b$", r"\$frac{"]
        display.plot()
        display.figure_.canvas.draw()
        assert texts(display.name_labels_[:3]) == ["$a", "$b$", r"\$frac{"]


class TestEstimators:
    def test_classes_and_columns_name_the_ends(self):
        data = load_iris(as_frame=True)
        net = MLPClassifierX(
            5, normalization="batch", dropout=0.5, max_iter=1, n_iter_no_change=1, solver="sgd"
        )
        net.partial_fit(data.data, data.target_names[data.target], classes=data.target_names)
        display = NetworkDisplay.from_estimator(net)
        assert texts(display.name_labels_) == [*data.data.columns, *data.target_names]
        assert texts(display.captions_)[1] == "hidden 1\nBatchNorm\nReLU\nDropout"
        assert f"{net.n_parameters_} parameters" in display.ax_.get_title()

    def test_two_classes_have_one_output_named_by_the_second(self):
        net = MLPClassifierX((), solver="lbfgs", tol=1e9).fit([[0.0], [1.0]], ["no", "yes"])
        assert texts(NetworkDisplay.from_estimator(net).name_labels_) == ["x0", "yes"]

    def test_several_targets(self):
        net = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", tol=1e9)
        net.fit([[0.0], [1.0]], [[0.0, 1.0], [1.0, 0.0]])
        assert texts(NetworkDisplay.from_estimator(net).name_labels_) == ["x0", "y0", "y1"]

    def test_weights_that_were_replaced_are_drawn(self):
        net = known()
        net.coefs_[0] = -net.coefs_[0]
        display = NetworkDisplay.from_estimator(net)
        assert display.weight_labels_[0].get_text() == "-0.2"

    def test_scikit_learns_own(self):
        net = MLPRegressor(hidden_layer_sizes=2, solver="lbfgs", tol=1e9).fit(
            [[0.0], [1.0]], [0.0, 1.0]
        )
        display = NetworkDisplay.from_estimator(net)
        assert [len(circles) for circles in display.units_] == [1, 2, 1]
        assert texts(display.captions_) == ["input", "hidden 1\nrelu", "output\nidentity"]
        assert display.ax_.get_title() == "MLPRegressor 1-2-1, 7 parameters"

    def test_names_of_ones_own(self):
        display = NetworkDisplay.from_estimator(known(), feature_names=["a", "b", "c"])
        assert texts(display.name_labels_[:3]) == ["a", "b", "c"]
        with pytest.raises(InvalidParameterError, match=r"has 3 columns. Got 2 names"):
            NetworkDisplay.from_estimator(known(), feature_names=["a", "b"])

    def test_deep_networks_have_a_short_title(self):
        net = MLPRegressorX(hidden_layer_sizes=(2,) * 12, solver="lbfgs", tol=1e9)
        display = NetworkDisplay.from_estimator(net.fit([[0.0], [1.0]], [0.0, 1.0]))
        assert "1-2-2-2-…-2-1" in display.ax_.get_title()


@pytest.mark.parametrize("setting", ["figure.constrained_layout.use", "figure.autolayout"])
def test_a_layout_engine_of_the_users_settings_is_no_trouble(setting):
    with pyplot.rc_context({setting: True}):  # a warning would be an error here
        display = NetworkDisplay.from_estimator(known())
    assert display.figure_.get_layout_engine() is None
