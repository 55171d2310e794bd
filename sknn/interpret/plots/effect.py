"""What partial dependence and accumulated local effects are drawn with: curves, bars and maps."""

from typing import Any

import numpy as np

from sknn.interpret.words import short, value_text
from sknn.style import colours, literal

__all__ = ["draw_density", "draw_lines", "draw_map", "finish"]


def draw_lines(
    ax: Any, grid: Any, values: Any, names: list[str], categorical: bool, ci: Any
) -> Any:
    """One line for each output over a grid, or dots over categories; shape (k, g).

    Returns
    -------
    lines : list of matplotlib Line2D
    """
    places = np.arange(len(grid)) if categorical else np.asarray(grid, dtype=float)
    lines = []
    for k, (name, colour) in enumerate(zip(names, colours(len(names)), strict=True)):
        shift = 0.08 * (k - (len(names) - 1) / 2) if categorical else 0.0
        style = {"linestyle": "", "marker": "o"} if categorical else {"linewidth": 2}
        lines += ax.plot(
            places + shift, values[k], color=colour, label=short(name, 20), zorder=3, **style
        )
        if ci is None:
            continue
        if categorical:
            ax.vlines(places + shift, ci[k, :, 0], ci[k, :, 1], color=colour, linewidth=1.5)
        else:
            ax.fill_between(places, ci[k, :, 0], ci[k, :, 1], color=colour, alpha=0.2, linewidth=0)
    if categorical:
        long = max((len(value_text(value, 18)) for value in grid), default=0) * len(grid) > 40
        how: dict[str, Any] = (
            {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if long else {}
        )
        ax.set_xticks(places, [value_text(value, 18) for value in grid], **how)
        literal(ax.get_xticklabels())
        ax.margins(x=0.1)
    return lines


def draw_density(ax: Any, data: Any, grid: Any, categorical: bool, weight: Any) -> Any:
    """How many rows there are along the axis, as a strip of bars at its foot.

    Returns
    -------
    bars : matplotlib BarContainer or PolyCollection
    """
    ink = ax.title.get_color()
    strip = ax.get_xaxis_transform()
    if categorical:
        count = np.array([np.sum([value == at for value in data]) for at in grid], dtype=float)
        share = count / max(count.max(), 1.0)
        return ax.bar(
            np.arange(len(grid)), 0.1 * share, width=0.5, color=ink, alpha=0.25, transform=strip
        )
    numbers = np.asarray(data, dtype=float)
    low, high = float(np.min(grid)), float(np.max(grid))
    inside = (numbers >= low) & (numbers <= high)
    count, edges = np.histogram(
        numbers[inside],
        bins=min(40, max(len(np.unique(numbers[inside])), 1)),
        range=(low, high) if high > low else None,
        weights=None if weight is None else np.asarray(weight)[inside],
    )
    return ax.bar(
        edges[:-1],
        0.1 * count / max(count.max(), 1e-300),
        width=np.diff(edges),
        align="edge",
        color=ink,
        alpha=0.25,
        transform=strip,
    )


def draw_map(
    ax: Any, grids: Any, values: Any, categorical: list[bool], label: str, centred: bool
) -> Any:
    """A map of one output over two columns, shape (g1, g2), with a bar of its colours.

    Returns
    -------
    mesh : matplotlib QuadMesh
    """
    places = [
        np.arange(len(grid)) if is_one else np.asarray(grid, dtype=float)
        for grid, is_one in zip(grids, categorical, strict=True)
    ]
    size = np.nanmax(np.abs(values)) or 1.0
    how = {"cmap": "PuOr", "vmin": -size, "vmax": size} if centred else {"cmap": "cividis"}
    shown = np.ma.masked_invalid(np.asarray(values).T)
    mesh = ax.pcolormesh(places[0], places[1], shown, shading="nearest", **how)
    ax.grid(False)  # whatever the style says
    ax.set_facecolor("0.6")  # of cells without rows
    ax.figure.colorbar(mesh, ax=ax, label=label)
    for axis, grid, is_one, at in zip(
        (ax.xaxis, ax.yaxis), grids, categorical, places, strict=True
    ):
        if is_one:
            axis.set_ticks(at, [value_text(value, 18) for value in grid])
            literal(axis.get_ticklabels())
    return mesh


def finish(ax: Any, names: list[str], label: str, lines: Any) -> None:
    """Names at the axes, and a legend where there are several outputs."""
    literal([ax.set_xlabel(short(names[0], 40))])
    literal([ax.set_ylabel(label if len(names) == 1 else short(names[1], 40))])
    if len(lines) > 1:
        legend = ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=0.2,
            ncols=min(3, len(lines)),
            frameon=False,
        )
        literal(legend.get_texts())
    if len(names) == 1:
        ax.spines[["top", "right"]].set_visible(False)
