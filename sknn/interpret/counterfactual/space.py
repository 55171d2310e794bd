"""What of a row may change, how far, and what a change costs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.table import Table, objects

__all__ = ["Space"]

Array = npt.NDArray[Any]

DIRECTIONS = ("increase", "decrease")


class Space:
    """Rows that a row may become, as points: a number for each column.

    The coordinate of a numeric column is its value, that of any other the place of its value among
    those that are allowed, with the row's own at 0. The distance of a point is

    sum over changed numbers of |value - own| / MAD, and 1 for each other change,

    with MAD the weighted median absolute deviation over the background (its standard deviation
    where more than half of the values are alike), so that a number is cheap to move where values
    differ widely.

    Parameters
    ----------
    row : Table
        Of one row.
    background : Table
        Tells spreads, ranges and categories.
    weight : array of shape (m,)
        Of the background rows; those of weight 0 tell nothing.
    immutable : sequence of str or int
        Columns that stay.
    ranges : mapping or None
        By column: a pair of numbers, a list of allowed values, ``"increase"`` or ``"decrease"``.

    References
    ----------
    Wachter, Mittelstadt, Russell (2017), "Counterfactual explanations without opening the black
    box", arXiv:1711.00399, section "Choosing the distance", for the deviation by the median.
    """

    def __init__(
        self, row: Table, background: Table, weight: Array, immutable: Any, ranges: Any
    ) -> None:
        self.row = row
        self.behind = background.take(np.flatnonzero(weight > 0))
        self.weight = weight[weight > 0]
        d = row.n_columns
        self.numeric = np.array([self.behind.is_numeric(j) for j in range(d)])
        self.own = np.zeros(d)
        self.low, self.high, self.scale = np.zeros(d), np.zeros(d), np.ones(d)
        self.whole = np.zeros(d, dtype=bool)
        self.kinds: dict[int, list[Any]] = {}
        for j in range(d):
            if self.numeric[j]:
                self._measure(j)
            else:
                own = row.column(j)[0]
                others = [kind for kind in self.behind.categories(j) if kind != own]
                self.kinds[j] = [own, *others]
        for column in [immutable] if isinstance(immutable, (str, int)) else immutable:
            self._fix(row.index(column))
        for column, wanted in (ranges or {}).items():
            self._limit(row.index(column), wanted)

    def _measure(self, j: int) -> None:
        values = self.behind.column(j)
        known = np.isfinite(values)
        self.own[j] = own = float(self.row.column(j)[0])
        if not known.any():
            self.low[j] = self.high[j] = own
            return
        values, weight = values[known], self.weight[known]
        middle = _median(values, weight)
        self.scale[j] = (
            _median(np.abs(values - middle), weight)
            or float(np.sqrt(np.average((values - middle) ** 2, weights=weight)))
            or 1.0
        )
        self.low[j], self.high[j] = values.min(), values.max()
        whole = bool((values == np.round(values)).all()) and (np.isnan(own) or own == np.round(own))
        self.whole[j] = whole

    def _fix(self, j: int) -> None:
        self.low[j] = self.high[j] = self.own[j]
        if not self.numeric[j]:
            self.kinds[j] = self.kinds[j][:1]

    def _limit(self, j: int, wanted: Any) -> None:
        name = self.row.names[j]
        if not self.numeric[j]:
            if isinstance(wanted, (str, Mapping)) or not np.iterable(wanted):
                raise InvalidParameterError(
                    f"ranges[{name!r}] must be a list of allowed values, since the column holds no "
                    f"numbers. Got {wanted!r} instead."
                )
            allowed = list(wanted)
            for value in allowed:
                if value not in self.kinds[j]:
                    known = [str(kind) for kind in self.kinds[j]]
                    raise InvalidParameterError(
                        f"ranges[{name!r}] names {value!r}, which is no value of that column in "
                        f"the background.{nearest(str(value), known)}"
                    )
            self.kinds[j] = [self.kinds[j][0], *(k for k in self.kinds[j][1:] if k in allowed)]
            return
        own = self.own[j]
        if isinstance(wanted, str):
            if wanted not in DIRECTIONS:
                raise InvalidParameterError(
                    f"ranges[{name!r}] must be a pair of numbers, 'increase' or 'decrease'. Got "
                    f"{wanted!r} instead.{nearest(wanted, DIRECTIONS)}"
                )
            if wanted == "increase":
                self.low[j], self.high[j] = own, max(own, self.high[j])
            else:
                self.low[j], self.high[j] = min(own, self.low[j]), own
            return
        try:
            low, high = (float(end) for end in wanted)
        except (TypeError, ValueError):
            low, high = np.nan, np.nan
        if not low <= high:
            raise InvalidParameterError(
                f"ranges[{name!r}] must be a pair of numbers (low, high), 'increase' or "
                f"'decrease'. Got {wanted!r} instead."
            )
        self.low[j], self.high[j] = low, high

    # -- points -----------------------------------------------------------------------------------

    @property
    def free(self) -> list[int]:
        """The columns that may change."""
        return [
            j
            for j in range(len(self.own))
            if (self.numeric[j] and not self.low[j] == self.high[j] == self.own[j]
                and np.isfinite(self.low[j]))
            or len(self.kinds.get(j, [])) > 1
        ]  # fmt: skip

    def changed(self, points: Array) -> Array:
        """Which coordinates differ from the row's own: (n, d)."""
        differ: Array = (points != self.own) & ~(np.isnan(points) & np.isnan(self.own))
        return differ

    def distance(self, points: Array) -> Array:
        """What points cost, shape (n,)."""
        return np.asarray(self.costs(points).sum(axis=1))

    def costs(self, points: Array) -> Array:
        """What each change costs, shape (n, d)."""
        size = np.abs(points - self.own) / self.scale
        one = np.isnan(self.own) | ~self.numeric  # a gap that is filled, another category
        return np.where(self.changed(points), np.where(one, 1.0, size), 0.0)

    def allowed(self, points: Array) -> Array:
        """The nearest points that may be: changed numbers within their range and whole."""
        free = np.isin(np.arange(len(self.own)), self.free)
        points = np.where(np.isnan(points) | ~free, self.own, points)
        inside = np.clip(points, self.low, self.high)
        low, high = np.ceil(self.low), np.floor(self.high)
        whole = np.clip(np.rint(inside), low, np.maximum(low, high))
        inside = np.where(self.whole, whole, inside)
        return np.where(self.changed(points) & self.numeric, inside, points)

    def points_of(self, table: Table) -> Array:
        """Rows as the nearest points that may be."""
        points = np.tile(self.own, (table.n_rows, 1))
        for j in self.free:
            values = table.column(j)
            if self.numeric[j]:
                points[:, j] = np.where(np.isfinite(values), values, self.own[j])
            else:
                place = {kind: float(i) for i, kind in enumerate(self.kinds[j])}
                points[:, j] = [place.get(value, 0.0) for value in values]
        return self.allowed(points)

    def table(self, points: Array) -> Table:
        """Points as rows."""
        columns: dict[int, Any] = {}
        for j in map(int, np.flatnonzero(self.changed(points).any(axis=0))):
            if self.numeric[j]:
                columns[j] = points[:, j]
            else:
                columns[j] = objects(self.kinds[j])[points[:, j].astype(int)]
        rows = self.row.repeat(len(points))
        return rows.replaced(columns) if columns else rows

    def steps(self, j: int, most: int = 24) -> Array:
        """Values to try in a column: quantiles of the background, or all other categories."""
        if not self.numeric[j]:
            return np.arange(1.0, len(self.kinds[j]))
        values = self.behind.column(j)
        values = values[np.isfinite(values)]
        tried = np.quantile(values, np.linspace(0, 1, most)) if len(values) else np.empty(0)
        tried = np.concatenate([tried, [self.low[j], self.high[j]]])
        points = np.tile(self.own, (len(tried), 1))
        points[:, j] = tried
        kept = np.unique(self.allowed(points)[:, j])
        return np.asarray(kept[kept != self.own[j]])


def _median(values: Array, weight: Array) -> float:
    """The value at which half of the weight is reached; between two, their middle."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    low = int(np.searchsorted(reached, 0.5 - 1e-12))
    high = int(np.searchsorted(reached, 0.5 + 1e-12))
    return float(values[order[[low, min(high, len(order) - 1)]]].mean())
