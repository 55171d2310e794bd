"""Which parameters the score depends on."""

from typing import Any

from sknn.plots.search.trials import importances, trials_of
from sknn.style import axes_or_new, literal, signs

__all__ = ["ParameterImportanceDisplay"]


class ParameterImportanceDisplay:
    """Show how much each parameter has to do with the score, judging by what a search has tried.

    A forest learns the score from the parameters; the importance is the share of its R^2 that is
    lost when the values of a parameter are shuffled. It tells what mattered within the space that
    was searched, and only as well as the candidates cover it.

    Parameters
    ----------
    importances : dict of float
        Shares by name, which add up to 1; ``"epochs"`` where candidates had different ones.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    bars_ : matplotlib BarContainer

    References
    ----------
    Hutter, Hoos, Leyton-Brown, An Efficient Approach for Assessing Hyperparameter Importance, ICML
    2014: importance from a forest. Breiman, Random Forests, 2001: by shuffling.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sknn.plots import ParameterImportanceDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> grid = {"C": [0.001, 0.01, 0.1, 1.0, 10.0], "warm_start": [False, True]}
    >>> search = GridSearchCV(LogisticRegression(max_iter=1000), grid).fit(X, y)
    >>> display = ParameterImportanceDisplay.from_estimator(search)
    >>> {name: round(share, 2) for name, share in display.importances.items()}
    {'C': 1.0, 'warm_start': 0.0}
    """

    ax_: Any
    figure_: Any

    def __init__(self, importances: dict[str, float]) -> None:
        self.importances = importances

    @classmethod
    def from_estimator(
        cls, search: Any, *, metric: str | None = None, ax: Any = None, **bar_kw: Any
    ) -> "ParameterImportanceDisplay":
        """Show a fitted search.

        Parameters
        ----------
        search : estimator
            With ``cv_results_``.
        metric : str, optional
            Of several metrics the one that is judged by.
        ax, **bar_kw
            As in :meth:`plot`.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If it is no search, has no such metric, or too few candidates.
        """
        return cls(importances(trials_of(search, metric))).plot(ax, **bar_kw)

    def plot(self, ax: Any = None, **bar_kw: Any) -> "ParameterImportanceDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        **bar_kw
            For the bars, such as ``color="gray"``.
        """
        height = 1.0 + 0.32 * len(self.importances)
        self.figure_, self.ax_ = axes_or_new(ax, "ParameterImportanceDisplay", (6.4, height))
        names, shares = list(self.importances), list(self.importances.values())
        style = {"color": signs(self.ax_)[0]}
        self.bars_ = self.ax_.barh(range(len(names)), shares, **(style | bar_kw))
        self.ax_.set_yticks(range(len(names)), names)
        literal(self.ax_.get_yticklabels())
        self.ax_.invert_yaxis()
        self.ax_.set_xlabel("share of what explains the score")
        return self
