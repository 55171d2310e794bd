"""Bars with intervals, and the way from the base value to a prediction."""

from collections.abc import Sequence

import numpy as np

from sknn.interpret.report.svg.canvas import Canvas, Scale, finite, fit, width_of
from sknn.interpret.words import number

__all__ = ["bars", "waterfall"]

WIDTH, ROW, TOP = 560, 24, 8


def bars(
    name: str,
    labels: Sequence[str],
    values: Sequence[float],
    *,
    title: str,
    description: str,
    axis: str,
    low: Sequence[float] | None = None,
    high: Sequence[float] | None = None,
    tips: Sequence[str] | None = None,
    reference: tuple[float, str] | None = None,
    width: float = WIDTH,
    zero: bool = True,
) -> str:
    """Horizontal bars, one for each label from above to below.

    Parameters
    ----------
    low, high : sequences of float, optional
        Ends of intervals.
    reference : tuple of a value and its name, optional
        A line to hold the bars against.
    zero : bool, default=True
        Bars start at 0; otherwise values are dots on an axis of their own.
    """
    low = list(values) if low is None else list(low)
    high = list(values) if high is None else list(high)
    left = min(max([width_of(label) for label in labels], default=0) + 14, 0.38 * width)
    ends = finite([*values, *low, *high, *([reference[0]] if reference else []), *[0.0] * zero])
    start, stop = (min(ends), max(ends)) if ends else (0.0, 1.0)
    pad = 0 if zero else 0.06 * (stop - start)
    right = width - 58
    x = Scale(start - pad, stop + pad, left, right)
    height = TOP + ROW * len(labels) + 40
    canvas = Canvas(name, width, height)
    bottom = TOP + ROW * len(labels)
    _grid(canvas, x, TOP, bottom, axis)
    for i, (label, value, a, b) in enumerate(zip(labels, values, low, high, strict=True)):
        y = TOP + ROW * i
        tip = tips[i] if tips else f"{label}: {number(value, 4)}"
        canvas.text(left - 8, y + 16, fit(label, left - 8), anchor="end", tip=label)
        if not np.isfinite(value):
            canvas.text(left + 6, y + 16, "n/a", kind="soft")
            continue
        if zero:
            kind = "up" if value >= 0 else "down"
            pale = 0.45 if a < b and a <= 0 <= b else None  # it may be 0
            canvas.rect(x(0), y + 5, x(value) - x(0), ROW - 10, kind, tip=tip, opacity=pale)
        if np.isfinite(a) and np.isfinite(b) and b > a:
            canvas.line(x(a), y + ROW / 2, x(b), y + ROW / 2, "whisker")
            for end in (a, b):
                canvas.line(x(end), y + ROW / 2 - 3, x(end), y + ROW / 2 + 3, "whisker")
        if not zero:
            canvas.dots([x(value)], [y + ROW / 2], "big one")
        outer = max(x(value), x(b) if np.isfinite(b) else 0, x(0) if zero else 0)
        canvas.text(outer + 7, y + 16, number(value), kind="soft")
    if zero:
        canvas.line(x(0), TOP, x(0), bottom, "axis")
    if reference is not None:
        canvas.line(x(reference[0]), TOP, x(reference[0]), bottom, "dash")
        anchor = "end" if x(reference[0]) > width / 2 else "start"
        canvas.text(x(reference[0]), bottom + 34, reference[1], anchor=anchor, kind="soft")
    return canvas.render(title, description)


def waterfall(
    name: str,
    labels: Sequence[str],
    values: Sequence[float],
    base: float,
    *,
    title: str,
    description: str,
    axis: str,
    most: int = 8,
) -> str:
    """From the base value to the prediction, the largest steps first and the rest as one."""
    order = np.argsort(-np.abs(values), kind="stable")
    steps = [(labels[i], float(values[i])) for i in order[:most]]
    if len(order) > most:
        rest = float(np.sum([values[i] for i in order[most:]]))
        steps.append((f"{len(order) - most} other columns", rest))
    places = base + np.concatenate([[0.0], np.cumsum([step for _, step in steps])])
    left = min(max(width_of(label) for label, _ in steps) + 14, 0.42 * WIDTH)
    left = max(left, 122.0)  # for "mean prediction"
    span = np.ptp(places) or abs(base) or 1.0
    x = Scale(places.min() - 0.04 * span, places.max() + 0.04 * span, left, WIDTH - 60)
    bottom = TOP + ROW * (len(steps) + 2)
    canvas = Canvas(name, WIDTH, bottom + 40)
    _grid(canvas, x, TOP, bottom, axis)
    _end(canvas, x, TOP, left, "mean prediction", float(places[0]))
    for i, (label, step) in enumerate(steps):
        y = TOP + ROW * (i + 1)
        canvas.text(left - 8, y + 16, fit(label, left - 8), anchor="end", tip=label)
        canvas.line(x(places[i]), y - 6, x(places[i]), y + ROW - 5, "grid")
        sign = "+" if step >= 0 else ""
        canvas.rect(
            x(places[i]),
            y + 5,
            x(places[i + 1]) - x(places[i]),
            ROW - 10,
            "up" if step >= 0 else "down",
            tip=f"{label}: {sign}{number(step, 4)}",
        )
        outer = max(x(places[i]), x(places[i + 1]))
        canvas.text(outer + 6, y + 16, sign + number(step), kind="soft")
    _end(canvas, x, TOP + ROW * (len(steps) + 1), left, "this row", float(places[-1]))
    return canvas.render(title, description)


def _end(canvas: Canvas, x: Scale, y: float, left: float, label: str, value: float) -> None:
    canvas.text(left - 8, y + 16, label, anchor="end", kind="strong")
    canvas.dots([x(value)], [y + ROW / 2], "big ink")
    canvas.text(x(value) + 9, y + 16, number(value), kind="strong")


def _grid(canvas: Canvas, x: Scale, top: float, bottom: float, axis: str) -> None:
    for value, text in x.ticks():
        canvas.line(x(value), top, x(value), bottom, "grid")
        canvas.text(x(value), bottom + 15, text, anchor="middle", kind="soft")
    canvas.text(x.start, bottom + 34, axis, kind="soft")
