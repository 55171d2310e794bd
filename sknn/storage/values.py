"""Values as JSON, and their arrays beside it.

JSON's own values stand for themselves. Everything else is an object with one key that begins with
``$``::

    (1, 2)                   {"$tuple": [1, 2]}
    nan, inf, -inf           {"$float": "nan"}
    an array                 {"$array": 3}        the fourth array of the file
    a NumPy scalar           {"$scalar": 3}       an array without axes
    an array of objects      {"$objects": [[2], ["a", null]]}     its shape, and its values in a row
    {1: "a"}                 {"$dict": [[1, "a"]]}    keys that are no strings, or begin with "$"
"""

import math
from typing import Any

import numpy as np

__all__ = ["DTYPES", "from_json", "is_storable", "to_json"]

#: Kinds of numbers and texts that may be in an array: bool, int, uint, float, text, bytes, dates.
DTYPES = frozenset("biufUSMm")
#: The deepest nesting of lists and dicts, and the axes of an array of objects.
DEEPEST, MOST_OBJECT_AXES = 60, 2


def is_storable(dtype: np.dtype[Any]) -> bool:
    """Whether arrays of a dtype can be kept: not objects, complex numbers or 80-bit floats."""
    return dtype.kind in DTYPES and not (dtype.kind == "f" and dtype.itemsize > 8)


def to_json(value: Any, arrays: list[Any], where: str = "", depth: int = 0) -> Any:
    """A value as JSON; the arrays in it are added to ``arrays``.

    Raises
    ------
    TypeError
        For a value that is not plain, or nested too deep; the message says where it is.
    """
    if depth > DEEPEST:
        raise TypeError(f"{where} is nested deeper than {DEEPEST} lists and dicts")
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if type(value) in (list, tuple):
        each = [to_json(v, arrays, f"{where}[{i}]", depth + 1) for i, v in enumerate(value)]
        return each if isinstance(value, list) else {"$tuple": each}
    if type(value) is dict:
        return _dict_to_json(value, arrays, where, depth + 1)
    if isinstance(value, np.ndarray) and value.dtype == object and value.ndim <= MOST_OBJECT_AXES:
        items = to_json(value.ravel().tolist(), arrays, where, depth)
        return {"$objects": [list(value.shape), items]}
    if isinstance(value, (np.ndarray, np.generic)) and is_storable(value.dtype):
        arrays.append(np.asarray(value))
        return {"$array" if isinstance(value, np.ndarray) else "$scalar": len(arrays) - 1}
    raise TypeError(
        f"{where or 'it'} is a {type(value).__name__}, {value!r:.80}, but a file holds plain "
        "values, arrays and what sknn itself defines. Pickle and joblib keep functions and objects "
        "of your own."
    )


def _dict_to_json(value: dict[Any, Any], arrays: list[Any], where: str, depth: int) -> Any:
    if all(type(key) is str and not key.startswith("$") for key in value):
        inner = f"{where}." if where else ""
        return {key: to_json(v, arrays, inner + key, depth) for key, v in value.items()}
    pairs = [
        [to_json(key, arrays, where, depth + 1), to_json(v, arrays, f"{where}[{key!r}]", depth + 1)]
        for key, v in value.items()
    ]
    return {"$dict": pairs}


def from_json(tree: Any, arrays: list[Any], depth: int = 0) -> Any:
    """The value of a tree of JSON; it is made of the tree itself, since a copy takes as much again.

    Each of the arrays is in it once, as :func:`to_json` writes them. So nothing in it is larger
    than what is there for it in a file.

    Raises
    ------
    ValueError
        If the tree is none that :func:`to_json` makes.
    """
    if depth > DEEPEST:
        raise ValueError(f"values are nested deeper than {DEEPEST}")
    if isinstance(tree, list):
        for place, item in enumerate(tree):
            tree[place] = from_json(item, arrays, depth + 1)
        return tree
    if not isinstance(tree, dict):
        return tree
    if not any(key.startswith("$") for key in tree):
        for key, item in tree.items():
            tree[key] = from_json(item, arrays, depth + 1)
        return tree
    if len(tree) != 1:
        raise ValueError(f"a marked value has {len(tree)} keys")
    ((mark, content),) = tree.items()
    return _marked(mark, content, arrays, depth)


def _marked(mark: str, content: Any, arrays: list[Any], depth: int) -> Any:
    if mark == "$float" and content in ("nan", "inf", "-inf"):
        return float(content)
    if mark in ("$array", "$scalar") and type(content) is int and 0 <= content < len(arrays):
        array, arrays[content] = arrays[content], None
        if array is None:
            raise ValueError(f"array {content} is there twice")
        if mark == "$array":
            return array
        if array.ndim == 0:
            return array[()]
    if mark == "$tuple" and isinstance(content, list):
        return tuple(from_json(item, arrays, depth + 1) for item in content)
    if mark == "$objects" and isinstance(content, list) and len(content) == 2:
        return _object_array(content[0], content[1], arrays, depth)
    if mark == "$dict" and isinstance(content, list):
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in content):
            raise ValueError("a dict has an entry that is no pair")
        pairs = [from_json(pair, arrays, depth + 1) for pair in content]
        try:
            return dict(map(tuple, pairs))
        except TypeError:
            raise ValueError("a dict has a key that cannot be one") from None
    raise ValueError(f"a value is marked {mark[:20]!r} with {content!r:.40}")


def _object_array(shape: Any, items: Any, arrays: list[Any], depth: int) -> Any:
    wanted = isinstance(shape, list) and len(shape) <= MOST_OBJECT_AXES and isinstance(items, list)
    if not wanted or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("an array of objects has no shape or no items")
    if math.prod(shape) != len(items):
        raise ValueError(f"an array of objects of shape {shape} has {len(items)} items")
    flat = np.empty(len(items), dtype=object)
    for place, item in enumerate(items):
        flat[place] = from_json(item, arrays, depth + 1)
    return flat.reshape(shape)
