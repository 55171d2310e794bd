"""Lines with bands, the density of the rows below, and calibration curves."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sknn.interpret.report.svg.canvas import Canvas, Scale, finite, fit, width_of

__all__ = ["LINES", "calibration", "lines", "plane"]

Array = npt.NDArray[np.float64]

#: Classes of lines; each has its own colour and dashes.
LINES = ("one", "two", "three")

LEFT, RIGHT, TOP, BELOW = 52, 14, 14, 40


def plane(
    canvas: Canvas, x: Scale, y: Scale, x_axis: str, y_axis: str, *, floor: float | None = None
) -> None:
    """Grid, ticks and the names of both axes."""
    bottom = y.start
    for value, text in y.ticks(5):
        canvas.line(x.start, y(value), x.end, y(value), "grid")
        canvas.text(x.start - 6, y(value) + 4, text, anchor="end", kind="soft")
    ground = bottom if floor is None else floor
    for value, text in x.ticks(4 if canvas.width < 400 else 6):
        canvas.line(x(value), ground, x(value), ground + 4, "axis")
        canvas.text(x(value), ground + 17, text, anchor="middle", kind="soft")
    canvas.line(x.start, ground, x.end, ground, "axis")
    middle = (x.start + x.end) / 2
    canvas.text(
        middle, ground + 34, fit(x_axis, x.end - x.start), anchor="middle", kind="soft", tip=x_axis
    )
    canvas.text(6, 12, fit(y_axis, canvas.width - 12), kind="soft", tip=y_axis)


def lines(
    name: str,
    x: Sequence[float],
    ys: Sequence[Sequence[float]],
    *,
    title: str,
    description: str,
    x_axis: str,
    y_axis: str,
    names: Sequence[str] = (),
    low: Sequence[float] | None = None,
    high: Sequence[float] | None = None,
    thin: Sequence[Sequence[float]] = (),
    density: Array | None = None,
    width: float = 380,
    height: float = 270,
) -> str:
    """Up to three lines over one axis.

    Parameters
    ----------
    low, high : sequences of float, optional
        A band about the first line.
    thin : sequence of lines, optional
        Drawn faintly behind: curves of single rows.
    density : array, optional
        Values whose histogram is drawn below the lines.
    """
    legend = 18 if len(ys) > 1 else 0
    strip = 26 if density is not None else 0
    canvas = Canvas(name, width, height + legend)
    top = TOP + 10 + legend
    bottom = height + legend - BELOW - strip
    bands = [line for line in (low, high) if line is not None]
    every = finite([v for line in [*ys, *thin, *bands] for v in line])
    start, stop = (min(every), max(every)) if every else (0.0, 1.0)
    pad = 0.05 * (stop - start)
    across = Scale(min(x), max(x), LEFT, width - RIGHT)
    up = Scale(start - pad, stop + pad, bottom, top)
    plane(canvas, across, up, x_axis, y_axis, floor=bottom + strip)
    places = across.many(x)
    for line in thin:
        canvas.path(places, up.many(line), "faint")
    if low is not None and high is not None:
        canvas.band(places, up.many(low), up.many(high), "band")
    for line, kind in zip(ys, LINES, strict=False):
        canvas.path(places, up.many(line), f"line {kind}")
    if density is not None:
        _density(canvas, across, density, bottom + strip, strip - 6)
    at = float(LEFT)
    for label, kind in zip(names if len(ys) > 1 else (), LINES, strict=False):
        room = (width - LEFT - RIGHT) / len(ys) - 30
        shown = fit(label, room)
        canvas.line(at, 27, at + 18, 27, f"line {kind}")
        canvas.text(at + 23, 31, shown, tip=label)
        at += 34 + width_of(shown)
    return canvas.render(title, description)


def calibration(
    name: str,
    predicted: Array,
    observed: Array,
    low: Array,
    high: Array,
    counts: Array,
    *,
    title: str,
    description: str,
    x_axis: str,
    y_axis: str,
) -> str:
    """How often what was predicted comes true, beside the diagonal, with counts below."""
    width, height, strip = 380.0, 360.0, 34.0
    canvas = Canvas(name, width, height)
    bottom = height - BELOW - strip
    x = Scale(0, 1, LEFT, width - RIGHT)
    y = Scale(0, 1, bottom, TOP + 10)
    plane(canvas, x, y, x_axis, y_axis, floor=bottom + strip)
    canvas.line(x(0), y(0), x(1), y(1), "dash")
    for p, a, b in zip(predicted, low, high, strict=True):
        canvas.line(x(p), y(max(a, 0)), x(p), y(min(b, 1)), "whisker")
    canvas.path(x.many(predicted), y.many(observed), "line one")
    canvas.dots(x.many(predicted), y.many(observed), "big one")
    most = max(int(counts.max(initial=0)), 1)
    for p, count in zip(predicted, counts, strict=True):
        tall = (strip - 8) * count / most
        canvas.rect(x(p) - 5, bottom + strip - tall, 10, tall, "soft-fill", tip=f"{count} rows")
    return canvas.render(title, description)


def _density(canvas: Canvas, x: Scale, values: Array, floor: float, tall: float) -> None:
    values = values[np.isfinite(values)]
    values = values[(values >= x.low) & (values <= x.high)]
    counts, edges = np.histogram(values, bins=30, range=(x.low, x.high))
    if not counts.max(initial=0):
        return
    for count, left, right in zip(counts, edges, edges[1:], strict=False):
        if count:
            high = max(tall * count / counts.max(), 1.0)
            canvas.rect(x(left), floor - high, x(right) - x(left) - 0.6, high, "soft-fill")
