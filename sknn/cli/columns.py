"""Columns of a user's table made plain: numbers, or strings, and none that cannot help."""

from typing import Any

import numpy as np

from sknn.optional import require

__all__ = ["tidy_columns"]

NUMERIC_SHARE = 0.95  # of the values of a string column, for it to be read as numbers
ID_SHARE = 0.9  # of distinct values, for a string column to be taken as a name of the row


def tidy_columns(frame: Any) -> tuple[Any, list[str]]:
    """Give each column one of two kinds, and leave out those without information.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    X : DataFrame
        Columns of float64, or of object with ``str`` and NaN.
    notes : list of str
        What was changed, in words.
    """
    pandas = require("pandas", extra="cli", purpose="The demo")
    kept, notes = {}, []
    for name in frame:
        column, note = as_numbers_or_strings(frame[name])
        reason = why_useless(frame[name], column)
        if reason:
            notes.append(f"column {name!r} left out: {reason}")
            continue
        kept[name] = column
        if note:
            notes.append(f"column {name!r}: {note}")
    return pandas.DataFrame(kept, index=frame.index), notes


def as_numbers_or_strings(column: Any) -> tuple[Any, str]:
    """The column as float64 or as strings, and a note where values were lost."""
    pandas = require("pandas", extra="cli", purpose="The demo")
    if column.dtype.kind in "iuf":
        numbers = column.astype(np.float64)
        infinite = int(np.isinf(numbers).sum())
        note = f"{infinite} infinite taken as missing" if infinite else ""
        return numbers.replace([np.inf, -np.inf], np.nan), note
    # `map` to object first: booleans with gaps and pandas' own string type become plain strings
    strings = column.astype(object).map(lambda value: str(value).strip(), na_action="ignore")
    strings = strings.where(strings.notna() & (strings != ""), np.nan)
    numbers = pandas.to_numeric(strings, errors="coerce").astype(np.float64)
    numbers = numbers.replace([np.inf, -np.inf], np.nan)
    lost = int(strings.notna().sum() - numbers.notna().sum())
    if numbers.notna().sum() >= max(1, NUMERIC_SHARE * strings.notna().sum()):
        return numbers, f"{lost} that are no numbers taken as missing" if lost else ""
    return strings.astype(object), ""


def why_useless(raw: Any, column: Any) -> str:
    """Why nothing can be learned from a column, or the empty string."""
    present = column.dropna()
    distinct = present.nunique()
    if distinct == 0:
        return "it has no values"
    if distinct == 1:
        return "it is the same in every row"
    if column.dtype.kind != "f" and distinct > ID_SHARE * len(present):
        return "nearly every row has its own value, as in a list of names"
    if raw.dtype.kind in "iu" and np.ptp(raw.to_numpy() - raw.index.to_numpy()) == 0:
        return "it numbers the rows"
    return ""
