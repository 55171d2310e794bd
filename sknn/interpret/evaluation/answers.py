"""What a model says of rows whose targets are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.multiclass import type_of_target

from sknn.exceptions import InvalidParameterError

__all__ = ["Answers", "answers_of", "log_losses", "task_of"]

Array = npt.NDArray[Any]

#: Probabilities are kept so far from 0 and 1 before their logarithm is taken.
TINY = 1e-15


@dataclass(frozen=True)
class Answers:
    """What is known and what was told about some rows.

    Attributes
    ----------
    y, predicted : array of shape (n,) or (n, k)
    p : array of shape (n, k) or None
        Probability of each class, or of each label.
    classes : array or None
    """

    y: Array
    predicted: Array
    p: Array | None
    classes: Array | None
    task: str

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: Array) -> "Answers":
        """Some of the rows."""
        p = None if self.p is None else self.p[rows]
        return Answers(self.y[rows], self.predicted[rows], p, self.classes, self.task)

    @property
    def codes(self) -> Array:
        """The true classes by number; -1 for one that the model never saw."""
        where: dict[Any, int] = {c: i for i, c in enumerate(np.asarray(self.classes).tolist())}
        return np.array([where.get(label, -1) for label in self.y.tolist()])

    @property
    def loss(self) -> Array:
        """What each row's error costs: log loss, a wrong class, or the absolute error."""
        if self.task in ("regression", "multioutput"):
            return np.asarray(np.abs(self.y - self.predicted).reshape(len(self), -1).mean(axis=1))
        if self.p is None:
            return np.asarray((self.y != self.predicted).reshape(len(self), -1).mean(axis=1))
        return log_losses(self)


def task_of(y: Array, is_classifier: bool) -> str:
    """``"binary"``, ``"multiclass"``, ``"multilabel"``, ``"regression"`` or ``"multioutput"``.

    Raises
    ------
    InvalidParameterError
        For targets that a report cannot tell about.
    """
    if not is_classifier:
        return "multioutput" if y.ndim == 2 and y.shape[1] > 1 else "regression"
    kind = type_of_target(y)
    if kind == "multiclass-multioutput":
        raise InvalidParameterError(
            "A report is about one target of classes, or about several labels of two values each. "
            "y_test has several targets of more than two classes. Report on the estimator of each "
            "target by itself, for example those in MultiOutputClassifier.estimators_."
        )
    return "multilabel" if kind == "multilabel-indicator" else "classes"


def answers_of(estimator: Any, rows: Any, y: Any, task: str) -> Answers:
    """Ask an estimator about rows."""
    predicted = np.asarray(estimator.predict(rows))
    y = np.asarray(y)
    if task in ("regression", "multioutput"):
        predicted = predicted.astype(float)
        return Answers(y.astype(float).reshape(predicted.shape), predicted, None, None, task)
    p: Any = None
    if hasattr(estimator, "predict_proba"):
        p = estimator.predict_proba(rows)
        if isinstance(p, list):  # one table for each label
            p = np.stack([_of_one(part) for part in p], axis=1)
        p = np.asarray(p, dtype=float)
    if task == "multilabel":
        return Answers(y, predicted, p, np.arange(y.shape[1]), task)
    classes = np.asarray(getattr(estimator, "classes_", np.unique(y)))
    return Answers(y, predicted, p, classes, "binary" if len(classes) == 2 else "multiclass")


def _of_one(p: Array) -> Array:
    """How probable the second class is; 0 where only one was seen."""
    return np.asarray(p[:, 1] if p.shape[1] > 1 else np.zeros(len(p)), dtype=float)


def log_losses(a: Answers) -> Array:
    """Minus the logarithm of the probability that each row's truth was given."""
    p = np.clip(np.asarray(a.p), TINY, 1 - TINY)
    if a.task == "multilabel":
        return np.asarray(-np.where(a.y == 1, np.log(p), np.log1p(-p)).mean(axis=1))
    codes = a.codes
    chosen = np.where(codes >= 0, p[np.arange(len(p)), codes], TINY)
    return np.asarray(-np.log(chosen))
