"""Where and for whom a model errs, as pictures: slices, groups and noise."""

from typing import Any

import numpy as np

from sknn.interpret.plots.base import New, output_number
from sknn.interpret.plots.judged import missing
from sknn.interpret.words import short
from sknn.style import colours, literal

__all__ = ["noise", "slices", "subgroups"]

PURPOSE = "EvaluationDisplay"
MOST_SLICES = 10


def slices(result: Any, new: New, _: Any) -> list[Any]:
    """Slices where the model errs more than elsewhere, or than a constant answer."""
    if not result.slices:
        raise missing("slices", "They need columns and at least 50 rows")
    shown = result.slices[:MOST_SLICES]
    ax = new(6.6, 1.3 + 0.34 * len(shown))
    ink, (colour, other, *_) = ax.title.get_color(), colours(3)
    places = np.arange(len(shown))
    sure = [part["p_value"] < 0.05 for part in shown]
    bars = ax.barh(
        places, [part["loss"] for part in shown], color=colour, height=0.62, label="this slice"
    )
    for bar, is_sure in zip(bars, sure, strict=True):
        bar.set_alpha(1.0 if is_sure else 0.4)
    marks = ax.plot(
        [part["others"] for part in shown],
        places,
        "|",
        color=ink,
        ms=14,
        mew=2,
        label="elsewhere",
    )
    useless = ax.plot(
        [part["constant"] for part in shown], places, "x", color=other, label="constant answer"
    )
    ax.set_yticks(places, [short(part["slice"], 36) for part in shown])
    ax.invert_yaxis()
    literal(ax.get_yticklabels())
    ax.set_xlabel(f"{result.loss_name} (pale: no more than chance makes)")
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.legend(
        handles=[bars, *marks, *useless],
        frameon=False,
        loc="lower right",  # so that it reaches over the names of the slices
        bbox_to_anchor=(1, 1),
        borderaxespad=0.2,
        ncols=3,
    )
    return [bars, *marks, *useless]


def subgroups(result: Any, new: New, target: Any) -> list[Any]:
    """The first metric of each group of a sensitive column."""
    if not result.subgroups:
        raise missing("subgroups", "Pass sensitive= to evaluate")
    columns = list(dict.fromkeys(line["column"] for line in result.subgroups))
    column = columns[output_number(target, columns, PURPOSE)]
    lines = [line for line in result.subgroups if line["column"] == column]
    metric = result.metrics[0]
    value, low, high = (
        np.array([line[metric["name"] + end] for line in lines]) for end in ("", "_low", "_high")
    )
    ax = new(5.6, 1.3 + 0.36 * len(lines))
    places = np.arange(len(lines))
    artists = [
        ax.errorbar(
            value,
            places,
            xerr=np.abs(np.array([low, high]) - value),
            fmt="o",
            color=colours(1)[0],
            elinewidth=1.2,
        )
    ]
    ax.axvline(metric["value"], color=ax.title.get_color(), linewidth=0.8, linestyle=":")
    labels = [f"{short(line['group'], 24)} ({line['n_rows']})" for line in lines]
    ax.set_yticks(places, labels)
    ax.invert_yaxis()
    ax.margins(y=0.15)
    literal([*ax.get_yticklabels(), ax.set_ylabel(short(column, 30))])
    percent = f"{100 * result.confidence:g} % intervals"
    ax.set_xlabel(f"{metric['label']} ({percent}; dotted: all rows)")
    return artists


def noise(result: Any, new: New, _: Any) -> list[Any]:
    """The first metric under noise on the columns."""
    if not result.noise:
        raise missing("noise", "The model could not be asked about noisy rows")
    scale, mean, std = (
        np.array([step[key] for step in result.noise]) for key in ("scale", "mean", "std")
    )
    ax = new(5.0, 3.8)
    colour = colours(1)[0]
    line: list[Any] = ax.plot(scale, mean, color=colour, marker="o")
    ax.fill_between(scale, mean - std, mean + std, color=colour, alpha=0.2, linewidth=0)
    constant = result.metrics[0]["constant"]
    ax.axhline(constant, color=ax.title.get_color(), linewidth=0.8, linestyle=":")
    ax.set_xlabel("noise, in standard deviations of each column")
    ax.set_ylabel(f"{result.metrics[0]['label']} (dotted: constant answer)")
    return line
