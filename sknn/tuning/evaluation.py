"""One candidate on one fold: trained, or trained on, and scored. This is what workers do."""

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.metrics._scorer import _MultimetricScorer
from sklearn.model_selection._validation import _fit_and_score, _score
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import (
    _routing_enabled,
    get_routing_for_object,
    process_routing,
)
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.multiclass import unique_labels
from sklearn.utils.validation import _check_method_params

from sknn.estimators.base import BaseMLP
from sknn.estimators.population import Fit, fit_together
from sknn.tuning.pickling import content_hash, dumps, loads
from sknn.tuning.timeout import time_limit

__all__ = ["Job", "Problem", "candidate_of", "evaluate", "is_own_network", "last_step", "train_for"]


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Parameters
    ----------
    index : int
        Number of the candidate.
    params : dict
        Its parameters.
    fold : int
        Where it is trained and scored; the session makes a job for each.
    n_epochs : int
        Epochs that it is trained for, from its first on; 0 for a whole ``fit``.
    trained : int
        Epochs that the state has behind it.
    keep : bool
        Whether it may be trained on later.
    """

    index: int
    params: dict[str, Any]
    fold: int = 0
    n_epochs: int = 0
    trained: int = 0
    keep: bool = False


@dataclass
class Problem:
    """What all jobs of a search share.

    Parameters
    ----------
    X, y : array-like
        The data.
    splits : list of pairs of arrays
        Training and test rows of each fold, drawn once.
    fit_params, score_params : dict
        Metadata for ``fit`` or ``partial_fit``, and for the scorer.
    estimator : estimator
        Cloned for each candidate.
    scorer : callable
        As scikit-learn's searches have it.
    scores_transformed : bool
        Whether the scorer may be given the last step of a pipeline and transformed rows.
    error_score : float or "raise"
        Score of a fit that fails.
    return_train_score : bool
        Score the training rows too.
    timeout : float or None
        Seconds that a job may train.
    max_epochs : int
        Most epochs of a candidate that is trained in parts; 0 where each is trained by ``fit``.
    networks_alone : bool
        Whether the base estimator ends in a network of ours, with no metadata but weights, so that
        candidates may be trained side by side.
    config : dict
        scikit-learn's configuration, which workers do not have of themselves.
    seed : int
        Of random numbers that must be the same whenever they are drawn.
    transformed : dict
        Folds as the steps before the last leave them, for as long as the problem lives.
    """

    X: Any
    y: Any
    splits: list[tuple[Any, Any]]
    fit_params: dict[str, Any]
    score_params: dict[str, Any]
    estimator: Any
    scorer: Any
    scores_transformed: bool
    error_score: Any
    return_train_score: bool
    timeout: float | None
    max_epochs: int
    networks_alone: bool
    config: dict[str, Any]
    seed: int = 0
    transformed: dict[Any, Any] = field(default_factory=dict, repr=False)

    def split(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Large arrays, and everything else."""
        large = {"X", "y", "splits", "fit_params", "score_params"}
        values = {name: value for name, value in vars(self).items() if name != "transformed"}
        return (
            {name: value for name, value in values.items() if name in large},
            {name: value for name, value in values.items() if name not in large},
        )


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
            _partial_fit(ready.last, rows.X, rows.y, ready.n_epochs, ready.params, problem.y)
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
    params = _routed(estimator, _of_rows(problem, train))[1]
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
        head = _head(estimator)
        if head is not None:
            rng = np.random.RandomState(problem.seed)
            for name, value in sorted(head.get_params().items()):
                if name.endswith("random_state") and value is None:
                    head.set_params(**{name: int(rng.randint(2**31 - 1))})
    return estimator


def is_own_network(estimator: Any) -> bool:
    """Whether a network is trained by our own ``fit`` and ``partial_fit``, not by a subclass's."""
    if not isinstance(estimator, BaseMLP):
        return False
    owners = [
        next(cls for cls in type(estimator).__mro__ if name in vars(cls))
        for name in ("fit", "partial_fit")
    ]
    return all(owner.__module__.partition(".")[0] == "sknn" for owner in owners)


def _scored(problem: Problem, job: Job, ready: Ready, fit_time: float) -> Outcome:
    """The scores of a trained candidate."""
    began, (train, test) = time.perf_counter(), problem.splits[job.fold]
    rows, last = ready.rows, ready.last
    result: dict[str, Any] = {"fit_error": None, "n_test_samples": len(test), "fit_time": fit_time}
    if problem.scores_transformed or rows.head is None:
        seen = {"test": (last, rows.X_test, rows.y_test), "train": (last, rows.X, rows.y)}
    else:
        whole = _whole(ready.estimator, rows.head, last)
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


def train_for(estimator: Any, X: Any, y: Any, n_epochs: int, params: dict[str, Any]) -> None:
    """Train an estimator, or all steps of a pipeline and the last of them for some epochs.

    Parameters
    ----------
    estimator : estimator
        With its parameters; changed in place.
    X, y : array-like
        The rows.
    n_epochs : int
        Calls of ``partial_fit``.
    params : dict
        Metadata as ``fit`` of the estimator takes it.
    """
    head, last = _head(estimator), last_step(estimator)
    of_head, of_last = _routed(estimator, params)
    seen = X if head is None else head.fit_transform(X, y, **of_head)
    _partial_fit(last, seen, y, n_epochs, of_last, y)
    _whole(estimator, head, last)


def _partial_fit(
    estimator: Any, X: Any, y: Any, n_epochs: int, params: dict[str, Any], all_y: Any
) -> None:
    """Some passes over the same rows; a classifier is told of the classes of all folds."""
    told = dict(params)
    if is_classifier(estimator) and "classes" in signature(estimator.partial_fit).parameters:
        told["classes"] = _classes(estimator, all_y)
    for _ in range(n_epochs):
        estimator.partial_fit(X, y, **told)


def _classes(estimator: Any, y: Any) -> Any:
    if isinstance(estimator, MultiOutputClassifier):
        return [np.unique(column) for column in np.asarray(y).T]
    return unique_labels(y)


def last_step(estimator: Any) -> Any:
    """The estimator that is trained epoch by epoch.

    A subclass of Pipeline may do anything in its ``fit``, and is left whole.
    """
    return estimator.steps[-1][1] if type(estimator) is Pipeline else estimator


# -- what comes before the last step of a pipeline -------------------------------------------------


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
    head = _head(estimator)
    key = ("" if head is None else content_hash(head), job.fold)
    known: Rows | None = problem.transformed.get(key)
    if known is not None:
        return known
    X, y = _safe_split(estimator, problem.X, problem.y, train)
    X_test, y_test = _safe_split(estimator, problem.X, problem.y, test, train)
    if head is not None:
        X = head.fit_transform(X, y, **_routed(estimator, _of_rows(problem, train))[0])
        X_test = head.transform(X_test)
    rows = Rows(X, y, X_test, y_test, head)
    while len(problem.transformed) >= 2 * len(problem.splits):
        problem.transformed.pop(next(iter(problem.transformed)), None)
    problem.transformed[key] = rows
    return rows


def _head(estimator: Any) -> Any:
    """The steps of a pipeline before its last, or None."""
    has_head = type(estimator) is Pipeline and len(estimator.steps) > 1
    return estimator[:-1] if has_head else None


def _of_rows(problem: Problem, rows: Any) -> dict[str, Any]:
    """The metadata of some rows."""
    params: dict[str, Any] = _check_method_params(
        problem.X, params=problem.fit_params, indices=rows
    )
    return params


def _routed(estimator: Any, params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Metadata for the steps before the last, and for the last."""
    if type(estimator) is not Pipeline:
        return {}, params
    if _routing_enabled():
        last = process_routing(estimator, "fit", **params)[estimator.steps[-1][0]].fit
        head = _head(estimator)
        if head is None:
            return {}, dict(last)
        asked = get_routing_for_object(head).consumes("fit_transform", params.keys())
        return {name: params[name] for name in asked}, dict(last)
    prefix = f"{estimator.steps[-1][0]}__"
    return (
        {name: value for name, value in params.items() if not name.startswith(prefix)},
        {name[len(prefix) :]: value for name, value in params.items() if name.startswith(prefix)},
    )


def _whole(estimator: Any, head: Any, last: Any) -> Any:
    """The estimator with its trained steps."""
    if type(estimator) is not Pipeline:
        return last
    before = [] if head is None else head.steps
    estimator.steps = [*before, (estimator.steps[-1][0], last)]
    return estimator
