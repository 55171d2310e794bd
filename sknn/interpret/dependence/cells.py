"""Changes of a prediction within bins, from which effects are accumulated."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sknn.interpret.model import Model
from sknn.interpret.stacking import replaced
from sknn.interpret.table import Table

__all__ = ["Effects", "categories_effects", "mean_changes", "numeric_effects"]

Array = npt.NDArray[Any]


class Effects(Protocol):
    """Changes of predictions, known row by row, so that rows can be counted in other numbers."""

    counts: Array

    def curve(self, times: Array) -> Array:
        """The centred effects if each row is there so many times, shape (k, ...)."""


class Accumulated:
    """Effects of one column.

    Parameters
    ----------
    changes : array of shape (m, k)
        Changes of predictions from one point of the grid to the next.
    rows, steps : int array of shape (m,)
        Whose changes they are, and from which point.
    place : array of shape (n, g)
        What the effect at each row is made of: weights of the points of the grid.
    weight : array of shape (n,)
    counts : array
    """

    def __init__(
        self, changes: Array, rows: Array, steps: Array, place: Array, weight: Array, counts: Array
    ) -> None:
        self.changes, self.rows, self.steps = changes, rows, steps
        self.place, self.weight, self.counts = place, weight, counts
        self.all = mean_changes(changes, steps, weight[rows], place.shape[1] - 1, None)

    def curve(self, times: Array) -> Array:
        weight = self.weight * times
        n_steps = self.place.shape[1] - 1
        step = mean_changes(self.changes, self.steps, weight[self.rows], n_steps, self.all)
        effect = np.concatenate([np.zeros((1, step.shape[1])), np.cumsum(step, axis=0)])
        centre = (weight @ self.place) @ effect / weight.sum()
        return np.asarray((effect - centre).T)


def mean_changes(
    changes: Array, steps: Array, weight: Array, n_steps: int, otherwise: Array | None
) -> Array:
    """Weighted means of changes by step, shape (n_steps, k), ``otherwise`` where there are none."""
    total = np.bincount(steps, weight, minlength=n_steps)
    above = np.stack(
        [np.bincount(steps, weight * change, minlength=n_steps) for change in changes.T], axis=1
    )
    out = np.full(above.shape, np.nan) if otherwise is None else otherwise.copy()
    some = total > 0
    out[some] = above[some] / total[some, np.newaxis]
    return out


def numeric_effects(
    model: Model, table: Table, column: int, edges: Array, weight: Array
) -> Accumulated:
    """Changes from the lower to the upper edge of the bin of each row."""
    values = table.column(column)
    n, n_bins = table.n_rows, len(edges) - 1
    bins = np.clip(np.searchsorted(edges, values) - 1, 0, n_bins - 1)  # (lower, upper]
    answer = _moved(model, table, {column: np.concatenate([edges[bins], edges[bins + 1]])})
    along = (values - edges[bins]) / (edges[bins + 1] - edges[bins])
    place = np.zeros((n, len(edges)))
    place[np.arange(n), bins] = 1.0 - along
    place[np.arange(n), bins + 1] = along
    return Accumulated(
        changes=answer[n:] - answer[:n],
        rows=np.arange(n),
        steps=bins,
        place=place,
        weight=weight,
        counts=np.bincount(bins, minlength=n_bins),
    )


def categories_effects(
    model: Model, table: Table, column: int, grid: Array, codes: Array, weight: Array
) -> Accumulated:
    """Changes to the next category, of the rows that have it and of those that have this one."""
    last = len(grid) - 1
    up, down = np.flatnonzero(codes < last), np.flatnonzero(codes > 0)
    rows = np.concatenate([up, down])
    steps = np.concatenate([codes[up], codes[down] - 1])
    both = table.take(rows)
    answer = _moved(model, both, {column: np.concatenate([grid[steps], grid[steps + 1]])})
    place = np.zeros((table.n_rows, len(grid)))
    place[np.arange(table.n_rows), codes] = 1.0
    return Accumulated(
        changes=answer[len(rows) :] - answer[: len(rows)],
        rows=rows,
        steps=steps,
        place=place,
        weight=weight,
        counts=np.bincount(codes, minlength=len(grid)),
    )


def _moved(model: Model, table: Table, values: dict[int, Array]) -> Array:
    """Predictions of the rows at their lower, then at their upper ends."""
    return np.asarray(model(replaced(table, 2, values)), dtype=np.float64)
