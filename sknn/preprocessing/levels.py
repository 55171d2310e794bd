"""The levels of a categorical column: found in training, looked up ever after."""

from numbers import Number
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.preprocessing.columns import is_missing

__all__ = ["Levels"]

Array = npt.NDArray[Any]


class Levels:
    """The levels of one column in order, numbered from 1; 0 is for what is none of them.

    What is missing is the last level, if anything was missing.

    Parameters
    ----------
    codes : integer array of shape (n_rows,)
        For each row the position of its value in ``values``, or -1 if it is missing.
    values : list
        Distinct values.
    weight : array of shape (n_rows,), optional
        Sample weights; a value in rows of weight 0 alone is no level.

    Attributes
    ----------
    values : array of object
        The levels, with None for what is missing.
    totals : array
        How many rows have each level, or their sum of weights.
    has_missing : bool
        Whether the last level is what is missing.

    Examples
    --------
    >>> levels = Levels(np.array([0, 1, 0, -1]), ["b", "a"])
    >>> levels.values
    array(['a', 'b', None], dtype=object)
    >>> levels.encode(np.array([1, 0, -1]), ["a", "z"])
    array([0, 1, 3])
    """

    def __init__(self, codes: Array, values: list[Any], weight: Array | None = None) -> None:
        rows = np.bincount(np.asarray(codes, np.intp) + 1, weight, minlength=len(values) + 1)
        totals: dict[Any, float] = {}
        missing = rows[0]
        for value, total in zip(values, rows[1:].tolist(), strict=True):
            if is_missing(value):
                missing += total
            elif total:
                totals[value] = totals.get(value, 0) + total
        known = in_order(list(totals))
        self._number(known, bool(missing))
        self.totals = np.array([*(totals[value] for value in known), missing][: len(self)])

    @classmethod
    def of(cls, values: Array, totals: Array) -> "Levels":
        """The levels again that had these ``values`` and ``totals``.

        Raises
        ------
        ValueError
            If a value comes twice, or None before the last.
        """
        levels = object.__new__(cls)
        has_missing = len(values) > 0 and values[-1] is None
        levels._number(values[: len(values) - has_missing].tolist(), has_missing)
        if None in levels._codes or not len(levels) == len(values) == len(totals):
            raise ValueError(f"{len(values)} levels are not distinct, or have no totals")
        levels.totals = totals
        return levels

    def _number(self, known: list[Any], has_missing: bool) -> None:
        self._codes = {value: code for code, value in enumerate(known, start=1)}
        self.has_missing = has_missing
        self._missing = len(known) + 1 if has_missing else 0
        self.values = np.fromiter([*known, None][: len(self)], dtype=object, count=len(self))

    def __len__(self) -> int:
        return len(self._codes) + self.has_missing

    def encode(self, codes: Array, values: list[Any]) -> Array:
        """The numbers of the levels of rows, given as for the constructor."""
        found = [*map(self._code, values), self._missing]  # position -1 is the last
        return np.array(found)[codes]

    def _code(self, value: Any) -> int:
        code = self._codes.get(value)
        if code is None:
            return self._missing if is_missing(value) else 0
        return code


def in_order(values: list[Any]) -> list[Any]:
    """Values sorted; those of types that cannot be compared by type, numbers first.

    Examples
    --------
    >>> in_order(["b", 2, "a", 1])
    [1, 2, 'a', 'b']
    """
    kinds: dict[str, list[Any]] = {}
    for value in values:
        name = "" if isinstance(value, Number) else type(value).__name__
        kinds.setdefault("str" if isinstance(value, str) else name, []).append(value)
    return [value for kind in sorted(kinds) for value in _sorted(kinds[kind])]


def _sorted(values: list[Any]) -> list[Any]:
    try:
        return sorted(values)
    except TypeError:  # no order of their own
        return sorted(values, key=repr)
