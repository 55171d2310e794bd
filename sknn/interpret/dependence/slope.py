"""Slopes of curves of one numeric column: by a network's gradient, or by differences."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.gradients.slopes import Slopes
from sknn.interpret.model import Model
from sknn.interpret.result import weighted_mean
from sknn.interpret.stacking import replaced, tables_at_once
from sknn.interpret.table import Table

__all__ = ["exact_slopes", "slopes_of_curves"]

Array = npt.NDArray[Any]


def exact_slopes(
    model: Model,
    table: Table,
    column: int,
    grid: Array,
    weight: Array,
    individual: bool,
) -> tuple[Array, Array | None] | None:
    """Slopes by the gradient of the network that the model ends in.

    Returns
    -------
    slopes : None or (array of shape (k, g), array of shape (k, n, g) or None)
        The mean's, and each row's if ``individual``. None if there is no such network, or if the
        column does not reach it by straight lines.
    """
    if model.network is None or model.encoded_columns is None:
        return None
    own = model.encoded_columns[column]
    few = table.take(np.zeros(len(grid), dtype=np.intp)).replaced({column: grid})
    try:
        slopes = Slopes(model, "derivative=True")
        encoded = np.asarray(slopes.encode(few)[:, own], dtype=float)
    except InvalidParameterError:
        return None
    step = (encoded[-1] - encoded[0]) / (grid[-1] - grid[0])
    line = encoded[0] + (grid - grid[0])[:, np.newaxis] * step
    if not np.allclose(encoded, line, rtol=1e-5, atol=1e-5 * np.abs(encoded).max()):
        return None
    n, g, k = table.n_rows, len(grid), model.n_outputs
    average = np.empty((k, g))
    held = np.empty((k, n, g)) if individual else None
    size = tables_at_once(table)
    for start in range(0, g, size):
        points = slice(start, min(start + size, g))
        count = points.stop - points.start
        rows = replaced(table, count, {column: np.repeat(grid[points], n)})
        gradient = slopes.gradient(model.encode(rows))[:, own]  # (count n, own, k)
        slope = np.tensordot(step, gradient, axes=(0, 1)).reshape(count, n, k)
        average[:, points] = weighted_mean(slope, weight, axis=1).T
        if held is not None:
            held[:, :, points] = slope.transpose(2, 1, 0)
    return average, held


def slopes_of_curves(
    grid: Array, average: Array, individual: Array | None
) -> tuple[Array, Array | None]:
    """Differences between neighbours of the grid, of second order inside."""
    mean = np.gradient(average, grid, axis=-1)
    return mean, None if individual is None else np.gradient(individual, grid, axis=-1)
