"""One run of a search: jobs go to the workers, results come back and are kept."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from sknn.tuning.evaluation import evaluate
from sknn.tuning.pickling import content_hash
from sknn.tuning.problem import Job
from sknn.tuning.progress import Progress, Tasks
from sknn.tuning.records import NoRecords, States
from sknn.tuning.workers import Workers

__all__ = ["Session", "Table"]

#: Jobs that a worker is given at a time: with more, the progress would jump.
MOST_TOGETHER = 24


class Table:
    """The rows of ``cv_results_``: parameters, the results of all folds, and more columns."""

    def __init__(self, metric: str | None) -> None:
        self.metric = metric
        self.params: list[dict[str, Any]] = []
        self.results: list[list[dict[str, Any]]] = []
        self.more: dict[str, list[Any]] = {}

    def add(self, params: dict[str, Any], results: list[dict[str, Any]], **more: Any) -> float:
        """Add a row; returns the mean score that the search goes by."""
        self.params.append(params)
        self.results.append(results)
        for name, value in more.items():
            self.more.setdefault(name, []).append(value)
        return float(np.mean([self._score(result["test_scores"]) for result in results]))

    def _score(self, scores: Any) -> float:
        if isinstance(scores, dict):
            scores = scores[self.metric if self.metric in scores else next(iter(scores))]
        return float(scores)


class Session:
    """What stands between a search and the workers.

    Parameters
    ----------
    workers : Workers
        Who evaluates.
    records : NoRecords
        What is known from an earlier run.
    states : States or None
        Where estimators are kept that are trained on later.
    table : Table
        Where the search puts its rows.
    progress : Progress
        Told of each result.
    tasks : Tasks
        Likewise.
    seed : int
        Where all random numbers of the search come from.
    n_splits : int
        Folds.
    companions : callable
        For a job what it must share with another to be done together; None where it is done alone.
    """

    def __init__(
        self,
        workers: Workers,
        records: NoRecords,
        states: States | None,
        table: Table,
        progress: Progress,
        tasks: Tasks,
        seed: int,
        n_splits: int,
        companions: Callable[[Job], Any],
    ) -> None:
        self.workers, self.records, self.states = workers, records, states
        self.table, self.progress, self.tasks = table, progress, tasks
        self.seed, self.n_splits = seed, n_splits
        self.companions = companions
        # with a time limit one candidate at a time, since the clock is looked at between parcels
        self.most_together = MOST_TOGETHER if workers.deadline == float("inf") else n_splits
        self.waiting: list[Job] = []
        self.done: deque[tuple[Job, dict[str, Any]]] = deque()
        #: Results that came before they were asked for: by candidate and epochs, then fold.
        self.arrived: dict[tuple[int, int], dict[int, dict[str, Any]]] = {}

    def start(self, job: Job) -> None:
        """Have a job done, unless its result is on record."""
        result = self.records.get(self._key(job))
        if result is None:
            self.waiting.append(job)
        else:
            self.done.append((job, result))

    def finished(self) -> tuple[Job, dict[str, Any]]:
        """A job that is done, and its result; waits for one."""
        self._hand_over()
        while not self.done:
            jobs, outcomes = self.workers.finished()
            for job, (result, state) in zip(jobs, outcomes, strict=True):
                key = self._key(job)
                if state is not None and self.states is not None:
                    self.states.put(*key, state)
                if result["fit_error"] is None:  # a failure may be the machine's, or a time limit's
                    self.records.add(key, result)
                self.done.append((job, result))
        job, result = self.done.popleft()
        self.progress.advance(max(1, job.n_epochs - job.trained))
        self.tasks.evaluated()
        return job, result

    def _hand_over(self) -> None:
        """Give the workers what has been started, in parcels of what may be done together."""
        parcels: dict[Any, list[Job]] = {}
        for job in self.waiting:
            companions = self.companions(job)
            key = ("alone", job.index, job.fold) if companions is None else companions
            parcels.setdefault(key, []).append(job)
        self.waiting.clear()
        for jobs in parcels.values():
            size = min(self.most_together, -(-len(jobs) // self.workers.n_workers))
            for first in range(0, len(jobs), size):
                some = tuple(jobs[first : first + size])
                self.workers.start(some, evaluate, some, [self._state(job) for job in some])

    def _state(self, job: Job) -> bytes | None:
        """Where it is lost, the epochs are trained once more, to the same weights."""
        if not job.trained or self.states is None:
            return None
        index, params, fold, _ = self._key(job)
        return self.states.get(index, params, fold, job.trained)

    def start_on_all_folds(self, job: Job) -> None:
        """Hand over a job on each fold; the fold that it names is overlooked."""
        for fold in range(self.n_splits):
            self.start(replace(job, fold=fold))

    def results_of(self, job: Job) -> list[dict[str, Any]]:
        """The results of a job that was started on all folds; waits for them."""
        mine = self.arrived.setdefault((job.index, job.n_epochs), {})
        while len(mine) < self.n_splits:
            done, result = self.finished()
            self.arrived.setdefault((done.index, done.n_epochs), {})[done.fold] = result
        del self.arrived[job.index, job.n_epochs]
        return [mine[fold] for fold in range(self.n_splits)]

    def run_on_all_folds(self, jobs: list[Job]) -> Iterator[list[dict[str, Any]]]:
        """For each job its results on all folds, in the order of the jobs."""
        for job in jobs:
            self.start_on_all_folds(job)
        for job in jobs:
            yield self.results_of(job)

    def drop(self, index: int) -> None:
        """Forget the trained estimators of a candidate that is out of the race."""
        if self.states is not None:
            self.states.drop(index)

    def _key(self, job: Job) -> tuple[int, str, int, int]:
        return job.index, content_hash(job.params), job.fold, job.n_epochs
