"""Members of an ensemble, trained side by side, and their outputs for rows they never saw."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from sknn.config import Config, Range, param
from sknn.estimators.base import BaseMLP
from sknn.estimators.population import Fit, fit_together, is_narrow
from sknn.nn.network import Network
from sknn.nn.typing import Array, IndexArray
from sknn.train import Callback, Run
from sknn.train.callbacks.progress import new_bar
from sknn.train.threads import one_thread

__all__ = ["Deadline", "SharedBar", "Split", "fit_members", "member_outputs"]

#: Rows that are predicted at a time, so that memory does not grow with their number.
BLOCK = 8_192


@dataclass(frozen=True)
class Split:
    """What one member is trained and validated on.

    Parameters
    ----------
    train, held_out : array of int, or None
        Rows of the table; None where there is nothing to validate on, or a set of one's own.
    repeat : int
        The cut into folds that it belongs to.
    """

    train: IndexArray | None
    held_out: IndexArray | None
    repeat: int = 0


class Deadline(Config, Callback):
    """Stop all members at one moment.

    Parameters
    ----------
    moment : float
        As ``time.monotonic()`` counts.
    """

    moment: float = param(0.0, Range(0, None))

    def on_step_end(self, run: Run) -> None:
        if time.monotonic() >= self.moment:
            run.stopped = True

    def on_epoch_end(self, run: Run) -> bool:
        late = time.monotonic() >= self.moment
        if late:
            run.notice = "The time limit is reached. Stopping."
        return late


@dataclass
class SharedBar(Callback):
    """One progress bar for the epochs of all members.

    Parameters
    ----------
    total : int
        Epochs of all members, of which some may be spared.
    """

    total: int
    bar: Any = None
    lock: Any = field(default_factory=threading.Lock, repr=False)

    def __enter__(self) -> "SharedBar":
        self.bar = new_bar(self.total)
        return self

    def __exit__(self, *_: Any) -> None:
        self.bar.close()

    def on_epoch_end(self, run: Run) -> bool:
        with self.lock:
            self.bar.update(1)
        return False

    def on_fit_end(self, run: Run) -> None:
        with self.lock:
            self.bar.update(run.max_iter - run.epoch)


def fit_members(fits: Sequence[Fit], n_jobs: int | None) -> None:
    """Fit all members, narrow ones as stacks and in parallel where asked.

    A member is the same whatever ``n_jobs`` is and however many threads the machine has: one
    thread multiplies for it, and it is trained in a stack or alone by its width, not by chance.

    Raises
    ------
    Exception
        What the first member that failed has raised.
    """
    first, n_fits = fits[0], len(fits)
    n_rows = first.X.shape[0] if first.split is None else len(first.split[0])
    width = first.X.shape[1] * (4 if getattr(first.estimator, "embedding", None) else 1)
    n_groups = n_fits
    if is_narrow(first.estimator, n_rows, width):
        n_groups = max(1, min(effective_n_jobs(n_jobs), n_fits // 2))
    bounds = np.linspace(0, n_fits, n_groups + 1).astype(int)
    groups = [fits[start:stop] for start, stop in zip(bounds, bounds[1:], strict=False)]
    with one_thread():
        # threads, since NumPy lets others work while it does, and all share the table
        parallel = Parallel(n_jobs=n_jobs, backend="threading")
        errors = parallel(delayed(fit_together)(group) for group in groups)
    for error in (error for group in errors for error in group if error is not None):
        raise error


def member_outputs(members: Sequence[BaseMLP], X: Array) -> Array:
    """The raw output of each member, shape (k, n_rows, n_outputs)."""
    networks: list[Network] = [member._fitted_network() for member in members]
    out = np.empty((len(networks), len(X), networks[0].n_outputs), networks[0].dtype)
    with np.errstate(over="ignore"):
        for start in range(0, len(X), BLOCK):
            block = X[start : start + BLOCK]
            for of_member, network in zip(out, networks, strict=True):
                of_member[start : start + BLOCK] = network.raw_output(block)
    return out
