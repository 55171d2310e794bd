"""The strokes of each figure. Each function gets a figure (or a part of one) to fill."""

from typing import Any

import numpy as np

from sknn.cli.models import GRID, OURS, measures, prefix, ruler
from sknn.cli.style import Palette, bare, readable_on
from sknn.cli.tables import short
from sknn.optional import require
from sknn.style import log_ticks

__all__ = [
    "comparison",
    "contributions",
    "dependence",
    "importance",
    "learning_curve",
    "test",
    "tuning",
]

MAX_COLUMNS = 12  # of the bars of importance
MAX_NUMBERS = 12  # classes up to which a confusion matrix has its numbers written in


def comparison(figure: Any, results: Any, palette: Palette) -> None:
    """Scores at the left, fit times at the right."""
    compared = results.comparison
    scores, times = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    models = list(compared.scores)
    places = np.arange(len(models))[::-1]
    colours = [palette.ours, palette.theirs, palette.faint]
    for axes, of, form in (
        (scores, compared.scores, "{:.3f}"),
        (times, dict(list(compared.seconds.items())[:2]), "{:.2f} s"),
    ):
        mean = np.array([of[name].mean() for name in of])
        std = np.array([of[name].std() for name in of])
        axes.barh(places[: len(of)], mean, color=colours, height=0.62)
        axes.errorbar(
            mean, places[: len(of)], xerr=std, fmt="none", ecolor=palette.ink, elinewidth=1
        )
        right = max((np.maximum(mean, 0) + std).max(), 1e-9)
        for place, value, spread in zip(places, mean, std, strict=False):
            at = max(value, 0.0) + spread + 0.03 * right
            axes.text(at, place, form.format(value), va="center")
        axes.set_xlim(min(0.0, 1.1 * (mean - std).min()), 1.3 * right)
        axes.set_xticks([])
        bare(axes)
    scores.set_yticks(places, models)
    scores.set_title(f"{measures(results.table)[0].label} (higher is better)")
    times.set_title("fit time (lower is better)")


def learning_curve(figure: Any, results: Any, palette: Palette) -> None:
    """Both loss curves; where they agree, the dashes lie on the line."""
    axes = figure.subplots()
    for name, curve in results.comparison.curves.items():
        ours = name.startswith(OURS)
        axes.plot(
            np.arange(1, len(curve) + 1),
            curve,
            color=palette.ours if ours else palette.theirs,
            linewidth=4 if ours else 1.6,
            linestyle="-" if ours else (0, (4, 4)),
            label=name,
        )
    axes.set_yscale("log")
    log_ticks(axes.yaxis)
    axes.set(xlabel="epoch", ylabel="loss")
    axes.grid(color=palette.faint, linewidth=0.4, which="both", alpha=0.6)
    axes.legend(loc="upper right")


def tuning(figure: Any, results: Any, palette: Palette) -> None:
    """A heat map: sizes downwards, weight decay and dropout across; the best is framed."""
    axes = figure.subplots()
    measure, found = ruler(results.table), results.search.cv_results_
    sizes, alphas, dropouts = GRID.values()
    across = [(a, d) for a in alphas for d in dropouts]
    heat = np.full((len(sizes), len(across)), np.nan)
    before = prefix(results.table)
    for params, value in zip(found["params"], found["mean_test_score"], strict=True):
        size, alpha, dropout = (params[before + name] for name in GRID)
        heat[sizes.index(size), across.index((alpha, dropout))] = value
    image = axes.imshow(heat, cmap=palette.heat, aspect="auto")
    for (i, j), value in np.ndenumerate(heat):
        axes.text(
            j,
            i,
            f"{measure.sign * value:.4g}",
            ha="center",
            va="center",
            color=readable_on(image.cmap(image.norm(value))),
        )
    i, j = np.unravel_index(heat.argmax(), heat.shape)
    rectangle = require("matplotlib.patches", extra="cli", purpose="The demo").Rectangle
    axes.add_patch(
        rectangle((j - 0.47, i - 0.46), 0.94, 0.92, fill=False, edgecolor=palette.theirs, lw=2.5)
    )
    axes.set_xticks(range(len(across)), [f"alpha {a:g}\ndropout {d:g}" for a, d in across])
    axes.set_yticks(range(len(sizes)), [" + ".join(map(str, size)) for size in sizes])
    axes.set_ylabel("hidden units")
    axes.set_title(
        f"{measure.label} ({'lower' if measure.sign < 0 else 'higher'} is better), best framed"
    )
    bare(axes)


def test(figure: Any, results: Any, palette: Palette) -> None:
    """The confusion matrix of a classifier, predicted against true values of a regressor."""
    axes = figure.subplots()
    if results.insight.confusion is None:
        predicted_against_true(axes, results, palette)
    else:
        confusion_matrix(axes, results.insight, palette)


def predicted_against_true(axes: Any, results: Any, palette: Palette) -> None:
    """A dot per test row; a perfect prediction lies on the line."""
    explained = results.insight
    ends = np.quantile(np.concatenate([explained.y, explained.predicted]), [0, 1])
    axes.plot(ends, ends, color=palette.ink, linewidth=1)
    axes.scatter(explained.y, explained.predicted, s=12, color=palette.ours, alpha=0.45, lw=0)
    axes.set(xlabel=f"true {short(results.table.target)}", ylabel="predicted")
    axes.grid(color=palette.faint, linewidth=0.4)
    axes.set_axisbelow(True)


def confusion_matrix(axes: Any, explained: Any, palette: Palette) -> None:
    """Each row a true class; the colour is the share of its rows, so rare classes count alike."""
    counts, classes = explained.confusion, explained.classes
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = axes.imshow(share, cmap=palette.heat, vmin=0, vmax=1, aspect="auto")
    if len(classes) <= MAX_NUMBERS:
        for (i, j), number in np.ndenumerate(counts):
            colour = readable_on(image.cmap(share[i, j]))
            axes.text(j, i, str(number), ha="center", va="center", color=colour)
    few = len(classes) <= 5
    step = 1 + len(classes) // 40
    places = range(0, len(classes), step)
    labels = [short(classes[i], 14) for i in places]
    slanted: dict[str, Any] = {} if few else {"rotation": 90 if len(classes) > MAX_NUMBERS else 35}
    if slanted and max(map(len, labels)) <= 3:
        slanted = {}
    if slanted:
        slanted |= {"ha": "right", "va": "center", "rotation_mode": "anchor"}
    axes.set_xticks(places, labels, **slanted)
    axes.set_yticks(places, labels)
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_title("rows of the test; colour: share of the true class")
    bare(axes)


def importance(figure: Any, results: Any, palette: Palette) -> None:
    """Bars of the most important columns, with the spread over the shuffles."""
    explained, axes = results.insight, figure.subplots()
    values = explained.importance[:MAX_COLUMNS]
    places = np.arange(len(values))[::-1]
    axes.barh(places, values.mean(axis=1), color=palette.ours, height=0.66)
    axes.errorbar(
        values.mean(axis=1),
        places,
        xerr=values.std(axis=1),
        fmt="none",
        ecolor=palette.ink,
        elinewidth=1,
    )
    axes.axvline(0, color=palette.ink, linewidth=0.8)
    axes.set_yticks(places, [short(name) for name in explained.columns[:MAX_COLUMNS]])
    axes.set_xlabel(f"{explained.importance_of} when shuffled")
    axes.grid(axis="x", color=palette.faint, linewidth=0.5)
    axes.set_axisbelow(True)
    bare(axes)


def contributions(figure: Any, results: Any, palette: Palette) -> None:
    """A swarm of Shapley values; of several classes bars of their mean sizes."""
    found = results.insight.contributions
    found.plot(
        ax=figure.subplots(),
        kind="beeswarm" if found.single else "bar",
        max_features=MAX_COLUMNS,
    )


def dependence(figure: Any, results: Any, palette: Palette) -> None:
    """One small plot per column, all on one vertical scale."""
    curves = results.insight.curves
    n_rows = (len(curves) + 1) // 2
    grid = figure.subplots(n_rows, min(2, len(curves)), sharey=True, squeeze=False)
    for axes in grid.flat[len(curves) :]:
        axes.set_visible(False)
    for axes, curve in zip(grid.flat, curves, strict=False):
        if curve.values.dtype.kind == "f":
            for mean, colour, name in zip(curve.mean, palette.lines, curve.outputs, strict=False):
                axes.plot(curve.values, mean, color=colour, linewidth=2, label=short(name, 14))
            rows = results.table.X[curve.column].dropna()
            ticks = rows[rows.between(curve.values[0], curve.values[-1])].quantile(
                np.linspace(0, 1, 11)
            )
            axes.plot(
                ticks, [0.02] * 11, "|", color=palette.ink, transform=axes.get_xaxis_transform()
            )
        else:
            share = 0.8 / len(curve.mean)
            places = np.arange(len(curve.values))
            for k, (mean, colour, name) in enumerate(
                zip(curve.mean, palette.lines, curve.outputs, strict=False)
            ):
                shift = (k - (len(curve.mean) - 1) / 2) * share
                axes.bar(places + shift, mean, width=share, color=colour, label=short(name, 14))
            width = 12 if len(places) > 3 else 16
            axes.set_xticks(
                places,
                [short(value, width) for value in curve.values],
                rotation=35 if len(places) > 3 else 0,
                ha="right" if len(places) > 3 else "center",
                rotation_mode="anchor",
            )
        axes.set_title(short(curve.column, 34))
        axes.grid(color=palette.faint, linewidth=0.4)
        axes.set_axisbelow(True)
        if len(curve.mean) > 1:
            axes.margins(y=0.2)  # room for the legend
            axes.legend(loc="upper right", ncols=3, handlelength=1.0, columnspacing=0.8)
