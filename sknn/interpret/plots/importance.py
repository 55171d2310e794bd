"""Bars of how important columns are, with intervals."""

from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.interpret.attribution import Explanation
from sknn.interpret.importance import permutation_importance
from sknn.interpret.plots.base import Display
from sknn.interpret.words import scale_of, short
from sknn.style import axes_or_new, colours, literal

__all__ = ["ImportanceDisplay"]

PURPOSE = "ImportanceDisplay"


class ImportanceDisplay(Display):
    """Show how important columns are: one bar each, the most important first.

    Parameters
    ----------
    result : PermutationImportance, SageImportance or Explanation
        Of an explanation the mean size of the values is shown, stacked by output where there are
        several.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    bars_ : list of matplotlib BarContainer
        One for each output.
    intervals_ : matplotlib ErrorbarContainer or None
    feature_names_ : list of str
        Of the bars, from the top.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = LogisticRegression(max_iter=1000).fit(X, y)
    >>> display = ImportanceDisplay.from_estimator(model, X, y, random_state=0)
    >>> display.feature_names_[0]
    'petal length (cm)'
    """

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: Any, *, ax: Any = None, max_features: int = 20, **how: Any
    ) -> "ImportanceDisplay":
        """Compute permutation importance and show it.

        Parameters
        ----------
        estimator, X, y, **how
            As in :func:`~sknn.interpret.permutation_importance`.
        ax, max_features
            As in :meth:`plot`.
        """
        result = permutation_importance(estimator, X, y, **how)
        if not hasattr(result, "importances_mean"):
            raise InvalidParameterError(
                f"{PURPOSE} shows one score at a time. Got {list(result)} in scoring; pass one."
            )
        return cls(result).plot(ax, max_features=max_features)

    def plot(self, ax: Any = None, *, max_features: int = 20, **bar_kw: Any) -> "ImportanceDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        max_features : int, default=20
            Bars to show; the others are counted below the axis.
        **bar_kw
            Passed on to ``barh``.

        Raises
        ------
        MissingExtraError
            If Matplotlib is not installed.
        """
        values, ci, outputs = self._numbers()
        order = np.argsort(-np.abs(values.sum(axis=1)) if len(outputs) > 1 else -values[:, 0])
        shown, n_left = order[:max_features], len(order) - max_features
        self.feature_names_ = [self.result.feature_names[j] for j in shown]
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (6.4, 1.1 + 0.28 * len(shown)))
        places, left = np.arange(len(shown)), np.zeros(len(shown))
        self.bars_ = []
        for k, (name, colour) in enumerate(zip(outputs, colours(len(outputs)), strict=True)):
            style = {"color": colour, "height": 0.7, "label": short(name, 24)} | bar_kw
            self.bars_.append(self.ax_.barh(places, values[shown, k], left=left, **style))
            left = left + values[shown, k]
        self.intervals_ = None
        if ci is not None:
            ink = self.ax_.title.get_color()
            sides = np.abs(ci[shown].T - values[shown, 0])
            self.intervals_ = self.ax_.errorbar(
                values[shown, 0], places, xerr=sides, fmt="none", ecolor=ink, elinewidth=1
            )
        self._finish(places, n_left, outputs)
        return self

    def _numbers(self) -> tuple[Any, Any, list[str]]:
        """Heights (d, k), intervals (d, 2) or None, and the names of the outputs."""
        if isinstance(self.result, Explanation):
            mean = self.result.importance()
            return mean.reshape(len(mean), -1), None, self.result.output_names
        return self.result.importances_mean[:, np.newaxis], self.result.ci, [""]

    def _finish(self, places: Any, n_left: int, outputs: list[str]) -> None:
        self.ax_.axvline(0, color=self.ax_.title.get_color(), linewidth=0.8)
        self.ax_.set_yticks(places, [short(name) for name in self.feature_names_])
        self.ax_.invert_yaxis()
        self.ax_.set_axisbelow(True)  # a grid, where the style has one
        self.ax_.set_xlabel(self._label() + (f"\n({n_left} more columns)" if n_left > 0 else ""))
        self.ax_.spines[["top", "right", "left"]].set_visible(False)
        self.ax_.tick_params(axis="y", length=0)
        literal(self.ax_.get_yticklabels())
        if len(outputs) > 1:
            few = len(outputs) <= 6  # more would lie on the bars
            where: dict[str, Any] = (
                {"loc": "lower right"}
                if few
                else {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
            )
            literal(self.ax_.legend(frameon=False, fontsize="small", **where).get_texts())

    def _label(self) -> str:
        result = self.result
        if isinstance(result, Explanation):
            scale = scale_of(result.output, result.output_names[0])
            of = scale if result.single else scale.partition(" of ")[0]
            return f"mean size of the contribution to the {of}"
        percent = f"{100 * result.confidence:g} % intervals"
        if "loss_name" in result:
            return f"part of the fall in {result.loss_name} ({percent})"
        how = "shuffled among like rows" if result.conditional else "shuffled"
        return f"fall of {result.scorer_name} when {how} ({percent})"
