"""What the tuned model does on rows it has never seen, and which columns it looks at."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix

from sknn.cli.data import Table
from sknn.cli.models import measures, quiet, ruler
from sknn.interpret import Explanation, partial_dependence, permutation_importance, shap_values

__all__ = ["Curve", "Insight", "look"]

N_CURVES = 4
MAX_BARS = 8  # categories of a partial dependence
MAX_LINES = 3  # classes of a partial dependence
MAX_SHAP = 120  # rows whose Shapley values are found
MAX_BACKGROUND = 50  # rows that they are compared with


@dataclass
class Curve:
    """The mean prediction as one column changes: one row of ``mean`` per shown output."""

    column: str
    values: np.ndarray  # numbers, or strings
    mean: np.ndarray  # (n_outputs, n_values)
    outputs: list[str]


@dataclass
class Insight:
    """Results on the held-out test rows."""

    rows: dict[str, tuple[float, float]]  # both measures of each model
    y: Any
    predicted: Any
    classes: list[Any]
    confusion: np.ndarray | None
    importance_of: str  # what shuffling a column makes worse
    columns: list[str]  # most important first
    importance: np.ndarray  # (n_columns, n_repeats)
    curves: list[Curve]
    answer: str  # what the curves show
    contributions: Explanation  # Shapley values of some rows


def look(table: Table, models: dict[str, Any], X_train: Any, X: Any, y: Any, seed: int) -> Insight:
    """Score fitted pipelines on test rows; ask which columns the first one uses, and how."""
    model = next(iter(models.values()))
    predicted = model.predict(X)
    classes = list(model.classes_) if table.is_classification else []
    score, second = measures(table)
    measure = ruler(table)
    shuffled = permutation_importance(
        model,
        X,
        y,
        scoring=measure.scorer,
        n_repeats=10 if X.shape[1] <= 50 else 5,
        random_state=seed,
    )
    order = np.argsort(-shuffled.importances_mean, kind="stable")
    columns = [X.columns[i] for i in order]
    curves = [dependence(table, model, X, y, column, classes) for column in columns[:N_CURVES]]
    if not table.is_classification:
        answer = f"mean prediction of {table.target}"
    elif len(classes) == 2:
        answer = f"mean probability of {table.target} = {classes[1]}"
    else:
        answer = f"mean probability of each {table.target}"
    return Insight(
        rows={name: (score(model, X, y), second(model, X, y)) for name, model in models.items()},
        y=y,
        predicted=predicted,
        classes=classes,
        confusion=confusion_matrix(y, predicted, labels=classes) if classes else None,
        importance_of=f"{'rise' if measure.sign < 0 else 'fall'} of {measure.label}",
        columns=columns,
        importance=shuffled.importances[order],
        curves=curves,
        answer=answer,
        contributions=contributions(model, X_train, X, seed),
    )


def contributions(model: Any, X_train: Any, X: Any, seed: int) -> Explanation:
    """What each column adds to the predictions of some test rows, beside some rows of training."""
    with quiet():
        return shap_values(
            model,
            X.iloc[:MAX_SHAP],
            X_train.sample(min(len(X_train), MAX_BACKGROUND), random_state=seed),
            tol=0.05,
            random_state=seed,
        )


def dependence(table: Table, model: Any, X: Any, y: Any, column: str, classes: list) -> Curve:
    """Partial dependence of the prediction on one raw column."""
    if column in table.numeric:
        low, high = X[column].quantile([0.02, 0.98])
        values = np.unique(X[column].dropna())
        if len(values) > 25:
            values = np.linspace(low, high, 25)
    else:
        values = X[column].value_counts().index[:MAX_BARS].to_numpy(dtype=object)
    with warnings.catch_warnings():
        # a column of a sample may lack categories that others have
        warnings.filterwarnings("ignore", "Found unknown categories", UserWarning)
        mean = partial_dependence(
            model, X, [column], custom_values={column: values}, kind="average"
        )["average"]
    outputs = [str(name) for name in classes]
    if len(classes) > 2:  # the classes that this column moves most
        moved = np.sort(np.argsort(-np.ptp(mean, axis=1), kind="stable")[:MAX_LINES])
        return Curve(column, values, mean[moved], [outputs[i] for i in moved])
    return Curve(column, values, mean, outputs[-1:] or [table.target])
