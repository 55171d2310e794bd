"""The linear model that a network is near a row: a bar for each weight."""

from typing import Any

import numpy as np

from sknn.interpret.gradients import local_linear_model
from sknn.interpret.plots.base import Display
from sknn.interpret.words import number, scale_of, short, value_text
from sknn.style import literal, signs

__all__ = ["LocalLinearDisplay"]


class LocalLinearDisplay(Display):
    """Show the weights of the linear model that a network is near a row, and where it ends.

    Parameters
    ----------
    result : LocalLinearModel

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    bars_ : matplotlib BarContainer
        Weights, the largest at the top.
    feature_names_ : list of str
        From the top.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> net = MLPClassifierX(hidden_layer_sizes=6, solver="lbfgs", tol=0.01, random_state=0)
    >>> display = LocalLinearDisplay.from_estimator(net.fit(X, y), X[:1], target=0)
    >>> len(display.bars_)
    4
    """

    @classmethod
    def from_estimator(
        cls, estimator: Any, x: Any, *, ax: Any = None, target: Any = None, **how: Any
    ) -> "LocalLinearDisplay":
        """Find the linear model around a row and show it.

        Parameters
        ----------
        estimator, x, **how
            As in :func:`~sknn.interpret.local_linear_model`.
        ax, target
            As in :meth:`plot`.
        """
        return cls(local_linear_model(estimator, x, **how)).plot(ax, target=target)

    def plot(
        self, ax: Any = None, *, target: Any = None, max_features: int = 15
    ) -> "LocalLinearDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        target : str or int, optional
            The output that is shown; needed where there are several.
        max_features : int, default=15
            Columns to show; the others are counted below the axis.

        Raises
        ------
        InvalidParameterError
            If there is no such output.
        MissingExtraError
            If Matplotlib is not installed.
        """
        result, which = self.result, self._output(target)
        coef = np.asarray(result.coef).reshape(len(result.x), -1)[:, which]
        order = np.argsort(-np.abs(coef), kind="stable")
        shown, n_left = order[:max_features], max(len(order) - max_features, 0)
        self.feature_names_ = [result.feature_names[j] for j in shown]
        ax = self._new(ax, 6.4, 1.4 + 0.3 * len(shown))
        up, down = signs(ax)
        places = np.arange(len(shown))
        self.bars_ = ax.barh(
            places, coef[shown], height=0.7, color=[up if coef[j] >= 0 else down for j in shown]
        )
        ax.axvline(0, color=ax.title.get_color(), linewidth=0.8)
        labels = [f"{short(result.feature_names[j])} = {value_text(result.x[j])}" for j in shown]
        ax.set_yticks(places, labels)
        ax.invert_yaxis()
        scale = scale_of(result.output, result.output_names[which])
        more = f"\n({n_left} more columns)" if n_left else ""
        literal(
            [ax.set_xlabel(f"slope of the {scale}, per unit that the network sees{more}"),
             *ax.get_yticklabels()]
        )  # fmt: skip
        ends = (
            "linear everywhere"
            if np.isinf(result.distance)
            else f"linear up to {number(result.distance)} away ({result.nearest_border})"
        )
        ax.set_title(ends, fontsize="medium")
        ax.set_axisbelow(True)
        ax.tick_params(axis="y", length=0)
        ax.spines[["top", "right", "left"]].set_visible(False)
        return self
