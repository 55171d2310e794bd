"""What the searches have in common: the way from data and a space to the best estimator."""

import tempfile
import time
import warnings
from abc import abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn import get_config
from sklearn.base import _fit_context, clone, is_classifier
from sklearn.metrics._scorer import _MultimetricScorer
from sklearn.model_selection import check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.model_selection._validation import (
    _insert_error_scores,
    _warn_or_raise_about_fit_failures,
)
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import _check_method_params, indexable

from sknn.estimators.population import is_narrow
from sknn.exceptions import InterruptedFitWarning, InvalidParameterError
from sknn.interruption import Interrupted, ctrl_c_interrupts
from sknn.tuning.evaluation import candidate_of
from sknn.tuning.pickling import content_hash
from sknn.tuning.problem import Job, Problem
from sknn.tuning.progress import Progress, Tasks
from sknn.tuning.proposals import check_names
from sknn.tuning.records import NoRecords, Records, States, code_of, described, fingerprint
from sknn.tuning.session import Session, Table
from sknn.tuning.steps import is_own_network, last_step
from sknn.tuning.workers import TimeUp, workers
from sknn.version import __version__

__all__ = ["Search"]

#: Parameters of a network in which those may differ that are trained side by side.
NUMBERS = {"alpha", "l1", "learning_rate_init", "dropout", "input_dropout", "momentum", "solver"}
NUMBERS |= {"random_state", "tol", "max_iter", "learning_rate", "beta_1", "beta_2", "epsilon"}


class Search(BaseSearchCV):
    """Base of the searches. Not to be used directly.

    scikit-learn's own base class trains each candidate anew, by joblib. This one leaves to
    :class:`Session` how, where and how long a candidate is trained, and keeps all the rest:
    scorers, metadata, the table, the choice, the methods of the fitted search.
    """

    _parameter_constraints: dict[str, Any] = {
        **{k: v for k, v in BaseSearchCV._parameter_constraints.items() if k != "pre_dispatch"},
        "param_distributions": [dict, list, callable],
        "sampler": [str, HasMethods(["sample_relative"])],
        "enqueue": [dict, list, None],
        "random_state": ["random_state"],
        "checkpoint": [str, Path, None],
        "backend": [str, HasMethods(["submit", "scatter"]), None],
        "timeout": [Interval(Real, 0, None, closed="neither"), None],
        "fit_timeout": [Interval(Real, 0, None, closed="neither"), None],
        "stack": ["boolean"],
    }

    #: What is counted while a search runs.
    _unit = "fit"

    # parameters that are read here
    backend: Any
    checkpoint: Any
    enqueue: Any
    fit_timeout: float | None
    param_distributions: Any
    random_state: Any
    sampler: Any
    stack: bool
    timeout: float | None

    def _take(self, given: dict[str, Any]) -> None:
        """Keep the constructor's arguments as they are."""
        for name in self._get_param_names():
            setattr(self, name, given[name])

    # -- hooks -------------------------------------------------------------------------------

    @abstractmethod
    def _search(self, session: Session) -> None:
        """Evaluate candidates and put them into ``session.table``."""

    @abstractmethod
    def _n_units(self) -> int:
        """How much there is to do on one fold, for the progress."""

    def _max_epochs(self) -> int:
        """Most epochs of a candidate that is trained in parts; 0 where each is trained by fit."""
        return 0

    def _refit(self, estimator: Any, X: Any, y: Any, params: dict[str, Any], row: int) -> None:
        """Train the best candidate on all rows."""
        if y is None:
            estimator.fit(X, **params)
        else:
            estimator.fit(X, y, **params)

    def _choose(self, results: dict[str, Any], metric: str) -> int:
        """The row of the best candidate."""
        return int(self._select_best_index(self.refit, metric, results))

    @property
    def _space(self) -> Any:
        """What is searched."""
        return self.param_distributions

    # -- the way -----------------------------------------------------------------------------

    @_fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Search, and train the best candidate on all rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
            Targets.
        **params : dict
            Metadata for the estimator, the scorer and the splitter: ``sample_weight``,
            ``groups``; as in scikit-learn's searches.

        Returns
        -------
        self : object

        Raises
        ------
        InvalidParameterError
            For a name that is no parameter of the estimator, or a space that cannot be searched.
        ValueError
            If no candidate could be trained and scored.
        """
        deadline = time.monotonic() + (self.timeout or float("inf"))
        scorer, metric = self._get_scorers()
        X, y = indexable(X, y)
        params = _check_method_params(X, params=params)
        routed = self._get_routed_params_for_fit(params)
        metadata = {k: v for k, v in params.items() if k == "sample_weight" and v is not None}
        tasks = Tasks(self, {"X": X, "y": y, "metadata": metadata or None})

        cv = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        drawn = cv.split(X, y, **routed.splitter.split)
        splits = [(np.asarray(train), np.asarray(test)) for train, test in drawn]
        self.n_splits_ = len(splits)
        if not splits:
            raise ValueError("No fits were performed, since cv gave no folds.")
        self._check_space()
        problem = Problem(
            X=X,
            y=y,
            splits=splits,
            fit_params=dict(routed.estimator.fit),
            score_params=dict(routed.scorer.score),
            estimator=clone(self.estimator),
            scorer=scorer,
            scores_transformed=not callable(self.scoring) and not isinstance(self.scoring, dict),
            error_score=self.error_score,
            return_train_score=self.return_train_score,
            timeout=self.fit_timeout,
            max_epochs=self._max_epochs(),
            networks_alone=self._are_networks(routed.estimator.fit),
            config=get_config(),
        )
        by_name = isinstance(self.refit, str)  # of a function that scores, what it will return
        table = Table(self.refit if by_name else metric if isinstance(metric, str) else None)
        with ExitStack() as stack:
            session = self._session(problem, table, tasks, deadline, stack)
            try:
                with ctrl_c_interrupts():
                    self._search(session)
            except Interrupted:
                self._settle("interrupted by the user", table)
            except TimeUp:
                self._settle(f"out of time after {self.timeout:g} s", table)
        tasks.end()
        results = self._results(table)
        self.multimetric_ = isinstance(table.results[0][0]["test_scores"], dict)
        if callable(self.scoring) and self.multimetric_:
            self._check_refit_for_multimetric(table.results[0][0]["test_scores"])
            metric = self.refit
        self.scorer_ = scorer._scorers if isinstance(scorer, _MultimetricScorer) else scorer
        self.cv_results_ = results
        if self.refit or not self.multimetric_:
            self._keep_best(results, metric)
        if self.refit:
            self._train_best(problem, routed.estimator.fit, tasks)
        tasks.finish()
        return self

    def _are_networks(self, fit_params: Any) -> bool:
        """Whether what is trained are networks of ours, with no metadata but weights."""
        is_network = is_own_network(last_step(self.estimator))
        return is_network and all(name.endswith("sample_weight") for name in fit_params)

    def _companions(self, problem: Problem) -> Callable[[Job], Any]:
        """What tells which jobs may be done together; None for those that are done alone."""
        shape = getattr(problem.X, "shape", None) or np.shape(problem.X)
        n_rows, n_features = len(problem.splits[0][0]), shape[1:]
        narrow: dict[str, bool] = {}

        def companions(job: Job) -> Any:
            if not (self.stack and problem.networks_alone and n_features) or self.fit_timeout:
                return None
            kind = {k: v for k, v in job.params.items() if k.rpartition("__")[2] not in NUMBERS}
            key = content_hash((kind, job.n_epochs, job.trained))
            if key not in narrow:
                try:
                    network = last_step(candidate_of(problem, job.params))
                except Exception:  # wrong parameters, of which the fit will tell
                    network = None
                narrow[key] = is_own_network(network) and is_narrow(network, n_rows, n_features[0])
            return key if narrow[key] else None

        return companions

    def _check_space(self) -> None:
        """Raise for names that the estimator does not have."""
        given = self._space
        if callable(given):
            return
        for space in [given] if isinstance(given, dict) else given:
            check_names(self.estimator, list(space), type(self).__name__)

    def _points(self) -> list[dict[str, Any]]:
        """The enqueued points."""
        points = [self.enqueue] if isinstance(self.enqueue, dict) else list(self.enqueue or [])
        for point in points:
            if not isinstance(point, dict):
                raise InvalidParameterError(
                    f"enqueue must be a dict of parameters, or a list of such. Got {point!r} in it."
                )
        return points

    def _session(
        self, problem: Problem, table: Table, tasks: Tasks, deadline: float, stack: ExitStack
    ) -> Session:
        """All that a run of the search needs, closed with the stack."""
        records, folder = NoRecords(), None
        if self.checkpoint is not None:
            records = Records(Path(self.checkpoint), self._key(problem), type(self).__name__)
            folder = records.path.with_suffix("")
            stack.callback(records.close)
        drawn = int(check_random_state(self.random_state).randint(2**31 - 1))
        seed = problem.seed = records.seed(drawn)
        states = None
        if self._unit == "epoch":
            if folder is None:
                temporary = tempfile.TemporaryDirectory(prefix="sknn-search-")
                folder = Path(stack.enter_context(temporary))
            states = States(folder)
        total = self._n_units() * self.n_splits_
        progress = Progress(type(self).__name__, total, self._unit, self.verbose)
        stack.callback(progress.close)
        tasks.begin(total)
        hired = stack.enter_context(workers(self.backend, self.n_jobs, problem, deadline))
        companions = self._companions(problem)
        return Session(
            hired, records, states, table, progress, tasks, seed, self.n_splits_, companions
        )

    def _key(self, problem: Problem) -> str:
        """What a checkpoint is good for: all that the results depend on."""
        large, _ = problem.split()
        estimator = (problem.estimator, problem.max_epochs)
        scoring = (self.scoring, self.error_score, self.return_train_score)
        space = (described(self._space), self.random_state)
        code = (code_of(self.scoring), code_of(self._space))
        versions = (__version__, sklearn.__version__, np.__version__)
        return fingerprint(type(self).__name__, large, estimator, scoring, space, code, versions)

    def _settle(self, why: str, table: Table) -> None:
        """End early, with what there is."""
        name = type(self).__name__
        if not table.params:
            if why.startswith("interrupted"):
                raise KeyboardInterrupt
            raise TimeoutError(
                f"{name} was {why}, before the first candidate was scored. Give it a longer "
                "timeout, or fewer folds."
            )
        warnings.warn(
            f"{name} was {why}; it keeps the best of {len(table.params)} scored candidates.",
            InterruptedFitWarning,
            stacklevel=3,
        )

    def _results(self, table: Table) -> dict[str, Any]:
        """The table as ``cv_results_``."""
        out = [result for row in table.results for result in row]
        if not out:
            raise ValueError("No fits were performed, since there were no candidates.")
        _warn_or_raise_about_fit_failures(out, self.error_score)
        if callable(self.scoring):
            _insert_error_scores(out, self.error_score)
        results: dict[str, Any] = self._format_results(
            table.params, self.n_splits_, out, table.more
        )
        return results

    def _keep_best(self, results: dict[str, Any], metric: str) -> None:
        self.best_index_ = self._choose(results, metric)
        self.best_params_ = results["params"][self.best_index_]
        if callable(self.refit):
            return
        self.best_score_ = results[f"mean_test_{metric}"][self.best_index_]
        if self.refit and np.isnan(self.best_score_):
            raise ValueError(
                "No candidate has a finite score on all folds. Set error_score='raise' to see the "
                "first error."
            )

    def _train_best(self, problem: Problem, params: dict[str, Any], tasks: Tasks) -> None:
        best = candidate_of(problem, self.best_params_)
        self.best_estimator_ = best
        began = time.time()
        with tasks.refitting(best):
            self._refit(best, problem.X, problem.y, dict(params), self.best_index_)
        self.refit_time_ = time.time() - began
        if hasattr(best, "feature_names_in_"):
            self.feature_names_in_ = best.feature_names_in_
