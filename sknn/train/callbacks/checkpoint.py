"""Checkpoints: the fitted estimator in a file, while training goes on."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import joblib

from sknn.config import Config, Instance, Range, param
from sknn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from sknn.train.run import Run

__all__ = ["Checkpoint"]


class Checkpoint(Config, Callback):
    """Write the estimator, fitted so far, to a file after every so many epochs and at the end.

    The file is a pickle that ``joblib.load`` reads; load only files that you trust. It is replaced
    as a whole, so an interrupted write leaves the one of before.

    Parameters
    ----------
    path : str or path, default="checkpoint.joblib"
        The file.
    every : int >= 1, default=1
        Epochs between two writes.
    """

    path: str | os.PathLike[str] = param(
        "checkpoint.joblib", Instance((str, os.PathLike), "a path")
    )
    every: int = param(1, Range(1, None, integer=True))

    def on_epoch_end(self, run: "Run") -> None:
        if run.epoch % self.every == 0:
            self._write(run)

    def on_fit_end(self, run: "Run") -> None:
        if run.epoch % self.every and not run.diverged:
            self._write(run)

    def _write(self, run: "Run") -> None:
        assert run.as_estimator is not None, "an estimator runs this"
        path = Path(self.path)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            joblib.dump(run.as_estimator(), unfinished)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
