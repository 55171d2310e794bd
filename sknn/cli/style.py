"""How figures look: two palettes (Okabe and Ito's colours, on white and on black), and rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from sknn.optional import require

__all__ = ["DARK", "LIGHT", "Palette", "bare", "readable_on", "style"]


@dataclass(frozen=True)
class Palette:
    """The colours of a figure."""

    paper: str
    ink: str
    faint: str
    ours: str
    theirs: str
    third: str
    cold: str  # where a heat map starts; it ends in ``ours``

    @property
    def lines(self) -> tuple[str, str, str]:
        """Colours of several lines in one plot."""
        return self.ours, self.theirs, self.third

    @property
    def heat(self) -> Any:
        """The colour map of heat maps."""
        colors = require("matplotlib.colors", extra="cli", purpose="The demo")
        return colors.LinearSegmentedColormap.from_list("heat", [self.cold, self.ours])


LIGHT = Palette("#ffffff", "#1f2328", "#c9ced6", "#0072b2", "#d55e00", "#009e73", "#edf3f8")
DARK = Palette("#161b22", "#e6edf3", "#484f58", "#56b4e9", "#e69f00", "#2ec4a0", "#1f2a36")


@contextmanager
def style(palette: Palette) -> Iterator[None]:
    """Matplotlib's settings for our figures, and the user's own back afterwards."""
    matplotlib = require("matplotlib", extra="cli", purpose="The demo")
    settings = {
        "figure.facecolor": palette.paper,
        "savefig.facecolor": palette.paper,
        "axes.facecolor": palette.paper,
        "axes.edgecolor": palette.faint,
        "axes.labelcolor": palette.ink,
        "axes.titlecolor": palette.ink,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": palette.ink,
        "xtick.color": palette.ink,
        "ytick.color": palette.ink,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "font.family": "DejaVu Sans",  # comes with matplotlib
        "font.size": 9.5,
        "svg.hashsalt": "sknn",  # the same figure gives the same file
        "text.parse_math": False,  # a $ in a column's name is a $
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever style the user has set up
        matplotlib.rcParams.update(settings)
        yield


def bare(axes: Any) -> None:
    """No lines around the bars: they stand by themselves."""
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)


def readable_on(colour: Any) -> str:
    """Black or white, whichever stands out against a colour.

    >>> readable_on((1.0, 1.0, 0.8, 1.0))
    'black'
    """
    red, green, blue = np.asarray(colour)[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"
