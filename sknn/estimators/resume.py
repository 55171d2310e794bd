"""Which fit a checkpoint is of: parameters and data, told apart by their contents."""

import hashlib
import re
import sys
from collections.abc import Callable
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np

from sknn.estimators.parts import callbacks_of
from sknn.estimators.plain import flatten, is_known, is_plain, storable
from sknn.exceptions import InvalidParameterError
from sknn.nn.typing import is_sparse
from sknn.train import Checkpoint
from sknn.train.record import FitRecord, ends_as_folder, place_of
from sknn.version import __version__

__all__ = ["checkpoint_of", "document", "fingerprint", "make_folder", "record_of"]

#: Parameters that change nothing of what is learned.
FREE = {"callbacks", "n_jobs", "verbose"}
#: How NumPy writes all numbers of an array, with all their digits, whatever a user has set.
WHOLE: Any = {"threshold": sys.maxsize, "floatmode": "unique", "suppress": False, "linewidth": 99}
#: Bytes that are made into one piece at a time.
PIECE = 1 << 22


def checkpoint_of(estimator: Any) -> Checkpoint | None:
    """The checkpoint among the callbacks of an estimator.

    Raises
    ------
    InvalidParameterError
        If there are several: a fit can go on from one file only.
    """
    found = [c for c in callbacks_of(estimator) if isinstance(c, Checkpoint)]
    if len(found) > 1:
        raise InvalidParameterError(
            f"callbacks hold {len(found)} checkpoints, and a fit goes on from one. Got {found!r}; "
            "leave one of them."
        )
    return found[0] if found else None


def make_folder(estimator: Any) -> None:
    """Make the folder that the checkpoint of several networks is to be.

    Raises
    ------
    InvalidParameterError
        If there is a file of that name.
    """
    checkpoint = checkpoint_of(estimator)
    if checkpoint is None:
        return
    path = Path(checkpoint.path)
    if path.exists() and not path.is_dir():
        raise InvalidParameterError(
            f"{type(estimator).__name__} trains several networks, each with a file of its own, so "
            f"the path of its checkpoint must be a folder. Got {str(path)!r}, which is a file."
        )
    path.mkdir(parents=True, exist_ok=True)


def record_of(estimator: Any, data: Callable[[], dict[str, Any]]) -> FitRecord | None:
    """What a fit has on disk, where its callbacks ask for that.

    Parameters
    ----------
    estimator : estimator
        With its parameters.
    data : callable
        Returns all beside the parameters that a fit depends on, arrays and such, by name; an empty
        dict for a call that goes on from the estimator itself, as ``partial_fit`` does.
    """
    checkpoint = checkpoint_of(estimator)
    if checkpoint is None:
        return None
    given = data()
    if not given:
        path = Path(checkpoint.path)
        if path.is_dir() or ends_as_folder(checkpoint.path):
            raise InvalidParameterError(
                "In a folder checkpoints are told apart by the data of a fit, of which partial_fit "
                f"sees a part at a time. Got {checkpoint!r}; give it the path of a file."
            )
        return FitRecord(place_of(path, {}), {}, [], document)
    facts = facts_of(estimator) | {name: fingerprint(of) for name, of in given.items()}
    path = place_of(checkpoint.path, facts)
    callbacks = [described(c) for c in callbacks_of(estimator) if not c.only_shows]
    if not checkpoint.resume:
        return FitRecord(path, facts, callbacks, document)
    repeatable = isinstance(estimator.random_state, Integral)
    return FitRecord.look(path, facts, callbacks, document, repeatable)


def facts_of(estimator: Any) -> dict[str, str]:
    """Class, version and parameters, described."""
    params = estimator.get_params(deep=False)
    shown = {name: described(value) for name, value in params.items() if name not in FREE}
    return {"estimator": type(estimator).__name__, "sknn": __version__} | shown


def described(value: Any) -> str:
    """A value in words that are the same in each process, and differ where values do.

    NumPy's numbers are those of Python: a search draws the ones or the others.

    Examples
    --------
    >>> described((0.1, "relu")), described(np.mean)
    ("(0.1, 'relu')", 'numpy.mean')
    >>> described(np.int64(1)), described(1.0)
    ('1', '1.0')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    if type(value) is list:
        return f"[{', '.join(map(described, value))}]"
    if type(value) is tuple:
        return f"({', '.join(map(described, value))}{',' * (len(value) == 1)})"
    if type(value) is dict:
        return f"{{{', '.join(f'{described(k)}: {described(v)}' for k, v in value.items())}}}"
    if isinstance(value, np.random.RandomState):
        return "a RandomState"  # its state is in the file
    if isinstance(value, np.ndarray):
        return fingerprint(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    with np.printoptions(**WHOLE):  # an array inside, in a functools.partial perhaps
        return re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))


def fingerprint(value: Any) -> str:
    """A digest of the contents of an array, sparse or not; other values as they are.

    Hashing runs at one to two GB a second, less than a pass through a network takes.

    Examples
    --------
    >>> X = np.arange(6.0).reshape(2, 3)
    >>> fingerprint(X) == fingerprint(np.asfortranarray(X)), fingerprint(X) == fingerprint(X + 1)
    (True, False)
    """
    if is_sparse(value):
        each = [fingerprint(part) for part in (value.data, value.indices, value.indptr)]
        return f"{value.format} {value.shape} {' '.join(each)}"
    if not isinstance(value, np.ndarray):
        return described(value)
    digest = hashlib.sha256()
    if value.dtype == object:
        digest.update(described(value.tolist()).encode())
        return f"objects {value.shape} sha256:{digest.hexdigest()}"
    rows = max(1, PIECE * len(value) // max(value.nbytes, 1)) if value.ndim else 1
    for start in range(0, len(value), rows) if value.ndim else ():
        digest.update(np.ascontiguousarray(value[start : start + rows]).tobytes())
    return f"{value.dtype} {value.shape} sha256:{digest.hexdigest()}"


def document(estimator: Any) -> dict[str, Any] | None:
    """A fitted estimator as plain values; None where it holds what a file cannot.

    Such as a loss that is a function, or a class of one's own: then the fit goes on from a
    checkpoint, but there is no model so far in it.
    """
    if not is_known(estimator):
        return None
    plain = {"estimator": type(estimator).__name__} | flatten(storable(estimator._state()))
    return plain if is_plain(plain) else None
