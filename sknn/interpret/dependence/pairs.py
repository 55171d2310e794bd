"""What two columns do together beyond what each does: local effects of the second order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from sknn.interpret.dependence.cells import mean_changes
from sknn.interpret.model import Model
from sknn.interpret.stacking import replaced
from sknn.interpret.table import Table

__all__ = ["pair_effects"]

Array = npt.NDArray[Any]


class PairEffects:
    """Effects of two columns, from the second differences at the corners of each row's cell."""

    def __init__(self, changes: Array, cells: Array, shape: tuple[int, int], weight: Array) -> None:
        self.changes, self.cells, self.shape, self.weight = changes, cells, shape, weight
        self.flat = cells[0] * shape[1] + cells[1]
        self.counts = np.bincount(self.flat, minlength=shape[0] * shape[1]).reshape(shape)
        self.nearest = distance_transform_edt(
            self.counts == 0, return_distances=False, return_indices=True
        )
        n_cells = shape[0] * shape[1]
        self.all = mean_changes(changes, self.flat, weight, n_cells, None)

    def curve(self, times: Array) -> Array:
        weight = self.weight * times
        n_cells = self.shape[0] * self.shape[1]
        mean = mean_changes(self.changes, self.flat, weight, n_cells, self.all)
        change = mean.reshape(*self.shape, -1)[self.nearest[0], self.nearest[1]]
        total = np.zeros((self.shape[0] + 1, self.shape[1] + 1, change.shape[2]))
        total[1:, 1:] = np.cumsum(np.cumsum(change, axis=0), axis=1)
        mass = np.bincount(self.flat, weight, minlength=n_cells).reshape(self.shape)
        own = [_alone(total, mass, axis) for axis in (0, 1)]
        effect = total - own[0][:, np.newaxis] - own[1][np.newaxis]
        corners = effect[:-1, :-1] + effect[1:, :-1] + effect[:-1, 1:] + effect[1:, 1:]
        centre = np.einsum("ab,abk->k", mass, corners) / (4.0 * mass.sum())
        return np.asarray((effect - centre).transpose(2, 0, 1))


def _alone(total: Array, mass: Array, axis: int) -> Array:
    """The effect that one column has in the accumulated sum by itself, to be taken off."""
    if axis == 1:
        total, mass = total.swapaxes(0, 1), mass.T
    step = np.diff(total, axis=0)
    middle = (step[:, :-1] + step[:, 1:]) / 2.0
    below = mass.sum(axis=1)[:, np.newaxis]
    mean = np.einsum("ab,abk->ak", mass, middle)
    mean = np.divide(mean, below, out=np.zeros_like(mean), where=below > 0)
    return np.concatenate([np.zeros((1, mean.shape[1])), np.cumsum(mean, axis=0)])


def pair_effects(
    model: Model, table: Table, columns: Sequence[int], grids: Sequence[Array], weight: Array
) -> PairEffects:
    """Second differences of the predictions over the cell of each row."""
    cells = []
    for j, edges in zip(columns, grids, strict=True):
        at = np.searchsorted(edges, table.column(j)) - 1
        cells.append(np.clip(at, 0, len(edges) - 2))
    n = table.n_rows
    corners = [(1, 1), (0, 1), (1, 0), (0, 0)]
    values = {
        j: np.concatenate([edges[cell + corner[which]] for corner in corners])
        for which, (j, edges, cell) in enumerate(zip(columns, grids, cells, strict=True))
    }
    answer = np.asarray(model(replaced(table, 4, values)), dtype=np.float64)
    upper, first, second, lower = answer.reshape(4, n, -1)
    return PairEffects(
        changes=upper - first - second + lower,
        cells=np.stack(cells),
        shape=(len(grids[0]) - 1, len(grids[1]) - 1),
        weight=weight,
    )
