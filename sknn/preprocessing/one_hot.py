"""One-hot columns of a category: how many there are, what is in them, and what they are called."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.preprocessing.levels import Levels
from sknn.preprocessing.scaler import center_and_scale, smooth_clip

__all__ = ["OneHot"]

Array = npt.NDArray[Any]


class OneHot:
    """The one-hot columns of one category: one for each level, with 0 and 1.

    Two levels, with nothing missing, share one column: 1 for the first, -1 for the second, and 0
    for what is unknown.

    Parameters
    ----------
    levels : Levels
        The levels of the category.
    scaled : bool, default=False
        Whether the columns are scaled and clipped as numeric ones are.

    Examples
    --------
    >>> out = np.empty((2, 3))
    >>> OneHot(Levels(np.arange(3), ["a", "b", "c"])).write(np.array([2, 0]), out)
    >>> out
    array([[0., 1., 0.],
           [0., 0., 0.]])
    """

    def __init__(self, levels: Levels, scaled: bool = False) -> None:
        self.is_pair = len(levels) == 2 and not levels.has_missing
        self.width = 1 if self.is_pair else len(levels)
        self.levels = levels.values[: self.width]  # one for each column
        if self.is_pair:
            rows = np.array([[0.0], [1.0], [-1.0]])
            weights = np.array([[0.0], *levels.totals[:, np.newaxis]])
        else:
            rows = np.array([[0.0], [1.0]]) * np.ones(self.width)
            weights = np.array([levels.totals.sum() - levels.totals, levels.totals])
        self._values = _scaled(rows, weights) if scaled else rows

    def write(self, codes: Array, out: Array) -> None:
        """Fill the columns of some rows, given the number of the level of each."""
        if self.is_pair:
            out[:, 0] = self._values[codes, 0]
            return
        off, on = self._values
        out[:] = off
        known = np.flatnonzero(codes)
        level = codes[known] - 1
        out[known, level] = on[level]


def _scaled(rows: Array, weights: Array) -> Array:
    """What becomes of the values of each column, of which each has a weight."""
    columns = zip(rows.T, weights.T, strict=True)
    center, scale = np.array([center_and_scale(*column) for column in columns]).T
    return smooth_clip(rows, center, scale, 3.0, np.empty_like(rows))
