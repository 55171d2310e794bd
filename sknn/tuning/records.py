"""What a search has found out so far, on disk, so that it can be resumed after any end.

A search is made to be repeated: from one seed it proposes the same candidates again. So resuming
needs no state of the search. The search begins anew, and each result that is on record is read
instead of being computed.

Each line of the file is one result, with a checksum before it. A line that was cut off when the
process died is dropped; a broken line further up means that the file is damaged.
"""

import json
import os
import zlib
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from sknn.exceptions import DamagedCheckpointError, InvalidParameterError
from sknn.tuning.distributions import Sometimes

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["NoRecords", "Records", "fingerprint"]

#: What names a result: number of the candidate, hash of its parameters, fold, epochs.
Key = tuple[int, str, int, int]


def fingerprint(*things: Any) -> str:
    """A hash of values of any kind: the same in each process for the same contents.

    Raises
    ------
    InvalidParameterError
        For something that cannot be pickled, such as a lambda.
    """
    try:
        return str(joblib.hash(things))
    except Exception as error:
        what = error.args[0] if error.args else type(error).__name__  # the rest holds the data
        raise InvalidParameterError(
            "A checkpoint is kept for one data set, estimator, space, splitter and scorer, by what "
            f"pickle makes of them, but one of these cannot be pickled: {what}. A function must "
            "be defined at the top of a module, not as a lambda."
        ) from None


def code_of(function: Any) -> Any:
    """What a function does, since pickle knows its name only; None for what is no function."""
    function = getattr(function, "_score_func", function)  # of a scorer
    code = getattr(function, "__code__", None)
    return None if code is None else _constants(code)


def _constants(code: Any) -> Any:
    if not hasattr(code, "co_code"):
        return repr(code)
    return code.co_code, code.co_names, [_constants(constant) for constant in code.co_consts]


def described(space: Any) -> Any:
    """A space as values that pickle alike in each process; SciPy's distributions do not."""
    if isinstance(space, dict):
        return {name: described(value) for name, value in space.items()}
    if isinstance(space, list):
        return [described(value) for value in space]
    if isinstance(space, Sometimes):
        return ("sometimes", described(space.distribution), space.otherwise, space.probability)
    if hasattr(space, "dist") and hasattr(space, "args"):
        return (space.dist.name, space.args, space.kwds)
    return space


class NoRecords:
    """Nothing is on record, and nothing is kept."""

    def seed(self, drawn: int) -> int:
        """The seed of the search."""
        return drawn

    def get(self, key: Key) -> dict[str, Any] | None:
        """The result of a call, or None."""
        return None

    def add(self, key: Key, result: dict[str, Any]) -> None:
        """Keep a result."""

    def close(self) -> None:
        """Close the file."""


class Records(NoRecords):
    """The results of one search in a file of a folder.

    Parameters
    ----------
    folder : path
        Made where it does not exist. Searches on other data or other spaces have other files
        there, so that none sees the results of another.
    key : str
        Fingerprint of all that the results depend on.
    about : str
        A word for the reader of the file.

    Raises
    ------
    DamagedCheckpointError
        If the file is there but broken.
    """

    def __init__(self, folder: Path, key: str, about: str) -> None:
        if folder.exists() and not folder.is_dir():
            raise InvalidParameterError(
                f"checkpoint={str(folder)!r} is a file; it must be a folder."
            )
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{about}-{key[:16]}.jsonl"
        self.header: dict[str, Any] = {"search": about, "key": key}
        self.known: dict[Key, dict[str, Any]] = {}
        self.file = open(self.path, "ab")  # noqa: SIM115  open as long as the search lasts
        self._lock()
        try:
            length = self._read()
        except DamagedCheckpointError:
            self.file.close()
            raise
        self.file.truncate(length)
        if length == 0:
            self.header["seed"] = None

    def seed(self, drawn: int) -> int:
        """The seed that the search began with, or the one that is drawn now."""
        if self.header["seed"] is None:
            self.header["seed"] = drawn
            self._write(self.header)
        return int(self.header["seed"])

    def get(self, key: Key) -> dict[str, Any] | None:
        return self.known.get(key)

    def add(self, key: Key, result: dict[str, Any]) -> None:
        self.known[key] = result
        self._write({"key": list(key), "result": result})

    def close(self) -> None:
        self.file.close()

    def _lock(self) -> None:
        """Keep others out until the file is closed, or this process ends in whatever way."""
        if fcntl is None:
            return
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.close()
            raise InvalidParameterError(
                f"Another process is at the same search, with the checkpoint {str(self.path)!r}. "
                "Wait for it, or give this one another folder."
            ) from None
        except OSError:
            pass  # a file system without locks

    def _write(self, entry: dict[str, Any]) -> None:
        text = json.dumps(entry, default=_plain).encode()
        self.file.write(b"%08x %s\n" % (zlib.crc32(text), text))
        self.file.flush()
        os.fsync(self.file.fileno())

    def _read(self) -> int:
        """Read all lines; returns how many bytes of the file are sound."""
        lines = self.path.read_bytes().splitlines(keepends=True)
        sound = 0
        for number, line in enumerate(lines, start=1):
            checksum, _, text = line.rstrip(b"\n").partition(b" ")
            whole = line.endswith(b"\n") and checksum == b"%08x" % zlib.crc32(text)
            if not whole and number == len(lines):
                break  # cut off when the process died
            if not whole:
                raise DamagedCheckpointError(
                    f"Line {number} of the checkpoint {str(self.path)!r} is damaged. Restore the "
                    "file from a copy, or delete it to search anew."
                )
            entry = json.loads(text)
            if number == 1:
                self.header = entry
            else:
                index, params, fold, n_epochs = entry["key"]
                self.known[index, params, fold, n_epochs] = entry["result"]
            sound += len(line)
        return sound


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


class States:
    """Trained estimators on their way from one rung to the next, as files.

    Parameters
    ----------
    folder : path
        Made where it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def put(self, index: int, params: str, fold: int, n_epochs: int, state: bytes) -> None:
        """Keep the state of a candidate on a fold, in place of the ones before."""
        path = self._path(index, params, fold, n_epochs)
        unfinished = path.with_suffix(".tmp")
        unfinished.write_bytes(state)
        os.replace(unfinished, path)
        for older in self.folder.glob(f"{index}-*-{fold}-*.pickle"):
            if older != path:
                older.unlink()

    def get(self, index: int, params: str, fold: int, n_epochs: int) -> bytes | None:
        """The state of a candidate with these parameters, or None where it is not there."""
        path = self._path(index, params, fold, n_epochs)
        return path.read_bytes() if path.exists() else None

    def drop(self, index: int) -> None:
        """Forget a candidate that is out of the race."""
        for path in self.folder.glob(f"{index}-*.pickle"):
            path.unlink()

    def _path(self, index: int, params: str, fold: int, n_epochs: int) -> Path:
        return self.folder / f"{index}-{params[:16]}-{fold}-{n_epochs}.pickle"
