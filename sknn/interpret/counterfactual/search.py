"""Rows that reach a goal, for any model: one column at a time, and from rows that are there."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.counterfactual.goal import Goal
from sknn.interpret.counterfactual.space import Space

__all__ = ["found_by_search"]

Array = npt.NDArray[Any]

#: Columns that a search starts with, changes that it makes at most, and background rows it takes.
STARTS, MOST_CHANGES, NEIGHBOURS = 6, 8, 12

#: A step is as good as the best one if it gains so much of what that gains for its cost.
AS_GOOD = 0.9


def found_by_search(space: Space, goal: Goal, rng: np.random.Generator) -> tuple[Array, Array]:
    """Points that reach the goal, shape (n, d), and the one that came nearest to it, shape (d,).

    Every value of a grid is tried in every column. The nearest that reach the goal are kept, and
    from the columns that bring it nearest for their cost the search goes on, change by change. So
    do background rows that reach the goal, with the row's own values where they may not change.

    Parameters
    ----------
    space : Space
    goal : Goal
    rng : numpy.random.Generator
        Of background rows that are mixed where none reaches the goal.
    """
    steps = [(j, value) for j in space.free for value in space.steps(j)]
    if not steps:
        return np.empty((0, len(space.own))), space.own
    column = np.array([j for j, _ in steps])
    value = np.array([v for _, v in steps])
    found: list[Array] = []
    start = space.own[np.newaxis]
    best, best_margin = space.own, -np.inf
    beams = start
    for depth in range(min(MOST_CHANGES, len(space.free))):
        following: list[Array] = []
        for beam in beams:
            tried = np.tile(beam, (len(steps), 1))
            tried[np.arange(len(steps)), column] = value
            tried = space.allowed(tried)
            margin, reached = _asked(tried, space, goal)
            if margin.max() > best_margin:
                best, best_margin = tried[int(np.argmax(margin))], float(margin.max())
            for j in np.unique(column[reached]):
                here = np.flatnonzero(reached & (column == j))
                found.append(tried[here[np.argmin(space.distance(tried[here]))]])
            if depth == 0 or not reached.any():
                now = _asked(beam[np.newaxis], space, goal)[0][0]
                following += _ahead(tried, margin - now, beam, column, space, depth == 0)
        beams = np.array(following[:STARTS])
        if not len(beams):
            break
    found += list(_neighbours(space, goal, rng))
    points = np.array(found).reshape(-1, len(space.own))
    return points, best


def _asked(points: Array, space: Space, goal: Goal) -> tuple[Array, Array]:
    """Margins, and whether the goal is reached."""
    rows = space.table(points)
    margin = goal.margin(goal.model(rows).astype(float))
    return margin, margin > 0 if goal.sign_tells else goal.reached(rows)


def _ahead(
    tried: Array, gain: Array, beam: Array, column: Array, space: Space, several: bool
) -> list[Array]:
    """The steps that gain most for their cost: of several columns the best of each, or of all."""
    cost = np.maximum(space.distance(tried) - space.distance(beam[np.newaxis]), 1e-9)
    ratio = np.where((gain > 0) & space.changed(tried).any(axis=1), gain / cost, -np.inf)
    best: list[tuple[float, Array]] = []
    for j in np.unique(column):
        here = np.flatnonzero((column == j) & np.isfinite(ratio))
        if not len(here):
            continue
        good = here[ratio[here] >= AS_GOOD * ratio[here].max()]
        step = good[np.argmax(gain[good])]  # the longest of those that are as good
        best.append((float(ratio[here].max()), tried[step]))
    best.sort(key=lambda pair: -pair[0])
    return [point for _, point in best[: STARTS if several else 1]]


def _neighbours(space: Space, goal: Goal, rng: np.random.Generator) -> Array:
    """The nearest background rows that reach the goal; where none does, mixtures of them."""
    points = space.points_of(space.behind)
    reached = goal.reached(space.table(points))
    if not reached.any():
        sources = rng.integers(len(points), size=(1000, len(space.own)))
        points = np.take_along_axis(points, sources, axis=0)
        reached = goal.reached(space.table(points))
    points = points[reached]
    return points[np.argsort(space.distance(points), kind="stable")[:NEIGHBOURS]]
