"""The demo's tables, as text for the terminal and as cells for the report."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV

from sknn.cli.data import Table
from sknn.cli.insight import Insight
from sknn.cli.models import GRID, Comparison, measures, prefix, ruler

__all__ = [
    "Cells",
    "comparison_table",
    "number",
    "search_table",
    "short",
    "show",
    "spread",
    "test_table",
]


@dataclass
class Cells:
    """A table of strings; the first column is text and the others are numbers."""

    head: list[str]
    rows: list[list[str]]
    best: int | None = None  # index of the row to stress


def comparison_table(table: Table, compared: Comparison) -> Cells:
    """Both scores and the fit time of each model, mean ± standard deviation over the folds."""
    score, second = measures(table)
    return Cells(
        ["model", f"{score.label} (higher is better)", f"{second.label} (lower)", "fit time"],
        [
            [
                name,
                spread(values.mean(), values.std()),
                spread(compared.second[name].mean(), compared.second[name].std()),
                f"{compared.seconds[name].mean():.2f} s",
            ]
            for name, values in compared.scores.items()
        ],
    )


def search_table(table: Table, searched: GridSearchCV) -> Cells:
    """The candidates, best first."""
    measure = ruler(table)
    found: Any = searched.cv_results_
    order = np.argsort(found["rank_test_score"], kind="stable")
    return Cells(
        [*GRID, f"{measure.label} ({'lower' if measure.sign < 0 else 'higher'} is better)"],
        [
            [str(found["params"][i][prefix(table) + name]) for name in GRID]
            + [spread(measure.sign * found["mean_test_score"][i], found["std_test_score"][i])]
            for i in order
        ],
        best=0,
    )


def test_table(table: Table, explained: Insight) -> Cells:
    """The finalists on the test rows."""
    score, second = measures(table)
    return Cells(
        ["model", score.label, second.label],
        [[name, *map(number, both)] for name, both in explained.rows.items()],
        best=0,
    )


def show(cells: Cells) -> str:
    """The table as text with aligned columns.

    >>> print(show(Cells(["model", "score"], [["net", "0.9"], ["baseline", "0.55"]])))
    model     score
    net         0.9
    baseline   0.55
    """
    lines = [cells.head, *cells.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if i else text.ljust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def number(value: float, like: float | None = None) -> str:
    """A score with as many decimals as it, or another one like it, deserves.

    >>> number(0.97418), number(40861.2), number(0.00012)
    ('0.974', '40861', '0.00012')
    """
    size = abs(value if like is None else like)
    decimals = 5 if 0 < size < 0.001 else 3 if size < 10 else 1 if size < 1000 else 0
    return f"{value:.{decimals}f}"


def spread(mean: float, deviation: float) -> str:
    """A mean with its standard deviation.

    >>> spread(0.97418, 0.0093)
    '0.974 ± 0.009'
    """
    largest = max(abs(mean), abs(deviation))
    return f"{number(mean, largest)} ± {number(deviation, largest)}"


def short(text: Any, width: int = 24) -> str:
    """Text on one line, cut to a width.

    >>> short("concavity of the worst three cells", 12)
    'concavity o…'
    """
    line = " ".join(str(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"
