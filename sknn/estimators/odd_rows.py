"""Rows that NumPy would turn into numbers though they are none, and how that is told."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

__all__ = ["check_numbers_only", "overflow_is_told"]

#: Objects that NumPy converts to floats without a word.
NOT_FLOATS = (
    Decimal, Fraction, datetime.date, datetime.timedelta, np.datetime64, np.timedelta64,
)  # fmt: skip


def check_numbers_only(X: Any, name: str = "X") -> None:
    """Refuse rows of dates, durations and exact numbers, and masked ones.

    scikit-learn's checks let them through as whatever number they are made of, and drop masks.

    Raises
    ------
    TypeError
        For another kind of values than floats, ints and truths.
    ValueError
        For masked entries.

    Examples
    --------
    >>> check_numbers_only(np.array(["2020-01-01"], dtype="datetime64[D]"))
    Traceback (most recent call last):
        ...
    TypeError: X holds values of the type datetime64[D], which are no plain numbers. Convert them \
to floats, such as seconds or days; for raw tables there are TabularMLPClassifierX and \
TabularMLPRegressorX.
    """
    if np.ma.isMaskedArray(X) and np.ma.getmaskarray(X).any():
        raise ValueError(
            f"Input {name} has masked entries, which are missing values. Fill them in, as "
            "SimpleImputer does, or use TabularMLPClassifierX or TabularMLPRegressorX."
        )
    for kind in _kinds(X):
        raise TypeError(
            f"{name} holds values of the type {kind}, which are no plain numbers. Convert them to "
            "floats, such as seconds or days; for raw tables there are TabularMLPClassifierX and "
            "TabularMLPRegressorX."
        )


@contextmanager
def overflow_is_told() -> Iterator[None]:
    """Tell an ``OverflowError`` of NumPy as what it means.

    Raises
    ------
    ValueError
        For whole numbers beyond the largest float.
    """
    try:
        yield
    except OverflowError as error:
        raise ValueError(
            f"Input X or y contains a whole number too large for dtype('float64'): {error}."
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


def _of_objects(values: list[Any]) -> Iterator[str]:
    for kind in set(map(type, values)):
        if issubclass(kind, NOT_FLOATS):
            yield kind.__name__
