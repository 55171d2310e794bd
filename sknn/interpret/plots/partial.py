"""Partial dependence as curves, with individual rows, categories or a map."""

from typing import Any

import numpy as np

from sknn.interpret.dependence import partial_dependence
from sknn.interpret.plots.base import Display
from sknn.interpret.plots.effect import draw_density, draw_lines, draw_map, finish
from sknn.interpret.words import scale_of
from sknn.style import axes_or_new, colours

__all__ = ["PartialDependenceDisplay"]

PURPOSE = "PartialDependenceDisplay"
MOST_ROWS = 60  # of individual curves that are drawn


class PartialDependenceDisplay(Display):
    """Show how the mean prediction moves with one or two columns.

    Of one column: a line for each output, thin lines for single rows where they were asked for,
    and at the foot how many rows there are. Of two columns: a map of one output.

    Parameters
    ----------
    result : PartialDependence

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    lines_ : list of matplotlib Line2D
        Of the mean, one for each output.
    individual_lines_ : list of matplotlib Line2D
    map_ : matplotlib QuadMesh or None

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> display = PartialDependenceDisplay.from_estimator(Ridge().fit(X, y), X, "bmi")
    >>> display.ax_.get_xlabel()
    'bmi'
    """

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        features: Any,
        *,
        ax: Any = None,
        target: Any = None,
        **how: Any,
    ) -> "PartialDependenceDisplay":
        """Compute partial dependence and show it.

        Parameters
        ----------
        estimator, X, features, **how
            As in :func:`~sknn.interpret.partial_dependence`.
        ax, target
            As in :meth:`plot`.
        """
        return cls(partial_dependence(estimator, X, features, **how)).plot(ax, target=target)

    def plot(
        self, ax: Any = None, *, target: Any = None, derivative: bool = False, density: bool = True
    ) -> "PartialDependenceDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        target : str or int, optional
            The output that is shown, by name or number; by default all of one column.
        derivative : bool, default=False
            Show the slope of the curve, where it was computed.
        density : bool, default=True
            Show how many rows there are along the axis.

        Raises
        ------
        InvalidParameterError
            If there is no such output, or a map has several.
        MissingExtraError
            If Matplotlib is not installed.
        """
        result, names = self.result, self.result.output_names
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (5.4, 4.0))
        self.individual_lines_: list[Any] = []
        self.lines_: list[Any] = []
        self.map_ = None
        two = len(result.grid_values) == 2
        shown = [self._output(target)] if two else self._outputs(target)
        label = self._label([names[k] for k in shown], derivative)
        if two:
            self.map_ = draw_map(
                self.ax_,
                result.grid_values,
                result.average[shown[0]],
                result.is_categorical,
                label,
                centred=bool(result.get("centered")),
            )
        else:
            grid, categorical = result.grid_values[0], result.is_categorical[0]
            mean = result.derivative if derivative else result.average
            each = result.get("individual_derivative" if derivative else "individual")
            if each is not None:
                self._draw_rows(grid, categorical, each, shown)
            chosen = [names[k] for k in shown]
            self.lines_ = draw_lines(self.ax_, grid, mean[shown], chosen, categorical, None)
            if density:
                draw_density(
                    self.ax_, result.data[0], grid, categorical, result.get("sample_weight")
                )
        finish(self.ax_, [str(name) for name in result.feature_names], label, self.lines_)
        return self

    def _draw_rows(self, grid: Any, categorical: bool, each: Any, shown: list[int]) -> None:
        places = np.arange(len(grid)) if categorical else np.asarray(grid, dtype=float)
        n_rows = each.shape[1]
        rows = np.unique(np.linspace(0, n_rows - 1, min(MOST_ROWS, n_rows)).astype(int))
        for k, colour in zip(shown, colours(len(shown)), strict=True):  # those of the means
            self.individual_lines_ += self.ax_.plot(
                places, each[k, rows].T, color=colour, linewidth=0.6, alpha=0.35
            )

    def _label(self, names: list[str], derivative: bool) -> str:
        output = self.result.output
        one = scale_of(output, names[0])
        scale = one if len(names) == 1 else one.partition(" of ")[0]
        if derivative:
            return f"slope of the mean {scale}"
        return f"mean {scale}" + (", from its start" if self.result.get("centered") else "")
