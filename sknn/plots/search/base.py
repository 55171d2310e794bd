"""What the displays that draw the trials of a search have in common."""

from abc import ABC, abstractmethod
from typing import Any, Self

from sknn.plots.search.trials import Trials, trials_of

__all__ = ["TrialsDisplay"]


class TrialsDisplay(ABC):
    """Base of displays of what a search has tried. Not to be used directly."""

    ax_: Any
    figure_: Any

    def __init__(self, trials: Trials) -> None:
        self.trials = trials

    @classmethod
    def from_estimator(
        cls, search: Any, *, metric: str | None = None, ax: Any = None, **how: Any
    ) -> Self:
        """Show a fitted search.

        Parameters
        ----------
        search : estimator
            With ``cv_results_``: one of ours or of scikit-learn's.
        metric : str, optional
            Of several metrics the one that is shown.
        ax, **how
            As in :meth:`plot`.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If it is no search that this display can show, or has no such metric.
        """
        return cls(trials_of(search, metric)).plot(ax, **how)

    @abstractmethod
    def plot(self, ax: Any = None, **how: Any) -> Self:
        """Draw."""

    def _name_score(self, axes: Any) -> Any:
        """Write the name of the score along an axis; returns the text."""
        return axes.set_ylabel(f"mean {self.trials.metric.replace('_', ' ')}")
