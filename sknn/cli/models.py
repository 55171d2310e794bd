"""The models of the demo: one pipeline, two networks, a baseline, and a search."""

import math
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from sknn import MLPClassifierX, MLPRegressorX
from sknn.cli.data import Table
from sknn.exceptions import InterruptedFitWarning

__all__ = [
    "GRID",
    "Comparison",
    "Measure",
    "candidates",
    "columns",
    "compare",
    "measures",
    "n_candidates",
    "network",
    "prefix",
    "quiet",
    "ruler",
    "search",
    "split",
    "splitter",
]

OURS, THEIRS = "sknn", "scikit-learn"
MAX_CATEGORIES = 20  # of a column; the rarer ones share one
SLOW_SEARCH = 10.0  # seconds from which starting a second process pays
GRID: dict[str, list[Any]] = {
    "hidden_layer_sizes": [(50,), (100,), (50, 50)],
    "alpha": [0.0001, 1.0],
    "dropout": [0.0, 0.2],
}


@dataclass(frozen=True)
class Measure:
    """A score by scikit-learn's name, and how it is shown."""

    scorer: str
    label: str
    sign: int = 1  # -1 for what scikit-learn negates

    def __call__(self, model: Any, X: Any, y: Any) -> float:
        return self.sign * float(get_scorer(self.scorer)(model, X, y))


def measures(table: Table) -> tuple[Measure, Measure]:
    """What counts: the score by which models are chosen, and a second one."""
    if table.is_classification:
        return Measure("accuracy", "accuracy"), Measure("neg_log_loss", "log loss", -1)
    return Measure("r2", "R²"), Measure("neg_mean_absolute_error", "mean absolute error", -1)


def ruler(table: Table) -> Measure:
    """The finer of the two measures: log loss also sees a probability that moves a little."""
    score, second = measures(table)
    return second if table.is_classification else score


@contextmanager
def quiet() -> Iterator[None]:
    """One BLAS thread, and no warnings about training that ends after the demo's epochs.

    With more threads scikit-learn's network becomes many times slower as soon as another program
    keeps a core busy, and the comparison would tell of that program.
    """
    with warnings.catch_warnings(), threadpool_limits(1, user_api="blas"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", InterruptedFitWarning)  # of a worker; Ctrl-C ends all
        yield


def epochs(table: Table) -> int:
    """Enough epochs to learn, few enough that the demo is done within two minutes."""
    width = len(table.numeric) + sum(
        min(MAX_CATEGORIES, table.X[c].nunique()) for c in table.categorical
    )
    work = len(table.X) * (100 + width)  # grows as the multiplications of an epoch
    return int(np.clip(6e7 / work, 20, 200))


def pipeline(table: Table, model: Any) -> Pipeline:
    """Preprocessing that is fitted on training rows alone, then a model."""
    if not table.is_classification:
        # the network learns a target of mean 0 and standard deviation 1
        model = TransformedTargetRegressor(model, transformer=StandardScaler())
    return Pipeline([("columns", columns(table)), ("net", model)])


def columns(table: Table) -> ColumnTransformer:
    """Numbers filled in and scaled, categories encoded."""
    numbers = Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scale", StandardScaler()),
        ]
    )
    categories = Pipeline(
        [
            # a value that is missing tells something too, so it is a category of its own
            ("impute", SimpleImputer(strategy="constant", fill_value="(missing)")),
            (
                "encode",
                OneHotEncoder(
                    handle_unknown="ignore",
                    min_frequency=0.01,
                    max_categories=MAX_CATEGORIES,
                    sparse_output=False,
                ),
            ),
        ]
    )
    return ColumnTransformer(
        [("numbers", numbers, table.numeric), ("categories", categories, table.categorical)],
        sparse_threshold=0,
    )


def candidates(table: Table, seed: int) -> dict[str, Pipeline]:
    """The models to compare, by name: two networks of the same parameters and a baseline."""
    same: dict[str, Any] = {"max_iter": epochs(table), "random_state": seed}
    if table.is_classification:
        return {
            f"{OURS} MLPClassifierX": pipeline(table, MLPClassifierX(**same)),
            f"{THEIRS} MLPClassifier": pipeline(table, MLPClassifier(**same)),
            "most frequent class": pipeline(table, DummyClassifier()),
        }
    return {
        f"{OURS} MLPRegressorX": pipeline(table, MLPRegressorX(**same)),
        f"{THEIRS} MLPRegressor": pipeline(table, MLPRegressor(**same)),
        "mean of the target": pipeline(table, DummyRegressor()),
    }


def network(model: Pipeline) -> Any:
    """The fitted network inside a pipeline."""
    last = model["net"]
    return getattr(last, "regressor_", last)


def split(table: Table, seed: int) -> list[Any]:
    """``X_train, X_test, y_train, y_test``, a quarter of the rows for the test."""
    return train_test_split(
        table.X,
        table.y,
        test_size=0.25,
        random_state=seed,
        stratify=table.y if table.is_classification else None,
    )


def splitter(table: Table, y: Any, seed: int, most: int) -> Any:
    """Folds of a cross-validation, fewer where a class is small."""
    if not table.is_classification:
        return KFold(most, shuffle=True, random_state=seed)
    smallest = int(np.unique(y, return_counts=True)[1].min())
    return StratifiedKFold(min(most, smallest), shuffle=True, random_state=seed)


@dataclass
class Comparison:
    """Cross-validated models side by side; arrays hold one number per fold."""

    scores: dict[str, np.ndarray]
    second: dict[str, np.ndarray]
    seconds: dict[str, np.ndarray]
    largest_difference: float  # between what both networks predict
    curves: dict[str, list[float]]  # loss of each epoch, in the first fold
    max_iter: int

    @property
    def n_folds(self) -> int:
        """Folds of the cross-validation."""
        return len(next(iter(self.scores.values())))

    @property
    def seconds_per_fit(self) -> float:
        """Mean fit time of our network."""
        return float(next(iter(self.seconds.values())).mean())

    @property
    def speedups(self) -> np.ndarray:
        """Fit time of scikit-learn's network over ours, in each fold."""
        ours, theirs, *_ = self.seconds.values()
        return theirs / ours


def compare(
    table: Table, X: Any, y: Any, seed: int, progress: Callable[[Iterable[Any]], Iterable[Any]]
) -> Comparison:
    """Cross-validate the networks and the baseline on the same folds.

    The fits take turns, and the first place in the turn changes from fold to fold, so that
    neither network gains from what else the machine is doing.
    """
    models = candidates(table, seed)
    score, second = measures(table)
    result = Comparison(
        scores={name: np.empty(0) for name in models},
        second={name: np.empty(0) for name in models},
        seconds={name: np.empty(0) for name in models},
        largest_difference=0.0,
        curves={},
        max_iter=epochs(table),
    )
    ours, theirs, baseline = models
    folds = list(splitter(table, y, seed, most=5).split(X, y))
    with quiet():
        for name in (ours, theirs):  # warm up, not counted
            clone(models[name]).set_params(**{f"{prefix(table)}max_iter": 2}).fit(X, y)
        for fold, (train, test) in enumerate(progress(folds)):
            fitted = {}
            for name in (ours, theirs, baseline) if fold % 2 else (theirs, ours, baseline):
                model = clone(models[name])
                start = time.perf_counter()
                fitted[name] = model.fit(X.iloc[train], y[train])
                seconds = time.perf_counter() - start
                here = X.iloc[test], y[test]
                for numbers, value in (
                    (result.scores, score(model, *here)),
                    (result.second, second(model, *here)),
                    (result.seconds, seconds),
                ):
                    numbers[name] = np.append(numbers[name], value)
            outputs = [output(fitted[name], X.iloc[test]) for name in (ours, theirs)]
            difference = float(np.abs(outputs[0] - outputs[1]).max())
            result.largest_difference = max(result.largest_difference, difference)
            if not fold:
                result.curves = {n: network(fitted[n]).loss_curve_ for n in (ours, theirs)}
    return result


def output(model: Pipeline, X: Any) -> np.ndarray:
    """Probabilities of a classifier, predictions of a regressor."""
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def prefix(table: Table) -> str:
    """How a pipeline names the parameters of its network."""
    return "net__" if table.is_classification else "net__regressor__"


def search(table: Table, X: Any, y: Any, seed: int, seconds_per_fit: float) -> GridSearchCV:
    """Tune size, weight decay and dropout by grid search, and refit the best on all of X."""
    model = next(iter(candidates(table, seed).values()))
    folds = splitter(table, y, seed, most=3)
    long = n_fits(folds) * seconds_per_fit > SLOW_SEARCH
    tuned = GridSearchCV(
        model,
        {prefix(table) + name: values for name, values in GRID.items()},
        scoring=ruler(table).scorer,
        cv=folds,
        n_jobs=min(2, os.cpu_count() or 1) if long else 1,
        error_score="raise",
    )
    with quiet():
        return tuned.fit(X, y)


def n_candidates() -> int:
    """Candidates of the search."""
    return math.prod(len(values) for values in GRID.values())


def n_fits(folds: Any) -> int:
    """Fits of the search, the last one on all rows included."""
    return n_candidates() * folds.get_n_splits() + 1
