"""What NumPy would turn into numbers though it is none, and how accidents in that are told."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

__all__ = ["accidents_are_told", "check_numbers_only"]

#: Objects that NumPy converts to floats without a word.
NOT_FLOATS = (
    Decimal, Fraction, datetime.date, datetime.timedelta, np.datetime64, np.timedelta64,
)  # fmt: skip


def check_numbers_only(X: Any, name: str = "X") -> None:
    """Refuse dates, durations and exact numbers, gaps that pandas marks, and masked entries.

    scikit-learn's checks let them through as whatever number they are made of, and drop masks.

    Parameters
    ----------
    X : array-like or DataFrame
        Rows, targets or weights.
    name : str, default="X"
        What they are called in messages.

    Raises
    ------
    TypeError
        For another kind of values than floats, ints and truths.
    ValueError
        For masked entries, and for ``pandas.NA`` among objects or texts.

    Examples
    --------
    >>> check_numbers_only(np.array(["2020-01-01"], dtype="datetime64[D]"))
    Traceback (most recent call last):
        ...
    TypeError: X holds values of the type datetime64[D], which are no plain numbers. Convert them \
to floats, such as seconds or days; for raw tables there are TabularMLPClassifierX and \
TabularMLPRegressorX.
    """
    of_tables = "TabularMLPClassifierX and TabularMLPRegressorX"
    if np.ma.isMaskedArray(X) and np.ma.getmaskarray(X).any():
        way_out = f"Fill them in, as SimpleImputer does, or use {of_tables}, which take gaps."
        raise ValueError(
            f"Input {name} has masked entries, which are missing values. "
            + (way_out if name == "X" else "Leave these rows out.")
        )
    for kind in _kinds(X):
        if kind == "NAType":
            raise ValueError(f"Input {name} contains NaN, here as pandas.NA.")
        also = f"; for raw tables there are {of_tables}" if name == "X" else ""
        raise TypeError(
            f"{name} holds values of the type {kind}, which are no plain numbers. Convert them to "
            f"floats, such as seconds or days{also}."
        )


@contextmanager
def accidents_are_told(names: str = "X or y") -> Iterator[None]:
    """Tell an ``OverflowError`` of NumPy as what it means, and leave sums that overflow alone.

    Parameters
    ----------
    names : str
        What is converted in the block.

    Raises
    ------
    ValueError
        For whole numbers beyond the largest float.
    """
    try:
        # scikit-learn looks at a sum to see whether all is finite
        with np.errstate(over="ignore", invalid="ignore"):
            yield
    except OverflowError as error:
        raise ValueError(
            f"Input {names} contains a whole number too large for dtype('float64'): {error}."
        ) from None


def _kinds(X: Any) -> Iterator[str]:
    """The types in X that are no floats; most often none."""
    if isinstance(X, np.ndarray):
        if X.dtype.kind in "mM":
            yield str(X.dtype)
        elif X.dtype.kind == "O":
            yield from _of_objects(X.ravel().tolist())
    elif hasattr(X, "dtypes") and hasattr(X, "columns"):
        every = X.dtypes if isinstance(X.dtypes, list) else list(X.dtypes)
        times = ("datetime", "timedelta", "date", "duration")
        yield from (str(kind) for kind in every if str(kind).lower().startswith(times))
    elif isinstance(X, (list, tuple)):
        flat = [value for row in X for value in (row if isinstance(row, (list, tuple)) else [row])]
        yield from _of_objects(flat)
    elif hasattr(X, "isna") and str(X.dtype).startswith(("str", "object")):
        yield from _of_objects(list(X))  # a column of texts


def _of_objects(values: list[Any]) -> Iterator[str]:
    for kind in set(map(type, values)):
        if issubclass(kind, NOT_FLOATS) or kind.__name__ == "NAType":
            yield kind.__name__
