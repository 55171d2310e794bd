"""The small questions that are asked of the values of a file."""

from typing import Any

import numpy as np

__all__ = ["is_array", "is_count", "is_index", "is_number", "is_numbers", "require"]


def require(holds: Any, sentence: str) -> None:
    """Raise ValueError with the sentence unless something holds."""
    if not holds:
        raise ValueError(sentence)


def is_count(value: Any) -> bool:
    """Whether it is a whole number from 1 on."""
    return type(value) is int and value > 0


def is_index(value: Any) -> bool:
    """Whether it is a whole number from 0 on that a machine counts with."""
    return isinstance(value, (int, np.integer)) and 0 <= int(value) < 2**63


def is_number(value: Any) -> bool:
    """Whether it is a number that a machine counts with; it may be infinite, or none (NaN)."""
    whole = isinstance(value, (int, np.integer))
    return abs(int(value)) < 2**63 if whole else isinstance(value, (float, np.floating))


def is_numbers(value: Any) -> bool:
    """Whether it is a list of numbers, in which None stands for one that is missing."""
    return type(value) is list and all(one is None or is_number(one) for one in value)


def is_array(value: Any, shape: tuple[int, ...], kinds: str) -> bool:
    """Whether it is an array of a shape, of one of NumPy's kinds of numbers."""
    return isinstance(value, np.ndarray) and value.shape == shape and value.dtype.kind in kinds
