"""What the model is held against: a constant answer, and a linear model on the same columns."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from sknn.interpret.report.measures import Answers
from sknn.interpret.table import Table

__all__ = ["Encoder", "constant_answers", "linear_answers"]

Array = npt.NDArray[Any]

#: Categories of a column that the linear model tells apart, and rows it is fitted on.
MOST_CATEGORIES, MOST_ROWS = 30, 20_000


class Encoder:
    """Columns of any kind as numbers: medians for gaps, unit variance, a column per category."""

    def __init__(self, table: Table) -> None:
        self._ways = [self._way(table, j) for j in range(table.n_columns)]

    @staticmethod
    def _way(table: Table, column: int) -> Any:
        values = table.column(column)
        if table.is_numeric(column):
            known = values[np.isfinite(values)]
            if not len(known):
                return 0.0, 0.0, 1.0
            return float(np.median(known)), float(known.mean()), float(known.std()) or 1.0
        kinds, counts = np.unique([str(v) for v in values], return_counts=True)
        return kinds[np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]]

    def __call__(self, table: Table) -> Array:
        """The rows as numbers, shape (n, p)."""
        columns: list[Array] = []
        for j, way in enumerate(self._ways):
            values = table.column(j)
            if isinstance(way, tuple):
                middle, mean, sd = way
                filled = np.where(np.isfinite(values.astype(float)), values.astype(float), middle)
                columns.append(((filled - mean) / sd)[:, np.newaxis])
                gaps = ~np.isfinite(values.astype(float))
                columns.append(gaps.astype(float)[:, np.newaxis])
            else:
                texts = np.array([str(v) for v in values])
                columns.append((texts[:, np.newaxis] == way[np.newaxis]).astype(float))
        return np.concatenate(columns, axis=1)


def constant_answers(answers: Answers, y_train: Array, weight: Array | None) -> Answers:
    """The best answer that is the same for every row: class frequencies, or a mean."""
    n, task = len(answers), answers.task
    weight = np.full(len(y_train), 1 / len(y_train)) if weight is None else weight
    if task in ("regression", "multioutput"):
        mean = np.tensordot(weight, y_train.astype(float), axes=1)
        told = np.broadcast_to(mean, answers.predicted.shape)
        return Answers(answers.y, told, None, None, task)
    if task == "multilabel":
        often = np.broadcast_to(weight @ y_train, answers.y.shape).astype(float)
        p = None if answers.p is None else often
        return Answers(answers.y, (often > 0.5).astype(int), p, answers.classes, task)
    classes = np.asarray(answers.classes)
    shares = np.array([weight[y_train == c].sum() for c in classes])
    told = np.repeat(classes[[int(np.argmax(shares))]], n)
    p = None if answers.p is None else np.broadcast_to(shares, (n, len(classes))).astype(float)
    return Answers(answers.y, told, p, classes, task)


def linear_answers(
    answers: Answers, test: Table, train: Table, y_train: Array, rng: np.random.Generator
) -> Answers | None:
    """A ridge or logistic regression that was fitted on the training rows; None for labels."""
    if answers.task == "multilabel":
        return None
    rows = np.arange(train.n_rows)
    if len(rows) > MOST_ROWS:
        rows = np.sort(rng.choice(len(rows), MOST_ROWS, replace=False))
    encoder = Encoder(train)
    X, X_test, y = encoder(train.take(rows)), encoder(test), y_train[rows]
    if answers.task in ("regression", "multioutput"):
        told = Ridge().fit(X, y.astype(float)).predict(X_test).reshape(answers.predicted.shape)
        return Answers(answers.y, told, None, None, answers.task)
    classes = np.asarray(answers.classes)
    if len(np.unique(y)) < len(classes):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(max_iter=300).fit(X, y)
    if not np.array_equal(model.classes_, classes):
        return None
    return Answers(
        answers.y, model.predict(X_test), model.predict_proba(X_test), classes, answers.task
    )
