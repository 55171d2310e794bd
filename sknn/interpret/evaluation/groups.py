"""For whom a model errs: groups of the rows."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.table import Table
from sknn.interpret.words import number, plain

__all__ = ["in_order", "sensitive_columns"]

Array = npt.NDArray[Any]


def sensitive_columns(sensitive: Any, table: Table) -> dict[str, Array]:
    """Groups of each row, as text, by the name of what they are groups of.

    Parameters
    ----------
    sensitive : None, str, list of str, dict, frame, or array of shape (n,)
        Names of columns of the table, or values of one's own.

    Raises
    ------
    InvalidParameterError
        If there is no such column, or not one value for each row.
    """
    if sensitive is None:
        return {}
    if isinstance(sensitive, str):
        sensitive = [sensitive]
    if isinstance(sensitive, (list, tuple)) and all(isinstance(s, str) for s in sensitive):
        known = all(s in table.names for s in sensitive)
        if known or len(sensitive) != table.n_rows:
            at = [table.index(name) for name in sensitive]  # tells the nearest name
            return {table.names[j]: _texts(table.column(j)) for j in at}
    if isinstance(sensitive, Mapping):
        named = dict(sensitive)
    elif hasattr(sensitive, "columns"):
        frame = Table.of(sensitive)
        named = {name: frame.column(j) for j, name in enumerate(frame.names)}
    else:
        named = {str(getattr(sensitive, "name", None) or "group"): sensitive}
    out = {}
    for name, values in named.items():
        values = np.asarray(values, dtype=object)
        if values.shape != (table.n_rows,):
            raise InvalidParameterError(
                f"sensitive must name columns of X_test, or hold one value for each of its "
                f"{table.n_rows} rows. Got the shape {values.shape} for {name!r} instead."
            )
        out[str(name)] = _texts(values)
    return out


def in_order(groups: Array) -> list[str]:
    """The different groups: those of numbers by size, the others by letters.

    >>> in_order(np.array(["20 to 30", "9 to 20", "missing"]))
    ['9 to 20', '20 to 30', 'missing']
    """

    def place(group: str) -> tuple[float, str]:
        try:
            return float(group.split(" ")[0]), group
        except ValueError:
            return np.inf, group

    return sorted({str(group) for group in groups}, key=place)


def _texts(values: Array) -> Array:
    """Groups as text; numbers of many different values in quarters."""
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        numbers = None
    is_bool = all(isinstance(v, (bool, np.bool_)) for v in values)
    if numbers is not None and not is_bool and len(np.unique(numbers[~np.isnan(numbers)])) > 10:
        edges = np.unique(np.nanquantile(numbers, [0, 0.25, 0.5, 0.75, 1]))
        at = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
        names = [f"{number(a, 4)} to {number(b, 4)}" for a, b in pairwise(edges)]
        texts = ["missing" if np.isnan(v) else names[i] for v, i in zip(numbers, at, strict=True)]
        return np.array(texts, dtype=object)
    missing = [v is None or v != v for v in values]
    return np.array(
        [
            "missing" if gap else number(v, 6) if isinstance(v, float) else plain(v)
            for v, gap in zip(values, missing, strict=True)
        ],
        dtype=object,
    )
