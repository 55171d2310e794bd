"""How good predictions are, and what a fit and a prediction cost, of one model on one table."""

import platform
import resource
import statistics
import time
from importlib.metadata import version

import numpy as np
from sklearn.metrics import (
    brier_score_loss,
    log_loss,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

from tables.data import load, split
from tables.models import Problem

__all__ = ["measured"]


def measured(model, name, folder, rows, repeat):
    """Fit a model on a table, and tell its scores and what they cost.

    Raises
    ------
    ImportError
        If its library is not installed.
    """
    X, y, is_classification = load(name, folder, rows)
    categorical = list(X.select_dtypes("category").columns)
    numeric = [column for column in X if column not in categorical]
    problem = Problem(is_classification, numeric, categorical, repeat)
    X_train, X_test, y_train, y_test = split(X, y, is_classification, repeat)
    estimator = model.build(problem)
    found = {
        "classification": is_classification,
        "n_train": len(X_train),
        "n_test": len(X_test),
        "n_features": X.shape[1],
        **_cost_of_fit(estimator, X_train, y_train),
    }
    predict = estimator.predict_proba if is_classification else estimator.predict
    rows_of_one = [X_test.iloc[[i]] for i in range(7)]
    found["predict_seconds"] = _median_seconds(lambda: predict(X_test), 3)
    found["predict_one_seconds"] = statistics.median(
        _median_seconds(lambda row=row: predict(row), 1) for row in rows_of_one
    )
    found["peak_mb"] = max(found["peak_mb"], _peak())
    score = _of_classes if is_classification else _of_numbers
    libraries = dict.fromkeys((*model.libraries, "scikit-learn", "numpy", "pandas"))
    versions = {library: version(library) for library in libraries}
    return (
        found
        | score(estimator, X_test, y_test)
        | {"versions": versions | {"python": platform.python_version()}}
    )


def _of_classes(estimator, X, y):
    """Scores of predicted classes and probabilities."""
    probability = np.asarray(estimator.predict_proba(X), float)
    probability /= probability.sum(axis=1, keepdims=True)  # float32 sums to one only nearly
    labels = np.arange(probability.shape[1])
    binary = len(labels) == 2
    predicted = np.asarray(estimator.predict(X)).ravel()
    return {
        "error": float(np.mean(predicted != y)),
        "log_loss": float(log_loss(y, probability, labels=labels)),
        "auc": float(
            roc_auc_score(y, probability[:, 1])
            if binary
            else roc_auc_score(y, probability, multi_class="ovr", average="macro")
        ),
        "brier": float(brier_score_loss(y, probability, labels=labels)),
    }


def _of_numbers(estimator, X, y):
    """Scores of predicted numbers."""
    predicted = np.asarray(estimator.predict(X), float).ravel()
    return {
        "nrmse": float(root_mean_squared_error(y, predicted) / np.std(y)),
        "mae": float(mean_absolute_error(y, predicted)),
        "r2": float(r2_score(y, predicted)),
    }


def _cost_of_fit(estimator, X, y):
    """Seconds on the wall and of the processor, and megabytes, of a fit."""
    total = _peak()
    _forget_peak()
    before, wall, processor = _peak(), time.perf_counter(), _processor_seconds()
    estimator.fit(X, y)
    seconds = time.perf_counter() - wall, _processor_seconds() - processor
    return {
        "fit_seconds": seconds[0],
        "fit_cpu_seconds": seconds[1],
        "fit_mb": _peak() - before,
        "peak_mb": max(total, _peak()),
    }


def _processor_seconds():
    """Of this process, and of those it started that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _peak():
    """The most memory that this process had so far, in megabytes."""
    unit = 2**20 if platform.system() == "Darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _forget_peak():
    """Let the peak be the memory of this moment, where the system can: imports peak as well."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def _median_seconds(work, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
