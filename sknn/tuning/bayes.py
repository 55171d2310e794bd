"""Bayesian search: each candidate is proposed in the light of all before it."""

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval

from sknn.tuning.problem import Job
from sknn.tuning.proposals import check_names, proposer
from sknn.tuning.search import Search
from sknn.tuning.session import Session

__all__ = ["BayesSearchCV"]


class BayesSearchCV(Search):
    """Search whose next candidates are likely to be good, judging by those before.

    Optuna's tree-structured Parzen estimator (TPE) splits the candidates so far into the good and
    the rest, and proposes where the good ones are dense and the others are not. Everything else
    is as in RandomizedSearchCV: the table, several metrics, ``refit``, the fitted search as an
    estimator.

    Parameters
    ----------
    estimator : estimator
        What is tuned; any of scikit-learn's kind.
    param_distributions : dict, list of dict, or callable
        For each parameter a list of values, a frozen distribution of SciPy, ``Sometimes``, or a
        distribution of Optuna; as ``search_space`` makes them. A list of dictionaries is searched
        as one, with the dictionary as one more choice. A callable ``space(trial)`` returns the
        parameters of a candidate by Optuna's ``trial.suggest_float`` and its kin, so that one
        value may decide which others there are.
    n_iter : int, default=30
        Candidates.
    n_points : int, default=1
        Candidates proposed at once. Several can be evaluated side by side, but the later of them
        cannot learn from the earlier. The result depends on it, and not on ``n_jobs``.
    sampler : {"tpe", "random"} or optuna.samplers.BaseSampler, default="tpe"
        Who proposes. An object is copied, never changed.
    enqueue : dict or list of dict, optional
        Points to begin with, such as the defaults; parameters that one leaves out are proposed.
    timeout : float, optional
        Seconds for the whole search; it ends with the best so far.
    fit_timeout : float, optional
        Seconds for one candidate on one fold; what takes longer has failed.
    n_iter_no_change : int, optional
        End when so many candidates in a row were no better than the best before them.
    tol : float, default=0.0
        How much better counts as better.
    checkpoint : path, optional
        A folder. All scores are kept there, and a search that was ended, even by ``kill -9``,
        goes on from them when it is started again. They are found only by a search with the same
        data, estimator, space, folds, scorer and ``random_state``.
    scoring, refit, cv, error_score, return_train_score
        As in RandomizedSearchCV. With several metrics the proposals go by the one that ``refit``
        names, or else by the first.
    n_jobs : int, optional
        Processes of this machine.
    backend : None, "joblib" or distributed.Client, optional
        Where candidates are evaluated: None in this process or ``n_jobs`` others, ``"joblib"`` on
        whatever backend of joblib is active, or a Dask cluster by its client.
    stack : bool, default=True
        Train narrow networks of one architecture side by side, as one stacked network: up to
        twice as fast, and the same to rounding. Only with sknn's own, and without ``fit_timeout``.
    random_state : int, RandomState or None
        Of the proposals.
    verbose : int, default=0
        1 shows a bar with the best so far and the time left, 2 prints each score too.

    Attributes
    ----------
    cv_results_ : dict of arrays
        One row per candidate, with the columns of RandomizedSearchCV.
    best_estimator_, best_params_, best_score_, best_index_, refit_time_, scorer_, n_splits_,
    multimetric_, classes_, n_features_in_, feature_names_in_
        As in RandomizedSearchCV.
    study_ : optuna.Study
        For Optuna's own plots and importances. Its names and values are those that the sampler
        sees: an ordered list is there by the places of its values.

    See Also
    --------
    HyperbandSearchCV : Stops bad candidates early.
    sknn.tuning.search_space : A space that is ready made.

    References
    ----------
    Bergstra, Bardenet, Bengio, Kégl, Algorithms for Hyper-Parameter Optimization, NeurIPS 2011.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.tuning import BayesSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=2000, random_state=0)
    >>> space = {"alpha": loguniform(1e-3, 1e2), "activation": ["relu", "tanh"]}
    >>> search = BayesSearchCV(net, space, n_iter=6, cv=3, random_state=0).fit(X, y)
    >>> print(f"{search.best_score_:.2f} after {len(search.cv_results_['params'])} candidates")
    0.98 after 6 candidates
    """

    _parameter_constraints: dict[str, Any] = {
        **Search._parameter_constraints,
        "n_iter": [Interval(Integral, 1, None, closed="left")],
        "n_points": [Interval(Integral, 1, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), None],
        "tol": [Interval(Real, 0, None, closed="left")],
    }

    # parameters that are read here
    n_iter: int
    n_points: int
    n_iter_no_change: int | None
    tol: float

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 30,
        n_points: int = 1,
        sampler: Any = "tpe",
        enqueue: Any = None,
        timeout: float | None = None,
        fit_timeout: float | None = None,
        n_iter_no_change: int | None = None,
        tol: float = 0.0,
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
        return self.n_iter

    def _search(self, session: Session) -> None:
        ask = proposer(
            self.param_distributions, self.sampler, self._points(), session.seed, learns=True
        )
        self.study_ = ask.study
        best, since_best, n_asked = -np.inf, 0, 0
        while n_asked < self.n_iter:
            proposals = ask.ask(min(self.n_points, self.n_iter - n_asked))
            jobs = [Job(n_asked + i, proposal.params) for i, proposal in enumerate(proposals)]
            for job in jobs:
                check_names(self.estimator, list(job.params), type(self).__name__)
            all_results = session.run_on_all_folds(jobs)
            for proposal, job, results in zip(proposals, jobs, all_results, strict=True):
                score = session.table.add(job.params, results)
                ask.tell(proposal, score)
                session.progress.scored(score, f"candidate {job.index + 1}")
                since_best = 0 if score > best + self.tol else since_best + 1
                best = max(best, score) if np.isfinite(score) else best
            n_asked += len(proposals)
            if self.n_iter_no_change is not None and since_best >= self.n_iter_no_change:
                break
