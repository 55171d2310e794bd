"""Targets and weights that are named as columns of a table."""

from collections.abc import Sequence
from os import PathLike, fspath
from typing import Any

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.streaming.sources.stored import is_array_file

__all__ = ["column_names"]


def column_names(what: str, given: Any, known: Sequence[str]) -> list[str] | None:
    """The columns that are named, or None where no column is.

    Raises
    ------
    InvalidParameterError
        If there is no such column.

    Examples
    --------
    >>> column_names("y", "price", ["size", "price"])
    ['price']
    """
    if is_array_file(given):
        return None
    names = [fspath(given)] if isinstance(given, (str, PathLike)) else given
    if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        return None
    for name in names:
        if name not in known:
            raise InvalidParameterError(
                f"{what} must name a column of X, one of {', '.join(map(repr, known))}. "
                f"Got {name!r} instead.{nearest(name, known)}"
            )
    return names
