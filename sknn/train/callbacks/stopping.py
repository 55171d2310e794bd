"""Stopping rules: when training has gone on long enough."""

import math
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from sknn.config import Choice, Config, Range, param
from sknn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from sknn.train.run import Run

__all__ = [
    "GrowingPatience",
    "LossTolerance",
    "NoImprovement",
    "StillWeights",
    "StoppingRule",
    "TargetLoss",
    "TargetScore",
    "TimeLimit",
]


class StoppingRule(Config, Callback, ABC):
    """Ends training when there is a reason; the fitted ``stop_reason_`` tells it."""

    @abstractmethod
    def reason(self, run: "Run") -> str | None:
        """Why to stop after this epoch, in a sentence; None to go on."""

    def on_epoch_end(self, run: "Run") -> bool:
        reason = self.reason(run)
        if reason:
            run.notice = f"{reason} Stopping."
        return reason is not None


class TimeLimit(StoppingRule):
    """Stop after some time, also in the middle of an epoch.

    Parameters
    ----------
    seconds : float > 0, default=60.0
        Wall-clock time of a fit; the step under way is finished. Of a fit that goes on from a
        checkpoint, the time while it did not run does not count.
    """

    seconds: float = param(60.0, Range(0, None, closed="neither"))

    def on_fit_begin(self, run: "Run") -> None:
        run.memory(self).end = time.monotonic() + self.seconds

    def remember(self, run: "Run") -> dict[str, float]:
        return {"left": run.memory(self).end - time.monotonic()}

    def recall(self, run: "Run", kept: dict[str, float]) -> None:
        run.memory(self).end = time.monotonic() + kept["left"]

    def on_step_end(self, run: "Run") -> None:
        if time.monotonic() >= run.memory(self).end:
            run.stopped = True

    def reason(self, run: "Run") -> str | None:
        late = time.monotonic() >= run.memory(self).end
        return f"The time limit of {self.seconds:g} seconds is reached." if late else None


class TargetLoss(StoppingRule):
    """Stop when the training loss, penalty included, is low enough.

    Parameters
    ----------
    loss : float, default=0.01
        Low enough.
    """

    loss: float = param(0.01, Range(None, None))

    def reason(self, run: "Run") -> str | None:
        return f"The loss is at most {self.loss:g}." if run.loss <= self.loss else None


class TargetScore(StoppingRule):
    """Stop when the validation score is high enough.

    It needs validation rows: ``early_stopping=True``, or ``fit(..., X_val=..., y_val=...)``.

    Parameters
    ----------
    score : float, default=0.99
        High enough.
    """

    score: float = param(0.99, Range(None, None))

    def on_fit_begin(self, run: "Run") -> None:
        require_validation(self, run)

    def reason(self, run: "Run") -> str | None:
        good = run.validation_scores[-1] >= self.score
        return f"The validation score is at least {self.score:g}." if good else None


class LossTolerance(StoppingRule):
    """Stop when the loss of two epochs in a row differs by less than a tolerance.

    Parameters
    ----------
    tol : float > 0, default=1e-6
        The smallest difference that counts as movement.
    """

    tol: float = param(1e-6, Range(0, None, closed="neither"))

    def on_fit_begin(self, run: "Run") -> None:
        run.memory(self).loss = float("inf")

    def reason(self, run: "Run") -> str | None:
        memory = run.memory(self)
        before, memory.loss = memory.loss, run.loss
        still = abs(run.loss - before) < self.tol
        return f"The loss changed by less than {self.tol:g}." if still else None


class StillWeights(StoppingRule):
    """Stop when an epoch hardly moves the weights: |w - w before| < change * |w before|.

    Parameters
    ----------
    change : float > 0, default=1e-4
        The smallest relative change, over all parameters together.
    """

    change: float = param(1e-4, Range(0, None, closed="neither"))

    def on_fit_begin(self, run: "Run") -> None:
        run.memory(self).before = run.network.values.copy()

    def reason(self, run: "Run") -> str | None:
        before, values = run.memory(self).before, run.network.values
        length = float(np.linalg.norm(before))
        moved = float(np.linalg.norm(np.subtract(values, before, out=before)))
        before[:] = values
        still = moved < self.change * length
        return f"The weights changed by less than {self.change:g}." if still else None


class NoImprovement(StoppingRule):
    """Stop after some epochs in a row without improvement of the loss or the validation score.

    The parameters ``tol`` and ``n_iter_no_change`` do the same for the loss, or for the score
    under ``early_stopping``; this rule can watch the other one.

    Parameters
    ----------
    monitor : {"loss", "validation_score"}, default="loss"
        What is watched.
    patience : int >= 1, default=10
        Epochs without improvement before it stops.
    tol : float >= 0, default=1e-4
        An improvement of less than this does not count.
    """

    monitor: str = param("loss", Choice(("loss", "validation_score")))
    patience: int = param(10, Range(1, None, integer=True))
    tol: float = param(1e-4, Range(0, None))

    def on_fit_begin(self, run: "Run") -> None:
        if self.monitor == "validation_score":
            require_validation(self, run)
        memory = run.memory(self)
        memory.best, memory.count = float("inf"), 0

    def reason(self, run: "Run") -> str | None:
        memory = run.memory(self)
        now = run.loss if self.monitor == "loss" else -run.validation_scores[-1]
        memory.count = 0 if now < memory.best - self.tol else memory.count + 1
        memory.best = min(memory.best, now)
        if memory.count < self.patience:
            return None
        name = self.monitor.replace("_", " ")
        return f"The {name} did not improve for {self.patience} epochs."


class GrowingPatience(StoppingRule):
    """Stop when the best epoch lies far behind: once epoch > ``factor`` * best + ``extra``.

    A network that was best in epoch 8 has shown by epoch 36 that it only gets worse, and stops
    after one more; one that was best in epoch 100 has until epoch 220. It needs validation rows.
    Set ``n_iter_no_change=np.inf`` with ``early_stopping=True``, whose own patience ends training
    otherwise, and keeps the best epoch in any case.

    Parameters
    ----------
    factor : float >= 1, default=2.0
        Epochs to go on for each epoch up to the best one.
    extra : int >= 0, default=20
        Epochs beyond that.
    tol : float >= 0, default=0.0
        By what share of the best score all scores of the last ``extra`` epochs must lie below it.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(
    ...     5, callbacks=GrowingPatience(factor=1.5, extra=2), learning_rate_init=0.05,
    ...     early_stopping=True, n_iter_no_change=np.inf, max_iter=1000, random_state=0,
    ... ).fit(X, y)
    >>> net.best_epoch_, net.n_iter_
    (2, 6)

    References
    ----------
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and boosted
    trees on tabular data", arXiv:2407.04491, appendix B (early stopping).
    """

    factor: float = param(2.0, Range(1, None))
    extra: int = param(20, Range(0, None, integer=True))
    tol: float = param(0.0, Range(0, None))

    def on_fit_begin(self, run: "Run") -> None:
        require_validation(self, run)
        memory = run.memory(self)
        memory.best_score, memory.best_epoch = -math.inf, 0

    def reason(self, run: "Run") -> str | None:
        memory, score = run.memory(self), run.validation_scores[-1]
        if score > memory.best_score:
            memory.best_score, memory.best_epoch = score, run.epoch
        lately = max(run.validation_scores[-max(self.extra, 1) :])
        close = self.tol > 0.0 and lately > memory.best_score - self.tol * abs(memory.best_score)
        if close or run.epoch <= self.factor * memory.best_epoch + self.extra:
            return None
        return f"The validation score was best in epoch {memory.best_epoch}."


def require_validation(rule: StoppingRule, run: "Run") -> None:
    """Raise ValueError where a rule that watches the validation score has nothing to watch."""
    if run.validate is None:
        raise ValueError(
            f"{type(rule).__name__} watches the validation score, but there are no validation "
            "rows. Set early_stopping=True, or give X_val and y_val to fit."
        )
