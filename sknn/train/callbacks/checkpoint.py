"""Checkpoints: a fit in a file, to go on from after a crash."""

import os
import time
from typing import TYPE_CHECKING, ClassVar

from sknn.config import AnyOf, Choice, Config, Flag, Range, param
from sknn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from sknn.train.run import Run

__all__ = ["Checkpoint"]

#: With ``every="auto"``, how many times as long as a write took training goes on before the next.
TIMES = 9


class SomePath:
    """A path; the empty text would be the folder one is in, which nobody means by it."""

    def accepts(self, value: object) -> bool:
        return isinstance(value, (str, os.PathLike)) and value != ""

    def describe(self) -> str:
        return "a path that is not empty"

    def hint(self, value: object) -> str:
        return ""


class Checkpoint(Config, Callback):
    """Keep a fit in a file while it goes on; the same ``fit`` after a crash goes on from there.

    What comes out is to the last bit what a fit without a break would have given:
    :doc:`/resume` says what that rests on. The file is written as a whole or not at all and holds
    no code. :func:`sknn.load` gives the estimator so far, with the best network of early stopping.

    After Ctrl-C the next fit goes on too. Where the fit in the file has ended, a new one begins;
    with an int as ``random_state`` it would end in the same bits, and is taken from the file. A
    fit that was broken off with other parameters or data is an error.

    Parameters
    ----------
    path : str or path, default="checkpoint.sknn"
        The file; its folder must exist. If it is a folder, each fit has a file of its own there,
        so that the fits of a search or a cross-validation, whose estimators are copies, all go on.
        A text that ends with a slash is a folder. For tabular estimators, which train several
        networks, it is always one. Folders are made if need be, with those above them.
    every : int >= 1 or "auto", default="auto"
        Epochs (iterations of L-BFGS) between two writes; the last one is written too. By "auto" as
        often as writing takes no more than about a tenth of the time. With ``partial_fit`` it
        counts the epochs of all calls, and "auto" is each of them.
    resume : bool, default=True
        Whether to go on from the file; False begins anew, and overwrites it.

    Raises
    ------
    InvalidParameterError
        From ``fit``, if the file holds another fit that was broken off; the message names what
        differs.
    DamagedCheckpointError
        From ``fit``, if the file is broken, or is no checkpoint.
    OSError
        From ``fit``, if the file cannot be written, as on a full disk; the one of before stays.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> X, y = load_iris(return_X_y=True)
    >>> path = tempfile.mkdtemp() + "/iris.sknn"
    >>> class Crash(Callback):
    ...     def on_epoch_end(self, run):
    ...         if run.epoch == 70:
    ...             raise SystemExit("no power")
    >>> net = MLPClassifierX(8, learning_rate_init=0.01, max_iter=500, random_state=0)
    >>> try:
    ...     net.set_params(callbacks=[Checkpoint(path, every=20), Crash()]).fit(X, y)
    ... except SystemExit:
    ...     pass
    >>> resumed = net.set_params(callbacks=Checkpoint(path, every=20)).fit(X, y).loss_curve_
    >>> resumed == net.set_params(callbacks=None).fit(X, y).loss_curve_
    True
    """

    only_shows: ClassVar[bool] = True
    comes_last: ClassVar[bool] = True

    path: str | os.PathLike[str] = param("checkpoint.sknn", SomePath())
    every: int | str = param("auto", AnyOf(Range(1, None, integer=True), Choice(("auto",))))
    resume: bool = param(True, Flag())

    def on_fit_begin(self, run: "Run") -> None:
        run.memory(self).next_at = time.monotonic()

    def on_epoch_end(self, run: "Run") -> None:
        assert run.record is not None, "an estimator runs this"
        ruined = run.diverged and run.plateau.best is None
        if not (run.endless or ruined) and (self._is_due(run) or not run.goes_on):
            began = time.monotonic()
            run.record.write(run)
            ended = time.monotonic()
            run.memory(self).next_at = ended + TIMES * (ended - began)

    def on_fit_end(self, run: "Run") -> None:
        assert run.record is not None, "an estimator runs this"
        if run.interrupted or (run.endless and not self._is_due(run)):
            run.record.closed = True
        elif run.diverged and run.plateau.best is None:
            run.record.give_up()

    def _is_due(self, run: "Run") -> bool:
        if isinstance(self.every, str):
            return bool(time.monotonic() >= run.memory(self).next_at)
        return (run.epochs_before + run.epoch) % self.every == 0
