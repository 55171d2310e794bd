"""Attributions as bars, as a swarm of rows, or as the way to one prediction."""

from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.interpret.plots.base import Display
from sknn.interpret.plots.importance import ImportanceDisplay
from sknn.interpret.shapley import shap_values
from sknn.interpret.words import scale_of, short, value_text
from sknn.optional import require
from sknn.style import axes_or_new, is_dark, literal, signs

__all__ = ["AttributionDisplay"]

PURPOSE = "AttributionDisplay"
KINDS = ("bar", "beeswarm", "waterfall")
MOST_POINTS = 1000  # rows in a swarm


class AttributionDisplay(Display):
    """Show what columns add to predictions.

    ``"beeswarm"``: a point for each row and column, placed by what the column adds and coloured by
    its value. ``"waterfall"``: the way from the base value to the prediction of one row.
    ``"bar"``: the mean sizes.

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
        Of a swarm, one for each column.
    bars_ : matplotlib BarContainer
        Of a waterfall, or a list of these of bars.

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
        ax: Any = None,
        **how: Any,
    ) -> "AttributionDisplay":
        """Compute Shapley values and show them.

        Parameters
        ----------
        estimator, X, background, **how
            As in :func:`~sknn.interpret.shap_values`.
        kind, target, ax
            As in :meth:`plot`.
        """
        explanation = shap_values(estimator, X, background, **how)
        return cls(explanation).plot(ax, kind=kind, target=target)

    def plot(
        self, ax: Any = None, *, kind: str = "auto", target: Any = None, max_features: int = 12
    ) -> "AttributionDisplay":
        """Draw.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure by default.
        kind : {"auto", "bar", "beeswarm", "waterfall"}, default="auto"
            ``"auto"`` is a waterfall for one row and a swarm for several.
        target : str or int, optional
            The output that is shown; needed where there are several, but for bars.
        max_features : int, default=12
            Columns to show; the others are summed up in a waterfall, and counted elsewhere.

        Raises
        ------
        InvalidParameterError
            For another kind, no such output, or a waterfall of several rows.
        MissingExtraError
            If Matplotlib is not installed.
        """
        if kind == "auto":
            kind = "waterfall" if len(self.result) == 1 else "beeswarm"
        if kind not in KINDS:
            raise InvalidParameterError(
                f"kind must be 'auto' or one of {', '.join(map(repr, KINDS))}. "
                f"Got {kind!r} instead."
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
        if kind == "waterfall":
            if len(one) != 1:
                raise InvalidParameterError(
                    f"A waterfall shows one row. Got {len(one)} instead; pick one, as in "
                    "explanation[0].plot()."
                )
            self._waterfall(one, ax, max_features)
        else:
            self._beeswarm(one, ax, max_features)
        return self

    # -- a swarm ----------------------------------------------------------------------------------

    def _beeswarm(self, one: Any, ax: Any, max_features: int) -> None:
        cm = require("matplotlib.cm", extra="plots", purpose=PURPOSE)
        order = np.argsort(-one.importance(), kind="stable")
        shown, n_left = order[:max_features], len(order) - max_features
        rows = np.unique(np.linspace(0, len(one) - 1, min(len(one), MOST_POINTS)).astype(int))
        self.feature_names_ = [one.feature_names[j] for j in shown]
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (7.0, 1.4 + 0.38 * len(shown)))
        spectrum = spectrum_on(self.ax_)
        values = np.asarray(one["values"], dtype=float)[rows]
        span = float(np.ptp(values[:, shown])) or 1.0
        self.points_ = []
        for place, j in enumerate(shown):
            level = levels(one.data[rows, j])
            colours = np.where(
                np.isnan(level)[:, np.newaxis], (0.6, 0.6, 0.6, 1.0), spectrum(np.nan_to_num(level))
            )
            jitter = swarm(values[:, j] / span)
            self.points_.append(
                self.ax_.scatter(values[:, j], place + jitter, c=colours, s=11, linewidths=0)
            )
        self.ax_.axvline(0, color=self.ax_.title.get_color(), linewidth=0.8, zorder=0)
        self.ax_.set_yticks(range(len(shown)), [short(name) for name in self.feature_names_])
        self.ax_.set_ylim(len(shown) - 0.5, -0.5)
        label = f"contribution to the {scale_of(one.output, one.output_names[0])}"
        more = f"\n({n_left} more columns)" if n_left > 0 else ""
        literal([self.ax_.set_xlabel(label + more), *self.ax_.get_yticklabels()])
        self.ax_.set_axisbelow(True)  # a grid, where the style has one
        self.ax_.spines[["top", "right", "left"]].set_visible(False)
        self.ax_.tick_params(axis="y", length=0)
        bar = self.figure_.colorbar(
            cm.ScalarMappable(cmap=spectrum), ax=self.ax_, aspect=30, pad=0.02
        )
        bar.set_ticks([0, 1], labels=["low", "high"])
        bar.set_label("value of the column (grey: no number)", labelpad=-8)
        bar.outline.set_visible(False)

    # -- a way ------------------------------------------------------------------------------------

    def _waterfall(self, one: Any, ax: Any, max_features: int) -> None:
        values = np.asarray(one["values"], dtype=float)[0]
        order = np.argsort(-np.abs(values), kind="stable")
        shown, rest = order[:max_features], order[max_features:]
        self.feature_names_ = [one.feature_names[j] for j in shown]
        labels = [
            f"{short(one.feature_names[j], 26)} = {value_text(one.data[0, j], 18)}" for j in shown
        ]
        widths = values[shown]
        if len(rest):
            labels.append(f"{len(rest)} other columns")
            widths = np.append(widths, values[rest].sum())
        base, prediction = float(one.base_values[0]), float(one.predictions[0])
        # from the bottom, where the base is, up to the prediction at the top
        ends = base + np.cumsum(widths[::-1])[::-1]
        starts = ends - widths
        self.figure_, self.ax_ = axes_or_new(ax, PURPOSE, (7.0, 1.7 + 0.36 * len(widths)))
        up, down = signs(self.ax_)
        places = np.arange(len(widths))
        self.bars_ = self.ax_.barh(
            places,
            widths,
            left=starts,
            height=0.7,
            color=[up if width >= 0 else down for width in widths],
        )
        ink = self.ax_.title.get_color()
        self.ax_.vlines(starts[:-1], places[:-1], places[1:], color=ink, linewidth=0.6, alpha=0.5)
        span = float(np.ptp(np.concatenate([starts, ends]))) or 1.0
        for place, start, end, width in zip(places, starts, ends, widths, strict=True):
            self.ax_.text(
                max(start, end) + 0.012 * span, place, f"{width:+.3g}", va="center", fontsize=9
            )
        if one.se is not None and not len(rest):
            error = np.asarray(one.se, dtype=float)[0][shown]
            self.ax_.errorbar(ends, places, xerr=error, fmt="none", ecolor=ink, elinewidth=1)
        self.ax_.set_yticks(places, labels)
        self.ax_.set_ylim(len(widths) - 0.4, -0.6)
        low, high = min(starts.min(), ends.min()), max(starts.max(), ends.max())
        self.ax_.set_xlim(low - 0.04 * span, high + 0.16 * span)
        self.ax_.axvline(base, color=ink, linewidth=0.8, linestyle=":", zorder=0)
        scale = scale_of(one.output, one.output_names[0])
        label = f"{scale}: base {base:.4g} (dotted), this row {prediction:.4g}"
        if abs(ends[0] - prediction) > 1e-3 * span:  # of methods that do not add up
            label += f"\n(what columns add ends at {ends[0]:.4g})"
        literal(
            [
                self.ax_.set_xlabel(label),
                *self.ax_.get_yticklabels(),
            ]
        )
        self.ax_.set_axisbelow(True)  # a grid, where the style has one
        self.ax_.spines[["top", "right", "left"]].set_visible(False)
        self.ax_.tick_params(axis="y", length=0)


def spectrum_on(ax: Any) -> Any:
    """Colours from low to high that stand out on these axes: on dark ones without the darkest."""
    matplotlib = require("matplotlib", extra="plots", purpose=PURPOSE)
    colours = matplotlib.colormaps["cividis"](np.linspace(0.3 if is_dark(ax) else 0.0, 1.0, 256))
    return matplotlib.colors.ListedColormap(colours)


def levels(data: Any) -> Any:
    """Values of a column from 0 for its lowest to 1 for its highest; NaN for what is no number."""
    numbers = np.array(
        [
            float(value)
            if isinstance(value, (int, float, np.number, bool)) and value is not None
            else np.nan
            for value in data.tolist()
        ]
    )
    if np.isnan(numbers).all():
        return numbers
    low, high = np.nanquantile(numbers, [0.05, 0.95])
    if high <= low:
        low, high = np.nanmin(numbers), np.nanmax(numbers)
    if high <= low:
        return np.where(np.isnan(numbers), np.nan, 0.5)
    return np.clip((numbers - low) / (high - low), 0, 1)


def swarm(values: Any) -> Any:
    """Shifts across, within +-0.4, that spread points which are close along the axis.

    Points are counted in narrow bins, and those of a bin take places from the middle outwards.
    """
    bins = np.floor(values * 100).astype(int)
    order = np.argsort(bins, kind="stable")
    _, first, counts = np.unique(bins[order], return_index=True, return_counts=True)
    turn = np.arange(len(bins)) - np.repeat(first, counts)
    place = np.where(turn % 2 == 1, (turn + 1) // 2, -(turn // 2))
    shifts = np.empty(len(bins))
    shifts[order] = place * min(0.06, 0.8 / counts.max())
    return shifts
