"""The strokes of a network's drawing: each function draws one kind of thing and returns it."""

from typing import Any

import numpy as np

from sknn.optional import require
from sknn.plots.layout import Layout, free_places
from sknn.style import literal, signs

__all__ = ["biases", "captions", "connections", "legend", "names", "units", "weights"]

PURPOSE = "NetworkDisplay"
THIN, THICK = 0.25, 3.5  # widths of lines, in points
DARKEST = 0.6  # share of its colour in the circle of the largest bias


def connections(ax: Any, layout: Layout, coefs: list[Any], faintest: float = 0.25) -> list[Any]:
    """Lines between the layers, as wide as the weights are large among all of them.

    ``faintest`` is how opaque a line of weight 0 is.
    """
    collections = require("matplotlib.collections", extra="plots", purpose=PURPOSE)
    largest = max(np.abs(w).max() for w in coefs)
    drawn = []
    for k, w in enumerate(coefs):
        share = _share(w, largest).ravel()
        lines = collections.LineCollection(
            [(start, end) for start in layout.places[k] for end in layout.places[k + 1]],
            colors=np.where(w.ravel() >= 0, *signs(ax)),
            linewidths=layout.line_scale * (THIN + (THICK - THIN) * share),
            alpha=faintest + (0.95 - faintest) * share,
            zorder=1,
        )
        drawn.append(ax.add_collection(lines, autolim=False))
    return drawn


def units(ax: Any, layout: Layout, intercepts: list[Any]) -> list[list[Any]]:
    """A circle for each unit, tinted by its bias, and dots for those that are left out.

    A layer that has no numbers, but None, is not tinted.
    """
    patches = require("matplotlib.patches", extra="plots", purpose=PURPOSE)
    colors = require("matplotlib.colors", extra="plots", purpose=PURPOSE)
    ink, paper = ax.title.get_color(), np.array(colors.to_rgb(ax.get_facecolor()))
    largest = max(np.abs(b).max() for b in intercepts if b is not None)
    drawn = []
    for places, bias in zip(layout.places, intercepts, strict=True):
        fills = [paper] * len(places)
        if bias is not None:
            tints = DARKEST * _share(bias, largest)
            full = colors.to_rgba_array(np.where(bias >= 0, *signs(ax)))[:, :3]
            fills = list(paper + tints[:, np.newaxis] * (full - paper))
        circles = [
            patches.Circle(
                place, layout.radius, facecolor=fill, edgecolor=ink, linewidth=0.9, zorder=3
            )
            for place, fill in zip(places, fills, strict=True)
        ]
        drawn.append([ax.add_patch(circle) for circle in circles])
    for x, y in layout.dots:
        ax.plot(x, y, "o", color=ink, markersize=2.2, zorder=3)
    return drawn


def captions(ax: Any, layout: Layout, texts: list[str]) -> list[Any]:
    """The words under each layer."""
    how: dict[str, Any] = {"ha": "center", "va": "top", "linespacing": 1.25}
    return [
        ax.text(x, layout.captions_top, text, fontsize=layout.caption_size, **how)
        for x, text in zip(layout.columns, texts, strict=True)
    ]


def names(ax: Any, layout: Layout) -> list[Any]:
    """The names at the left and at the right."""
    gap = layout.radius + 4
    drawn = [
        ax.text(x + shift, y, name, ha=side, va="center", fontsize=layout.name_size)
        for words, places, shift, side in (
            (layout.ends[0], layout.places[0], -gap, "right"),
            (layout.ends[1], layout.places[-1], gap, "left"),
        )
        for name, (x, y) in zip(words, places, strict=True)
    ]
    literal(drawn)
    return drawn


def weights(ax: Any, layout: Layout, coefs: list[Any], complete: bool) -> list[Any]:
    """The number at each line; none at all with ``complete`` where there is no room for all."""
    texts = [[_number(value) for value in w.ravel()] for w in coefs]
    places = free_places(layout, texts, complete)
    plus, minus = signs(ax)
    paper = {"boxstyle": "square,pad=0.1", "color": ax.get_facecolor()}
    return [
        ax.text(
            *place,
            text,
            ha="center",
            va="center",
            color=plus if value >= 0 else minus,
            fontsize=layout.number_size,
            zorder=2,
            bbox=paper,
        )
        for spots, words, w in zip(places, texts, coefs, strict=False)
        for place, text, value in zip(spots, words, w.ravel(), strict=True)
    ]


def biases(ax: Any, layout: Layout, intercepts: list[Any]) -> list[Any]:
    """The number in each circle."""
    how: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 4}
    drawn = []
    for places, bias in zip(layout.places, intercepts, strict=True):
        for place, value in zip(places, [] if bias is None else bias, strict=bias is not None):
            text = ax.text(*place, _number(value), fontsize=layout.number_size, **how)
            text.set_fontsize(layout.fitting_size(text, 1.7 * layout.radius))
            drawn.append(text)
    return drawn


def legend(ax: Any, layout: Layout, labels: tuple[str, str]) -> None:
    """What the colours mean."""
    lines = require("matplotlib.lines", extra="plots", purpose=PURPOSE)
    how: dict[str, Any] = {"linewidth": 2, "marker": "o", "markersize": 5}
    ax.legend(
        handles=[
            lines.Line2D([], [], color=colour, label=label, **how)
            for colour, label in zip(signs(ax), labels, strict=True)
        ],
        loc="lower center",
        ncols=2,
        frameon=False,
        fontsize=layout.legend_size,
        borderpad=0,
        borderaxespad=0,
    )


def _share(values: Any, largest: float) -> Any:
    """Sizes in proportion to the largest; zeros where that is 0."""
    return np.abs(values) / largest if largest > 0 else np.zeros(np.shape(values))


def _number(value: float) -> str:
    return f"{value:.2g}"
