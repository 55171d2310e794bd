"""Attributions as bars, swarms, maps and curves of many rows, or as the way to one prediction."""

from functools import partial
from typing import Any

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.plots.base import Display
from sknn.interpret.plots.dependence import dependence
from sknn.interpret.plots.importance import ImportanceDisplay
from sknn.interpret.plots.swarm import beeswarm, heat_map
from sknn.interpret.plots.waterfall import waterfall
from sknn.interpret.shapley import shap_values

__all__ = ["AttributionDisplay"]

KINDS = ("bar", "beeswarm", "waterfall", "dependence", "heatmap")


class AttributionDisplay(Display):
    """Show what columns add to predictions.

    ``"beeswarm"``: a point for each row and column, placed by what the column adds and coloured by
    its value. ``"waterfall"``: the way from the base value to the prediction of one row.
    ``"bar"``: the mean sizes. ``"dependence"``: what one column adds over its values, coloured by
    the column that it acts with most. ``"heatmap"``: rows and columns, like rows together.

    Parameters
    ----------
    result : Explanation

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    feature_names_ : list of str
        From the top.
    points_ : list of matplotlib PathCollection
        Of a swarm, one for each column; of a dependence, one.
    bars_ : matplotlib BarContainer
        Of a waterfall, or a list of these of bars.
    image_, line_, rows_ : matplotlib AxesImage and Line2D, array of int
        Of a heat map: itself, the predictions above it, and the rows from the left.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> display = AttributionDisplay.from_estimator(Ridge().fit(X, y), X[:50], X)
    >>> display.feature_names_[0]
    'bmi'
    """

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        background: Any,
        *,
        kind: str = "auto",
        target: Any = None,
        feature: Any = None,
        color_by: Any = "auto",
        max_features: int = 12,
        ax: Any = None,
        **how: Any,
    ) -> "AttributionDisplay":
        """Compute Shapley values and show them.

        Parameters
        ----------
        estimator, X, background, **how
            As in :func:`~sknn.interpret.shap_values`.
        kind, target, feature, color_by, max_features, ax
            As in :meth:`plot`.
        """
        explanation = shap_values(estimator, X, background, **how)
        return cls(explanation).plot(
            ax,
            kind=kind,
            target=target,
            feature=feature,
            color_by=color_by,
            max_features=max_features,
        )

    def plot(
        self,
        ax: Any = None,
        *,
        kind: str = "auto",
        target: Any = None,
        feature: Any = None,
        color_by: Any = "auto",
        max_features: int = 12,
    ) -> "AttributionDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        kind : {"auto", "bar", "beeswarm", "waterfall", "dependence", "heatmap"}, default="auto"
            ``"auto"`` is a waterfall for one row and a swarm for several.
        target : str or int, optional
            The output that is shown; needed where there are several, but for bars.
        feature : str or int, optional
            The column of a dependence; by default the most important one.
        color_by : str, int or None, default="auto"
            The column that colours a dependence: ``"auto"`` for the one that it acts with most,
            None for none.
        max_features : int, default=12
            Columns to show; the others are summed up in a waterfall, and counted elsewhere.

        Raises
        ------
        InvalidParameterError
            For another kind, no such output or column, or a waterfall of several rows.
        MissingExtraError
            If Matplotlib is not installed.
        """
        if kind == "auto":
            kind = "waterfall" if len(self.result) == 1 else "beeswarm"
        if kind not in KINDS:
            raise InvalidParameterError(
                f"kind must be 'auto' or one of {', '.join(map(repr, KINDS))}. "
                f"Got {kind!r} instead.{nearest(kind, KINDS)}"
            )
        if kind == "bar" and target is None:
            drawn = ImportanceDisplay(self.result).plot(ax, max_features=max_features)
            for name in ("ax_", "figure_", "bars_", "feature_names_"):
                setattr(self, name, getattr(drawn, name))
            return self
        which = self._output(target)
        one = self.result if self.result.single else self.result[..., which]
        if kind == "bar":
            return AttributionDisplay(one).plot(ax, kind="bar", max_features=max_features)
        new = partial(self._new, ax)
        if kind == "waterfall":
            if len(one) != 1:
                raise InvalidParameterError(
                    f"A waterfall shows one row. Got {len(one)} instead; pick one, as in "
                    "explanation[0].plot()."
                )
            drawn_ = waterfall(one, new, max_features)
        elif kind == "dependence":
            drawn_ = dependence(one, new, feature, color_by)
        else:
            drawn_ = (beeswarm if kind == "beeswarm" else heat_map)(one, new, max_features)
        for name, artist in drawn_.items():
            setattr(self, name, artist)
        return self
