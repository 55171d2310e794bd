"""Tables of any kind, column by column: arrays, and frames of pandas and polars."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from numbers import Number
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.preprocessing.times import floats_without_times, plain_time, seconds

__all__ = ["Columns", "is_missing", "numbered"]

Array = npt.NDArray[Any]
_FEW = 1000  # below, a dictionary is faster than what pandas does to find equal values


class Columns(ABC):
    """A table that gives its columns one at a time.

    Attributes
    ----------
    names : list or None
        What the columns are called, where they have names.
    shape : tuple of int
        Rows and columns.
    """

    names: list[Any] | None = None
    shape: tuple[int, ...]

    @staticmethod
    def of(X: Any, types: bool = True) -> "Columns":
        """The columns of a DataFrame or of a two-dimensional array.

        Without ``types``, :meth:`look_categorical` is not to be asked.
        """
        if hasattr(X, "iloc"):
            if X.shape[0] == 1 and not types:
                row = X.iloc[0]  # pandas hands out a row faster than all columns
                if row.dtype.kind == "O":
                    return _ArrayColumns(row.to_numpy()[np.newaxis], X.columns.tolist())
            return _PandasColumns(X)
        return _PolarsColumns(X) if hasattr(X, "get_columns") else _ArrayColumns(X)

    @staticmethod
    def are_in(X: Any) -> bool:
        """Whether X is a DataFrame of pandas or polars."""
        return (hasattr(X, "iloc") or hasattr(X, "get_columns")) and hasattr(X, "columns")

    @abstractmethod
    def look_categorical(self) -> Array:
        """A mask of the columns that are categories by their type."""

    @abstractmethod
    def numbers(self, columns: Sequence[int]) -> Array:
        """Some columns as floats, shape (n_rows, len(columns)); what is missing is NaN.

        Raises
        ------
        ValueError
            Naming the column and the value, for what is no number.
        """

    @abstractmethod
    def categories(self, columns: Sequence[int]) -> Iterable[tuple[Array, list[Any]]]:
        """For each of some columns its distinct values, and the position of each row's in them.

        What is missing is at position -1, or one of the values.
        """

    def label(self, column: int) -> str:
        """What a column is called in messages."""
        return f"column {column if self.names is None else repr(self.names[column])}"

    def _stacked(self, read: Callable[[int], Array], columns: Sequence[int]) -> Array:
        """Some columns side by side, read one at a time."""
        table = np.empty((self.shape[0], len(columns)))
        for j, column in enumerate(columns):
            table[:, j] = read(column)
        return table

    def _numbered(self, values: list[Any], column: int) -> tuple[Array, list[Any]]:
        try:
            return numbered(values)
        except TypeError:
            wrong = next(value for value in values if not _is_hashable(value))
            raise ValueError(
                f"The values of a categorical column must be hashable, such as str or int. Got "
                f"{wrong!r} in {self.label(column)}."
            ) from None

    def _as_floats(self, values: Array, column: int) -> Array:
        """One column of any type as float64; times are in seconds, dates since 1970."""
        if values.dtype.kind in "mM":
            return seconds(values)
        if values.dtype.kind == "c":
            raise ValueError(f"Complex data not supported, found in {self.label(column)}.")
        try:
            return floats_without_times(values)
        except (TypeError, ValueError, OverflowError):
            return np.array([self._as_float(value, column) for value in values.tolist()])

    def _as_float(self, value: Any, column: int) -> float:
        if is_missing(value):
            return np.nan
        value = plain_time(value)
        if isinstance(value, (np.datetime64, np.timedelta64)):
            return float(seconds(np.array([value]))[0])
        try:
            return float(value)
        except OverflowError:
            raise ValueError(
                f"The numeric {self.label(column)} has a whole number of X that is too large for "
                "dtype('float64')."
            ) from None
        except (TypeError, ValueError):
            raise ValueError(
                f"The numeric {self.label(column)} has the value {value!r}, which is no number. "
                "If these are categories, name the column in categorical_features when fitting."
            ) from None


class _ArrayColumns(Columns):
    """A NumPy array."""

    def __init__(self, array: Array, names: list[Any] | None = None) -> None:
        self.array, self.shape, self.names = array, array.shape, names

    def look_categorical(self) -> Array:
        if self.array.dtype.kind != "O":
            return np.full(self.shape[1], self.array.dtype.kind in "US")
        return np.array([not _all_numbers(column) for column in self.array.T], dtype=bool)

    def numbers(self, columns: Sequence[int]) -> Array:
        array = self.array if len(columns) == self.shape[1] else self.array[:, columns]
        if array.dtype in (np.float32, np.float64):
            return array
        with suppress(TypeError, ValueError, OverflowError):
            if array.dtype.kind in "iubfO":
                return floats_without_times(array)
        return self._stacked(lambda j: self._as_floats(self.array[:, j], j), columns)

    def categories(self, columns: Sequence[int]) -> Iterable[tuple[Array, list[Any]]]:
        return (self._numbered(self.array[:, j].tolist(), j) for j in columns)


class _PandasColumns(Columns):
    """A pandas DataFrame."""

    def __init__(self, frame: Any) -> None:
        self.frame, self.shape = frame, frame.shape
        self.names = frame.columns.tolist()
        self._series: list[Any] = []

    @property
    def series(self) -> list[Any]:
        """The columns, which pandas takes longer to hand out than to read."""
        if not self._series:
            self._series = [series for _, series in self.frame.items()]
        return self._series

    def look_categorical(self) -> Array:
        return np.array([dtype.kind not in "iufcmM" for dtype in self.frame.dtypes], dtype=bool)

    def numbers(self, columns: Sequence[int]) -> Array:
        if len(columns) == self.shape[1]:
            dtypes = self.frame.dtypes.tolist()
            if all(isinstance(dtype, np.dtype) and dtype.kind in "iuf" for dtype in dtypes):
                together: Array = self.frame.to_numpy()
                return together.astype(np.float64, copy=False)
        return self._stacked(self._column, columns)

    def _column(self, column: int) -> Array:
        series, kind = self.series[column], self.series[column].dtype.kind
        if isinstance(series.dtype, np.dtype):
            values = series.to_numpy()
        elif str(series.dtype).startswith("date32"):  # of pyarrow, without to_numpy for gaps
            values = series.astype("datetime64[s]").to_numpy()
        elif kind == "M":  # with a time zone, or of pyarrow
            missing = np.datetime64("NaT", "us")
            values = series.to_numpy(dtype="datetime64[us]", na_value=missing)
        elif kind in "iufb":
            values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            values = series.to_numpy()
        return self._as_floats(values, column)

    def categories(self, columns: Sequence[int]) -> Iterable[tuple[Array, list[Any]]]:
        return (self._categories(j) for j in columns)

    def _categories(self, column: int) -> tuple[Array, list[Any]]:
        series = self.series[column]
        array = series.array
        if hasattr(array, "categories"):
            codes, levels = array.codes, array.categories
            if len(levels) <= self.shape[0]:
                return codes, levels.tolist()
            values = [levels[code] if code >= 0 else None for code in codes.tolist()]
            return numbered(values)
        if self.shape[0] < _FEW:
            return self._numbered(series.to_numpy(dtype=object).tolist(), column)
        try:
            codes, levels = series.factorize()
        except TypeError:  # what is not hashable, to be named
            return self._numbered(series.tolist(), column)
        return codes, levels.tolist()


class _PolarsColumns(Columns):
    """A polars DataFrame."""

    def __init__(self, frame: Any) -> None:
        self.series, self.shape = frame.get_columns(), frame.shape
        self.names = frame.columns

    def look_categorical(self) -> Array:
        return np.array([not self._is_numeric(series.dtype) for series in self.series], dtype=bool)

    @staticmethod
    def _is_numeric(dtype: Any) -> bool:
        temporal = dtype.is_temporal() and str(dtype) != "Time"
        return bool(dtype.is_numeric() or temporal or str(dtype) == "Null")

    def numbers(self, columns: Sequence[int]) -> Array:
        return self._stacked(lambda j: self._as_floats(self.series[j].to_numpy(), j), columns)

    def categories(self, columns: Sequence[int]) -> Iterable[tuple[Array, list[Any]]]:
        return (self._categories(j) for j in columns)

    def _categories(self, column: int) -> tuple[Array, list[Any]]:
        series, polars = self.series[column], sys.modules["polars"]
        if self.shape[0] < _FEW or series.dtype not in (
            polars.String,
            polars.Categorical,
            polars.Enum,
        ):
            return self._numbered(series.to_list(), column)
        text = series.cast(polars.String)
        levels = text.drop_nulls().unique()
        codes = text.cast(polars.Enum(levels)).to_physical().cast(polars.Int64)
        return codes.fill_null(-1).to_numpy(), levels.to_list()


def numbered(values: list[Any]) -> tuple[Array, list[Any]]:
    """Distinct values in the order of their first appearance, and where in them each value is.

    Examples
    --------
    >>> numbered(["b", "a", "b"])
    (array([0, 1, 0]), ['b', 'a'])
    """
    position = {value: i for i, value in enumerate(dict.fromkeys(values))}
    codes = np.fromiter(map(position.__getitem__, values), np.intp, len(values))
    return codes, list(position)


def is_missing(value: Any) -> bool:
    """Whether a single value is None, NaN, NaT or pandas.NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # pandas.NA refuses to be compared
        return type(value).__name__ == "NAType"


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _all_numbers(values: Array) -> bool:
    """Whether a column of objects holds numbers and what is missing, and nothing else."""
    others = [
        kind
        for kind in set(map(type, values.tolist()))
        if not issubclass(kind, Number) or issubclass(kind, bool)
    ]
    return all(kind.__name__ in ("NoneType", "NAType", "NaTType") for kind in others)
