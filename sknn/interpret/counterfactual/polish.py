"""From rows that reach a goal to the nearest ones like them."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.counterfactual.space import Space

__all__ = ["chosen", "polished"]

Array = npt.NDArray[Any]

#: Whether points, shape (n, d), reach the goal.
Ask = Callable[[Array], Array]

#: Into how many parts a change is cut at once and how often, and how much farther a rounder number
#: may be, as a share of the distance.
PARTS, CUTS, ROUNDING = 8, 5, 0.02


def polished(points: Array, space: Space, ask: Ask) -> Array:
    """The nearest points on the way back to the row, all of which reach the goal.

    Changes are undone where that is possible, the dearest first; then each number goes back as far
    as it can; and at last it gets as few digits as may be.

    Parameters
    ----------
    points : array of shape (n, d)
        Points that reach the goal.
    space : Space
    ask : callable
    """
    points = _undone(points.copy(), space, ask)
    for _ in range(2):  # what one column gives back may let another go
        points = _shrunk(points, space, ask)
    points = _rounded(_undone(points, space, ask), space, ask)
    return _undone(points, space, ask)  # what rounding went too far may do for another change


def _undone(points: Array, space: Space, ask: Ask) -> Array:
    """Each point without the changes that it does not need."""
    still = np.ones(len(points), dtype=bool)
    while still.any():
        row, column = np.nonzero(space.changed(points) & still[:, np.newaxis])
        if not len(row):
            break
        tried = points[row]
        tried[np.arange(len(row)), column] = space.own[column]
        cost = np.where(ask(tried), space.costs(points)[row, column], -np.inf)
        still[:] = False
        for i in np.unique(row):
            of_row = np.flatnonzero(row == i)
            best = of_row[np.argmax(cost[of_row])]
            if np.isfinite(cost[best]):
                points[i], still[i] = tried[best], True
    return points


def _shrunk(points: Array, space: Space, ask: Ask) -> Array:
    """Each point with every changed number as near to the row's own as it can be."""
    shares = np.arange(1, PARTS) / PARTS
    for rows, columns in _in_turn(points, space, space.numeric):
        near, far = np.zeros(len(rows)), np.ones(len(rows))  # shares of the change
        own = space.own[columns]
        change = points[rows, columns] - own
        for _ in range(CUTS):
            middle = near[:, np.newaxis] + (far - near)[:, np.newaxis] * shares
            values = own[:, np.newaxis] + middle * change[:, np.newaxis]
            tried, reached = _tried(points, rows, columns, values, space, ask)
            first = np.argmax(reached, axis=1)  # the nearest that reaches the goal
            some, at = reached.any(axis=1), np.arange(len(rows))
            points[rows[some], columns[some]] = tried[at, first][some]
            ends = np.concatenate([near[:, np.newaxis], middle, far[:, np.newaxis]], axis=1)
            first = np.where(some, first, PARTS - 1)
            near, far = ends[at, first], ends[at, first + 1]
    return points


def _rounded(points: Array, space: Space, ask: Ask) -> Array:
    """Each point with the roundest numbers that are hardly farther away."""
    limit = space.distance(points) * (1 + ROUNDING) + 1e-3
    digits = np.arange(1, 9)
    for rows, columns in _in_turn(points, space, space.numeric & ~space.whole):
        values = _outward(points[rows, columns], space.own[columns], digits)
        tried, reached = _tried(points, rows, columns, values, space, ask)
        for i, (row, column) in enumerate(zip(rows, columns, strict=True)):
            for value in tried[i][reached[i]]:
                point = points[row].copy()
                point[column] = value
                if space.distance(point[np.newaxis])[0] <= limit[row]:
                    points[row] = point
                    break
    return points


def _in_turn(points: Array, space: Space, of: Array) -> Iterator[tuple[Array, Array]]:
    """The dearest changed column of each point, then the second, and so on; gaps are left out."""
    costs = np.where(of & ~np.isnan(space.own), space.costs(points), 0.0)
    order = np.argsort(-costs, axis=1, kind="stable")
    for turn in range(points.shape[1]):
        columns = order[:, turn]
        rows = np.flatnonzero(costs[np.arange(len(points)), columns] > 0)
        if not len(rows):
            return
        yield rows, columns[rows]


def _tried(
    points: Array, rows: Array, columns: Array, values: Array, space: Space, ask: Ask
) -> tuple[Array, Array]:
    """For several values in one column of some points: those allowed, and which reach the goal."""
    n, m = values.shape
    tried = np.repeat(points[rows], m, axis=0)
    at = np.repeat(columns, m)
    tried[np.arange(n * m), at] = values.ravel()
    tried = space.allowed(tried)
    return tried[np.arange(n * m), at].reshape(n, m), ask(tried).reshape(n, m)


def _outward(values: Array, own: Array, digits: Array) -> Array:
    """Numbers (n,) with so many digits each, rounded away from the row's own: (n, m)."""
    size = np.where(values == 0, 1.0, np.abs(values))
    step = 10.0 ** (np.floor(np.log10(size))[:, np.newaxis] - digits + 1)
    scaled, up = values[:, np.newaxis] / step, (values > own)[:, np.newaxis]
    cut = np.where(up, np.ceil(scaled - 1e-9), np.floor(scaled + 1e-9)) * step
    exact = [[float(f"{value:.12g}") for value in row] for row in cut]
    return np.array(exact).reshape(cut.shape)


def chosen(points: Array, space: Space, n: int, max_changes: int | None) -> Array:
    """The nearest points, those first that change other columns than the ones before them.

    Of points that change the same columns in the same directions only the nearest is kept. Where a
    point shares columns with one before it, it is taken to be farther away, up to three times where
    it changes those and more.
    """
    changed = space.changed(points)
    if max_changes is not None:
        points = points[changed.sum(axis=1) <= max_changes]
        changed = space.changed(points)
    distance = space.distance(points)
    order = np.argsort(distance, kind="stable")
    with np.errstate(invalid="ignore"):
        moves = np.where(changed, np.nan_to_num(np.sign(points - space.own), nan=1.0), 0.0)
    _, first = np.unique(moves[order], axis=0, return_index=True)
    left = [int(order[i]) for i in np.sort(first)]
    taken: list[int] = []
    while left and len(taken) < n:
        seen = [
            max(
                (
                    (changed[i] & changed[k]).sum()
                    / max(min(changed[i].sum(), changed[k].sum()), 1)
                    for k in taken
                ),
                default=0.0,
            )
            for i in left
        ]
        taken.append(left.pop(int(np.argmin(distance[left] * (1 + 2 * np.array(seen))))))
    return points[sorted(taken, key=lambda i: distance[i])]
