"""Which one or two columns are meant, and which of them hold categories."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.table import Table

__all__ = ["categorical_ones", "chosen", "confidence_level", "missing", "present"]


def chosen(features: Any, table: Table) -> list[int]:
    """The numbers of one or two columns, given by name or number, alone or in a list.

    Raises
    ------
    InvalidParameterError
        If there are more or fewer, the same twice, or none of that name.
    """
    if isinstance(features, (str, int, np.integer)):
        features = [features]
    features = list(features)
    if len(features) == 1 and isinstance(features[0], (tuple, list)):
        features = list(features[0])  # scikit-learn's [(0, 1)]
    numbers = [table.index(feature) for feature in features]
    if len(numbers) not in (1, 2) or len(set(numbers)) < len(numbers):
        raise InvalidParameterError(
            "features must name one column, or two different ones, such as 'age' or "
            f"['age', 'income']. Got {features!r} instead. For several curves, call it once each."
        )
    return numbers


def categorical_ones(given: Any, table: Table, columns: Sequence[int]) -> list[bool]:
    """Whether each of some columns is taken as categories.

    Strings, booleans and categories always are; numbers where ``given`` says so, by a mask over
    all columns, or by names or numbers.
    """
    known = [table.is_categorical(j) for j in columns]
    if given is None:
        return known
    marks = np.asarray(given)
    if marks.dtype.kind == "b":
        if marks.shape != (table.n_columns,):
            raise InvalidParameterError(
                f"categorical_features as a mask must hold one boolean for each of the "
                f"{table.n_columns} columns. Got the shape {marks.shape} instead."
            )
        named = set(np.flatnonzero(marks).tolist())
    else:
        named = {table.index(feature) for feature in list(given)}
    return [known[i] or j in named for i, j in enumerate(columns)]


def missing(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where a column of a table has no value."""
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    return np.array([value is None for value in values], dtype=bool)


def present(table: Table, column: int, categorical: bool) -> npt.NDArray[Any]:
    """The values of a column without missing ones, or the categories in their order."""
    values = table.column(column)
    if categorical and values.dtype.kind != "f":
        out = np.empty(len(categories := table.categories(column)), dtype=object)
        out[:] = categories
        values = out
    values = values[~missing(values)]
    if not len(values):
        raise InvalidParameterError(
            f"The column {table.names[column]!r} has no values: all are missing."
        )
    return np.unique(values) if categorical and values.dtype.kind == "f" else values


def confidence_level(confidence: float | None) -> None:
    """Refuse what is no level of an interval."""
    if confidence is not None and not 0 < confidence < 1:
        raise InvalidParameterError(
            f"confidence must be None or between 0 and 1, such as 0.95. Got {confidence!r} instead."
        )
