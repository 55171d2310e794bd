"""Counterfactuals as arrows: how far each column would have to go."""

from typing import Any

import numpy as np

from sknn.interpret.counterfactual import counterfactuals
from sknn.interpret.plots.base import Display
from sknn.interpret.words import short, value_text
from sknn.style import axes_or_new, literal, signs

__all__ = ["CounterfactualDisplay"]

PURPOSE = "CounterfactualDisplay"


class CounterfactualDisplay(Display):
    """Show for each counterfactual row which columns change, how far, and from what to what.

    Parameters
    ----------
    result : Counterfactuals

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    bars_ : list of matplotlib BarContainer
        One for each row.
    texts_ : list of matplotlib Text
        What each column changes from and to.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = LogisticRegression(max_iter=1000).fit(X, y)
    >>> display = CounterfactualDisplay.from_estimator(model, X[:1], X, target=1, random_state=0)
    >>> len(display.bars_)
    3
    """

    @classmethod
    def from_estimator(
        cls, estimator: Any, x: Any, background: Any, *, ax: Any = None, **how: Any
    ) -> "CounterfactualDisplay":
        """Find counterfactuals and show them.

        Parameters
        ----------
        estimator, x, background, **how
            As in :func:`~sknn.interpret.counterfactuals`.
        ax
            As in :meth:`plot`.
        """
        return cls(counterfactuals(estimator, x, background, **how)).plot(ax)

    def plot(self, ax: Any = None) -> "CounterfactualDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.

        Raises
        ------
        MissingExtraError
            If Matplotlib is not installed.
        """
        result = self.result
        n_lines = sum(map(len, result.changes)) + len(result.changes)
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (7.0, 1.1 + 0.32 * n_lines))
        up, down = signs(self.ax_)
        self.bars_, self.texts_ = [], []
        labels: list[str] = []
        for i, (changes, sizes) in enumerate(zip(result.changes, result.sizes, strict=True)):
            labels.append(self._head(i))
            places = len(labels) + np.arange(len(changes))
            colours_ = [up if size > 0 else down for size in sizes]
            self.bars_.append(self.ax_.barh(places, sizes, height=0.6, color=colours_))
            for place, (column, now, to), size in zip(places, changes, sizes, strict=True):
                labels.append(short(column, 30))
                words = f"{value_text(now, 16)} \N{RIGHTWARDS ARROW} {value_text(to, 16)}"
                self.texts_.append(
                    self.ax_.annotate(
                        words,
                        (size, place),
                        (5 if size > 0 else -5, 0),
                        textcoords="offset points",
                        ha="left" if size > 0 else "right",
                        va="center",
                        fontsize=9,
                    )
                )
        self._finish(labels)
        return self

    def _head(self, row: int) -> str:
        told = self.result.predictions[row]
        label = f"{row + 1}: {short(value_text(told), 20)}"
        if self.result.probabilities is not None:
            label += f" ({100 * self.result.probabilities[row]:.0f} %)"
        return label if self.result.found else f"{label}, goal not reached"

    def _finish(self, labels: list[str]) -> None:
        ax = self.ax_
        ax.axvline(0, color=ax.title.get_color(), linewidth=0.8)
        ax.set_yticks(range(len(labels)), labels)
        ax.set_ylim(len(labels) - 0.4, -0.6)
        heads = np.cumsum([0, *(len(changes) + 1 for changes in self.result.changes)])
        for at in heads[:-1]:
            ax.get_yticklabels()[at].set_fontweight("bold")
        ends = [0.0, *(size for sizes in self.result.sizes for size in sizes)]
        room = 0.45 * (max(ends) - min(ends) or 1.0)  # for the words beside the bars
        ax.set_xlim(
            min(ends) - room * (min(ends) < 0) - 0.02, max(ends) + room * (max(ends) > 0) + 0.02
        )
        ax.set_xlabel("change, in median absolute deviations (another category: 1)")
        ax.set_axisbelow(True)
        ax.tick_params(axis="y", length=0)
        ax.spines[["top", "right", "left"]].set_visible(False)
        literal([*ax.get_yticklabels(), *self.texts_])
