"""How far a search is: a bar or lines with the best so far, and scikit-learn's callbacks."""

import math
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sknn.exceptions import MissingExtraError
from sknn.optional import require

__all__ = ["Progress", "Tasks"]


class Progress:
    """A bar on standard error, or lines where there is no tqdm.

    Parameters
    ----------
    name : str
        What is under way.
    total : int
        Units of work, such as fits.
    unit : str
        What they are.
    verbose : int
        0 shows nothing, 1 the bar, 2 lines too.
    """

    def __init__(self, name: str, total: int, unit: str, verbose: int) -> None:
        self.name, self.best = name, -math.inf
        self.verbose, self.bar = verbose, None
        if verbose:
            try:
                tqdm = require("tqdm.auto", extra="tuning", purpose="verbose=1")
                self.bar = tqdm.tqdm(desc=name, total=total, unit=unit)
            except MissingExtraError:
                pass  # then it is lines

    def advance(self, amount: int) -> None:
        """Take note of work that is done."""
        if self.bar is not None:
            self.bar.update(amount)

    def scored(self, score: float, what: str) -> None:
        """Take note of the mean score of a candidate."""
        better = score > self.best
        self.best = max(self.best, score) if math.isfinite(score) else self.best
        if self.bar is not None and better:
            self.bar.set_postfix_str(f"best {self.best:.4g}")
        if self.verbose > (self.bar is not None):
            line = f"{self.name}: {what} scored {score:.4g} (best so far {self.best:.4g})"
            print(line) if self.bar is None else self.bar.write(line)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()


class Tasks:
    """The tasks of a search as scikit-learn's callbacks see them (version 1.9 and later).

    Parameters
    ----------
    search : estimator
        With callbacks or without.
    told : dict
        X, y and metadata, for the callbacks.
    """

    def __init__(self, search: Any, told: dict[str, Any]) -> None:
        self.search, self.told, self.n_evaluations = search, told, 0
        self.root = self.evaluations = None
        if vars(search).get("_skl_callbacks"):
            n_tasks = 1 + (search.refit is not False)
            self.root = search._init_callback_context(max_subtasks=n_tasks)
            self._begin(self.root)

    def begin(self, n_evaluations: int) -> None:
        """The evaluations begin."""
        if self.root is not None:
            self.evaluations = self.root.subcontext(
                task_name="search", max_subtasks=n_evaluations, sequential_subtasks=False
            )
            self._begin(self.evaluations)

    def evaluated(self) -> None:
        """A candidate has been scored on a fold."""
        if self.evaluations is not None:
            task = self.evaluations.subcontext(
                task_name="candidate-split-evaluation", task_id=self.n_evaluations
            )
            self.n_evaluations += 1
            self._begin(task)
            self._end(task)

    def end(self) -> None:
        """The evaluations are over."""
        if self.evaluations is not None:
            self._end(self.evaluations)

    def refitting(self, estimator: Any) -> AbstractContextManager[Any]:
        """While an estimator is trained on all rows."""
        if self.root is None:
            return nullcontext()
        return _Refit(self, self.root.subcontext(task_name="refit-with-best-params"), estimator)

    def finish(self) -> None:
        """The search is over."""
        if self.root is not None:
            self._end(self.root)

    def _begin(self, task: Any) -> None:
        task.call_on_fit_task_begin(estimator=self.search, **self.told)

    def _end(self, task: Any) -> None:
        task.call_on_fit_task_end(estimator=self.search, **self.told)


class _Refit(AbstractContextManager[Any]):
    """The task of the last fit, whose callbacks the estimator hears too."""

    def __init__(self, tasks: Tasks, task: Any, estimator: Any) -> None:
        self.tasks, self.task = tasks, task
        self.propagated = task.propagate_callback_context(estimator)

    def __enter__(self) -> None:
        self.propagated.__enter__()
        self.tasks._begin(self.task)

    def __exit__(self, *error: Any) -> None:
        self.tasks._end(self.task)
        self.propagated.__exit__(*error)
