"""What the model is held against: a constant answer, and a linear model on the same columns."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sknn.interpret.evaluation.answers import Answers
from sknn.interpret.table import Table

__all__ = ["Encoder", "constant_answers", "crossed_linear_answers", "linear_answers"]

Array = npt.NDArray[Any]

#: Categories of a column that the linear model tells apart, rows it is fitted on, and folds of
#: rows where it has none of its own.
MOST_CATEGORIES, MOST_ROWS, N_FOLDS = 30, 20_000, 5


class Encoder:
    """Columns of any kind as numbers: medians for gaps, unit variance, a column per category.

    Parameters
    ----------
    table : Table
        The rows that it is fitted to.
    """

    def __init__(self, table: Table) -> None:
        columns = range(table.n_columns)
        self._numeric = [j for j in columns if table.is_numeric(j)]
        self._others = [j for j in columns if not table.is_numeric(j)]
        filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
        kinds = OneHotEncoder(
            max_categories=MOST_CATEGORIES,
            handle_unknown="infrequent_if_exist",
            sparse_output=False,
        )
        self._steps = [
            (of, step.fit(of(table)))
            for of, own, step in (
                (self._numbers, self._numeric, make_pipeline(filled, StandardScaler())),
                (self._texts, self._others, kinds),
            )
            if own
        ]

    def __call__(self, table: Table) -> Array:
        """The rows as numbers, shape (n, p)."""
        return np.concatenate([step.transform(of(table)) for of, step in self._steps], axis=1)

    def _numbers(self, table: Table) -> Array:
        values = np.stack([table.column(j).astype(float) for j in self._numeric], axis=1)
        return np.where(np.isfinite(values), values, np.nan)

    def _texts(self, table: Table) -> Array:
        texts = [[str(value) for value in table.column(j)] for j in self._others]
        return np.array(texts, dtype=object).T


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
    """What a ridge or logistic regression says that was fitted on the training rows.

    None for labels, and where a class is missing in the training rows.
    """
    if answers.task == "multilabel":
        return None
    rows = np.arange(train.n_rows)
    if len(rows) > MOST_ROWS:
        rows = np.sort(rng.choice(len(rows), MOST_ROWS, replace=False))
    encoder = Encoder(train.take(rows))
    X, X_test, y = encoder(train.take(rows)), encoder(test), y_train[rows]
    if answers.task in ("regression", "multioutput"):
        told = Ridge().fit(X, y.astype(float)).predict(X_test).reshape(answers.predicted.shape)
        return Answers(answers.y, told, None, None, answers.task)
    classes = np.asarray(answers.classes)
    if not np.array_equal(np.unique(y), np.unique(classes)):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(max_iter=300).fit(X, y)
    order = [model.classes_.tolist().index(c) for c in classes.tolist()]
    p = model.predict_proba(X_test)[:, order]
    return Answers(answers.y, model.predict(X_test), p, classes, answers.task)


def crossed_linear_answers(
    answers: Answers, test: Table, rng: np.random.Generator
) -> Answers | None:
    """The same without training rows: each fifth of the rows told by the other four."""
    n = len(answers)
    if n < N_FOLDS:
        return None
    classified = answers.task in ("binary", "multiclass")
    if classified and min(np.unique(answers.y, return_counts=True)[1]) < N_FOLDS:
        return None
    folds = (StratifiedKFold if classified else KFold)(
        N_FOLDS, shuffle=True, random_state=int(rng.integers(2**31))
    )
    predicted = np.empty_like(answers.predicted)
    p = None if answers.classes is None else np.empty((n, len(answers.classes)))
    for others, rows in folds.split(np.zeros(n), answers.y if classified else None):
        part = linear_answers(
            answers.take(rows), test.take(rows), test.take(others), answers.y[others], rng
        )
        if part is None:
            return None
        predicted[rows] = part.predicted
        if p is not None:
            p[rows] = part.p
    return Answers(answers.y, predicted, p, answers.classes, answers.task)
