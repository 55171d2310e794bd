"""Activation functions and their derivatives as curves, and the grid of all of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ACTIVATIONS, ELU, Tanh
from sknn.plots import ActivationDisplay


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_second_curve_is_the_slope_of_the_first(name):
    display = ActivationDisplay.from_activation(name, limits=(-4, 4))
    x, value = display.line_.get_data()
    same, derivative = display.derivative_line_.get_data()
    assert_array_equal(x, same)
    assert (x[0], x[-1]) == (-4, 4)
    assert_array_equal(value, ACTIVATIONS[name]()(x))
    slope = np.diff(value) / np.diff(x)
    between = np.sort([derivative[:-1], derivative[1:]], axis=0)
    jumps = (np.ptp(between, axis=0) > 0.1) | (np.abs(np.diff(value)) > 0.5)  # of slope, of value
    assert jumps.sum() <= 2
    assert_allclose(slope[~jumps], between.mean(axis=0)[~jumps], atol=0.02)
    assert display.ax_.get_title() == name


def test_an_object_is_titled_by_its_settings():
    display = ActivationDisplay.from_activation(ELU(alpha=0.5))
    assert display.ax_.get_title() == "ELU(alpha=0.5)"
    assert_allclose(display.line_.get_ydata().min(), 0.5 * np.expm1(-5))
    first, second = display.line_, display.derivative_line_
    assert first.get_color() != second.get_color()
    assert first.get_linestyle() != second.get_linestyle()
    words = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert words == ["f(x)", "f'(x)"]


def test_all_of_them_in_a_grid(boxes, overlapping, figures):
    displays = ActivationDisplay.all()
    assert [display.title for display in displays] == list(ACTIVATIONS)
    figure = displays[0].figure_
    assert len(figures()) == 1
    assert {id(display.figure_) for display in displays} == {id(figure)}
    assert len(figure.axes) == len(displays) == len({id(display.ax_) for display in displays})
    assert all(display.ax_.get_legend() is None for display in displays)
    assert len(figure.legends) == 1
    figure.draw_without_rendering()
    words = [display.ax_.title for display in displays]
    for display in displays:
        words += [text for text in display.ax_.get_xticklabels() if text.get_text()]
    words += figure.legends[0].get_texts()
    assert not overlapping(boxes(words))


def test_a_grid_of_some():
    displays = ActivationDisplay.all(["relu", Tanh()], limits=(-1, 2))
    assert [display.title for display in displays] == ["relu", "Tanh()"]
    assert displays[0].ax_.get_xlim() == (-1, 2)
    with pytest.raises(InvalidParameterError, match="at least one"):
        ActivationDisplay.all([])


def test_draws_on_the_given_axes(axes, figures):
    display = ActivationDisplay.from_activation("tanh", ax=axes)
    assert display.ax_ is axes
    assert display.figure_ is axes.figure
    assert len(figures()) == 1
    again = display.plot(axes, legend=False, alpha=0.5)
    assert again.line_.get_alpha() == 0.5


def test_errors():
    with pytest.raises(InvalidParameterError, match="Did you mean 'relu'"):
        ActivationDisplay.from_activation("rele")
    with pytest.raises(InvalidParameterError, match="'alpha' parameter of ELU"):
        ActivationDisplay.from_activation(ELU(alpha=-1))
    for limits in ((1, 1), (2, 1), (0, float("inf")), (float("nan"), 1)):
        with pytest.raises(InvalidParameterError, match="limits must be two finite numbers"):
            ActivationDisplay.from_activation("tanh", limits=limits)
