"""Pickles of what is defined in a notebook too, as joblib makes them for its processes."""

from typing import Any

try:
    import cloudpickle
except ImportError:  # joblib before 1.6 brings its own copy
    from joblib.externals import cloudpickle

__all__ = ["dumps", "loads"]


def dumps(value: Any) -> bytes:
    """A value as bytes."""
    data: bytes = cloudpickle.dumps(value)
    return data


def loads(data: bytes) -> Any:
    """The value again."""
    return cloudpickle.loads(data)
