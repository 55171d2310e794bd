"""Curves of activation functions."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ACTIVATIONS, Activation
from sknn.optional import require
from sknn.style import axes_or_new, colours

__all__ = ["ActivationDisplay"]

PURPOSE = "ActivationDisplay"
N_POINTS = 1001
COLUMNS = 4


class ActivationDisplay:
    """Show an activation function and its derivative.

    Where the derivative is near 0, a unit learns nothing: its gradient vanishes.

    Parameters
    ----------
    x, value, derivative : array of shape (n_points,)
        The curve y = f(x) and f'(x).
    title : str
        Name of the function.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    line_, derivative_line_ : matplotlib Line2D

    Examples
    --------
    >>> from sknn.nn.activations import ELU
    >>> from sknn.plots import ActivationDisplay
    >>> display = ActivationDisplay.from_activation(ELU(alpha=0.5))
    >>> round(float(display.value.min()), 3)  # towards -alpha
    -0.497
    """

    ax_: Any
    figure_: Any

    def __init__(self, *, x: Any, value: Any, derivative: Any, title: str = "") -> None:
        self.x = x
        self.value = value
        self.derivative = derivative
        self.title = title

    @classmethod
    def from_activation(
        cls,
        activation: str | Activation,
        *,
        limits: tuple[float, float] = (-5.0, 5.0),
        ax: Any = None,
    ) -> "ActivationDisplay":
        """Show one function.

        Parameters
        ----------
        activation : str or Activation
            A registered name, or an object.
        limits : (float, float), default=(-5, 5)
            Smallest and largest input.
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        display : ActivationDisplay

        Raises
        ------
        InvalidParameterError
            For an unknown name, or limits that are not in order.
        """
        return cls._of(activation, limits).plot(ax)

    @classmethod
    def all(
        cls,
        activations: Sequence[str | Activation] | None = None,
        *,
        limits: tuple[float, float] = (-5.0, 5.0),
    ) -> list["ActivationDisplay"]:
        """Show many functions in a grid: by default every registered one.

        Parameters
        ----------
        activations : sequence of str or Activation, optional
            What to show.
        limits : (float, float), default=(-5, 5)
            Smallest and largest input.

        Returns
        -------
        displays : list of ActivationDisplay
            They share one figure, ``displays[0].figure_``.
        """
        given = list(ACTIVATIONS if activations is None else activations)
        if not given:
            raise InvalidParameterError("ActivationDisplay.all needs at least one activation.")
        displays = [cls._of(activation, limits) for activation in given]
        pyplot = require("matplotlib.pyplot", extra="plots", purpose=PURPOSE)
        ticker = require("matplotlib.ticker", extra="plots", purpose=PURPOSE)
        n_columns = min(COLUMNS, len(given))
        n_rows = math.ceil(len(given) / n_columns)
        figure, grid = pyplot.subplots(
            n_rows,
            n_columns,
            figsize=(2.3 * n_columns + 0.4, 1.9 * n_rows + 0.7),
            squeeze=False,
            layout="constrained",
        )
        for axes in grid.flat[len(given) :]:
            axes.remove()
        for display, axes in zip(displays, grid.flat, strict=False):
            display.plot(axes, legend=False)
            axes.title.set_fontsize("medium")
            axes.xaxis.set_major_locator(ticker.MaxNLocator(4, steps=[1, 2, 5, 10]))
        handles = [displays[0].line_, displays[0].derivative_line_]
        figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False)
        return displays

    def plot(self, ax: Any = None, *, legend: bool = True, **line_kw: Any) -> "ActivationDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        legend : bool, default=True
            Tell the function from its derivative.
        **line_kw
            Passed on to both lines.

        Returns
        -------
        display : ActivationDisplay

        Raises
        ------
        MissingExtraError
            If Matplotlib is not installed.
        """
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (4.8, 3.6))
        axes, (first, second) = self.ax_, colours(2)
        for line in (axes.axhline, axes.axvline):
            line(0, color="0.6", linewidth=0.7, zorder=0)
        solid = {"color": first, "linewidth": 2, "label": "f(x)"}
        dashed = {"color": second, "linewidth": 1.5, "linestyle": "--", "label": "f'(x)"}
        (self.line_,) = axes.plot(self.x, self.value, **(solid | line_kw))
        (self.derivative_line_,) = axes.plot(self.x, self.derivative, **(dashed | line_kw))
        axes.set_title(self.title)
        axes.margins(x=0)
        if legend:
            axes.set_xlabel("x")
            axes.legend(loc="upper left", frameon=False)
        return self

    @classmethod
    def _of(cls, activation: str | Activation, limits: tuple[float, float]) -> "ActivationDisplay":
        """The curves, not yet drawn."""
        low, high = limits
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise InvalidParameterError(
                f"limits must be two finite numbers, the smaller one first. Got {limits!r} instead."
            )
        part = ACTIVATIONS.resolve(activation)
        part.check()
        x = np.linspace(low, high, N_POINTS)
        value, derivative = part(x), np.ones(N_POINTS)
        part.backward(x.copy(), value.copy(), derivative)
        title = activation if isinstance(activation, str) else repr(activation)
        return cls(x=x, value=value, derivative=derivative, title=title)
