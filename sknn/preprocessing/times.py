"""Times as seconds, whatever objects they are: dates since 1970 in UTC, and durations."""

import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["floats_without_times", "plain_time", "seconds"]

Array = npt.NDArray[Any]
_NUMPY_TIMES = {np.datetime64, np.timedelta64}


def seconds(times: Array) -> Array:
    """Dates or durations of NumPy as float64.

    Examples
    --------
    >>> seconds(np.array(["1970-01-02", "NaT"], dtype="datetime64[D]"))
    array([86400.,    nan])
    """
    if times.dtype.kind == "M":
        times = times - np.datetime64(0, "s")
    found: Array = times / np.timedelta64(1, "s")
    return found


def plain_time(value: Any) -> Any:
    """A time of Python or pandas as one of NumPy; anything else as it is.

    Examples
    --------
    >>> plain_time(datetime.date(1970, 1, 2))
    np.datetime64('1970-01-02')
    """
    if hasattr(value, "to_numpy"):
        return value.to_numpy()
    if isinstance(value, datetime.date):
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            value = value.astimezone(datetime.UTC).replace(tzinfo=None)
        return np.datetime64(value)
    return np.timedelta64(value) if isinstance(value, datetime.timedelta) else value


def floats_without_times(values: Array) -> Array:
    """An array as float64, as NumPy does it.

    Raises
    ------
    TypeError
        For objects that are times of NumPy: it would take them for whatever they count.
    TypeError, ValueError, OverflowError
        For what is no number.
    """
    is_object = values.dtype == object
    if is_object and not _NUMPY_TIMES.isdisjoint(map(type, values.ravel().tolist())):
        raise TypeError("times are no floats")
    return values.astype(np.float64, copy=False)
