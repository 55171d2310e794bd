"""What a checkpoint may say: values like those that a run would remember as it begins.

A checksum tells damage, not intent, and what comes out of a file goes into loops, places in arrays
and compiled kernels that look at nothing. So all of it is compared with a pattern first: the
values of the fresh run itself, and a few words for what they do not tell.
"""

from typing import Any, NamedTuple

import numpy as np

from sknn.nn.typing import Array
from sknn.storage.rules import is_array, is_index, is_number, require

__all__ = ["FREE", "Column", "Maybe", "Rows", "Table", "UpTo", "is_ours", "require_like"]

#: The pattern of what is somebody else's, or is looked at elsewhere.
FREE = object()
#: The last place in the buffers of NumPy's bit generators, which NumPy does not check.
LAST_PLACES = {"pos": 624, "buffer_pos": 4}


class Maybe(NamedTuple):
    """None, or something like this."""

    like: Any


class UpTo(NamedTuple):
    """A whole number from 0 to this."""

    most: int


class Column(NamedTuple):
    """So many numbers in a row."""

    n: int


class Table(NamedTuple):
    """Columns by name, with so many rows; one of somebody else's may hold what is no number."""

    n_rows: int


class Rows(NamedTuple):
    """As many rows as there are, like those of this array, which has none."""

    like: Array


def require_like(value: Any, like: Any, where: str) -> None:
    """Raise ValueError where a value is not of a pattern.

    A dict has the same keys, a list or tuple the same length, an array the same shape and dtype. A
    whole number stands for one from 0 on, another number for a number, True or False for both,
    and a text for a text.

    Examples
    --------
    >>> require_like({"t": 7, "best": None}, {"t": 0, "best": Maybe(0.5)}, "plateau")
    >>> require_like({"t": -1, "best": None}, {"t": 0, "best": Maybe(0.5)}, "plateau")
    Traceback (most recent call last):
    ...
    ValueError: plateau.t is -1
    """
    if isinstance(like, Maybe):
        if value is not None:
            require_like(value, like.like, where)
    elif isinstance(like, dict) and "bit_generator" in like:
        require(_is_generator(value, like), f"{where} is no state of {like['bit_generator']}")
    elif isinstance(like, dict):
        require(type(value) is dict, f"{where} is {value!r:.40}, and no dict")
        require(value.keys() == like.keys(), f"{where} has the keys {list(value)!r:.80}")
        for name, inner in like.items():
            require_like(value[name], inner, f"{where}.{name}")
    elif type(like) in (list, tuple):
        same = type(value) is type(like) and len(value) == len(like)
        require(same, f"{where} is {value!r:.40}, and no {type(like).__name__} of {len(like)}")
        for place, inner in enumerate(like):
            require_like(value[place], inner, f"{where}[{place}]")
    else:
        require(_is_like(value, like), f"{where} is {_shown(value)}")


def is_ours(part: Any) -> bool:
    """Whether a part is of the package; others may remember what they like.

    A schedule may have another one inside, and remembers what that one does.
    """
    inner = getattr(part, "schedule", None)
    return type(part).__module__.startswith("sknn.") and (inner is None or is_ours(inner))


def _is_like(value: Any, like: Any) -> bool:
    """The same for what has no parts."""
    if isinstance(like, np.ndarray):
        return is_array(value, like.shape, like.dtype.kind) and value.dtype == like.dtype
    if isinstance(like, Rows):
        return isinstance(value, np.ndarray) and value.ndim > 0 and _is_like(value[:0], like.like)
    if isinstance(like, Column):
        return is_array(value, (like.n,), "biuf")
    if isinstance(like, Table):
        return type(value) is dict and all(
            type(name) is str
            and (is_array(each, (like.n_rows,), "biuf") or _is_list(each, like.n_rows))
            for name, each in value.items()
        )
    if isinstance(like, UpTo):
        return is_index(value) and value <= like.most
    if isinstance(like, (bool, np.bool_)):
        return isinstance(value, (bool, np.bool_))
    if isinstance(like, (int, np.integer)):
        return is_index(value)
    if isinstance(like, (float, np.floating)):
        return is_number(value)
    return like is FREE or (value is None if like is None else type(value) is type(like))


def _is_list(value: Any, length: int) -> bool:
    """Whether it is a list of a length."""
    return type(value) is list and len(value) == length


def _is_generator(value: Any, like: Any) -> bool:
    """Whether NumPy can take it as the state of a generator of this kind."""
    if isinstance(like, dict):
        return (
            type(value) is dict
            and value.keys() == like.keys()
            and all(_is_generator(value[name], inner) for name, inner in like.items())
            and all(0 <= value.get(name, 0) <= last for name, last in LAST_PLACES.items())
        )
    if isinstance(like, np.ndarray):
        return _is_like(value, like)
    return type(value) is type(like) and (value == like or not isinstance(like, str))


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array {value.shape} of {value.dtype}"
    return f"{value!r:.40}"
