"""The score of each candidate in turn, and the best so far."""

from typing import Any, Self

import numpy as np

from sknn.plots.search.base import TrialsDisplay
from sknn.plots.search.trials import Trials
from sknn.style import axes_or_new, literal, signs

__all__ = ["SearchHistoryDisplay"]


class SearchHistoryDisplay(TrialsDisplay):
    """Show the scores of a search in the order of its candidates, and the best so far.

    Of a search that trains candidates for different numbers of epochs, each dot is a candidate
    after some epochs: the more, the larger. The best so far is that of the candidates that came
    furthest by then.

    Parameters
    ----------
    trials : Trials
        What the search has tried.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    points_ : matplotlib PathCollection
        The candidates.
    best_ : matplotlib Line2D
        The best so far.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sknn.plots import SearchHistoryDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> model = LogisticRegression(max_iter=1000)
    >>> search = GridSearchCV(model, {"C": [0.01, 0.1, 1.0]}).fit(X, y)
    >>> display = SearchHistoryDisplay.from_estimator(search)
    >>> display.best_.get_ydata().round(2).tolist()
    [0.86, 0.95, 0.97]
    """

    def plot(self, ax: Any = None, **scatter_kw: Any) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        **scatter_kw
            For the dots, such as ``alpha=0.5``.
        """
        self.figure_, self.ax_ = axes_or_new(ax, "SearchHistoryDisplay", (6.4, 4.0))
        trials, number = self.trials, np.arange(1, len(self.trials.scores) + 1)
        one, other = signs(self.ax_)
        size = 18.0
        if trials.n_epochs is not None:
            size = 8.0 + 40.0 * np.sqrt(trials.n_epochs / trials.n_epochs.max())
        style = {"s": size, "color": one, "alpha": 0.7, "label": "candidate", "linewidths": 0}
        self.points_ = self.ax_.scatter(number, trials.scores, **(style | scatter_kw))
        (self.best_,) = self.ax_.plot(
            number, best_so_far(trials), color=other, drawstyle="steps-post", label="best so far"
        )
        self.ax_.set_xlabel("candidate" if trials.n_epochs is None else "candidate on a rung")
        literal([self._name_score(self.ax_)])
        self.ax_.legend(frameon=False, loc="lower right")
        return self


def best_so_far(trials: Trials) -> Any:
    """After each row the best score of the rows with most epochs by then; NaN before the first."""
    best = np.full(len(trials.scores), np.nan)
    furthest, record = 0, np.nan
    for place, score in enumerate(trials.scores):
        n_epochs = 0 if trials.n_epochs is None else int(trials.n_epochs[place])
        if np.isfinite(score) and (
            n_epochs > furthest or np.isnan(record) or (n_epochs == furthest and score > record)
        ):
            furthest, record = n_epochs, score
        best[place] = record
    return best
