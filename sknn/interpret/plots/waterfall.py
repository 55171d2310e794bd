"""Attributions of one row: the way from the base value to the prediction."""

from typing import Any

import numpy as np

from sknn.interpret.plots.base import New
from sknn.interpret.words import number, scale_of, short, value_text
from sknn.style import literal, signs

__all__ = ["waterfall"]


def waterfall(one: Any, new: New, max_features: int) -> dict[str, Any]:
    """The way from the base value of one row to its prediction, the dearest step at the top."""
    values = np.asarray(one["values"], dtype=float)[0]
    order = np.argsort(-np.abs(values), kind="stable")
    shown, rest = order[:max_features], order[max_features:]
    names = [one.feature_names[j] for j in shown]
    labels = [_label(one, j) for j in shown]
    widths = values[shown]
    if len(rest):
        labels.append(f"{len(rest)} other columns")
        widths = np.append(widths, values[rest].sum())
    base, prediction = float(one.base_values[0]), float(one.predictions[0])
    # from the bottom, where the base is, up to the prediction at the top
    ends = base + np.cumsum(widths[::-1])[::-1]
    starts = ends - widths
    ax = new(7.0, 1.7 + 0.36 * len(widths))
    up, down = signs(ax)
    places = np.arange(len(widths))
    bars = ax.barh(
        places,
        widths,
        left=starts,
        height=0.7,
        color=[up if width >= 0 else down for width in widths],
    )
    ink = ax.title.get_color()
    ax.vlines(starts[:-1], places[:-1], places[1:], color=ink, linewidth=0.6, alpha=0.5)
    span = float(np.ptp(np.concatenate([starts, ends]))) or 1.0
    for place, start, end, width in zip(places, starts, ends, widths, strict=True):
        ax.text(max(start, end) + 0.012 * span, place, f"{width:+.3g}", va="center", fontsize=9)
    if one.se is not None and not len(rest):
        error = np.asarray(one.se, dtype=float)[0][shown]
        ax.errorbar(ends, places, xerr=error, fmt="none", ecolor=ink, elinewidth=1)
    ax.set_yticks(places, labels)
    ax.set_ylim(len(widths) - 0.4, -0.6)
    low, high = min(starts.min(), ends.min()), max(starts.max(), ends.max())
    ax.set_xlim(low - 0.04 * span, high + 0.16 * span)
    ax.axvline(base, color=ink, linewidth=0.8, linestyle=":", zorder=0)
    scale = scale_of(one.output, one.output_names[0])
    label = f"{scale}: base {base:.4g} (dotted), this row {prediction:.4g}"
    if "scores" in one:  # of LIME
        label += f"\nlocal R² {number(float(np.ravel(one.scores)[0]), 2)}: how far to believe it"
    if abs(ends[0] - prediction) > 1e-3 * span:  # of methods that do not add up
        label += f"\n(what columns add ends at {ends[0]:.4g})"
    literal([ax.set_xlabel(label), *ax.get_yticklabels()])
    ax.set_axisbelow(True)  # a grid, where the style has one
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return {"feature_names_": names, "bars_": bars}


def _label(one: Any, column: int) -> str:
    """A column with its value, or the part of its values that LIME was told of."""
    part = one.conditions[0, column] if "conditions" in one else ""
    name = short(one.feature_names[column], 26)
    return short(part, 40) if part else f"{name} = {value_text(one.data[0, column], 18)}"
