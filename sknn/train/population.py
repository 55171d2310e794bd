"""Many runs at once: those of one architecture are trained as one stacked network.

Only the way through the layers and back is gone together. Rows, penalties, the optimizer's step,
history, validation, learning rate and the decision to stop stay with each run. So a run that is
trained in company ends where it would have ended alone, up to rounding.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np

from sknn.nn.optimizers import LBFGS
from sknn.nn.stacked import StackedNetwork, can_stack, layers_of
from sknn.nn.typing import Array, IndexArray, is_sparse
from sknn.train.loop import report, warn_of_max_iter
from sknn.train.run import Run
from sknn.train.threads import threads_for_training

__all__ = ["NARROW", "company", "most_members", "train_together"]

#: Multiplications of a run's step above which the arithmetic outweighs what a stack spares:
#: 27 runs of 16 units in batches of 32 rows (0.1 million) take half the time of as many separate
#: fits, 9 of 64 x 64 units in batches of 64 rows (1.7 million) four fifths.
NARROW = 2_000_000
#: Bytes that a stack works on; more leave the cache, and the gain is lost.
STACK_BYTES = 2 * 1024 * 1024


def company(run: Run) -> Any:
    """What a run must share with another to be trained together; None where it trains alone.

    Runs of a company have the same layers, loss and number of rows. They may differ in rows, seeds,
    penalties, rates of dropout, solver and schedule.
    """
    batches, network = run.batches, run.network
    work = 3 * batches.size * sum(la.n_in * la.n_out for la in network.dense_layers)
    weights = batches.weight
    fits = (
        not isinstance(run.optimizer, LBFGS)
        and run.kernels is None
        and run.recovery is None
        and batches.sampling is None
        and not is_sparse(batches.X)
        and can_stack(network)
        and work <= NARROW
        and (weights is None or bool(weights.all()))  # or else a batch may be left out
    )
    if not fits:
        return None
    return (
        layers_of(network),
        network.dtype,
        repr(run.objective.loss),
        batches.size,
        batches.n_samples,
        len(batches.y),
        batches.X.dtype,
        batches.y.shape[1:],
        batches.y.dtype,
        weights is None,
    )


def train_together(runs: Sequence[Run], warn: bool = True) -> list[Exception | None]:
    """Train runs of one company until each of them stops.

    Parameters
    ----------
    runs : sequence of Run
        With the same :func:`company`. Changed in place.
    warn : bool, default=True
        Warn of each run that ``max_iter`` ends.

    Returns
    -------
    errors : list of Exception or None
        What each run would have raised alone.
    """
    first = runs[0]
    threads = threads_for_training(first.network, first.batches.size, compiled=False)
    with threads, _guard(runs):
        going = [run for run in runs if run.goes_on]
        while going:
            stack = Stack(going)
            while all(run.goes_on for run in going):
                stack.epoch()
            stack.network.release()
            going = [run for run in going if run.goes_on]
    errors: list[Exception | None] = []
    for run in runs:
        if warn:
            warn_of_max_iter(run)
        try:
            report(run)
        except Exception as error:
            errors.append(error)
        else:
            errors.append(None)
    return errors


def most_members(run: Run) -> int:
    """How many runs like this one a stack should have at most."""
    network, size = run.network, run.batches.size
    units = network.n_features + 3 * sum(layer.n_out for layer in network.dense_layers)
    n_bytes = network.dtype.itemsize * (4 * network.n_parameters + size * units)
    return max(2, STACK_BYTES // n_bytes)


@contextmanager
def _guard(runs: Sequence[Run]) -> Iterator[None]:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for run in runs:
            run.begin()
        try:
            yield
        except KeyboardInterrupt:
            for run in runs:
                run.interrupted = True
        for run in runs:
            if run.network.values.base is not None:  # interrupted inside a stack
                run.network.move(run.network.values.copy(), None)
            run.end()


class Stack:
    """The runs that are under way.

    Parameters
    ----------
    runs : sequence of Run
        Runs on the same X are put side by side, so that their rows are gathered in one call.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = sorted(runs, key=lambda run: id(run.batches.X))
        self.network = StackedNetwork([run.network for run in self.runs])
        first, members = self.runs[0], len(self.runs)
        self.size, self.n_samples = first.batches.size, first.batches.n_samples
        self.loss = first.objective.loss
        ids = [id(run.batches.X) for run in self.runs]
        bounds = [place for place in range(members) if place == 0 or ids[place] != ids[place - 1]]
        self.sources = [
            (self.runs[start].batches.X, slice(start, stop))
            for start, stop in pairwise([*bounds, members])
        ]
        self.order = np.empty((members, self.n_samples), np.intp)
        self.y = np.stack([run.batches.y for run in self.runs])
        weights = [run.batches.weight for run in self.runs if run.batches.weight is not None]
        self.weight = np.stack(weights) if weights else None
        self.buffers: dict[int, Array] = {}

    def epoch(self) -> None:
        """One epoch of all members."""
        for run, order in zip(self.runs, self.order, strict=True):
            run.begin_epoch()
            order[:] = run.batches.draw()
        self.totals, self.ended = [0.0] * len(self.runs), [False] * len(self.runs)
        for start in range(0, self.n_samples, self.size):
            stop = min(start + self.size, self.n_samples)
            self._step(self.order[:, start:stop], stop)
            if all(self.ended):
                return
        for place, over in enumerate(self.ended):
            if not over:
                self._end_epoch(place, self.n_samples)

    def _step(self, rows: IndexArray, n_seen: int) -> None:
        """A step of each member on its rows; ``n_seen`` counts the rows of the epoch with them."""
        X, n_rows = self._gather(rows), rows.shape[1]
        members = np.arange(len(rows))[:, np.newaxis]
        y, weight = self.y[members, rows], None
        if self.weight is not None:
            weight = self.weight[members, rows]
        steps = [run.objective.step(None) for run in self.runs]
        losses = self.network.loss_and_grad(X, y, weight, self.loss, steps).tolist()
        sums = [n_rows] * len(rows) if weight is None else weight.sum(axis=1).tolist()
        for place, run in enumerate(self.runs):
            if self.ended[place]:
                continue  # it goes through the layers with the others, and learns nothing
            loss = losses[place] + run.objective.penalize(sums[place])
            self.totals[place] += n_rows * loss
            exploded = run.explodes(loss)
            if not exploded:
                run.step()
            if exploded or run.stopped:
                self._end_epoch(place, n_seen)

    def _end_epoch(self, place: int, n_seen: int) -> None:
        run = self.runs[place]
        samples = n_seen if run.stopped else self.n_samples
        run.end_epoch(self.totals[place] / n_seen, samples=samples)
        self.ended[place] = True

    def _gather(self, rows: IndexArray) -> Array:
        """The rows of X of each member, shape (members, n_rows, n_features)."""
        members, n_rows = rows.shape
        if n_rows not in self.buffers:
            shape = (members, n_rows, self.runs[0].network.n_features)
            self.buffers[n_rows] = np.empty(shape, self.network.dtype)
        out = self.buffers[n_rows]
        for X, some in self.sources:
            flat = out[some].reshape(-1, out.shape[2])
            X.take(rows[some].reshape(-1), axis=0, out=flat, mode="clip")
        return out
