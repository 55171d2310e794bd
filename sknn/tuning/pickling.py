"""Pickles of what is defined in a notebook too, as joblib makes them for its processes."""

import hashlib
from typing import Any

import joblib

try:
    import cloudpickle
except ImportError:  # joblib before 1.6 brings its own copy
    from joblib.externals import cloudpickle

__all__ = ["content_hash", "dumps", "loads"]


def dumps(value: Any) -> bytes:
    """A value as bytes."""
    data: bytes = cloudpickle.dumps(value)
    return data


def loads(data: bytes) -> Any:
    """The value again."""
    return cloudpickle.loads(data)


def content_hash(value: Any) -> str:
    """A hash of what a value holds, also of what only this process can pickle, such as a lambda."""
    try:
        return str(joblib.hash(value))
    except Exception:
        return hashlib.sha256(dumps(value)).hexdigest()
