"""Attributions of one column over its values, coloured by the column that it acts with."""

from typing import Any

import numpy as np

from sknn.interpret.plots.base import New
from sknn.interpret.plots.swarm import MOST_POINTS, colour_bar, levels, spectrum_on
from sknn.interpret.words import scale_of, short, value_text
from sknn.style import colours, literal

__all__ = ["dependence", "partner_of"]

GREY = (0.6, 0.6, 0.6, 1.0)
MOST_KINDS = 5


def dependence(one: Any, new: New, feature: Any, colour_by: Any) -> dict[str, Any]:
    """A point for each row: the value of a column, and what it adds to the prediction."""
    names = one.feature_names
    j = one.column(feature) if feature is not None else int(np.argmax(one.importance()))
    other = partner_of(one, j) if colour_by == "auto" else None
    if colour_by is not None and colour_by != "auto":
        other = one.column(colour_by)
    rows = np.unique(np.linspace(0, len(one) - 1, min(len(one), MOST_POINTS)).astype(int))
    data, values = one.data[rows, j], np.asarray(one["values"], dtype=float)[rows, j]
    ax = new(6.0, 4.2)
    numbers = np.isfinite(levels(data))
    if numbers.all() or numbers.mean() > 0.5:  # gaps have no place on an axis of numbers
        places = np.array([float(v) if ok else np.nan for v, ok in zip(data, numbers, strict=True)])
    else:
        kinds = sorted({value_text(value, 18) for value in data})
        at = {kind: place for place, kind in enumerate(kinds)}
        places = np.array([at[value_text(value, 18)] for value in data], dtype=float)
        places += np.random.default_rng(0).uniform(-0.15, 0.15, len(places))
        ax.set_xticks(range(len(kinds)), kinds)
    points = _points(ax, places, values, None if other is None else one.data[rows, other])
    ax.axhline(0, color=ax.title.get_color(), linewidth=0.6, zorder=0)
    scale = scale_of(one.output, one.output_names[0])
    literal([ax.set_xlabel(short(names[j], 40)), *ax.get_xticklabels()])
    literal([ax.set_ylabel(f"contribution to the {scale}")])
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    if other is not None:
        _tell_colours(ax, points, short(names[other], 30))
    shown = [names[j]] if other is None else [names[j], names[other]]
    return {"feature_names_": shown, "points_": points}


def _points(ax: Any, places: Any, values: Any, colour_of: Any) -> list[Any]:
    """Points in one colour, by the level of another column, or one set for each of its kinds."""
    if colour_of is None:
        return [ax.scatter(places, values, color=colours(1)[0], s=14, linewidths=0)]
    level = levels(colour_of)
    if np.isfinite(level).any():
        shades = spectrum_on(ax)(np.nan_to_num(level))
        shades = np.where(np.isnan(level)[:, np.newaxis], GREY, shades)
        return [ax.scatter(places, values, c=shades, s=14, linewidths=0)]
    texts = np.array([value_text(value, 18) for value in colour_of])
    kinds, counts = np.unique(texts, return_counts=True)
    first = np.sort(kinds[np.argsort(-counts, kind="stable")[:MOST_KINDS]])
    drawn = [
        ax.scatter(places[texts == kind], values[texts == kind], color=colour, s=14, label=kind)
        for kind, colour in zip(first, colours(len(first)), strict=True)
    ]
    rest = ~np.isin(texts, first)
    if rest.any():
        drawn.append(ax.scatter(places[rest], values[rest], color=GREY, s=14, label="others"))
    return drawn


def _tell_colours(ax: Any, points: list[Any], name: str) -> None:
    """A bar of the colours of numbers, or a legend of those of kinds."""
    if points[0].get_label().startswith("_"):
        colour_bar(ax, spectrum_on(ax), name)
        return
    legend = ax.legend(title=name, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    literal([legend.get_title(), *legend.get_texts()])


def partner_of(one: Any, column: int, n_parts: int = 8) -> int | None:
    """The column that explains most of how contributions differ at like values of another one.

    By the interactions of the explanation where it has them; else rows are put in order of the
    column and cut into parts of as many rows, and for each other column the squared rank
    correlation with the contribution within the parts is averaged.
    """
    d = len(one.feature_names)
    if d < 2 or len(one) < 3:
        return None
    if one.interactions is not None:
        strength = np.abs(one.interactions[:, column]).mean(axis=0)
        strength[column] = -1.0
        return int(np.argmax(strength))
    values = np.asarray(one["values"], dtype=float)[:, column]
    at = ranks(one.data[:, column])
    parts = np.array_split(np.argsort(at, kind="stable"), max(min(n_parts, len(one) // 10), 1))
    strength = np.full(d, -1.0)
    for other in range(d):
        if other != column:
            with_other = ranks(one.data[:, other])
            strength[other] = np.mean([_squared(values[p], with_other[p]) for p in parts])
    return int(np.argmax(strength))


def ranks(data: Any) -> Any:
    """Values as numbers: their own, or the place of their text among all of them."""
    level = levels(data)
    if np.isfinite(level).any():
        return np.nan_to_num(level, nan=-1.0)
    kinds = {kind: float(i) for i, kind in enumerate(sorted({str(value) for value in data}))}
    return np.array([kinds[str(value)] for value in data])


def _squared(a: Any, b: Any) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float((a**2).sum() * (b**2).sum())
    return float((a * b).sum()) ** 2 / size if size > 0 else 0.0
