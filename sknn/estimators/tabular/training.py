"""Members of an ensemble, trained side by side, in the time there is."""

import math
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, ClassVar

from joblib import Parallel, delayed, effective_n_jobs

from sknn.estimators.batch_size import rows as rows_of_batch
from sknn.estimators.parts import listed
from sknn.estimators.population import Fit, fit_together, is_narrow
from sknn.train import Callback, Run
from sknn.train.callbacks.progress import new_bar
from sknn.train.threads import one_thread

__all__ = ["add_callback", "fit_members", "within_time"]

#: Share of the time that training may plan to take, and steps by which it is measured.
PLANNED, PROBE_STEPS = 0.8, 8
#: Epochs that are planned at most, of all members together.
LONGEST = 10**9


class Deadline(Callback):
    """Stop all members at one moment, as ``time.monotonic()`` counts."""

    def __init__(self, moment: float) -> None:
        self.moment = moment

    def on_step_end(self, run: Run) -> None:
        if time.monotonic() >= self.moment:
            run.stopped = True

    def on_epoch_end(self, run: Run) -> bool:
        late = time.monotonic() >= self.moment
        if late:
            run.notice = "The time limit is reached. Stopping."
        return late


class SharedBar(Callback):
    """One progress bar for the epochs of all members, which may work in several threads."""

    only_shows: ClassVar[bool] = True

    def __init__(self, total: int) -> None:
        self.total, self.lock = total, threading.Lock()

    def __enter__(self) -> "SharedBar":
        self.bar = new_bar(self.total)
        return self

    def __exit__(self, *_: Any) -> None:
        self.bar.close()

    def on_epoch_end(self, run: Run) -> bool:
        self._move(1)
        return False

    def recall(self, run: Run, kept: dict[str, Any]) -> None:
        self._move(run.epoch)

    def on_fit_end(self, run: Run) -> None:
        self._move(run.max_iter - run.epoch)  # the epochs that were spared

    def _move(self, n_epochs: int) -> None:
        with self.lock:
            self.bar.update(n_epochs)


def fit_members(fits: Sequence[Fit], n_jobs: int | None, progress: bool) -> None:
    """Fit all members, narrow ones as stacks, in parallel where asked.

    A member is the same whatever ``n_jobs`` is and however many threads the machine has: one
    thread multiplies for it, and whether it is trained in a stack does not depend on them.

    Raises
    ------
    Exception
        What the first member that failed has raised.
    """
    n_groups = len(fits)
    if _are_narrow(fits):
        n_groups = max(1, min(effective_n_jobs(n_jobs), len(fits) // 2))
    groups = [fits[i::n_groups] for i in range(n_groups)]
    total = sum(fit.estimator.max_iter for fit in fits)
    with one_thread(), SharedBar(total) if progress else nullcontext() as bar:
        if bar is not None:
            for fit in fits:
                add_callback(fit, bar)
        # threads, since NumPy lets others work while it does, and all share the table
        parallel = Parallel(n_jobs=n_jobs, backend="threading")
        errors = parallel(delayed(fit_together)(group, warn=False) for group in groups)
    for error in (error for group in errors for error in group if error is not None):
        raise error


def _are_narrow(fits: Sequence[Fit]) -> bool:
    """Whether members gain from being trained as one stack."""
    fit = fits[0]
    n_columns = fit.X.shape[1] * (4 if fit.estimator.embedding else 1)
    return is_narrow(fit.estimator, fit.X.shape[0], n_columns)


def add_callback(fit: Fit, callback: Callback) -> None:
    """Give a member's fit one more callback."""
    fit.estimator.callbacks = [*listed(fit.estimator.callbacks), callback]


def within_time(fits: list[Fit], moment: float, n_jobs: int | None) -> None:
    """Plan fewer epochs, or fewer members, where there would be no time for all.

    A learning rate that falls to its end in fewer epochs is worth more than one that is cut off.
    A few steps tell how long one takes. ``fits`` is shortened in place.
    """
    first = fits[0]
    n_rows = first.X.shape[0] if first.split is None else len(first.split[0])
    size, max_iter = rows_of_batch(first.estimator.batch_size, n_rows), first.estimator.max_iter
    some = slice(0, min(PROBE_STEPS * size, first.X.shape[0]))
    weight = None if first.sample_weight is None else first.sample_weight[some]
    probe = type(first.estimator)(**first.estimator.get_params(deep=False))
    probe.callbacks, probe.max_iter, probe.batch_size = None, 1, size
    began = time.monotonic()
    with one_thread():
        fit_together([Fit(probe, first.X[some], first.y[some], weight)], warn=False)
    n_steps = math.ceil(some.stop / size)
    of_epoch = (time.monotonic() - began) / n_steps * math.ceil(n_rows / size)
    left = PLANNED * (moment - time.monotonic()) * effective_n_jobs(n_jobs)
    n_epochs = max(int(min(left / of_epoch, LONGEST)), 1)  # of all members together
    n_members = min(len(fits), max(1, n_epochs // 10))
    del fits[n_members:]
    for fit in fits:
        fit.estimator.max_iter = max(1, min(max_iter, n_epochs // n_members))
        add_callback(fit, Deadline(moment))
