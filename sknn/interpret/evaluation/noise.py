"""Rows as they would be if their columns were measured less exactly."""

from typing import Any

import numpy as np

from sknn.interpret.table import Table

__all__ = ["noisy"]


def noisy(table: Table, scale: float, rng: np.random.Generator) -> Table:
    """The rows with normal noise of a share of each column's spread; categories change as often."""
    columns: dict[int, Any] = {}
    for j in range(table.n_columns):
        values = table.column(j)
        if table.is_numeric(j):
            known = values[np.isfinite(values)]
            spread = float(known.std()) if len(known) else 0.0
            changed = values + rng.normal(size=len(values)) * scale * spread
            if len(known) and np.array_equal(known, np.round(known)):
                changed = np.round(changed)  # counts stay counts
            if len(known):
                changed = np.clip(changed, known.min(), known.max())
            columns[j] = changed
        else:
            swapped = rng.random(len(values)) < scale
            others = values[rng.integers(len(values), size=len(values))]
            columns[j] = np.where(swapped, others, values)
    return table.replaced(columns)
