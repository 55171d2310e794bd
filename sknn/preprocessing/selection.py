"""Which columns of a table are categories: what ``categorical_features`` may say."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.preprocessing.columns import Columns

__all__ = ["categorical_mask"]


def categorical_mask(wanted: Any, columns: Columns) -> npt.NDArray[np.bool_]:
    """The mask of the categorical columns, from any form of ``categorical_features``.

    Raises
    ------
    InvalidParameterError
        If it is none of these forms, or does not fit the table.

    Examples
    --------
    >>> table = Columns.of(np.array([[1, "a"], [2, "b"]], dtype=object))
    >>> categorical_mask("from_dtype", table)
    array([False,  True])
    """
    if isinstance(wanted, str):
        if wanted != "from_dtype":
            raise InvalidParameterError(
                f"categorical_features must be 'from_dtype', None, or an array-like of bool, int "
                f"or str, got: {wanted!r}.{nearest(wanted, ['from_dtype'])}"
            )
        return columns.look_categorical()
    given = np.asarray([] if wanted is None else wanted)
    mask = np.zeros(columns.shape[1], dtype=bool)
    if given.size == 0:
        return mask
    if given.ndim != 1 or given.dtype.kind not in "biuUO":
        raise _wrong_type(wanted if given.ndim != 1 else given.dtype.name)
    if given.dtype.kind == "b":
        if given.shape != mask.shape:
            raise InvalidParameterError(
                "categorical_features set as a boolean mask must have shape (n_features,) = "
                f"{mask.shape}, got: {given.shape}"
            )
        return given.copy()
    mask[_named(given, columns) if given.dtype.kind in "UO" else _indexed(given, len(mask))] = True
    return mask


def _indexed(given: Any, n_features: int) -> Any:
    if given.min() < 0 or given.max() >= n_features:
        raise InvalidParameterError(
            "categorical_features set as integer indices must be in [0, n_features - 1] = "
            f"[0, {n_features - 1}], got: {given.tolist()}"
        )
    return given


def _named(given: Any, columns: Columns) -> list[int]:
    types = {type(name).__name__ for name in given if not isinstance(name, str)}
    if types:
        raise _wrong_type(", ".join(sorted(types)))
    if columns.names is None:
        raise InvalidParameterError(
            "categorical_features should be passed as an array of integers or as a boolean mask "
            "when the model is fitted on data without feature names."
        )
    for name in given:
        if name not in columns.names:
            raise InvalidParameterError(
                f"categorical_features has an item value {str(name)!r} which is not a valid "
                f"feature name of the training data. Observed feature names: {columns.names}."
                f"{nearest(str(name), map(str, columns.names))}"
            )
    return [columns.names.index(name) for name in given]


def _wrong_type(got: Any) -> InvalidParameterError:
    return InvalidParameterError(
        f"categorical_features must be an array-like of bool, int or str, got: {got}."
    )
