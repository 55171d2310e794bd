"""How good predictions are, with intervals by a bootstrap over rows, and held against baselines."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.evaluation.answers import Answers, log_losses

__all__ = ["MEASURES", "Measure", "intervals"]

Array = npt.NDArray[Any]

#: From answers and weights of shape (m, n), rows summing to 1, to m numbers.
Many = Callable[[Answers, Array], Array]


@dataclass(frozen=True)
class Measure:
    """A score: what it is called, which way it is better, and what it is in words."""

    name: str
    label: str
    better: str
    words: str
    of: Many
    needs_p: bool = False

    @property
    def sign(self) -> int:
        return 1 if self.better == "higher" else -1


def _right(a: Answers, w: Array) -> Array:
    return np.asarray(w @ (a.y == a.predicted).astype(float))


def _balanced(a: Answers, w: Array) -> Array:
    codes, right = a.codes, (a.y == a.predicted).astype(float)
    shares = [
        np.divide(
            w[:, here] @ right[here],
            total := w[:, here].sum(axis=1),
            where=total > 0,
            out=np.full(len(w), np.nan),
        )
        for here in (codes == c for c in range(len(a.classes if a.classes is not None else ())))
        if here.any()
    ]
    return np.asarray(np.nanmean(shares, axis=0))


def _log_loss(a: Answers, w: Array) -> Array:
    return np.asarray(w @ log_losses(a))


def _brier(a: Answers, w: Array) -> Array:
    return np.asarray(w @ (np.asarray(a.p)[:, 1] - (a.codes == 1)) ** 2)


def _auc(a: Answers, w: Array) -> Array:
    """The chance that a row of the second class is ranked above one of the first."""
    score = np.asarray(a.p)[:, 1]
    positive = a.codes == 1
    _, place = np.unique(score, return_inverse=True)
    starts = np.flatnonzero(np.diff(np.sort(place), prepend=-1))
    order = np.argsort(place, kind="stable")
    plus = np.add.reduceat((w * positive)[:, order], starts, axis=1)
    minus = np.add.reduceat((w * ~positive)[:, order], starts, axis=1)
    below = np.cumsum(minus, axis=1) - minus / 2
    total = plus.sum(axis=1) * minus.sum(axis=1)
    won = (plus * below).sum(axis=1)
    return np.asarray(np.divide(won, total, where=total > 0, out=np.full(len(w), np.nan)))


def _labels_right(a: Answers, w: Array) -> Array:
    return np.asarray(w @ (a.y == a.predicted).mean(axis=1))


def _all_right(a: Answers, w: Array) -> Array:
    return np.asarray(w @ (a.y == a.predicted).all(axis=1).astype(float))


def _squares(a: Answers) -> Array:
    return np.asarray((a.y - a.predicted) ** 2).reshape(len(a), -1)


def _r2(a: Answers, w: Array) -> Array:
    y = a.y.reshape(len(a), -1)
    y = y - y.mean(axis=0)  # so that squares lose no digits
    spread = w @ y**2 - (w @ y) ** 2
    share = np.divide(w @ _squares(a), spread, where=spread > 0, out=np.full(spread.shape, np.nan))
    return np.asarray(1 - share.mean(axis=1))


def _mae(a: Answers, w: Array) -> Array:
    return np.asarray(w @ a.loss)


def _rmse(a: Answers, w: Array) -> Array:
    return np.asarray(np.sqrt((w @ _squares(a)).mean(axis=1)))


ACCURACY = Measure("accuracy", "accuracy", "higher", "share of rows whose class is right", _right)
BALANCED = Measure(
    "balanced_accuracy",
    "balanced accuracy",
    "higher",
    "share of right rows, the mean over the classes",
    _balanced,
)
LOG_LOSS = Measure(
    "log_loss",
    "log loss",
    "lower",
    "mean surprise: minus the logarithm of the probability that the true class was given",
    _log_loss,
    True,
)
AUC = Measure(
    "roc_auc",
    "ROC AUC",
    "higher",
    "chance that a row of the second class is ranked above one of the first",
    _auc,
    True,
)
BRIER = Measure(
    "brier",
    "Brier score",
    "lower",
    "mean squared distance of the probability from 0 or 1",
    _brier,
    True,
)
LABELS = Measure(
    "label_accuracy", "label accuracy", "higher", "share of labels that are right", _labels_right
)
SUBSET = Measure(
    "subset_accuracy",
    "subset accuracy",
    "higher",
    "share of rows of which all labels are right",
    _all_right,
)
MAE = Measure("mae", "mean absolute error", "lower", "mean distance of the prediction", _mae)
RMSE = Measure(
    "rmse",
    "root mean squared error",
    "lower",
    "root of the mean squared distance; large errors count more",
    _rmse,
)
R2 = Measure(
    "r2",
    "R²",
    "higher",
    "share of the target's variance that is told; of several targets the mean",
    _r2,
)

#: The measures of each task; the first is the one that is told first.
MEASURES = {
    "binary": (ACCURACY, AUC, LOG_LOSS, BRIER, BALANCED),
    "multiclass": (ACCURACY, BALANCED, LOG_LOSS),
    "multilabel": (LABELS, SUBSET, LOG_LOSS),
    "regression": (MAE, R2, RMSE),
    "multioutput": (R2, MAE, RMSE),
}


def intervals(
    answers: Answers,
    weight: Array,
    rng: np.random.Generator,
    n_bootstrap: int,
    measures: tuple[Measure, ...] | None = None,
    confidence: float = 0.95,
) -> list[tuple[Measure, float, float, float]]:
    """Each measure with the percentiles of a bootstrap over rows.

    Parameters
    ----------
    weight : array of shape (n,)
        Weights that sum to 1.
    """
    chosen = MEASURES[answers.task] if measures is None else measures
    chosen = tuple(m for m in chosen if answers.p is not None or not m.needs_p)
    n = len(answers)
    drawn: list[list[Array]] = [[] for _ in chosen]
    at_once = max(1, min(n_bootstrap, 2_000_000 // n))
    done = 0
    while done < n_bootstrap and n > 1:
        size = min(at_once, n_bootstrap - done)
        w = rng.multinomial(n, np.full(n, 1 / n), size=size) * weight
        w = w[w.sum(axis=1) > 0]
        w = w / w.sum(axis=1, keepdims=True)
        for found, measure in zip(drawn, chosen, strict=True):
            found.append(measure.of(answers, w))
        done += size
    tail = 50 * (1 - confidence)
    out = []
    for found, measure in zip(drawn, chosen, strict=True):
        value = float(measure.of(answers, weight[np.newaxis])[0])
        resampled = np.concatenate(found) if found else np.array([np.nan])
        resampled = resampled[np.isfinite(resampled)]
        low, high = (
            np.percentile(resampled, [tail, 100 - tail]) if len(resampled) else (np.nan,) * 2
        )
        out.append((measure, value, float(low), float(high)))
    return out
