"""Grid and random search as scikit-learn has them, with what our own searches add."""

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.model_selection import ParameterGrid, ParameterSampler
from sklearn.utils._param_validation import Interval

from sknn.tuning.problem import Job
from sknn.tuning.search import Search
from sknn.tuning.session import Session

__all__ = ["PopulationGridSearchCV", "PopulationRandomizedSearchCV"]


class _AllAtOnce(Search):
    """A search that knows all candidates from the beginning."""

    def _search(self, session: Session) -> None:
        jobs = [Job(i, params) for i, params in enumerate(self._candidates(session.seed))]
        for job, results in zip(jobs, session.run_on_all_folds(jobs), strict=True):
            score = session.table.add(job.params, results)
            session.progress.scored(score, f"candidate {job.index + 1}")

    def _candidates(self, seed: int) -> list[dict[str, Any]]:
        raise NotImplementedError


class PopulationGridSearchCV(_AllAtOnce):
    """GridSearchCV that trains narrow networks side by side.

    Networks of one architecture are trained as one stacked network, over candidates and folds:
    one batched product for each layer in place of many small ones, with the scores of separate
    fits. For any other estimator it is GridSearchCV, with checkpoints, time limits and Dask.

    Parameters
    ----------
    estimator : estimator
        Any of scikit-learn's kind.
    param_grid : dict or list of dict
        Lists of values by name; all combinations are tried.
    timeout, fit_timeout, checkpoint, backend, stack
        As in :class:`BayesSearchCV`.
    scoring, n_jobs, refit, cv, error_score, return_train_score, verbose
        As in GridSearchCV; ``verbose=1`` shows a bar.

    Attributes
    ----------
    cv_results_, best_estimator_, best_params_, best_score_, best_index_, refit_time_, scorer_,
    n_splits_, multimetric_, classes_, n_features_in_, feature_names_in_
        As in GridSearchCV.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.tuning import PopulationGridSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX((8,), learning_rate_init=0.03, tol=0.01, random_state=0)
    >>> search = PopulationGridSearchCV(net, {"alpha": [0.001, 0.1, 10.0]}, cv=3).fit(X, y)
    >>> search.best_params_
    {'alpha': 10.0}
    """

    _parameter_constraints: dict[str, Any] = {
        name: rule
        for name, rule in Search._parameter_constraints.items()
        if name not in ("param_distributions", "sampler", "enqueue", "random_state")
    } | {"param_grid": [dict, list]}

    # parameters that are read here; there is nothing random
    param_grid: Any
    random_state = None

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        timeout: float | None = None,
        fit_timeout: float | None = None,
        checkpoint: Any = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        backend: Any = None,
        stack: bool = True,
        refit: Any = True,
        cv: Any = None,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        verbose: int = 0,
    ) -> None:
        self._take(locals())

    @property
    def _space(self) -> Any:
        return self.param_grid

    def _n_units(self) -> int:
        return len(ParameterGrid(self.param_grid))

    def _candidates(self, seed: int) -> list[dict[str, Any]]:
        return list(ParameterGrid(self.param_grid))


class PopulationRandomizedSearchCV(_AllAtOnce):
    """RandomizedSearchCV that trains narrow networks side by side.

    The same candidates for the same integer ``random_state`` as RandomizedSearchCV; otherwise as
    :class:`PopulationGridSearchCV`.

    Parameters
    ----------
    estimator : estimator
        Any of scikit-learn's kind.
    param_distributions : dict or list of dict
        Lists of values or distributions by name, as ``search_space`` makes them.
    n_iter : int, default=10
        Candidates.
    timeout, fit_timeout, checkpoint, backend, stack
        As in :class:`BayesSearchCV`.
    scoring, n_jobs, refit, cv, random_state, error_score, return_train_score, verbose
        As in RandomizedSearchCV; ``verbose=1`` shows a bar.

    Attributes
    ----------
    cv_results_, best_estimator_, best_params_, best_score_, best_index_, refit_time_, scorer_,
    n_splits_, multimetric_, classes_, n_features_in_, feature_names_in_
        As in RandomizedSearchCV.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.tuning import PopulationRandomizedSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX((8,), learning_rate_init=0.03, tol=0.01, random_state=0)
    >>> space = {"alpha": loguniform(1e-4, 1e1)}
    >>> search = PopulationRandomizedSearchCV(net, space, n_iter=5, cv=3, random_state=0)
    >>> print(f"{search.fit(X, y).best_score_:.2f}")
    0.89
    """

    _parameter_constraints: dict[str, Any] = {
        name: rule
        for name, rule in Search._parameter_constraints.items()
        if name not in ("sampler", "enqueue")
    } | {
        "param_distributions": [dict, list],
        "n_iter": [Interval(Integral, 1, None, closed="left")],
    }

    # a parameter that is read here
    n_iter: int

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
        timeout: float | None = None,
        fit_timeout: float | None = None,
        checkpoint: Any = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        backend: Any = None,
        stack: bool = True,
        refit: Any = True,
        cv: Any = None,
        random_state: Any = None,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        verbose: int = 0,
    ) -> None:
        self._take(locals())

    def _n_units(self) -> int:
        return len(ParameterSampler(self.param_distributions, self.n_iter))

    def _candidates(self, seed: int) -> list[dict[str, Any]]:
        # the user's own random state, so that the candidates are RandomizedSearchCV's
        chance = seed if self.random_state is None else self.random_state
        return list(ParameterSampler(self.param_distributions, self.n_iter, random_state=chance))
