"""How candidates did from rung to rung, and who was left behind."""

from typing import Any, Self

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.plots.search.base import TrialsDisplay
from sknn.plots.search.trials import Trials
from sknn.style import axes_or_new, literal, log_ticks, signs

__all__ = ["RungsDisplay"]


class RungsDisplay(TrialsDisplay):
    """Show the score of each candidate against its epochs, for a search that stops early.

    A line is a candidate that was trained on; a dot ends it where it was left behind. The best
    candidate stands out.

    Parameters
    ----------
    trials : Trials
        What the search has tried, with epochs.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_ : dict of matplotlib Line2D
        By number of the candidate.
    best_ : int
        Number of the best candidate of those that came furthest.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.plots import RungsDisplay
    >>> from sknn.tuning import HyperbandSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"learning_rate_init": [0.001, 0.003, 0.01, 0.03, 0.1]}
    >>> search = HyperbandSearchCV(MLPClassifierX(random_state=0), space, max_epochs=9, cv=2)
    >>> len(RungsDisplay.from_estimator(search.fit(X, y)).lines_)
    13
    """

    def __init__(self, trials: Trials) -> None:
        if trials.n_epochs is None:
            raise InvalidParameterError(
                "RungsDisplay needs a search that trains candidates for different numbers of "
                "epochs, such as HyperbandSearchCV. SearchHistoryDisplay shows any search."
            )
        super().__init__(trials)

    def plot(self, ax: Any = None, **line_kw: Any) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        **line_kw
            For the lines, such as ``alpha=0.5``.
        """
        self.figure_, self.ax_ = axes_or_new(ax, "RungsDisplay", (6.4, 4.2))
        trials, (plain, strong) = self.trials, signs(self.ax_)
        assert trials.n_epochs is not None
        scored = np.isfinite(trials.scores)
        self.best_ = int(trials.candidate[trials.ranked[0]])
        self.lines_ = {}
        for candidate in dict.fromkeys(trials.candidate.tolist()):
            rows = (trials.candidate == candidate) & scored
            if not rows.any():
                continue
            style = {"color": plain, "alpha": 0.35, "linewidth": 1.0}
            if candidate == self.best_:
                style = {"color": strong, "linewidth": 2.2, "label": "best", "zorder": 3}
            epochs, scores = trials.n_epochs[rows], trials.scores[rows]
            (line,) = self.ax_.plot(
                epochs, scores, marker="o", markersize=4, markevery=[-1], **(style | line_kw)
            )
            self.lines_[candidate] = line
        self.ax_.set_xscale("log")
        log_ticks(self.ax_.xaxis)
        self.ax_.set_xticks(sorted(set(trials.n_epochs.tolist())))
        self.ax_.set_xlabel("epochs")
        literal([self._name_score(self.ax_)])
        self.ax_.legend(frameon=False, loc="lower right")
        return self
