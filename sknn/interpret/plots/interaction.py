"""A heat map of how much pairs of columns act together."""

from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.interpret.attribution import Explanation
from sknn.interpret.dependence import friedman_h
from sknn.interpret.plots.base import Display
from sknn.interpret.result import weights_of
from sknn.interpret.words import scale_of, short
from sknn.style import axes_or_new, literal

__all__ = ["InteractionDisplay"]

PURPOSE = "InteractionDisplay"
MOST_NUMBERS = 10  # columns up to which the numbers are written in


class InteractionDisplay(Display):
    """Show how much each pair of columns acts together, the strongest first.

    Parameters
    ----------
    result : FriedmanH or Explanation
        An explanation with ``interactions`` shows their mean size.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    image_ : matplotlib AxesImage
    texts_ : list of matplotlib Text
    feature_names_ : list of str
        In the order of the map.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> display = InteractionDisplay.from_estimator(lambda r: r[:, 0] * r[:, 2] + r[:, 1], X)
    >>> sorted(display.feature_names_[:2])
    ['x0', 'x2']
    """

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, *, ax: Any = None, target: Any = None, **how: Any
    ) -> "InteractionDisplay":
        """Compute Friedman's H and show it.

        Parameters
        ----------
        estimator, X, **how
            As in :func:`~sknn.interpret.friedman_h`.
        ax, target
            As in :meth:`plot`.
        """
        return cls(friedman_h(estimator, X, **how)).plot(ax, target=target)

    def plot(
        self, ax: Any = None, *, target: Any = None, max_features: int = 12
    ) -> "InteractionDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        target : str or int, optional
            The output that is shown; needed where there are several.
        max_features : int, default=12
            Columns to show, those with the strongest interactions.

        Raises
        ------
        InvalidParameterError
            If there are no interactions in the result, or no such output.
        MissingExtraError
            If Matplotlib is not installed.
        """
        which = self._output(target)
        strength, label = self._strength(which)
        order = np.argsort(-np.nansum(strength, axis=1), kind="stable")[:max_features]
        heat = strength[np.ix_(order, order)]
        names = [self.result.feature_names[j] for j in order]
        self.feature_names_ = names
        size = 2.6 + 0.42 * len(order)
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (size + 1.2, size))
        self.image_ = self.ax_.imshow(heat, cmap="cividis", vmin=0)
        self.ax_.grid(False)  # whatever the style says
        labels = [short(name, 22) for name in names]
        places = np.arange(len(order))
        self.ax_.set_xticks(places, labels, rotation=40, ha="right", rotation_mode="anchor")
        self.ax_.set_yticks(places, labels)
        literal([*self.ax_.get_xticklabels(), *self.ax_.get_yticklabels()])
        self.figure_.colorbar(self.image_, ax=self.ax_, label=label, shrink=0.85)
        self.texts_ = []
        if len(order) <= MOST_NUMBERS:
            for (i, j), value in np.ndenumerate(heat):
                if np.isfinite(value):
                    dark = self.image_.norm(value) < 0.55
                    self.texts_.append(
                        self.ax_.text(
                            j,
                            i,
                            f"{value:.2g}",
                            ha="center",
                            va="center",
                            fontsize=8,
                            color="white" if dark else "black",
                        )
                    )
        return self

    def _strength(self, which: int) -> tuple[Any, str]:
        """A symmetric matrix without its diagonal, and what its numbers are."""
        result = self.result
        if isinstance(result, Explanation):
            if result.interactions is None:
                raise InvalidParameterError(
                    "This explanation has no interactions. Pass interactions=True to shap_values."
                )
            matrix = result.interactions if result.single else result.interactions[..., which]
            weight = weights_of(result.sample_weight, len(result))
            strength = 2 * np.tensordot(weight, np.abs(matrix), axes=1)  # both halves of a pair
            scale = scale_of(result.output, result.output_names[which])
            label = f"mean size of the interaction ({scale})"
        else:
            if result.pairwise is None:
                raise InvalidParameterError(
                    "This result has no pairs. Pass pairwise=True to friedman_h."
                )
            strength = np.array(result.pairwise[which], dtype=float)
            label = "Friedman's H" + ("" if result.normalized else ", in units of the output")
        np.fill_diagonal(strength, np.nan)
        return strength, label
