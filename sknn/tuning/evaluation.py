"""One candidate on one fold: trained, or trained on, and scored. This is what workers do."""

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.metrics._scorer import _MultimetricScorer
from sklearn.model_selection._validation import _fit_and_score, _score
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.multiclass import unique_labels
from sklearn.utils.validation import _check_method_params

from sknn.estimators.base import BaseMLP
from sknn.estimators.population import Fit, fit_together
from sknn.tuning.pickling import content_hash, dumps, loads
from sknn.tuning.problem import Job, Problem
from sknn.tuning.steps import (
    head_of,
    is_own_network,
    last_step,
    partial_fit,
    put_together,
    routed,
)
from sknn.tuning.timeout import time_limit

__all__ = ["candidate_of", "evaluate"]

#: What a job has come to: scores, times, and the traceback where training failed, as
#: scikit-learn's searches have them; and the estimator, where it may be trained on.
Outcome = tuple[dict[str, Any], bytes | None]


def evaluate(
    problem: Problem, jobs: Sequence[Job], states: Sequence[bytes | None]
) -> list[Outcome]:
    """Train candidates on folds and score them.

    Parameters
    ----------
    problem : Problem
        What all jobs share.
    jobs : sequence of Job
        What is to be done; several only where they may be done together.
    states : sequence of bytes or None
        For each job the estimator after ``job.trained`` epochs; None to train from the beginning.

    Returns
    -------
    outcomes : list of Outcome
    """
    with config_context(**problem.config):
        whole = all(job.n_epochs == 0 for job in jobs)
        if problem.networks_alone and not (whole and len(jobs) == 1):
            return _train_networks(problem, jobs, states)
        return [_alone(problem, job, state) for job, state in zip(jobs, states, strict=True)]


def _alone(problem: Problem, job: Job, state: bytes | None) -> Outcome:
    if job.n_epochs == 0:
        return _fit(problem, job), None
    return _train_on(problem, job, state)


def _fit(problem: Problem, job: Job) -> dict[str, Any]:
    """A whole ``fit``, exactly as scikit-learn's searches do it."""
    train, test = problem.splits[job.fold]
    began = time.perf_counter()
    try:
        with time_limit(problem.timeout):
            result: dict[str, Any] = _fit_and_score(
                clone(problem.estimator),
                problem.X,
                problem.y,
                scorer=problem.scorer,
                train=train,
                test=test,
                verbose=0,
                parameters=job.params,
                fit_params=problem.fit_params,
                score_params=problem.score_params,
                return_train_score=problem.return_train_score,
                return_n_test_samples=True,
                return_times=True,
                error_score=problem.error_score,
            )
    except (
        TimeoutError
    ) as late:  # between training and scoring, where scikit-learn does not look for it
        result = _failed(problem, late, time.perf_counter() - began, len(test))
    return result


def _train_on(problem: Problem, job: Job, state: bytes | None) -> Outcome:
    """Some more epochs by ``partial_fit``."""
    began = time.perf_counter()
    try:
        with time_limit(problem.timeout):
            ready = _ready(problem, job, state)
            rows = ready.rows
            partial_fit(ready.last, rows.X, rows.y, ready.n_epochs, ready.params, problem.y)
    except Exception as error:
        n_test_samples = len(problem.splits[job.fold][1])
        return _failed(problem, error, time.perf_counter() - began, n_test_samples), None
    return _scored(problem, job, ready, time.perf_counter() - began)


def _train_networks(
    problem: Problem, jobs: Sequence[Job], states: Sequence[bytes | None]
) -> list[Outcome]:
    """Networks of ours, side by side where that is faster."""
    began = time.perf_counter()
    ready: dict[int, Ready] = {}
    outcomes: dict[int, Outcome] = {}

    def failed(place: int, error: Exception) -> None:
        seconds = (time.perf_counter() - began) / len(jobs)
        n_test_samples = len(problem.splits[jobs[place].fold][1])
        outcomes[place] = _failed(problem, error, seconds, n_test_samples), None

    for place, (job, state) in enumerate(zip(jobs, states, strict=True)):
        try:
            made = _ready(problem, job, state)
        except Exception as error:
            failed(place, error)
            continue
        if is_own_network(made.last):
            ready[place] = made
        else:  # a candidate may have another last step
            outcomes[place] = _alone(problem, job, state)
    classes = None
    if is_classifier(problem.estimator) and any(job.n_epochs for job in jobs):
        classes = unique_labels(problem.y)
    places = list(ready)
    fits = [
        Fit(
            ready[place].last,
            ready[place].rows.X,
            ready[place].rows.y,
            ready[place].params.get("sample_weight"),
            n_epochs=ready[place].n_epochs if jobs[place].n_epochs else None,
            classes=classes if jobs[place].n_epochs else None,
        )
        for place in places
    ]
    try:
        with time_limit(problem.timeout):
            errors = fit_together(fits)
    except TimeoutError as late:
        errors = [late] * len(fits)
    seconds = (time.perf_counter() - began) / len(jobs)
    for place, wrong in zip(places, errors, strict=True):
        if wrong is None:
            outcomes[place] = _scored(problem, jobs[place], ready[place], seconds)
        else:
            failed(place, wrong)
    return [outcomes[place] for place in range(len(jobs))]


@dataclass(frozen=True)
class Ready:
    """What a job needs to train.

    Parameters
    ----------
    estimator, last : estimator
        The candidate, and its step that is trained epoch by epoch.
    rows : Rows
        What that step sees.
    n_epochs : int
        How many more.
    params : dict
        Metadata for it.
    """

    estimator: Any
    last: Any
    rows: "Rows"
    n_epochs: int
    params: dict[str, Any]


def _ready(problem: Problem, job: Job, state: bytes | None) -> Ready:
    estimator = candidate_of(problem, job.params)
    rows = _rows(problem, job, estimator)
    last, n_epochs = last_step(estimator), job.n_epochs
    if state is not None:
        last, n_epochs = loads(state), job.n_epochs - job.trained
    train, _ = problem.splits[job.fold]
    params = routed(estimator, _of_rows(problem, train))[1]
    return Ready(estimator, last, rows, n_epochs, params)


def candidate_of(problem: Problem, params: dict[str, Any]) -> Any:
    """A candidate, which has not been trained.

    Where it is trained in parts, the schedule of a network ends with the most epochs that there may
    be, and steps before it that draw random numbers draw the same ones whenever they are fitted.
    """
    estimator = clone(problem.estimator).set_params(**clone(params, safe=False))
    if problem.max_epochs:
        if isinstance(last_step(estimator), BaseMLP):
            last_step(estimator).set_params(max_iter=problem.max_epochs)
        head = head_of(estimator)
        if head is not None:
            rng = np.random.RandomState(problem.seed)
            for name, value in sorted(head.get_params().items()):
                if name.endswith("random_state") and value is None:
                    head.set_params(**{name: int(rng.randint(2**31 - 1))})
    return estimator


def _scored(problem: Problem, job: Job, ready: Ready, fit_time: float) -> Outcome:
    """The scores of a trained candidate."""
    began, (train, test) = time.perf_counter(), problem.splits[job.fold]
    rows, last = ready.rows, ready.last
    result: dict[str, Any] = {"fit_error": None, "n_test_samples": len(test), "fit_time": fit_time}
    if problem.scores_transformed or rows.head is None:
        seen = {"test": (last, rows.X_test, rows.y_test), "train": (last, rows.X, rows.y)}
    else:
        whole = put_together(ready.estimator, rows.head, last)
        seen = {
            "test": (whole, *_safe_split(whole, problem.X, problem.y, test, train)),
            "train": (whole, *_safe_split(whole, problem.X, problem.y, train)),
        }
    for name, some in [("test", test), ("train", train)][: 1 + problem.return_train_score]:
        params = _check_method_params(problem.X, params=problem.score_params, indices=some)
        result[f"{name}_scores"] = _score(*seen[name], problem.scorer, params, problem.error_score)
        result.setdefault("score_time", time.perf_counter() - began)
    return result, dumps(last) if job.keep else None


def _failed(
    problem: Problem, error: Exception, seconds: float, n_test_samples: int
) -> dict[str, Any]:
    """The result of a fit that has raised."""
    if problem.error_score == "raise":
        raise error
    scores = problem.error_score
    if isinstance(problem.scorer, _MultimetricScorer):
        scores = dict.fromkeys(problem.scorer._scorers, problem.error_score)
    result = {
        "fit_error": "".join(traceback.format_exception(error)),
        "fit_time": seconds,
        "score_time": 0.0,
        "test_scores": scores,
        "n_test_samples": n_test_samples,
    }
    return result | ({"train_scores": scores} if problem.return_train_score else {})


@dataclass(frozen=True)
class Rows:
    """The rows of a fold as the last step sees them.

    Parameters
    ----------
    X, y, X_test, y_test : array-like
        Training and test rows.
    head : Pipeline or None
        The fitted steps before the last.
    """

    X: Any
    y: Any
    X_test: Any
    y_test: Any
    head: Any


def _rows(problem: Problem, job: Job, estimator: Any) -> Rows:
    """The rows of a fold. Steps with the same parameters transform a fold only once."""
    train, test = problem.splits[job.fold]
    head = head_of(estimator)
    key = ("" if head is None else content_hash(head), job.fold)
    known: Rows | None = problem.transformed.get(key)
    if known is not None:
        return known
    X, y = _safe_split(estimator, problem.X, problem.y, train)
    X_test, y_test = _safe_split(estimator, problem.X, problem.y, test, train)
    if head is not None:
        X = head.fit_transform(X, y, **routed(estimator, _of_rows(problem, train))[0])
        X_test = head.transform(X_test)
    rows = Rows(X, y, X_test, y_test, head)
    while len(problem.transformed) >= 2 * len(problem.splits):
        problem.transformed.pop(next(iter(problem.transformed)), None)
    problem.transformed[key] = rows
    return rows


def _of_rows(problem: Problem, rows: Any) -> dict[str, Any]:
    """The metadata of some rows."""
    params: dict[str, Any] = _check_method_params(
        problem.X, params=problem.fit_params, indices=rows
    )
    return params
