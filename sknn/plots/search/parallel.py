"""All candidates at once: a line through the values of all parameters."""

from typing import Any, Self

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.plots.search.base import TrialsDisplay
from sknn.plots.search.trials import Parameter
from sknn.style import axes_or_new, literal

__all__ = ["ParallelCoordinatesDisplay"]

PURPOSE = "ParallelCoordinatesDisplay"
#: Numbers up to which each is written on its axis.
FEW = 6


class ParallelCoordinatesDisplay(TrialsDisplay):
    """Show each candidate as a line through its parameters, coloured by its score.

    Lines of good candidates lie on top. A parameter that a candidate does not have is left out of
    its line. Of a search that trains for different numbers of epochs, those candidates are shown
    that came furthest.

    Parameters
    ----------
    trials : Trials
        What the search has tried.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_ : list of matplotlib Line2D
        From the worst candidate to the best.
    colorbar_ : matplotlib Colorbar

    References
    ----------
    Inselberg, The plane with parallel coordinates, The Visual Computer, 1985.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.svm import SVC
    >>> from sknn.plots import ParallelCoordinatesDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> grid = {"C": [0.01, 1.0, 100.0], "kernel": ["rbf", "linear"]}
    >>> display = ParallelCoordinatesDisplay.from_estimator(GridSearchCV(SVC(), grid).fit(X, y))
    >>> len(display.lines_)
    6
    """

    def plot(self, ax: Any = None, *, cmap: Any = "viridis", **line_kw: Any) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        cmap : str or Colormap, default="viridis"
            From the worst score to the best.
        **line_kw
            For the lines, such as ``alpha=0.5``.
        """
        trials = self.trials
        if not trials.parameters:
            raise InvalidParameterError(
                f"{PURPOSE} needs parameters with several values. Got a search with none."
            )
        n = len(trials.parameters)
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (1.6 + 1.3 * max(n, 3), 4.2))
        rows = self._shown()
        scores = trials.scores[rows]
        colors = require("matplotlib.colors", extra="plots", purpose=PURPOSE)
        cm = require("matplotlib.cm", extra="plots", purpose=PURPOSE)
        norm = colors.Normalize(scores.min(), scores.max())
        shade = cm.ScalarMappable(norm, cmap)
        heights = np.column_stack([_scaled(p)[rows] for p in trials.parameters])
        self.lines_ = []
        for place in np.argsort(scores, kind="stable"):
            style = {"color": shade.to_rgba(scores[place]), "linewidth": 1.2, "alpha": 0.8}
            (line,) = self.ax_.plot(range(n), heights[place], **(style | line_kw))
            self.lines_.append(line)
        self._finish(trials.parameters)
        self.colorbar_ = self.figure_.colorbar(shade, ax=self.ax_, pad=0.08)
        literal([self._name_score(self.colorbar_.ax)])
        return self

    def _shown(self) -> np.ndarray:
        """Rows with a score, and of those with different epochs the ones with most."""
        rows = np.isfinite(self.trials.scores)
        if self.trials.n_epochs is not None and rows.any():
            rows &= self.trials.n_epochs == self.trials.n_epochs[rows].max()
        if not rows.any():
            raise InvalidParameterError(f"{PURPOSE} needs candidates with a score. Got none.")
        return np.flatnonzero(rows)

    def _finish(self, parameters: list[Parameter]) -> None:
        ax = self.ax_
        for place, parameter in enumerate(parameters):
            ax.axvline(place, color="0.6", linewidth=0.8, zorder=0.5)
            for height, label in _ticks(parameter):
                text = ax.annotate(
                    label,
                    (place, height),
                    (3, 0),
                    textcoords="offset points",
                    fontsize=7,
                    va="center",
                )
                literal([text])
        names = [parameter.name.replace("__", "\n") for parameter in parameters]
        ax.set_xticks(range(len(parameters)), names, fontsize=8)
        literal(ax.get_xticklabels())
        ax.set_xlim(-0.1, len(parameters) - 0.6)
        ax.set_ylim(-0.05, 1.05)
        ax.set_yticks([])
        ax.spines[:].set_visible(False)


def _scaled(parameter: Parameter) -> np.ndarray:
    """Places from 0 to 1."""
    low, high = np.nanmin(parameter.places), np.nanmax(parameter.places)
    scaled: np.ndarray = (parameter.places - low) / ((high - low) or 1.0)
    return scaled


def _ticks(parameter: Parameter) -> list[tuple[float, str]]:
    """Heights with what stands there: all labels or few numbers, else three of many."""
    if parameter.labels is not None:
        last = max(len(parameter.labels) - 1, 1)
        return [(i / last, label) for i, label in enumerate(parameter.labels)]
    taken = np.unique(parameter.places[~np.isnan(parameter.places)])
    low, high = taken[0], taken[-1]
    places = taken if len(taken) <= FEW else np.array([low, (low + high) / 2, high])
    numbers = 10.0**places if parameter.log else places
    heights = (places - low) / ((high - low) or 1.0)
    return [(h, f"{number:.3g}") for h, number in zip(heights, numbers, strict=True)]
