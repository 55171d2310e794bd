"""SVG as short text: every number rounded, every letter of the user's escaped."""

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from sknn.interpret.words import plain

__all__ = ["Canvas", "Scale", "fit", "ticks"]

#: Mean width of a letter as a share of the font's size, in the fonts of common systems.
LETTER = 0.61

#: Pixels below which no drawing is shrunk that is wider.
NARROWEST = 430


def short(value: float) -> str:
    """A coordinate with one decimal at most.

    >>> short(12.04), short(3.26), short(-0.01)
    ('12', '3.3', '0')
    """
    text = f"{value:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


class Canvas:
    """A drawing that grows by one shape after another.

    Colours and line widths are not in the drawing but classes of the page, so that one drawing
    suits light and dark.
    """

    def __init__(self, name: str, width: float, height: float) -> None:
        self.name, self.width, self.height = name, width, height
        self._parts: list[str] = []

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "axis") -> None:
        """A straight line."""
        self._parts.append(f'<path class="{kind}" d="M{short(x1)} {short(y1)}{_to(x2, y2)}"/>')

    def path(self, xs: Iterable[float], ys: Iterable[float], kind: str) -> None:
        """A line through points; a gap where one is missing."""
        self._parts.append(f'<path class="{kind}" d="{_through(xs, ys)}"/>')

    def band(
        self, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], kind: str
    ) -> None:
        """The area between two lines."""
        points = [*zip(xs, highs, strict=True), *reversed(list(zip(xs, lows, strict=True)))]
        points = [p for p in points if all(map(math.isfinite, p))]
        if len(points) > 2:
            first, *rest = points
            way = f"M{short(first[0])} {short(first[1])}" + "".join(_to(*p) for p in rest)
            self._parts.append(f'<path class="{kind}" d="{way}Z"/>')

    def dots(self, xs: Iterable[float], ys: Iterable[float], kind: str) -> None:
        """Many dots as one path of points, each the round end of no line."""
        way = "".join(
            f"M{short(x)} {short(y)}h0"
            for x, y in zip(xs, ys, strict=True)
            if math.isfinite(x) and math.isfinite(y)
        )
        if way:
            self._parts.append(f'<path class="dots {kind}" d="{way}"/>')

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        kind: str,
        *,
        opacity: float | None = None,
        tip: str = "",
    ) -> None:
        """A rectangle; negative widths go to the left."""
        if width < 0:
            x, width = x + width, -width
        faded = "" if opacity is None else f' fill-opacity="{opacity:.2g}"'
        shape = (
            f'<rect class="{kind}" x="{short(x)}" y="{short(y)}" width="{short(max(width, 0.5))}" '
            f'height="{short(height)}"{faded}'
        )
        self._parts.append(f"{shape}><title>{_safe(tip)}</title></rect>" if tip else f"{shape}/>")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        kind: str = "",
        tip: str = "",
        turned: float = 0,
    ) -> None:
        """Text; ``tip`` is the whole of it where it was cut, ``turned`` an angle in degrees."""
        how = "" if anchor == "start" else f' text-anchor="{anchor}"'
        how += f' transform="rotate({short(turned)} {short(x)} {short(y)})"' if turned else ""
        how += f' class="{kind}"' if kind else ""
        inner = _safe(text) + (f"<title>{_safe(tip)}</title>" if tip and tip != text else "")
        self._parts.append(f'<text x="{short(x)}" y="{short(y)}"{how}>{inner}</text>')

    def render(self, title: str, description: str) -> str:
        """The drawing as one element with a title and a description for those who listen."""
        # on a phone, a wide drawing is scrolled rather than made too small to read
        least = f";min-width:{NARROWEST}px" if self.width > NARROWEST else ""
        head = (
            f'<svg role="img" viewBox="0 0 {short(self.width)} {short(self.height)}" '
            f'style="max-width:{short(self.width * 1.15)}px{least}" '
            f'aria-labelledby="{self.name}-t {self.name}-d">'
            f'<title id="{self.name}-t">{_safe(title)}</title>'
            f'<desc id="{self.name}-d">{_safe(description)}</desc>'
        )
        return head + "".join(self._parts) + "</svg>"


class Scale:
    """From numbers to places along an axis.

    >>> Scale(0, 10, 100, 200)(2.5)
    125.0
    """

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        if not high > low:
            pad = abs(low) * 0.05 or 0.5
            low, high = low - pad, high + pad
        self.low, self.high, self.start, self.end = float(low), float(high), start, end

    def __call__(self, value: float) -> float:
        share = (float(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def many(self, values: Iterable[float]) -> list[float]:
        """All of these."""
        return [self(value) for value in values]

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Round numbers along the axis with their text."""
        return ticks(self.low, self.high, most)


def ticks(low: float, high: float, most: int = 5) -> list[tuple[float, str]]:
    """Round numbers between two others, with as many decimals as they need.

    >>> ticks(0, 0.35, 4)
    [(0.0, '0'), (0.1, '0.1'), (0.2, '0.2'), (0.3, '0.3')]
    >>> [text for _, text in ticks(0, 45_000, 4)]
    ['0', '20k', '40k']
    """
    raw = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [round(i * step, 12) for i in range(first, last + 1)]
    largest = max(map(abs, values), default=0.0)
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if largest >= size:
            unit = 1e3 if letter == "k" else size
            return [(v, _tick(v / unit, step / unit) + letter * (v != 0)) for v in values]
    if largest and largest < 1e-3:
        return [(v, f"{v:.1e}" if v else "0") for v in values]
    return [(v, _tick(v, step)) for v in values]


def _tick(value: float, step: float) -> str:
    decimals = max(-math.floor(math.log10(step) + 1e-9), 0)
    text = f"{value:.{decimals}f}"
    return "0" if float(text) == 0 else text


def fit(text: str, width: float, size: float = 12) -> str:
    """Text that is cut in its middle to fit a width, where long names seldom differ.

    >>> fit("number_of_open_credit_lines_last_12_months", 120)
    'number_o…_months'
    """
    text = plain(text)
    most = max(int(width / (LETTER * size)), 4)
    if len(text) <= most:
        return text
    head = most // 2
    return text[:head] + "…" + text[len(text) - (most - head - 1) :]


def width_of(text: str, size: float = 12) -> float:
    """About how wide a text is."""
    return len(text) * LETTER * size


def finite(values: Iterable[float]) -> list[float]:
    """Those that are numbers."""
    return [float(v) for v in np.asarray(list(values), dtype=float) if math.isfinite(v)]


def _to(x: float, y: float) -> str:
    return f"L{short(x)} {short(y)}"


def _through(xs: Iterable[float], ys: Iterable[float]) -> str:
    way, lifted = "", True
    for x, y in zip(xs, ys, strict=True):
        if not (math.isfinite(x) and math.isfinite(y)):
            lifted = True
            continue
        way += f"M{short(x)} {short(y)}" if lifted else _to(x, y)
        lifted = False
    return way


def _safe(text: str) -> str:
    return escape(plain(text), quote=True)
