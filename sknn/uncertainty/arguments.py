"""Checks of the arrays and settings that calibration is given."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sknn.config import Range, check_value
from sknn.exceptions import InvalidParameterError

__all__ = [
    "Floats",
    "check_shares",
    "class_codes",
    "finite",
    "fold_numbers",
    "open_share",
    "positive",
    "row_weights",
]

#: Everything is computed in float64, whatever comes in.
Floats: TypeAlias = npt.NDArray[np.float64]

#: How far above 1 or below 0 rounding may take a float32 probability.
ROUNDING = 1e-5


def finite(name: str, value: Any, *shapes: tuple[int | str, ...]) -> Floats:
    """An array of finite numbers of one of the given shapes, whose names stand for any size.

    >>> finite("raw", [[1, 2, 3]], ("n_rows", 3))
    array([[1., 2., 3.]])
    """
    array = np.asarray(value, dtype=np.float64)
    if not any(_fits(array.shape, shape) for shape in shapes):
        words = " or ".join(str(shape).replace("'", "") for shape in shapes)
        raise InvalidParameterError(f"{name} must have shape {words}. Got {array.shape} instead.")
    if not np.isfinite(array).all():
        raise InvalidParameterError(
            f"{name} must hold finite numbers. Got {np.sum(~np.isfinite(array))} infinite or "
            "missing ones; leave those rows out."
        )
    return array


def _fits(shape: tuple[int, ...], wanted: tuple[int | str, ...]) -> bool:
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(isinstance(w, str) or n == w for n, w in pairs)


def row_weights(weight: Any, n_rows: int) -> Floats:
    """Weights of the rows, which are 1 where none are given."""
    if weight is None:
        return np.ones(n_rows)
    weights = finite("weight", weight, (n_rows,))
    if (weights < 0).any() or not weights.any():
        raise InvalidParameterError(
            f"weight must hold numbers of at least 0, not all of them 0. Got {weights.min():g} to "
            f"{weights.max():g}."
        )
    return weights


def fold_numbers(fold: Any, n_rows: int) -> npt.NDArray[np.intp]:
    """For each row the number of the member that did not see it."""
    numbers = np.asarray(fold)
    whole = numbers.dtype.kind in "iu" and numbers.shape == (n_rows,) and (numbers >= 0).all()
    if n_rows == 0 or not whole:
        raise InvalidParameterError(
            f"fold must hold the number of a member, from 0 on, for each of the {n_rows} "
            f"calibration rows, of which there must be at least one. Got shape {numbers.shape} "
            f"and dtype {numbers.dtype}."
        )
    return numbers.astype(np.intp)


def class_codes(y: Any, n_classes: int, shape: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """Class numbers from 0 to ``n_classes - 1``."""
    codes = np.asarray(y)
    if codes.shape != shape:
        raise InvalidParameterError(f"y must have shape {shape}. Got {codes.shape} instead.")
    known = np.isin(codes, np.arange(n_classes))
    if not known.all():
        raise InvalidParameterError(
            f"y must hold the numbers of classes, 0 to {n_classes - 1}. "
            f"Got {codes[~known][0]!r}; encode classes as sklearn.preprocessing.LabelEncoder does."
        )
    return codes.astype(np.intp)


def positive(name: str, value: Floats) -> Floats:
    """The same numbers, none of which is 0 or below."""
    if not (value > 0).all():
        raise InvalidParameterError(
            f"{name} must be positive. Got {value.min():g}; add a small number to it."
        )
    return value


def check_shares(name: str, value: Floats, sum_to_one: bool) -> Floats:
    """The same numbers, which are probabilities."""
    wrong = (value < -ROUNDING).any() or (value > 1 + ROUNDING).any()
    if wrong or (sum_to_one and not np.allclose(value.sum(axis=-1), 1, atol=1e-3)):
        rows = " that sum to 1 over the last axis" if sum_to_one else ""
        raise InvalidParameterError(
            f"{name} must hold probabilities{rows}. Got numbers from {value.min():g} to "
            f"{value.max():g}; apply the softmax or the logistic function to raw outputs first."
        )
    return np.clip(value, 0.0, 1.0)


def open_share(name: str, owner: str, value: Any) -> float:
    """A number between 0 and 1, such as a coverage."""
    check_value(name, owner, value, Range(0, 1, closed="neither"))
    return float(value)
