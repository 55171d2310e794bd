"""Where everything of a network's drawing goes, in points (1/72 inch) from the lower left corner.

The axes are measured in points, so that circles, lines and text share one unit, and text can be
kept from running into what stands beside it.
"""

from itertools import pairwise, product
from typing import Any

import numpy as np

__all__ = ["Layout", "free_places", "shown"]

POINTS = 72.0
LEGEND = 16.0  # height of the legend's line at the bottom
LARGEST_RADIUS, LARGEST_TEXT, SMALLEST_TEXT = 15.0, 9.0, 4.0

LONGEST_NAME = 24  # characters

Place = tuple[float, float]


def shown(n_units: int, most: int) -> list[int]:
    """Which units of a layer are shown: all, or the first and the last.

    >>> shown(3, 12), shown(100, 5)
    ([0, 1, 2], [0, 1, 2, 98, 99])
    """
    if n_units <= most:
        return list(range(n_units))
    last = most // 2
    return [*range(most - last), *range(n_units - last, n_units)]


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


class Layout:
    """Places and sizes of a drawing that fits its axes.

    Attributes
    ----------
    places : list of list of (float, float)
        The centre of each unit, by layer.
    dots : list of (float, float)
        Three for each layer that is not shown wholly.
    columns : list of float
        Where each layer stands.
    ends : list of list of str
        The names at the left and at the right, shortened where they are long.
    radius, name_size, caption_size, number_size, legend_size : float
        Of circles, and of the text at the ends, under the layers, at the lines and at the bottom.
    line_scale : float
        Factor on the widths of lines.
    captions_top : float
        Upper edge of the words under the layers.
    """

    def __init__(
        self,
        ax: Any,
        units: list[list[int]],
        sizes: list[int],
        captions: list[str],
        ends: list[list[str]],
    ) -> None:
        self._ax = ax
        box = ax.get_window_extent()
        self._dots_per_point = ax.figure.dpi / POINTS
        width, height = box.width / self._dots_per_point, box.height / self._dots_per_point
        ax.set_xlim(0, width)
        ax.set_ylim(0, height)
        ax.set_aspect("equal")

        self.legend_size = min(8.0, width / 30)
        longest = int(np.clip(width / 12, 5, LONGEST_NAME))
        self.ends = [[_short(name, longest) for name in names] for names in ends]

        abridged = [len(those) < n for those, n in zip(units, sizes, strict=True)]
        rows = max(len(those) + cut for those, cut in zip(units, abridged, strict=True))
        n_gaps = len(units) - 1
        self.caption_size = LARGEST_TEXT - 0.5
        n_lines = max(text.count("\n") + 1 for text in captions)
        self.captions_top = LEGEND + 1.35 * self.caption_size * n_lines
        step = (height - self.captions_top - 6) / rows
        self.radius = min(LARGEST_RADIUS, 0.4 * step)
        self.name_size = float(np.clip(min(0.8 * step, width / 25), SMALLEST_TEXT, LARGEST_TEXT))
        under = [self._measure(text, self.caption_size) for text in captions]
        beside = [max(self._measure(name, self.name_size) for name in names) for names in self.ends]
        shrink = min(1.0, 0.6 * width / sum(beside))  # names of columns leave room for the rest
        self.name_size = max(self.name_size * shrink, SMALLEST_TEXT)
        left, right = (
            max(self.radius + 6 + shrink * name, caption / 2)
            for name, caption in zip(beside, (under[0], under[-1]), strict=True)
        )
        self.columns = np.linspace(left, width - right, n_gaps + 1).tolist()
        gap = self.columns[1] - self.columns[0]
        self.radius = min(self.radius, 0.3 * gap)
        self.caption_size *= min(1.0, 0.92 * gap / max(under))
        self.line_scale = float(np.clip(step / 20, 0.35, 1.0))
        self.number_size = min(7.0, 0.5 * self.radius)

        middle = self.captions_top + 3 + rows * step / 2
        self.places, self.dots = [], []
        for x, those, cut in zip(self.columns, units, abridged, strict=True):
            slots = len(those) + cut
            ys = [middle + (slots / 2 - i - 0.5) * step for i in range(slots)]
            if cut:
                gap = ys.pop(len(those) - len(those) // 2)
                self.dots += [(x, gap + shift * 0.22 * step) for shift in (-1, 0, 1)]
            self.places.append([(x, y) for y in ys])

    def width_of(self, text: Any) -> float:
        """Width of a Text."""
        return float(text.get_window_extent().width / self._dots_per_point)

    def fitting_size(self, text: Any, room: float) -> float:
        """The font size at which a Text is at most ``room`` wide; its own, if that will do."""
        size = float(text.get_fontsize())
        return min(size, max(size * room / self.width_of(text), SMALLEST_TEXT))

    def _measure(self, words: str, size: float) -> float:
        text = self._ax.text(0, 0, words, fontsize=size, parse_math=False)
        width = self.width_of(text)
        text.remove()
        return width


def free_places(layout: Layout, texts: list[list[str]], complete: bool) -> list[list[Place]]:
    """A place on each line where its text meets no other text and few other lines.

    Parameters
    ----------
    texts : list of list of str
        The text of each line, by gap between two layers.
    complete : bool
        Give no places at all where some text cannot stand free; otherwise it stands where it is
        least in the way.
    """
    places: list[list[Place]] = []
    for (left, right), words in zip(pairwise(layout.places), texts, strict=True):
        lines = np.array([(*start, *end) for start, end in product(left, right)])
        sizes = np.array([(0.33 * len(word) + 0.3, 0.65) for word in words]) * layout.number_size
        placed = _free_in_gap(lines, sizes, layout.radius + 3, complete)
        if placed is None:
            return []
        places.append([(float(x), float(y)) for x, y in placed])
    return places


def _free_in_gap(lines: Any, sizes: Any, keep_off: float, complete: bool) -> Any:
    """The centre of each text in one gap, or None where there is no room.

    ``lines`` has a row (x0, y0, x1, y1) for each line, ``sizes`` half the width and height of
    its text. Each is tried at several places, and takes the free one that crosses the fewest
    other lines, near the middle where there are several.
    """
    x0, y0, x1, y1 = lines.T
    width = x1[0] - x0[0]
    slope = (y1 - y0) / width
    centres = np.full((len(lines), 2), np.nan)
    for i, (half_width, half_height) in enumerate(sizes):
        edge = keep_off + half_width
        if 2 * edge > width:
            if complete:
                return None
            edge = width / 2
        x = x0[0] + np.linspace(edge, width - edge, 41)
        y = y0[i] + slope[i] * (x - x0[0])
        off = np.abs(y0 + slope * (x[:, None] - x0) - y[:, None])
        crossed = (off < half_height + np.abs(slope) * half_width).sum(axis=1) - 1.0
        apart = np.abs(np.stack([x, y], axis=1)[:, None] - centres[:i]) - sizes[:i] - sizes[i]
        meets = (apart < 0).all(axis=2).sum(axis=1)
        if complete and meets.all():
            return None
        best = np.argmin(1e3 * meets + crossed + np.abs(x - x0[0] - width / 2) / width)
        centres[i] = x[best], y[best]
    return centres
