"""Attributions of many rows: a swarm of points, and a map of rows and columns."""

from typing import Any

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage

from sknn.interpret.plots.base import New
from sknn.interpret.words import scale_of, short
from sknn.optional import require
from sknn.style import is_dark, literal

__all__ = ["beeswarm", "colour_bar", "heat_map", "levels", "spectrum_on"]

PURPOSE = "AttributionDisplay"
MOST_POINTS = 1000  # rows in a swarm


def beeswarm(one: Any, new: New, max_features: int) -> dict[str, Any]:
    """A point for each row and column, placed by its contribution, coloured by the value."""
    order = np.argsort(-one.importance(), kind="stable")
    shown, n_left = order[:max_features], len(order) - max_features
    rows = np.unique(np.linspace(0, len(one) - 1, min(len(one), MOST_POINTS)).astype(int))
    names = [one.feature_names[j] for j in shown]
    ax = new(7.0, 1.4 + 0.38 * len(shown))
    spectrum = spectrum_on(ax)
    values = np.asarray(one["values"], dtype=float)[rows]
    span = float(np.ptp(values[:, shown])) or 1.0
    points = []
    for place, j in enumerate(shown):
        level = levels(one.data[rows, j])
        colours = np.where(
            np.isnan(level)[:, np.newaxis], (0.6, 0.6, 0.6, 1.0), spectrum(np.nan_to_num(level))
        )
        jitter = swarm(values[:, j] / span)
        points.append(ax.scatter(values[:, j], place + jitter, c=colours, s=11, linewidths=0))
    ax.axvline(0, color=ax.title.get_color(), linewidth=0.8, zorder=0)
    ax.set_yticks(range(len(shown)), [short(name) for name in names])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    label = f"contribution to the {scale_of(one.output, one.output_names[0])}"
    more = f"\n({n_left} more columns)" if n_left > 0 else ""
    literal([ax.set_xlabel(label + more), *ax.get_yticklabels()])
    ax.set_axisbelow(True)  # a grid, where the style has one
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    colour_bar(ax, spectrum, "value of the column (grey: no number)")
    return {"feature_names_": names, "points_": points}


def heat_map(one: Any, new: New, max_features: int) -> dict[str, Any]:
    """A line for each column and a stripe for each row, coloured by contribution.

    Rows lie beside rows with like contributions, in the order of a hierarchical clustering, as
    their predictions above show.
    """
    values = np.asarray(one["values"], dtype=float)
    shown = np.argsort(-one.importance(), kind="stable")[:max_features]
    order = np.arange(len(one))
    if len(one) > 2:
        rows = np.unique(np.linspace(0, len(one) - 1, min(len(one), MOST_POINTS)).astype(int))
        order = rows[leaves_list(linkage(values[rows], method="average", optimal_ordering=True))]
    names = [one.feature_names[j] for j in shown]
    ax = new(7.0, 1.8 + 0.3 * len(shown))
    heat = values[np.ix_(order, shown)].T
    size = float(np.quantile(np.abs(heat), 0.99)) or 1.0
    image = ax.imshow(
        heat, cmap="PuOr", vmin=-size, vmax=size, aspect="auto", interpolation="nearest"
    )
    ax.grid(False)  # whatever the style says
    ax.set_yticks(range(len(shown)), [short(name) for name in names])
    n_left = values.shape[1] - len(shown)
    ax.set_xlabel("rows, like ones together" + (f" ({n_left} more columns)" if n_left else ""))
    literal(ax.get_yticklabels())
    scale = scale_of(one.output, one.output_names[0])
    literal([ax.figure.colorbar(image, ax=ax).ax.set_ylabel(f"contribution to the {scale}")])
    above = ax.inset_axes([0, 1.03, 1, 0.22])
    line = above.plot(np.asarray(one.predictions, dtype=float)[order], color="C0", linewidth=1)
    above.set_xlim(-0.5, len(order) - 0.5)
    above.set_xticks([])
    literal([above.set_ylabel(short(scale, 14), fontsize="small")])
    above.spines[["top", "right", "bottom"]].set_visible(False)
    return {"feature_names_": names, "image_": image, "line_": line[0], "rows_": order}


def colour_bar(ax: Any, spectrum: Any, label: str) -> None:
    """A bar of colours from low to high."""
    cm = require("matplotlib.cm", extra="plots", purpose=PURPOSE)
    bar = ax.figure.colorbar(cm.ScalarMappable(cmap=spectrum), ax=ax, aspect=30, pad=0.02)
    bar.set_ticks([0, 1], labels=["low", "high"])
    bar.set_label(label, labelpad=-8)
    literal([bar.ax.yaxis.label])
    bar.outline.set_visible(False)


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
