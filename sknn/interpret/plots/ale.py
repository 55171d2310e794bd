"""Accumulated local effects as curves with bands, bars of categories, or a map."""

from typing import Any

from sknn.interpret.dependence import accumulated_local_effects
from sknn.interpret.plots.base import Display
from sknn.interpret.plots.effect import draw_density, draw_lines, draw_map, finish
from sknn.interpret.words import scale_of
from sknn.style import axes_or_new

__all__ = ["ALEDisplay"]

PURPOSE = "ALEDisplay"


class ALEDisplay(Display):
    """Show accumulated local effects: how a prediction moves with a column, seen from the mean.

    Parameters
    ----------
    result : AccumulatedLocalEffects

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    lines_ : list of matplotlib Line2D
        One for each output.
    map_ : matplotlib QuadMesh or None

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> display = ALEDisplay.from_estimator(Ridge().fit(X, y), X, ["bmi"])
    >>> len(display.lines_)
    1
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
    ) -> "ALEDisplay":
        """Compute accumulated local effects and show them.

        Parameters
        ----------
        estimator, X, features, **how
            As in :func:`~sknn.interpret.accumulated_local_effects`.
        ax, target
            As in :meth:`plot`.
        """
        return cls(accumulated_local_effects(estimator, X, features, **how)).plot(ax, target=target)

    def plot(self, ax: Any = None, *, target: Any = None, density: bool = True) -> "ALEDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        target : str or int, optional
            The output that is shown, by name or number; by default all of one column.
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
        self.lines_, self.map_ = [], None
        two = len(result.grid_values) == 2
        shown = [self._output(target)] if two else self._outputs(target)
        scale = scale_of(result.output, names[shown[0]])
        label = f"effect on the {scale if len(shown) == 1 else scale.partition(' of ')[0]}"
        if two:
            self.map_ = draw_map(
                self.ax_,
                result.grid_values,
                result["values"][shown[0]],
                result.is_categorical,
                f"joint {label}",
                centred=True,
            )
        else:
            grid, categorical = result.grid_values[0], result.is_categorical[0]
            ci = None if result.ci is None else result.ci[shown]
            self.lines_ = draw_lines(
                self.ax_,
                grid,
                result["values"][shown],
                [names[k] for k in shown],
                categorical,
                ci,
            )
            ink = self.ax_.title.get_color()
            self.ax_.axhline(0, color=ink, linewidth=0.6, zorder=0)
            if density:
                draw_density(self.ax_, result.data[0], grid, categorical, None)
        finish(self.ax_, [str(name) for name in result.feature_names], label, self.lines_)
        return self
