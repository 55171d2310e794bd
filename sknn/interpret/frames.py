"""Tables that are frames: of pandas and of polars, neither of which is imported here."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.table import ArrayTable, Table, objects

__all__ = ["PandasTable", "PolarsTable"]


class PandasTable(Table):
    """Rows of a pandas DataFrame."""

    @classmethod
    def takes(cls, X: Any) -> bool:
        return hasattr(X, "iloc") and hasattr(X, "columns")

    def __init__(self, frame: Any) -> None:
        self.native = frame
        self.names = [str(name) for name in frame.columns]

    def is_numeric(self, column: int) -> bool:
        types = _pandas().api.types
        dtype = self.native.dtypes.iloc[column]
        if dtype.kind == "O" and isinstance(dtype, np.dtype):
            return ArrayTable(self.native.iloc[:, [column]].to_numpy(dtype=object)).is_numeric(0)
        return bool(types.is_numeric_dtype(dtype) and not types.is_bool_dtype(dtype))

    def categories(self, column: int) -> list[Any]:
        dtype = self.native.dtypes.iloc[column]
        if isinstance(dtype, _pandas().CategoricalDtype):
            seen = set(self.column(column))
            return [category for category in dtype.categories if category in seen]
        return super().categories(column)

    def column(self, column: int) -> npt.NDArray[Any]:
        series = self.native.iloc[:, column]
        if self.is_numeric(column):
            numbers: npt.NDArray[Any] = series.to_numpy(dtype=np.float64, na_value=np.nan)
            return numbers
        missing = series.isna().to_numpy()
        return objects(
            None if gone else value for value, gone in zip(series.tolist(), missing, strict=True)
        )

    def take(self, rows: Any) -> Self:
        index = np.arange(self.n_rows)[np.asarray(rows)]  # of masks and negative numbers too
        return type(self)(self.native.take(index))

    def pick(self, sources: Any) -> Self:
        arrays = [self.native.iloc[:, j].array for j in range(self.n_columns)]
        return self._from([array.take(sources[:, j]) for j, array in enumerate(arrays)])

    def replaced(self, columns: Mapping[int, Any]) -> "PandasTable":
        arrays = [self.native.iloc[:, j].array for j in range(self.n_columns)]
        for j, values in columns.items():
            arrays[j] = self._column_of(values, arrays[j].dtype)
        return self._from(arrays, index=self.native.index)

    def _column_of(self, values: Any, dtype: Any) -> Any:
        """Values as a column, of the given type if it can hold them."""
        if np.ndim(values) == 0:
            values = [values] * self.n_rows
        pandas = _pandas()
        values = objects(values) if not hasattr(values, "dtype") else values
        if values.dtype.kind == "O" and isinstance(dtype, np.dtype):
            values = pandas.Series(values, dtype=object)
            if not isinstance(dtype, np.dtype):
                values = values.where(values.notna(), pandas.NA)
        if isinstance(dtype, pandas.CategoricalDtype):
            return self._category(values, dtype)
        try:
            cast = pandas.Series(values).astype(dtype)
        except (TypeError, ValueError):
            return pandas.Series(values).infer_objects().array
        if dtype.kind in "iu":
            present = cast.notna().to_numpy()
            wanted = np.asarray(pandas.Series(values)[present], dtype=float)
            if (cast[present].to_numpy(dtype=float) != wanted).any():
                return pandas.Series(values).infer_objects().array  # no whole numbers
        return cast.array

    def _category(self, values: Any, dtype: Any) -> Any:
        pandas = _pandas()
        given = pandas.Series(values)
        unknown = given[given.notna() & ~given.isin(dtype.categories)]
        if len(unknown):
            raise InvalidParameterError(
                f"{unknown.iloc[0]!r} is no value of a column whose categories are "
                f"{list(dtype.categories)[:10]}."
            )
        return pandas.Categorical(given, dtype=dtype)

    def _from(self, arrays: list[Any], index: Any = None) -> Self:
        frame = _pandas().DataFrame(dict(enumerate(arrays)), index=index, copy=False)
        frame.columns = self.native.columns
        return type(self)(frame)

    def _slice(self, rows: slice) -> "PandasTable":
        return PandasTable(self.native.iloc[rows])

    def _over(self, others: Sequence[Table]) -> "PandasTable":
        pandas = _pandas()
        frames = [self.native, *(table.native for table in others)]
        arrays = []
        for j in range(self.n_columns):
            parts = [frame.iloc[:, j] for frame in frames]
            dtypes = [part.dtype for part in parts]
            same = all(dtype == dtypes[0] for dtype in dtypes)
            if not same and all(isinstance(d, pandas.CategoricalDtype) for d in dtypes):
                arrays.append(pandas.api.types.union_categoricals(parts, ignore_order=True))
            else:
                arrays.append(pandas.concat(parts, ignore_index=True).array)
        return self._from(arrays)

    def _ordered(self, names: list[str]) -> "PandasTable":
        return PandasTable(self.native.iloc[:, [self.names.index(name) for name in names]])


class PolarsTable(Table):
    """Rows of a polars DataFrame."""

    @classmethod
    def takes(cls, X: Any) -> bool:
        return hasattr(X, "get_columns") and hasattr(X, "columns")

    def __init__(self, frame: Any) -> None:
        self.native = frame
        self.names = list(frame.columns)

    def is_numeric(self, column: int) -> bool:
        return bool(self.native.dtypes[column].is_numeric())

    def column(self, column: int) -> npt.NDArray[Any]:
        series = self.native.to_series(column)
        if self.is_numeric(column):
            numbers: npt.NDArray[Any] = series.cast(_polars().Float64).fill_null(np.nan).to_numpy()
            return numbers
        return objects(series.to_list())

    def take(self, rows: Any) -> Self:
        return type(self)(self.native[np.arange(self.n_rows)[np.asarray(rows)]])

    def pick(self, sources: Any) -> Self:
        columns = self.native.get_columns()
        return type(self)(
            _polars().DataFrame([column.gather(sources[:, j]) for j, column in enumerate(columns)])
        )

    def replaced(self, columns: Mapping[int, Any]) -> "PolarsTable":
        polars = _polars()
        arrays = self.native.get_columns()
        for j, values in columns.items():
            values = [values] * self.n_rows if np.ndim(values) == 0 else list(values)
            new = polars.Series(self.names[j], values, strict=False)
            cast = new.cast(arrays[j].dtype, strict=False)
            exact = cast.null_count() == new.null_count()
            if exact and self.is_numeric(j):
                exact = bool((cast.cast(polars.Float64) == new.cast(polars.Float64)).all())
            arrays[j] = cast if exact else new
        return PolarsTable(polars.DataFrame(arrays))

    def _slice(self, rows: slice) -> "PolarsTable":
        return PolarsTable(self.native[rows])

    def _over(self, others: Sequence[Table]) -> "PolarsTable":
        frames = [self.native, *(table.native for table in others)]
        return PolarsTable(_polars().concat(frames, how="vertical_relaxed"))

    def _ordered(self, names: list[str]) -> "PolarsTable":
        return PolarsTable(self.native.select(names))


Table.frames.extend([PandasTable, PolarsTable])


def _pandas() -> Any:
    return sys.modules["pandas"]  # imported by whoever made the frame


def _polars() -> Any:
    return sys.modules["polars"]
