"""Rows near a row, and what a linear model is told of them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.result import weighted_mean
from sknn.interpret.table import Table

__all__ = ["Neighbourhood"]

Array = npt.NDArray[Any]


class Neighbourhood:
    """How rows vary around a row: by the spread of numbers, and by how frequent categories are.

    A linear model is told of a number how many standard deviations it is away from the row's, and
    of a category 0 where it is the row's and -1 where it is another. So it is told zeros of the
    row itself, and its intercept is its prediction there.

    Parameters
    ----------
    background : Table
    weight : array of shape (m,)
        Weights that sum to 1.
    """

    def __init__(self, background: Table, weight: Array) -> None:
        self.background, self.weight = background, weight
        self.numeric = [background.is_numeric(j) for j in range(background.n_columns)]
        self.mean = np.zeros(background.n_columns)
        self.sd = np.ones(background.n_columns)
        for j, numeric in enumerate(self.numeric):
            if numeric:
                self._measure(j)

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
            if numeric:
                if np.isnan(here) or self.sd[j] == 0:
                    continue
                told[:, j] = noise[:, j]
                columns[j] = here + self.sd[j] * noise[:, j]
            else:
                drawn = self.background.column(j)[
                    rng.choice(len(self.weight), n_rows, p=self.weight)
                ]
                told[:, j] = np.array([value == here for value in drawn], dtype=float) - 1.0
                columns[j] = drawn
        return row.repeat(n_rows).replaced(columns), told

    def of_background(self, row: Table) -> Array:
        """What the mean background row is told as, seen from a row, shape (d,)."""
        told = np.zeros(self.background.n_columns)
        for j, numeric in enumerate(self.numeric):
            here = row.column(j)[0]
            if not numeric:
                same = np.array([value == here for value in self.background.column(j)], dtype=float)
                told[j] = self.weight @ same - 1.0
            elif not np.isnan(here) and self.sd[j] > 0:
                told[j] = (self.mean[j] - here) / self.sd[j]
        return told
