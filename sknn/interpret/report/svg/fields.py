"""Heat maps, confusion tables, scatter plots and beeswarms."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sknn.interpret.report.svg.canvas import Canvas, Scale, finite, fit, width_of
from sknn.interpret.report.svg.lines import BELOW, LEFT, RIGHT, TOP, plane
from sknn.interpret.words import number, percent

__all__ = ["beeswarm", "confusion", "heat_map", "scatter"]

Array = npt.NDArray[np.float64]

#: Dots of a column of a beeswarm, and of a scatter plot.
MOST_BEES, MOST_DOTS = 160, 800

#: Shades of a beeswarm, from low values of a column to high ones.
SHADES = 5


def heat_map(
    name: str,
    matrix: Array,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    description: str,
    texts: Sequence[Sequence[str]] | None = None,
    below: str = "",
    beside: str = "",
) -> str:
    """Cells shaded by their size, with the number in each."""
    wide = min(max(width_of(t) for row in texts for t in row) + 14, 96) if texts else 44
    wide = max(wide, 44, min(440 / len(columns), 72))
    left = min(max([*map(width_of, rows), 40.0]) + 14, 150) + (16 if beside else 0)
    steep = max(map(width_of, columns)) > wide - 4
    top = min(max(map(width_of, columns)) * 0.72 + 18, 110) if steep else 24
    top += 16 if below else 0
    width = max(left + wide * len(columns) + (46 if steep else 8), 300)
    canvas = Canvas(name, width, top + 30 * len(rows) + 6)
    largest = np.nanmax(np.abs(matrix), initial=0.0) or 1.0
    if below:
        canvas.text(left, 12, below, kind="soft")
    if beside:
        canvas.text(4, top - 6, beside, kind="soft")
    for j, label in enumerate(columns):
        x = left + wide * j
        if steep:
            canvas.text(x + wide / 2, top - 7, fit(label, 110), tip=label, turned=-40)
        else:
            canvas.text(x + wide / 2, top - 7, fit(label, wide), anchor="middle", tip=label)
    for i, label in enumerate(rows):
        y = top + 30 * i
        canvas.text(left - 8, y + 19, fit(label, left - 10), anchor="end", tip=label)
        for j in range(len(columns)):
            value = matrix[i, j]
            x = left + wide * j
            if not np.isfinite(value):
                canvas.rect(x + 1, y + 1, wide - 2, 28, "empty")
                continue
            share = abs(value) / largest
            shown = texts[i][j] if texts else number(value, 2)
            tip = f"{rows[i]}, {columns[j]}: {shown}"
            canvas.rect(x + 1, y + 1, wide - 2, 28, "heat", opacity=0.06 + 0.94 * share, tip=tip)
            canvas.text(x + wide / 2, y + 19, shown, anchor="middle")
    return canvas.render(title, description)


def confusion(
    name: str, counts: Array, classes: Sequence[str], *, title: str, description: str
) -> str:
    """Counts of true and predicted classes, shaded by their share of the true class."""
    total = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, total, out=np.zeros_like(counts, dtype=float), where=total > 0)
    texts = [
        [f"{number(n, 6)} · {percent(s, 0)}" for n, s in zip(row, part, strict=True)]
        for row, part in zip(counts, share, strict=True)
    ]
    return heat_map(
        name,
        share,
        list(classes),
        list(classes),
        title=title,
        description=description,
        texts=texts if len(classes) <= 6 else [[percent(s, 0) for s in row] for row in share],
        below="predicted",
        beside="true",
    )


def scatter(
    name: str,
    x: Array,
    y: Array,
    *,
    title: str,
    description: str,
    x_axis: str,
    y_axis: str,
    level: float | None = None,
    diagonal: bool = False,
    thinned: Array | None = None,
) -> str:
    """Dots, of which a part is drawn where there are many."""
    width, height = 380.0, 290.0
    shown = np.arange(len(x)) if thinned is None else thinned
    canvas = Canvas(name, width, height)
    xs, ys = finite(x), finite(y)
    across = Scale(min(xs), max(xs), LEFT, width - RIGHT)
    pad = 0.04 * (max(ys) - min(ys))
    up = Scale(min(ys) - pad, max(ys) + pad, height - BELOW, TOP + 10)
    plane(canvas, across, up, x_axis, y_axis)
    canvas.dots(across.many(x[shown]), up.many(y[shown]), "one see-through")
    if level is not None:
        canvas.line(across.start, up(level), across.end, up(level), "dash")
    if diagonal:
        low, high = max(across.low, up.low), min(across.high, up.high)
        canvas.line(across(low), up(low), across(high), up(high), "dash")
    return canvas.render(title, description)


def beeswarm(
    name: str,
    values: Array,
    shades: Array,
    labels: Sequence[str],
    *,
    title: str,
    description: str,
    axis: str,
) -> str:
    """One line of dots for each column: where a value moved the prediction to, shaded by value.

    Parameters
    ----------
    values : array of shape (n, d)
        What each column adds to each prediction.
    shades : array of shape (n, d)
        Values of the columns as ranks in [0, 1]; NaN for categories and where missing.
    """
    width, tall, row = 560.0, 16.0, 30.0
    left = min(max(map(width_of, labels)) + 14, 0.36 * width)
    x = Scale(float(values.min()), float(values.max()), left + 6, width - 12)
    bottom = 26 + row * len(labels)
    canvas = Canvas(name, width, bottom + 40)
    _key(canvas, width)
    for value, text in x.ticks(7):
        canvas.line(x(value), 24, x(value), bottom, "grid")
        canvas.text(x(value), bottom + 15, text, anchor="middle", kind="soft")
    if x.low < 0 < x.high:
        canvas.line(x(0), 24, x(0), bottom, "axis")
    canvas.text(left, bottom + 34, axis, kind="soft")
    kept = np.unique(np.linspace(0, len(values) - 1, min(MOST_BEES, len(values))).astype(int))
    for j, label in enumerate(labels):
        y = 26 + row * j + row / 2
        canvas.text(left - 8, y + 4, fit(label, left - 8), anchor="end", tip=label)
        places = np.array(x.many(values[kept, j]))
        heights = y + _piled(places, tall)
        level = np.minimum(np.floor(shades[kept, j] * SHADES), SHADES - 1)
        for shade in range(SHADES):
            here = level == shade
            canvas.dots(places[here], heights[here], f"shade{shade}")
        plain = np.isnan(level)
        canvas.dots(places[plain], heights[plain], "none")
    return canvas.render(title, description)


def _piled(places: Array, tall: float) -> Array:
    """Heights at which dots that are near lie beside each other, within what is given."""
    bins = np.round(places / 4).astype(int)
    heights = np.zeros(len(places))
    for here in np.unique(bins):
        at = np.flatnonzero(bins == here)
        steps = np.arange(len(at))
        offsets = (steps + 1) // 2 * np.where(steps % 2, 1.0, -1.0) * 3.2
        most = np.abs(offsets).max(initial=0.0)
        heights[at] = offsets * min(1.0, tall * 0.72 / most) if most else offsets
    return heights


def _key(canvas: Canvas, width: float) -> None:
    canvas.text(width - 106, 13, "low", anchor="end", kind="soft")
    for shade in range(SHADES):
        canvas.dots([width - 96 + 13 * shade], [9], f"shade{shade}")
    canvas.text(width - 34, 13, "high", kind="soft")
