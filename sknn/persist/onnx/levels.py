"""How the levels of a category come in, and are looked up: as texts, or as floats."""

from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError

__all__ = ["dtype_of_levels"]


def dtype_of_levels(keys: list[Any], has_gaps: bool, column: str) -> np.dtype[Any]:
    """object for texts; for numbers float32, or float64 where float32 is not enough.

    It is enough if it tells all levels apart and has each whole number exactly: another number, of
    a category that was never seen, must not be taken for it.

    Raises
    ------
    InvalidParameterError
        If the levels are of other types or of several, if ``""`` is a level beside gaps, for which
        it stands, or if float64 is not enough either.

    Examples
    --------
    >>> dtype_of_levels(["Rome", "Oslo"], True, "city"), dtype_of_levels([0.1, 0.2], True, "size")
    (dtype('O'), dtype('float32'))
    >>> dtype_of_levels([20_000_001, 5], False, "number")
    dtype('float64')
    """
    if all(isinstance(key, str) for key in keys):
        if has_gaps and "" in keys:
            raise InvalidParameterError(
                f"In an ONNX model an empty text stands for a gap. The column {column!r} had both, "
                "as two levels; make them one before fit."
            )
        return np.dtype(object)
    if not all(isinstance(key, (int, float, np.integer, np.floating)) for key in keys):
        kinds = sorted({type(key).__name__ for key in keys})
        raise InvalidParameterError(
            "A column of categories must be of texts or of numbers to become part of an ONNX "
            f"model. Got levels of the types {', '.join(kinds)} in {column!r}; make them texts "
            "before fit."
        )
    for dtype in (np.dtype(np.float32), np.dtype(np.float64)):
        if _is_enough(dtype, keys):
            return dtype
    raise InvalidParameterError(
        "Categories that are numbers are floats in an ONNX model, which are exact up to 2**53. Got "
        f"the level {max(keys)!r} in {column!r}; make them texts before fit."
    )


def _is_enough(dtype: np.dtype[Any], keys: list[Any]) -> bool:
    try:
        with np.errstate(over="ignore"):
            numbers = np.array([float(key) for key in keys]).astype(dtype).tolist()
    except OverflowError:
        return False
    whole = (isinstance(key, int) or float(key).is_integer() for key in keys)
    pairs = zip(keys, numbers, whole, strict=True)
    return len(set(numbers)) == len(keys) and all(a == b for a, b, exact in pairs if exact)
