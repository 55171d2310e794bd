"""The plot of a diagnosis: curves, and the layers by epoch or as bars."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sknn.diagnostics.facts import Facts, Layers, Numbers
from sknn.optional import require

__all__ = ["plot"]

#: Okabe and Ito's colours, which readers with any colour vision tell apart.
BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"
#: So many layers have a line in the legend each; of more, the first, middle and last have one.
MOST_NAMED = 5


def plot(facts: Facts, axes: Any = None) -> Any:
    """Draw one panel on each of ``axes``; see ``Diagnosis.plot``."""
    panels = _panels(facts)
    if axes is None:
        pyplot = require("matplotlib.pyplot", extra="plots", purpose="Diagnosis.plot")
        n_rows, n_columns = (1, len(panels)) if len(panels) < 4 else (2, 2)
        size = 4.6 * n_columns, 3.3 * n_rows
        _, axes = pyplot.subplots(n_rows, n_columns, figsize=size, layout="constrained")
    axes = np.atleast_1d(np.asarray(axes, dtype=object))
    if axes.size != len(panels):
        raise ValueError(f"plot() needs {len(panels)} axes here. Got {axes.size} instead.")
    for draw, ax in zip(panels, axes.ravel(), strict=True):
        draw(facts, ax)
        ax.spines[["top", "right"]].set_visible(False)
    return axes


def _panels(facts: Facts) -> list[Callable[[Facts, Any], None]]:
    if facts.record is not None:
        return [_curves, _gradients, _updates, _shares]
    if facts.measured is not None:
        bars = [_gradient_by_layer] if facts.measured.backprop.size else []
        return [_curves, *bars, _shares_by_layer]
    return [_curves]


def _curves(facts: Facts, ax: Any) -> None:
    epochs = np.arange(1, len(facts.loss) + 1)
    ax.plot(epochs, facts.loss, color=BLUE, label="training")
    held_out = facts.validation_loss
    if held_out.size:
        ax.plot(epochs, held_out, color=ORANGE, linestyle="--", label="validation")
    every = np.concatenate([facts.loss, held_out])
    every = every[np.isfinite(every)]
    if every.size and every.min() > 0 and every.max() > 20 * every.min():
        ax.set_yscale("log")
    ax.set(title="Loss", xlabel=_time(facts), ylabel="loss")
    if facts.score.size:
        other = ax.twinx()
        other.plot(epochs, facts.score, color=GREEN, linestyle=":", label="score")
        other.set_ylabel("validation score")
        other.spines["top"].set_visible(False)
        _legend(ax, other)
    elif held_out.size:
        _legend(ax)


def _gradients(facts: Facts, ax: Any) -> None:
    assert facts.record is not None
    _lines(facts, ax, facts.record.gradient)
    _logarithmic(ax)
    _legend(ax)
    ax.set(title="Gradient of the weights", xlabel=_time(facts), ylabel="length")


def _updates(facts: Facts, ax: Any) -> None:
    assert facts.record is not None
    _lines(facts, ax, facts.record.update)
    ax.axhline(1e-3, color="0.4", linestyle="--", linewidth=1, zorder=0)
    ax.annotate(
        "usual: 0.001",
        (1.0, 1e-3),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 3),
        textcoords="offset points",
        ha="right",
        color="0.35",
        fontsize="small",
    )
    _logarithmic(ax)
    _legend(ax)
    ax.set(title="Step beside the weights", xlabel=_time(facts), ylabel="|step| / |weights|")


def _shares(facts: Facts, ax: Any) -> None:
    assert facts.record is not None
    record = facts.record
    flat = not np.isnan(record.saturated).all()
    _lines(facts, ax, record.dead)
    if flat:
        _lines(facts, ax, record.saturated, linestyle="--")
    _percent(ax)
    _legend(ax)
    title = "Dead units, and saturated (dashed)" if flat else "Dead units"
    ax.set(title=title, xlabel=_time(facts), ylabel="share of hidden layer")


def _gradient_by_layer(facts: Facts, ax: Any) -> None:
    assert facts.measured is not None
    values = facts.measured.gradient[-1]
    ax.plot(np.arange(1, len(values) + 1), values, "o-", color=BLUE)  # a bar would need a zero
    _logarithmic(ax)
    ax.set(title="Gradient of the weights", xlabel="layer", ylabel="length")
    _whole_numbers(ax)


def _shares_by_layer(facts: Facts, ax: Any) -> None:
    assert facts.measured is not None
    dead, saturated = facts.measured.dead[-1:].ravel(), facts.measured.saturated[-1:].ravel()
    layers = np.arange(1, len(dead) + 1)
    both = not np.isnan(saturated).all()
    ax.bar(layers - 0.2 * both, dead, 0.4 if both else 0.8, color=ORANGE, label="dead")
    if both:
        ax.bar(layers + 0.2, saturated, 0.4, color=BLUE, label="saturated", hatch="//")
        ax.legend(frameon=False, fontsize="small")
    _percent(ax)
    title = "Dead and saturated units" if both else "Dead units"
    ax.set(title=title, xlabel="hidden layer", ylabel="share")
    _whole_numbers(ax)


def _lines(facts: Facts, ax: Any, table: Numbers, linestyle: str = "-") -> None:
    """A line a layer, from dark at the input to light at the output."""
    n_layers = table.shape[1]
    shades = require("matplotlib", extra="plots", purpose="Diagnosis.plot").colormaps["viridis"]
    named = range(n_layers) if n_layers <= MOST_NAMED else (0, n_layers // 2, n_layers - 1)
    record = facts.record
    assert isinstance(record, Layers)
    epochs = np.arange(len(facts.loss) - len(table), len(facts.loss)) + 1
    marker = "o" if len(table) == 1 else None
    for k in range(n_layers):
        name = "output layer" if k == len(facts.widths) - 2 else f"layer {k + 1}"
        label = name if linestyle == "-" and k in named else None
        color = shades(0.9 * k / max(len(facts.widths) - 2, 1))
        ax.plot(epochs, table[:, k], linestyle, color=color, label=label, marker=marker)


def _logarithmic(ax: Any) -> None:
    """A logarithmic axis with plain numbers, where the values are of more than one size."""
    drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in ax.get_lines()])
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    if not drawn.size or drawn.max() < 5 * drawn.min():
        ax.set_ylim(bottom=0.0)
        return
    ax.set_yscale("log")
    if drawn.max() < 100 * drawn.min():  # else powers of ten are enough
        ticker = require("matplotlib.ticker", extra="plots", purpose="Diagnosis.plot")
        ax.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        ax.yaxis.set_minor_formatter(ticker.NullFormatter())


def _legend(ax: Any, *others: Any) -> None:
    """The names of the lines in one or two rows at the top, with room made for them."""
    lines = [line for each in (ax, *others) for line in each.get_lines()]
    named = [line for line in lines if not line.get_label().startswith("_")]
    if not named:
        return
    for each in (ax, *others):
        low, high = (each.transAxes.transform((0, y))[1] for y in (0.0, 1.25))
        top = each.transData.inverted().transform((0, high))[1]
        if np.isfinite([low, top]).all():
            each.set_ylim(top=top)
    ax.legend(
        named,
        [line.get_label() for line in named],
        loc="upper center",
        ncols=min(len(named), 3),
        frameon=False,
        fontsize="small",
        columnspacing=1.2,
        handlelength=1.6,
    )


def _percent(ax: Any) -> None:
    ax.set_ylim(-0.03, 1.03)
    ax.set_yticks(np.linspace(0.0, 1.0, 6))
    ticker = require("matplotlib.ticker", extra="plots", purpose="Diagnosis.plot")
    ax.yaxis.set_major_formatter(ticker.PercentFormatter(1.0))


def _whole_numbers(ax: Any) -> None:
    ticker = require("matplotlib.ticker", extra="plots", purpose="Diagnosis.plot")
    ax.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))


def _time(facts: Facts) -> str:
    return "iteration" if facts.full_batch else "epoch"
