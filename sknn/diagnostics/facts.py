"""The facts of a fit that a diagnosis rests on: numbers, as yet without a judgement."""

import math
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import is_classifier

from sknn.diagnostics.measure import Rows
from sknn.nn.optimizers import LBFGS
from sknn.train.recovery import SLOWDOWN

__all__ = ["Facts", "Layers", "gather"]

Numbers = npt.NDArray[np.float64]

EMPTY = np.empty(0)


@dataclass(frozen=True)
class Layers:
    """Health layer by layer, one row an epoch; the columns of ``GradientHealth``.

    A table without columns was not recorded.
    """

    gradient: Numbers
    backprop: Numbers
    update: Numbers
    dead: Numbers
    saturated: Numbers
    rows: Numbers

    @classmethod
    def of(cls, columns: dict[str, Any]) -> Self | None:
        """From columns such as ``history_``; None where they tell nothing of layers."""
        rows = np.atleast_1d(np.asarray(columns.get("health_rows", []), dtype=float))
        seen = np.isfinite(rows)  # a fit may have gone on without the callback
        if not seen.any():
            return None

        def table(name: str) -> Numbers:
            names = [f"{name}_{k}" for k in range(1, len(columns)) if f"{name}_{k}" in columns]
            found = [np.atleast_1d(np.asarray(columns[name], dtype=float)) for name in names]
            return np.stack(found, axis=1)[seen] if found else np.empty((int(seen.sum()), 0))

        return cls(
            gradient=table("gradient_norm"),
            backprop=table("backprop_norm"),
            update=table("update_ratio"),
            dead=table("dead_units"),
            saturated=table("saturated"),
            rows=rows[seen],
        )

    @property
    def signal(self) -> Numbers:
        """What arrives at the first layer as a share of what leaves the output, by epoch."""
        if self.backprop.shape[1] < 2:
            return EMPTY
        with np.errstate(all="ignore"):
            ratio: Numbers = np.divide(self.backprop[:, 0], self.backprop[:, -1])
        return ratio

    @property
    def total_gradient(self) -> Numbers:
        """Length of the gradient over all layers together, by epoch."""
        total: Numbers = np.linalg.norm(self.gradient, axis=1)
        return total


@dataclass(frozen=True)
class Facts:
    """All that is known of a fit.

    Parameters
    ----------
    name : str
        The estimator's class.
    params : dict
        Its parameters.
    widths : list of int
        Units of each layer, the input included.
    classifier, full_batch : bool
        What it predicts, and whether L-BFGS trained it.
    loss, rate, score, validation_loss : array of shape (n_epochs,)
        The curves; empty where they were not recorded.
    record : Layers or None
        What ``GradientHealth`` recorded.
    measured : Layers or None
        The same, measured now on given rows.
    reached_max_iter : bool
        Training ended since ``max_iter`` did.
    keeps_best : bool
        The network of the epoch with the best validation score was kept.
    slowdowns : int
        How often training diverged and went back.
    guess_loss : float
        Loss of a guess that knows nothing but the number of classes; NaN where there is none.
    inputs : array
        Root mean square of each column of X that is not constant; empty without X.
    own_score, guess_score : float
        Score on the given rows, and of a constant prediction for them; NaN where not known.
    """

    name: str
    params: dict[str, Any]
    widths: list[int]
    classifier: bool
    full_batch: bool
    loss: Numbers = field(default_factory=EMPTY.copy)
    rate: Numbers = field(default_factory=EMPTY.copy)
    score: Numbers = field(default_factory=EMPTY.copy)
    validation_loss: Numbers = field(default_factory=EMPTY.copy)
    record: Layers | None = None
    measured: Layers | None = None
    reached_max_iter: bool = False
    keeps_best: bool = False
    slowdowns: int = 0
    guess_loss: float = float("nan")
    inputs: Numbers = field(default_factory=EMPTY.copy)
    own_score: float = float("nan")
    guess_score: float = float("nan")

    @property
    def layers(self) -> Layers | None:
        """Where gradients are looked up: over the epochs where they were recorded."""
        if self.record is None or (self.measured is not None and not self.record.backprop.size):
            return self.measured
        return self.record

    @property
    def units(self) -> Layers | None:
        """Where units are looked up: on all rows that were given, else as recorded."""
        return self.record if self.measured is None else self.measured

    @property
    def activation_of(self) -> list[Any]:
        """The parameter ``activation``, once for each hidden layer."""
        given = self.params["activation"]
        return list(given) if isinstance(given, (list, tuple)) else [given] * (len(self.widths) - 2)

    @property
    def judged_score(self) -> Numbers:
        """The validation score where it is accuracy or R^2, which the thresholds are made for."""
        return self.score if self.params.get("early_stopping_scoring") is None else EMPTY

    @property
    def kept_epoch(self) -> int:
        """Which epoch's network was kept, counted from 0."""
        if self.keeps_best and np.isfinite(self.score).any():
            return int(np.nanargmax(self.score))
        return len(self.loss) - 1


def gather(estimator: Any, rows: Rows | None) -> Facts:
    """The facts of a fitted estimator, and what ``rows`` tell of it."""
    history = vars(estimator).get("history_") or {"loss": vars(estimator).get("loss_curve_") or []}
    curve = {
        name: np.asarray(history.get(name, []), dtype=float)
        for name in ("loss", "learning_rate", "validation_score", "validation_loss")
    }
    continuation = vars(estimator).get("_continuation", {})
    full_batch = estimator.solver == "lbfgs" or isinstance(estimator.solver, LBFGS)
    incremental = continuation.get("incremental", False)
    by_max_iter = str(vars(estimator).get("stop_reason_", "")).startswith("max_iter=")
    return Facts(
        name=type(estimator).__name__,
        params=estimator.get_params(deep=False),
        widths=[
            estimator._fitted_network().n_features,
            *(weight.shape[-1] for weight in estimator.coefs_),
        ],
        classifier=is_classifier(estimator),
        full_batch=full_batch,
        loss=curve["loss"],
        rate=curve["learning_rate"],
        score=curve["validation_score"],
        validation_loss=curve["validation_loss"],
        record=Layers.of(history),
        measured=None if rows is None else Layers.of(rows.columns),
        reached_max_iter=by_max_iter
        and not incremental
        and vars(estimator).get("n_iter_", 0) >= estimator.max_iter,
        keeps_best=bool(estimator.early_stopping) and not full_batch,
        slowdowns=round(math.log(continuation.get("slowdown", 1.0), SLOWDOWN)),
        guess_loss=_guess_loss(estimator),
        inputs=EMPTY if rows is None else rows.scales,
        own_score=float("nan") if rows is None else rows.score,
        guess_score=float("nan") if rows is None else rows.guess_score,
    )


def _guess_loss(estimator: Any) -> float:
    """log K, the log loss of the same probability for each of K exclusive classes."""
    exclusive = vars(estimator).get("_label_kind") in ("binary", "multiclass")
    if not exclusive or estimator.loss != "log_loss" or len(estimator.classes_) < 2:
        return float("nan")
    return math.log(len(estimator.classes_))
