"""Rows near a row, and what a linear model is told of them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.result import weighted_mean
from sknn.interpret.table import Table
from sknn.interpret.words import number

__all__ = ["Neighbourhood"]

Array = npt.NDArray[Any]


class Neighbourhood:
    """How rows vary around a row: by the spread of numbers, and by how frequent categories are.

    A linear model is told of a number how many standard deviations it is away from the row's, and
    of a category 0 where it is the row's and -1 where it is another. So it is told zeros of the
    row itself, and its intercept is its prediction there. Numbers that are cut at quantiles are
    drawn and told like categories, each the part that it lies in.

    Parameters
    ----------
    background : Table
    weight : array of shape (m,)
        Weights that sum to 1.
    n_parts : int, optional
        Cut numbers into so many parts of as many rows each; by default they stay numbers.
    """

    def __init__(self, background: Table, weight: Array, n_parts: int | None = None) -> None:
        self.background, self.weight = background, weight
        self.numeric = [background.is_numeric(j) for j in range(background.n_columns)]
        self.cuts: dict[int, Array] = {}
        self.mean = np.zeros(background.n_columns)
        self.sd = np.ones(background.n_columns)
        for j, numeric in enumerate(self.numeric):
            if numeric:
                self._measure(j)
            if numeric and n_parts and self.sd[j] > 0:
                self.cuts[j] = self._quantiles(j, n_parts)

    def _measure(self, column: int) -> None:
        values = self.background.column(column)
        known = ~np.isnan(values) & (self.weight > 0)
        if not known.any():
            return
        if values[known].min() == values[known].max():  # rounding would tell of a spread
            self.mean[column], self.sd[column] = values[known][0], 0.0
            return
        share = self.weight[known] / self.weight[known].sum()
        self.mean[column] = weighted_mean(values[known], share)
        self.sd[column] = np.sqrt(weighted_mean((values[known] - self.mean[column]) ** 2, share))

    def _quantiles(self, column: int, n_parts: int) -> Array:
        values = self.background.column(column)
        known = values[~np.isnan(values) & (self.weight > 0)]
        inner = np.unique(np.quantile(known, np.arange(1, n_parts) / n_parts))
        cuts: Array = inner[inner < known.max()]
        return cuts

    def part(self, column: int, values: Array) -> Array:
        """The number of the part that each value of a column lies in; -1 for a gap."""
        place = np.searchsorted(self.cuts[column], values)
        return np.where(np.isnan(values), -1, place)

    def condition(self, column: int, value: float) -> str:
        """The part that a value lies in, in words; empty for numbers that are not cut, and gaps."""
        if column not in self.cuts or np.isnan(value):
            return ""
        edges = np.array([-np.inf, *self.cuts[column], np.inf])
        at = int(self.part(column, np.array([value]))[0])
        name, low, high = self.background.names[column], *map(number, edges[at : at + 2])
        if at == 0:
            return f"{name} <= {high}"
        return f"{name} > {low}" if at == len(edges) - 2 else f"{low} < {name} <= {high}"

    def _same(self, column: int, values: Array, here: Any) -> Array:
        """Whether values are in the same part, or of the same category, as the row's."""
        if column in self.cuts:
            return np.asarray(self.part(column, values) == self.part(column, np.array([here]))[0])
        return np.array([value == here for value in values], dtype=bool)

    def draw(self, row: Table, n_rows: int, rng: np.random.Generator) -> tuple[Table, Array]:
        """Rows near a row, and what is told of them, shape (n_rows, d).

        Numbers get normal noise with the background's standard deviation, in pairs of opposite
        sign; one that is missing stays so. Categories are those of background rows.
        """
        half = -(-n_rows // 2)
        d = self.background.n_columns
        noise = rng.normal(size=(half, d))
        noise = np.concatenate([noise, -noise])[:n_rows]
        told = np.zeros((n_rows, d))
        columns: dict[int, Any] = {}
        for j, numeric in enumerate(self.numeric):
            here = row.column(j)[0]
            if numeric and (np.isnan(here) or self.sd[j] == 0):
                continue
            if numeric and j not in self.cuts:
                told[:, j] = noise[:, j]
                columns[j] = here + self.sd[j] * noise[:, j]
            else:
                drawn = self.background.column(j)[
                    rng.choice(len(self.weight), n_rows, p=self.weight)
                ]
                told[:, j] = self._same(j, drawn, here) - 1.0
                columns[j] = drawn
        return row.repeat(n_rows).replaced(columns), told

    def of_background(self, row: Table) -> Array:
        """What the mean background row is told as, seen from a row, shape (d,)."""
        told = np.zeros(self.background.n_columns)
        for j, numeric in enumerate(self.numeric):
            here = row.column(j)[0]
            if numeric and (np.isnan(here) or self.sd[j] == 0):
                continue
            if numeric and j not in self.cuts:
                told[j] = (self.mean[j] - here) / self.sd[j]
            else:
                told[j] = self.weight @ self._same(j, self.background.column(j), here) - 1.0
        return told
