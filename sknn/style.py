"""What all displays share: axes to draw on, and colours that the colour-blind can tell apart."""

from typing import Any

from sknn.optional import require

__all__ = ["axes_or_new", "colours", "is_dark", "literal", "log_ticks", "settle", "signs"]

#: Okabe and Ito's colours (2008, "Color universal design"), the most different ones first.
OKABE_ITO = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

#: Of what is positive and what is negative, on light and on dark paper.
SIGNS = {"light": OKABE_ITO[:2], "dark": ("#56b4e9", "#e69f00")}


def axes_or_new(
    ax: Any, purpose: str, figsize: tuple[float, float], layout: str = "constrained"
) -> tuple[Any, Any]:
    """The figure and the axes to draw on: those given, or new ones.

    Raises
    ------
    MissingExtraError
        If Matplotlib is not installed.
    """
    pyplot = require("matplotlib.pyplot", extra="plots", purpose=purpose)
    if ax is None:
        _, ax = pyplot.subplots(figsize=figsize, layout=layout)
    return ax.figure, ax


def signs(ax: Any) -> tuple[str, ...]:
    """The colours of positive and negative numbers that stand out on these axes."""
    return SIGNS["dark" if is_dark(ax) else "light"]


def is_dark(ax: Any) -> bool:
    """Whether the paper of these axes is dark."""
    colors = require("matplotlib.colors", extra="plots", purpose="A display")
    return bool(sum(colors.to_rgb(ax.get_facecolor())) < 1.2)


def colours(number: int) -> list[Any]:
    """Colours for this many things: Okabe and Ito's, or where those run out, from viridis."""
    if number <= len(OKABE_ITO):
        return list(OKABE_ITO[:number])
    matplotlib = require("matplotlib", extra="plots", purpose="A display")
    viridis = matplotlib.colormaps["viridis"]
    return [viridis(0.95 * i / (number - 1)) for i in range(number)]


def settle(figure: Any) -> None:
    """Let a figure's layout give its axes their size, so that text can be measured against it."""
    whole = figure.figure  # of which this may be a part
    if whole.get_layout_engine() is not None:
        whole.draw_without_rendering()


def log_ticks(axis: Any) -> None:
    """A few plain numbers on a logarithmic axis, in place of powers of ten."""
    ticker = require("matplotlib.ticker", extra="plots", purpose="A display")
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(lambda value, _: f"{value:g}")
    axis.set_minor_formatter(lambda value, _: "")


def literal(texts: Any) -> None:
    """Show a ``$`` in these texts, such as the names of columns, as it is."""
    for text in texts:
        text.set_parse_math(False)
