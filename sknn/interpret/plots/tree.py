"""A surrogate tree as a picture: conditions on the branches, and what its leaves say."""

from typing import Any

import numpy as np

from sknn.interpret.plots.base import Display
from sknn.interpret.surrogate import surrogate_tree
from sknn.interpret.words import number, short
from sknn.style import colours, literal

__all__ = ["SurrogateTreeDisplay"]


class SurrogateTreeDisplay(Display):
    """Show a tree that imitates a model, from the left to the right, with its fidelity above.

    Lines are the wider the more rows go along them.

    Parameters
    ----------
    result : SurrogateTree

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    lines_ : list of matplotlib Line2D
        From each node to its parent.
    leaves_ : list of matplotlib Text
        What the leaves say, from the top.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = LogisticRegression(max_iter=1000).fit(X, y)
    >>> display = SurrogateTreeDisplay.from_estimator(model, X, max_depth=2, random_state=0)
    >>> len(display.leaves_)
    3
    """

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, *, ax: Any = None, **how: Any
    ) -> "SurrogateTreeDisplay":
        """Grow a surrogate tree and show it.

        Parameters
        ----------
        estimator, X, **how
            As in :func:`~sknn.interpret.surrogate_tree`.
        ax
            As in :meth:`plot`.
        """
        return cls(surrogate_tree(estimator, X, **how)).plot(ax)

    def plot(self, ax: Any = None) -> "SurrogateTreeDisplay":
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
        nodes = list(result.reader.nodes())
        depth = {-1: -1}
        for node, above, *_ in nodes:
            depth[node] = depth[above] + 1
        deepest = max(depth.values())
        height = self._heights(nodes)
        n_leaves = sum(bool(told) for *_, told, _ in nodes)
        ax = self._new(ax, 2.4 + 2.1 * deepest, 0.9 + 0.62 * n_leaves)
        ink, colour = ax.title.get_color(), colours(1)[0]
        self.lines_, self.leaves_ = [], []
        for node, above, words, told, share in nodes:
            x, y = depth[node], height[node]
            if above >= 0:
                self.lines_ += ax.plot(
                    [depth[above], depth[above] + 0.12, x],
                    [height[above], y, y],
                    color=colour,
                    linewidth=0.8 + 7 * share,
                    alpha=0.45,
                    solid_joinstyle="round",
                    solid_capstyle="butt",
                )
                text = ax.text(depth[above] + 0.16, y - 0.12, short(words, 30), fontsize=8.5)
                literal([text])
            if told:
                label = f"  {short(told, 22)}\n  {100 * share:.0f} % of rows"
                self.leaves_.append(ax.text(x, y, label, va="center", color=ink, fontsize=9))
        literal(self.leaves_)
        ax.set_xlim(-0.05, deepest + 0.75)
        ax.set_ylim(n_leaves - 0.4, -0.75)
        ax.axis("off")
        ax.set_title(f"{result.fidelity_name} {number(result.fidelity)} with the model")
        return self

    @staticmethod
    def _heights(nodes: list[Any]) -> dict[int, float]:
        """Leaves one under another; other nodes in the middle of their children."""
        height: dict[int, float] = {}
        for node, *_, told, _ in nodes:
            if told:
                height[node] = float(len(height))
        for node, *_ in reversed(nodes):
            if node not in height:
                below = [height[child] for child, above, *_ in nodes if above == node]
                height[node] = float(np.mean(below))
        return height
