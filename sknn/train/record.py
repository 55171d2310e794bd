"""The file of a checkpoint: which fit it is of, how far that has come, and the model so far.

Its values are a dict::

    fit         what makes the fit what it is: parameters, and fingerprints of the data, by name
    callbacks   those on which something depends, described
    finished    whether the fit has ended by itself
    stages      for each training of the fit, of which refit=True has two: the state of the random
                numbers when it began (generator), and what moves in it (run)
    estimator   the fitted estimator so far, as sknn.save writes it; None where that cannot be

"""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from sknn.exceptions import (
    DamagedCheckpointError,
    DamagedFileError,
    InvalidParameterError,
    NotStorableError,
    SknnError,
)
from sknn.nn.optimizers import LBFGS
from sknn.storage import read, write
from sknn.storage.rules import require
from sknn.train.evaluations import Evaluations
from sknn.train.likeness import FREE, require_like
from sknn.train.resume import recall, remember, take_engine
from sknn.train.run import Run
from sknn.version import __version__

__all__ = ["KIND", "FitRecord", "ends_as_folder", "place_of"]

KIND = "checkpoint"
Facts = dict[str, str]
#: What to do about a file of another fit, or a broken one.
BEGIN_ANEW = "To begin anew, delete the file, give another path, or set resume=False."


class FitRecord:
    """What a fit has on disk, and what it goes on from.

    Parameters
    ----------
    path : Path
        The file.
    fit : dict of str
        What makes the fit what it is, by name.
    callbacks : list of str
        Callbacks on which something depends.
    describe : callable
        From an estimator to the plain values of it, or None.
    found : dict, optional
        What is in the file of this fit already.

    Attributes
    ----------
    closed : bool
        True where nothing is to be written any more, since what is there is what to go on from.
    """

    def __init__(
        self,
        path: Path,
        fit: Facts,
        callbacks: list[str],
        describe: Callable[[Any], Any],
        found: dict[str, Any] | None = None,
    ) -> None:
        self.path, self.fit, self.callbacks, self.describe = path, fit, callbacks, describe
        self.found: list[dict[str, Any]] = [] if found is None else list(found["stages"])
        self.closed = False
        self._is_finished = bool(found and found["finished"])
        self.stages: list[dict[str, Any]] = []
        self._is_on_disk = found is not None

    @classmethod
    def look(
        cls,
        path: Path,
        fit: Facts,
        callbacks: list[str],
        describe: Callable[[Any], Any],
        repeatable: bool,
    ) -> "FitRecord":
        """Look whether there is something to go on from.

        A fit that was broken off goes on. One that has ended is taken as it is where training it
        again would give the same, which is where ``repeatable``; else a new one begins.

        Raises
        ------
        InvalidParameterError
            If the file is of another fit that was broken off.
        DamagedCheckpointError
            If it is broken, or no checkpoint.
        """
        if not path.exists():
            return cls(path, fit, callbacks, describe)
        found = read_checkpoint(path)
        differ = _differences(found["fit"], fit)
        if found["finished"]:
            same = repeatable and not differ and found["callbacks"] == callbacks
            return cls(path, fit, callbacks, describe, found if same else None)
        if differ:
            raise InvalidParameterError(
                f"{str(path)!r} holds a fit that was broken off, and this one is another: "
                f"{'; '.join(differ)}. To go on with that one, fit as before. {BEGIN_ANEW} Several "
                "fits, as in a search, can share a path that is a folder."
            )
        return cls(path, fit, callbacks, describe, found)

    def begin_stage(self, rng: np.random.RandomState) -> np.random.RandomState:
        """Take note of where the random numbers of a training begin, or go back to there.

        NumPy's global generator is not set back: another one stands in for it.
        """
        place = len(self.stages)
        if place and self._is_on_disk:  # what is in memory has moved on since
            self.stages = read_checkpoint(self.path)["stages"][:place]
        if place < len(self.found):
            if rng is np.random.mtrand._rand:  # type: ignore[attr-defined]
                rng = np.random.RandomState(0)
            with self._believing():
                state = self.found[place]["generator"]
                require_like(state, rng.get_state(legacy=False), "generator")
                rng.set_state(state)
        self.stages = [*self.stages, {"generator": rng.get_state(legacy=False)}]
        return rng

    @property
    def kept(self) -> dict[str, Any] | None:
        """What moves in the training under way, from the file; None where it begins anew."""
        place = len(self.stages) - 1
        return self.found[place].get("run") if 0 <= place < len(self.found) else None

    def prepare(self, run: Run) -> None:
        """Get a run ready to begin: with the engine of before, and to note what will be asked."""
        if isinstance(run.optimizer, LBFGS):
            run.evaluations = Evaluations(run.network.values)
        if self.kept is not None:
            with self._believing():
                take_engine(run, self.kept)

    def resume(self, run: Run) -> None:
        """Put a run that has begun where it was."""
        if self.kept is not None:
            with self._believing():
                recall(run, self.kept)

    @contextmanager
    def _believing(self) -> Iterator[None]:
        """Raise DamagedCheckpointError where the file says what cannot be."""
        try:
            yield
        except SknnError:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _damaged(f"{str(self.path)!r} says what cannot be: {error!r:.200}.") from error

    def note(self) -> None:
        """Write that the fit has begun, and with which random numbers."""
        if not self._is_on_disk:
            self._write(self.stages, None, finished=False)

    def write(self, run: Run) -> None:
        """Write how far a run has come."""
        if self.closed:
            return
        assert run.as_estimator is not None, "an estimator runs this"
        self.stages[-1]["run"] = remember(run)
        self._write(self.stages, self.describe(run.as_estimator()), finished=False)

    def finish(self, estimator: Any) -> None:
        """Write the fitted estimator, and that the fit has ended."""
        if not (self.closed or self._is_finished):
            stages = read_checkpoint(self.path)["stages"] if self._is_on_disk else []
            self._write(stages, self.describe(estimator), finished=True)

    def give_up(self) -> None:
        """Write that the fit has ended without a model, so that nothing goes on from there."""
        if self._is_on_disk:
            self._write([], read_checkpoint(self.path)["estimator"], finished=True)

    def _write(self, stages: list[dict[str, Any]], estimator: Any, *, finished: bool) -> None:
        values = {
            "fit": self.fit,
            "callbacks": self.callbacks,
            "finished": finished,
            "stages": stages,
            "estimator": estimator,
        }
        try:
            write(self.path, values, KIND, {"sknn": __version__, "numpy": np.__version__})
        except NotStorableError as error:
            raise NotStorableError(
                f"{error} A callback has plain values in run.memory(self), or says by remember() "
                "and recall() what a checkpoint is to keep of it."
            ) from error
        self._is_on_disk, self._is_finished = True, finished


def place_of(path: str | os.PathLike[str], fit: Facts) -> Path:
    """The file of a fit: the path itself, or in a folder one whose name tells fits apart.

    A folder is one that is there, or a text that ends as one; such a folder is made.

    Raises
    ------
    FileNotFoundError
        If there is no folder to write to.
    FileExistsError
        If there is a file where a folder is to be.
    """
    is_folder, path = ends_as_folder(path), Path(path)
    if is_folder:
        path.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        about = "\n".join(f"{name}={fact}" for name, fact in sorted(fit.items()))
        digest = hashlib.sha256(about.encode()).hexdigest()
        return path / f"{fit['estimator']}-{digest[:16]}.sknn"
    if not path.parent.is_dir():
        raise FileNotFoundError(
            errno.ENOENT, "There is no such folder to write a checkpoint to", str(path.parent)
        )
    return path


def ends_as_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path is that of a folder by its text.

    Examples
    --------
    >>> ends_as_folder("fits/"), ends_as_folder("fits")
    (True, False)
    """
    return os.fspath(path).endswith(tuple(filter(None, (os.sep, os.altsep))))


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The values of a checkpoint, whatever fit it is of."""
    try:
        _, values = read(path, [KIND])
    except DamagedFileError as error:
        raise _damaged(str(error)) from error
    try:
        require_like(values, LIKE, "it")
        fit, callbacks, stages = (values[name] for name in ("fit", "callbacks", "stages"))
        require_like(fit, dict.fromkeys(fit, ""), "fit")
        require_like(callbacks, [""] * len(callbacks), "callbacks")
        require(type(stages) is list and all(type(s) is dict for s in stages), "it has no stages")
    except (TypeError, ValueError) as error:
        raise _damaged(f"{str(path)!r} is no checkpoint that sknn writes: {error}.") from None
    return dict(values)


#: Of what a checkpoint consists.
LIKE = {"fit": FREE, "callbacks": FREE, "finished": True, "stages": FREE, "estimator": FREE}


def _damaged(sentence: str) -> DamagedCheckpointError:
    return DamagedCheckpointError(f"{sentence} {BEGIN_ANEW}")


def _differences(was: Facts, now: Facts) -> list[str]:
    """In words what is not the same, by name."""
    told = []
    for name in dict.fromkeys([*now, *was]):
        before, after = was.get(name, "absent"), now.get(name, "absent")
        if before != after:
            shown = "sha256" not in f"{before}{after}" and before[:60] != after[:60]
            how = f"was {before:.60} and is {after:.60}" if shown else "has changed"
            told.append(f"{name} {how}")
    return told
