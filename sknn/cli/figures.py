"""The demo's figures: what they are called, what they show, and how they become files."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sknn.cli import drawings
from sknn.cli.models import measures, ruler
from sknn.cli.style import Palette, style
from sknn.optional import require

__all__ = ["Panel", "overview", "panels", "render"]

WIDTH = 7.6  # inches


@dataclass(frozen=True)
class Panel:
    """A figure: its file name, its words and the function that draws it."""

    name: str
    title: str
    alt: str
    draw: Callable[[Any, Any, Palette], None]  # (figure or part of one, results, palette)
    height: float
    width: float = WIDTH


def panels(results: Any) -> list[Panel]:
    """The figures of a run, in the order of the report."""
    table, explained = results.table, results.insight
    score, fine = measures(table)[0].label, ruler(table).label
    test = (
        f"Confusion matrix of the tuned network on {results.n_test} test rows"
        if table.is_classification
        else f"Predicted against true {table.target} of {results.n_test} test rows"
    )
    n_classes = len(explained.classes)
    return [
        Panel(
            "comparison",
            f"Cross-validated {score} and fit time",
            f"Bars: {score} of both networks and the baseline, and fit time of both networks",
            drawings.comparison,
            2.3,
        ),
        Panel(
            "learning_curve",
            "Training loss, epoch by epoch",
            "Lines: training loss of sknn's and of scikit-learn's network over the epochs",
            drawings.learning_curve,
            3.0,
        ),
        Panel(
            "tuning",
            f"Grid search: {fine} of each candidate",
            f"Heat map: cross-validated {fine} for each candidate of the grid search",
            drawings.tuning,
            2.6,
        ),
        Panel("test", test, test, drawings.test, min(6.5, 3.0 + 0.16 * n_classes), width=6.2),
        Panel(
            "importance",
            "What the network looks at",
            f"Bars: {explained.importance_of} when a column is shuffled, most important first: "
            + ", ".join(explained.columns[:4]),
            drawings.importance,
            1.1 + 0.26 * min(drawings.MAX_COLUMNS, len(explained.columns)),
        ),
        Panel(
            "contributions",
            "What each column adds, row by row"
            if n_classes <= 2
            else "What each column adds, on average over rows",
            f"Shapley values of {len(explained.contributions)} test rows: what each column adds to "
            "the prediction, most important first: " + ", ".join(explained.columns[:4]),
            drawings.contributions,
            max(1.5 + 0.34 * min(drawings.MAX_COLUMNS, len(explained.columns)), 0.22 * n_classes),
        ),
        Panel(
            "partial_dependence",
            f"How it answers: {explained.answer}",
            f"Curves: {explained.answer}, as each of "
            + ", ".join(curve.column for curve in explained.curves)
            + " changes",
            drawings.dependence,
            2.6 * ((len(explained.curves) + 1) // 2) + 0.3,
        ),
    ]


def render(panel: Panel, results: Any, palette: Palette, *kinds: str) -> dict[str, bytes]:
    """A figure as files of the given kinds, ``"svg"`` or ``"png"``."""
    figures = require("matplotlib.figure", extra="cli", purpose="The demo")
    files = {}
    with style(palette), warnings.catch_warnings():
        # a column's name may have letters that the font lacks; they show as boxes
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure = figures.Figure(figsize=(panel.width, panel.height), layout="constrained")
        panel.draw(figure, results, palette)
        for kind in kinds:
            file = io.BytesIO()
            undated = {"Date": None} if kind == "svg" else None  # the same run, the same file
            figure.savefig(file, format=kind, dpi=130, metadata=undated)
            files[kind] = file.getvalue()
    return files


def overview(results: Any) -> Panel:
    """The four most telling figures as one picture."""
    chosen = [
        panel
        for panel in panels(results)
        if panel.name in ("comparison", "learning_curve", "importance", "partial_dependence")
    ]

    def draw(figure: Any, results: Any, palette: Palette) -> None:
        figure.get_layout_engine().set(rect=(0.004, 0.01, 0.99, 0.975))
        top, bottom = figure.subfigures(2, 1, height_ratios=(1, 1.5), hspace=0.06)
        parts = [*top.subfigures(1, 2, wspace=0.04), *bottom.subfigures(1, 2, wspace=0.04)]
        for part, panel in zip(parts, chosen, strict=True):
            part.suptitle(panel.title, x=0.02, ha="left", fontsize=11, fontweight="bold")
            panel.draw(part, results, palette)

    return Panel("overview", "Overview", "The run at a glance", draw, 7.4, width=12.5)
