"""Rows that reach a goal, for networks: along the column with the steepest slope for its cost."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.counterfactual.goal import Goal
from sknn.interpret.counterfactual.space import Space
from sknn.interpret.gradients.slopes import Slopes
from sknn.interpret.model import Model

__all__ = ["found_by_descent"]

Array = npt.NDArray[Any]

#: The largest step, in median deviations, how many are made, and how much of a step goes beyond
#: where a straight line would reach the goal.
LONGEST, MOST_STEPS, BEYOND = 0.5, 120, 1.05


def found_by_descent(space: Space, goal: Goal, slopes: Slopes, n: int) -> tuple[Array, Array]:
    """Points that reach the goal, shape (n, d), and the one that came nearest to it, shape (d,).

    Steepest descent in the distance of the space: of all columns that one moves whose slope times
    its median deviation is largest, d margin / d x_j * MAD_j, until the goal is reached or a bound
    is met, or the category is changed that gains more at its cost of 1. So few columns move. For
    others than the first answer, the dearest columns of those before it stay where they are.

    Parameters
    ----------
    space : Space
    goal : Goal
    slopes : Slopes
    n : int
        Answers to look for.
    """
    found: list[Array] = []
    best, best_margin = space.own, -np.inf
    barred: list[frozenset[int]] = [frozenset()]
    for stay in barred:  # grows while it is gone through
        point, margin = _walk(space, goal, slopes, stay)
        if margin > best_margin:
            best, best_margin = point, margin
        point = space.allowed(_whole_outward(point, space)[np.newaxis])[0]
        if goal.reached(space.table(point[np.newaxis]))[0]:
            found.append(point)
            dearest = np.argsort(-space.costs(point[np.newaxis])[0], kind="stable")
            moved = [int(j) for j in dearest if space.changed(point[np.newaxis])[0, j]]
            for j in moved[:2]:
                if len(barred) < 2 * n + 2 and stay | {j} not in barred:
                    barred.append(stay | {j})
    return np.array(found).reshape(-1, len(space.own)), best


def _walk(space: Space, goal: Goal, slopes: Slopes, stay: frozenset[int]) -> tuple[Array, float]:
    """From the row to a point with a margin of 0 or more, or as far as there is a way."""
    point = space.own.copy()
    numbers = [j for j in space.free if space.numeric[j] and j not in stay]
    numbers = [j for j in numbers if not np.isnan(space.own[j])]  # a gap has no slope
    switches = [
        (j, kind) for j in space.free if not space.numeric[j] and j not in stay
        for kind in space.steps(j)
    ]  # fmt: skip
    margin, sight = -np.inf, Sight(space, slopes.model, numbers)
    for _ in range(MOST_STEPS):
        seen, steps = sight(point)
        told = slopes.value(seen).astype(float)
        margin = float(goal.margin(told)[0])
        if margin > 0:
            break
        slope = goal.slope(told[0], steps @ slopes.gradient(seen)[0].astype(float))
        move, rate = None, 0.0
        for j, steep in zip(numbers, slope * space.scale[numbers], strict=True):
            end = space.high[j] if steep > 0 else space.low[j]
            room = (end - point[j]) * np.sign(steep) / space.scale[j]
            if abs(steep) > rate and room > 1e-9:
                length = min(max(-margin / abs(steep), 1e-6) * BEYOND, LONGEST, room)
                move, rate = (j, point[j] + np.sign(steep) * length * space.scale[j]), abs(steep)
        for j, kind in switches:
            if point[j] == space.own[j]:
                other = point.copy()
                other[j] = kind
                gain = _margin(other, space, goal) - margin
                if gain > rate:
                    move, rate = (j, kind), gain
        if move is None:
            break
        point[move[0]] = move[1]
    return point, margin


def _margin(point: Array, space: Space, goal: Goal) -> float:
    return float(goal.margin(goal.model(space.table(point[np.newaxis])).astype(float))[0])


class Sight:
    """What the network sees of points, and how columns of the table move that.

    The slope of a network is exact in what it sees. What a column of the table does to that is
    found by a small step of it, since the steps before a network tell no slopes. Where it is the
    same at two points that lie apart, as behind a scaler, it is taken to be so everywhere.
    """

    def __init__(self, space: Space, model: Model, columns: list[int]) -> None:
        self.space, self.model, self.columns = space, model, columns
        self.small = 1e-4 * space.scale[columns]
        self.others = np.setdiff1d(np.arange(len(space.own)), columns)
        self.straight = False
        self.at: Array | None = None  # the point that was seen last, and what was seen there
        self.seen = self.steps = np.empty(0)
        self.dtype: Any = float

    def __call__(self, point: Array) -> tuple[Array, Array]:
        """What is seen of a point, shape (1, p), and the slopes of that, shape (columns, p)."""
        if self.at is not None and self.straight and self._alike(point):
            change = (point - self.at)[self.columns]
            return (self.seen + change @ self.steps).astype(self.dtype), self.steps
        beside = np.tile(point, (len(self.columns) + 1, 1))
        beside[np.arange(len(self.columns)) + 1, self.columns] += self.small
        encoded = self.model.encode(self.space.table(beside))
        self.dtype = encoded.dtype
        seen = encoded.astype(float)
        steps = (seen[1:] - seen[0]) / self.small[:, np.newaxis]
        if self.at is not None and self._alike(point):
            size = np.abs(steps).max(initial=0.0)
            self.straight = bool((np.abs(steps - self.steps) <= 1e-6 * size).all())
        self.at, self.seen, self.steps = point.copy(), seen[:1], steps
        return encoded[:1], steps

    def _alike(self, point: Array) -> bool:
        """Whether only numbers differ from the point that was seen last."""
        assert self.at is not None
        return np.array_equal(point[self.others], self.at[self.others], equal_nan=True)


def _whole_outward(point: Array, space: Space) -> Array:
    """Whole numbers rounded away from the row's own, so that the goal stays reached."""
    change = point - space.own
    far = space.own + np.sign(change) * np.ceil(np.abs(change) - 1e-9)
    return np.where(space.whole & space.changed(point[np.newaxis])[0], far, point)
