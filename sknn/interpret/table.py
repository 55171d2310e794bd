"""A table of any kind, taken apart and put together by column, each with its own type.

Explanations ask a model about rows that do not exist: a column shuffled, a value replaced, cells of
one row among those of another. A pipeline must get such rows as it got those it was fitted on, with
strings, categories, booleans and missing values in columns of their own types. So all of
:mod:`sknn.interpret` makes rows with :class:`Table`, which does it alike for arrays and frames.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from numbers import Number
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError

__all__ = ["ArrayTable", "Table", "objects"]

Index = npt.NDArray[np.intp]


class Table(ABC):
    """Rows of a table that is an array or a frame.

    Make one with :meth:`of`. Nothing changes what the caller gave: every method returns a new
    table.

    Attributes
    ----------
    native : array of shape (n_rows, n_columns), or frame
        The rows as a model gets them.
    names : list of str
        Name of each column; ``x0``, ``x1`` and so on for arrays.

    Examples
    --------
    >>> table = Table.of([[1.0, 5.0], [2.0, 6.0]])
    >>> table.names
    ['x0', 'x1']
    >>> table.pick(np.array([[0, 1], [1, 1]])).native
    array([[1., 6.],
           [2., 6.]])
    """

    native: Any
    names: list[str]

    #: The kinds of frames; each class adds itself.
    frames: ClassVar[list[type["Table"]]] = []

    @staticmethod
    def of(X: Any, *, names: Sequence[str] | None = None) -> "Table":
        """Take the rows of ``X``.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_columns), pandas or polars DataFrame, sparse matrix
            A sparse matrix becomes a dense array. A ``Table`` is returned as it is.
        names : sequence of str, optional
            Names of the columns of an array.

        Returns
        -------
        table : Table

        Raises
        ------
        InvalidParameterError
            If there are no rows or no columns, if ``X`` has not two dimensions, or if two columns
            have the same name.
        """
        if isinstance(X, Table):
            return X
        table: Table
        for kind in Table.frames:
            if kind.takes(X):
                table = kind(X)  # type: ignore[call-arg]
                break
        else:
            table = ArrayTable(_two_dimensional(X), names)
        if not (table.n_rows and table.n_columns):
            raise InvalidParameterError(
                f"X must have at least one row and one column. Got the shape "
                f"({table.n_rows}, {table.n_columns}) instead."
            )
        twice = [name for name, count in Counter(table.names).items() if count > 1]
        if twice:
            raise InvalidParameterError(
                f"The columns of X must have different names, since results are told by name. "
                f"Got these more than once: {', '.join(map(repr, twice[:5]))}. "
                "Rename them, for example with X.columns = [...]."
            )
        return table

    @classmethod
    def takes(cls, X: Any) -> bool:
        """Whether ``X`` is a frame of this kind."""
        return False

    @property
    def n_rows(self) -> int:
        return int(self.native.shape[0])

    @property
    def n_columns(self) -> int:
        return len(self.names)

    def __len__(self) -> int:
        return self.n_rows

    @property
    def is_frame(self) -> bool:
        """Whether the rows are those of a frame."""
        return not isinstance(self, ArrayTable)

    @property
    def array(self) -> Any:
        """The rows as one array, or None for a frame."""
        return None

    # -- columns ----------------------------------------------------------------------------------

    def index(self, column: str | int) -> int:
        """The number of a column given by name or by number.

        Raises
        ------
        InvalidParameterError
            If there is no such column.
        """
        if isinstance(column, (int, np.integer)) and not isinstance(column, bool):
            if -self.n_columns <= column < self.n_columns:
                return int(column) % self.n_columns
            raise InvalidParameterError(
                f"There is no column number {column}: X has {self.n_columns} columns."
            )
        if str(column) in self.names:
            return self.names.index(str(column))
        hint = nearest(column, self.names)
        if not hint:
            known = ", ".join(map(repr, self.names[:10])) + ", ..." * (self.n_columns > 10)
            hint = f" Its columns are {known}."
        raise InvalidParameterError(f"X has no column {column!r}.{hint}")

    @abstractmethod
    def is_numeric(self, column: int) -> bool:
        """Whether a column holds numbers; booleans are categories."""

    def is_categorical(self, column: int) -> bool:
        """Whether a column holds categories: strings, booleans, or other objects."""
        return not self.is_numeric(column)

    def categories(self, column: int) -> list[Any]:
        """The categories that occur in a column, in their own order where they have one."""
        values = [value for value in self.column(column) if value is not None]
        try:
            return sorted(set(values))
        except TypeError:  # of types that do not compare
            return sorted(set(values), key=lambda value: (type(value).__name__, str(value)))

    @abstractmethod
    def column(self, column: int) -> npt.NDArray[Any]:
        """The values of a column as a flat array.

        Numbers are float64, NaN where missing. Anything else is an array of objects, None where
        missing.
        """

    def values(self) -> npt.NDArray[Any]:
        """All values, shape (n_rows, n_columns): floats if all are numbers, else objects."""
        columns = [self.column(j) for j in range(self.n_columns)]
        numeric = all(column.dtype.kind == "f" for column in columns)
        out = np.empty((self.n_rows, self.n_columns), dtype=float if numeric else object)
        for j, column in enumerate(columns):
            out[:, j] = column
        return out

    def numbers(self) -> npt.NDArray[np.float64]:
        """All values as float64: categories as 0, 1, ... in the order of :meth:`categories`."""
        out = np.empty((self.n_rows, self.n_columns))
        for j in range(self.n_columns):
            column = self.column(j)
            if column.dtype.kind != "f":
                code = {category: i for i, category in enumerate(self.categories(j))}
                column = np.array([code.get(value, np.nan) for value in column], dtype=float)
            out[:, j] = column
        return out

    # -- new tables -------------------------------------------------------------------------------

    def like(self, other: "Table") -> "Table":
        """The same columns in the order of another table.

        Raises
        ------
        InvalidParameterError
            If the columns are not the same.
        """
        if not (self.is_frame and other.is_frame):
            if self.n_columns != other.n_columns:
                raise InvalidParameterError(
                    f"The rows to explain and the background must have the same columns. Got "
                    f"{self.n_columns} and {other.n_columns} columns."
                )
            if self.is_frame != other.is_frame:
                kinds = ["an array", "a frame"]
                raise InvalidParameterError(
                    "The rows to explain and the background must be of one kind. Got "
                    f"{kinds[self.is_frame]} and {kinds[other.is_frame]}."
                )
            return self
        missing = [name for name in other.names if name not in self.names]
        surplus = [name for name in self.names if name not in other.names]
        if missing or surplus:
            raise InvalidParameterError(
                f"The rows to explain and the background must have the same columns. "
                f"Missing: {missing[:5]}. Not expected: {surplus[:5]}."
            )
        return self if self.names == other.names else self._ordered(other.names)

    @abstractmethod
    def take(self, rows: Any) -> Self:
        """The rows of these numbers, which may repeat."""

    @abstractmethod
    def pick(self, sources: Any) -> Self:
        """A table whose every cell comes from a row of this one.

        Parameters
        ----------
        sources : int array of shape (n_new_rows, n_columns)
            The row of each cell.
        """

    @abstractmethod
    def replaced(self, columns: Mapping[int, Any]) -> "Table":
        """The table with some columns replaced, by a value or by one value for each row."""

    @staticmethod
    def stacked(tables: Sequence["Table"]) -> "Table":
        """Tables with the same columns, one under another."""
        return tables[0]._over(tables[1:]) if len(tables) > 1 else tables[0]

    def repeat(self, times: int) -> Self:
        """Each row so many times, one after another."""
        return self.take(np.repeat(np.arange(self.n_rows), times))

    def tile(self, times: int) -> Self:
        """The whole table so many times."""
        return self.take(np.tile(np.arange(self.n_rows), times))

    def chunks(self, n_rows: int) -> Iterator["Table"]:
        """The table in pieces of at most so many rows."""
        for start in range(0, self.n_rows, n_rows):
            yield self._slice(slice(start, start + n_rows))

    @abstractmethod
    def _slice(self, rows: slice) -> "Table": ...

    @abstractmethod
    def _over(self, others: Sequence["Table"]) -> "Table": ...

    def _ordered(self, names: list[str]) -> "Table":
        raise NotImplementedError  # pragma: no cover - of frames only


class ArrayTable(Table):
    """Rows of a two-dimensional array."""

    def __init__(self, array: npt.NDArray[Any], names: Sequence[str] | None = None) -> None:
        self.native = array
        self.names = (
            [f"x{j}" for j in range(array.shape[1])] if names is None else list(map(str, names))
        )
        if len(self.names) != array.shape[1]:
            raise InvalidParameterError(
                f"X has {array.shape[1]} columns, but {len(self.names)} names were given."
            )

    @property
    def array(self) -> npt.NDArray[Any]:
        rows: npt.NDArray[Any] = self.native
        return rows

    def is_numeric(self, column: int) -> bool:
        if self.native.dtype.kind != "O":
            return self.native.dtype.kind in "iuf"
        present = [value for value in self.native[:, column] if not _is_missing(value)]
        return all(isinstance(v, Number) and not isinstance(v, (bool, np.bool_)) for v in present)

    def column(self, column: int) -> npt.NDArray[Any]:
        values = self.native[:, column]
        if self.is_numeric(column):
            if values.dtype.kind == "O":
                return np.array([np.nan if _is_missing(v) else v for v in values], dtype=float)
            return np.asarray(values, dtype=np.float64)
        return objects(values.tolist())

    def take(self, rows: Any) -> Self:
        return type(self)(self.native[rows], self.names)

    def pick(self, sources: Any) -> Self:
        return type(self)(np.take_along_axis(self.native, sources, axis=0), self.names)

    def replaced(self, columns: Mapping[int, Any]) -> "ArrayTable":
        dtype = np.result_type(
            self.native.dtype, *(_dtype_for(self.native, v) for v in columns.values())
        )
        array = self.native.astype(dtype)  # a copy always
        for j, values in columns.items():
            array[:, j] = values
        return ArrayTable(array, self.names)

    def _slice(self, rows: slice) -> "ArrayTable":
        return ArrayTable(self.native[rows], self.names)

    def _over(self, others: Sequence[Table]) -> "ArrayTable":
        return ArrayTable(np.concatenate([self.native, *(t.native for t in others)]), self.names)


def objects(values: Any) -> npt.NDArray[Any]:
    """A flat array of objects, None where a value is missing."""
    values = list(values)
    out = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        out[i] = None if _is_missing(value) else value
    return out


def _is_missing(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and np.isnan(value))
        or (type(value).__name__ in ("NAType", "NaTType"))
    )


def _dtype_for(array: npt.NDArray[Any], values: Any) -> Any:
    """The type that an array needs in order to hold these values too."""
    if array.dtype.kind == "f" and np.asarray(values).dtype.kind in "iufb":
        return array.dtype
    dtype = np.asarray(values).dtype
    return dtype if dtype.kind in "iufbU" else np.dtype(object)


def _two_dimensional(X: Any) -> npt.NDArray[Any]:
    array = np.asarray(X.toarray() if scipy.sparse.issparse(X) else X)  # type: ignore[attr-defined]
    if array.dtype.kind in "US":
        array = array.astype(object)
    if array.ndim != 2:
        one = "X.iloc[[0]]" if hasattr(X, "to_frame") else "X[[0]] or X.reshape(1, -1)"
        hint = f" For one row, pass {one}." if array.ndim == 1 else ""
        raise InvalidParameterError(
            f"X must be a table of two dimensions, rows and columns. "
            f"Got {array.ndim} instead.{hint}"
        )
    return array
