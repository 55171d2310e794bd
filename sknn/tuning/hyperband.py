"""Hyperband: many candidates for a few epochs, and those that do well are trained on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from sknn.exceptions import InvalidParameterError
from sknn.tuning.brackets import Bracket, plan
from sknn.tuning.problem import Job
from sknn.tuning.proposals import Proposal, Proposer, check_names, proposer
from sknn.tuning.search import Search
from sknn.tuning.session import Session
from sknn.tuning.steps import last_step, train_for

__all__ = ["HyperbandSearchCV"]


@dataclass
class Racer:
    """A candidate, and how it has done so far."""

    index: int
    proposal: Proposal
    bracket: Bracket
    rungs: list[tuple[int, float]] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The last mean score."""
        return self.rungs[-1][1]

    def job(self) -> Job:
        """The way to the next rung."""
        rung = len(self.rungs)
        n_epochs = self.bracket.n_epochs[rung]
        trained = self.rungs[-1][0] if self.rungs else 0
        keep = rung + 1 < len(self.bracket.n_epochs)
        return Job(self.index, self.proposal.params, n_epochs=n_epochs, trained=trained, keep=keep)


class HyperbandSearchCV(Search):
    """Search that gives many candidates a few epochs, and more only to those that do well.

    The resource is epochs, by ``partial_fit``. In each *bracket* some candidates are trained for
    a few epochs and scored by cross-validation; the best one in ``eta`` of them are trained on,
    from where they are, weights and moments of the optimizer and order of the rows included, to
    ``eta`` times the epochs; and so on up to ``max_epochs``. Brackets differ in how soon they
    judge. With the default ``max_epochs=81`` there are 143 candidates and 1581 epochs, as many as
    20 candidates would take in full.

    Parameters
    ----------
    estimator : estimator
        With ``partial_fit``, or a Pipeline (no subclass) whose last step has it: the steps before
        are fitted once per fold, with a seed of the search where theirs is None. The networks of
        sknn lay out their learning rate schedule over ``max_epochs`` here, whatever their
        ``max_iter``.
    param_distributions : dict, list of dict, or callable
        As in :class:`BayesSearchCV`. The number of epochs is not to be among them.
    max_epochs : int, default=81
        R: epochs of the candidates that are never left behind.
    min_epochs : int, default=1
        Epochs after which a candidate is judged at the soonest.
    eta : int, default=3
        One in ``eta`` is promoted, to ``eta`` times the epochs.
    brackets : int, optional
        Only so many brackets, from the one that judges soonest; 1 is successive halving. All by
        default.
    n_rounds : int, default=1
        How often the whole plan is gone through, each time with new candidates.
    strategy : {"hyperband", "asha"}, default="hyperband"
        ``"hyperband"`` lets all candidates of a rung finish, and promotes the best of them.
        ``"asha"`` judges each by those that were on the same rung of the same bracket before it,
        and begins new ones, spread evenly over the brackets, until the epochs of the plan are
        spent: no one waits for the slowest, and with ``sampler="tpe"`` each candidate learns from
        all before it.
    sampler : {"random", "tpe"} or optuna.samplers.BaseSampler, default="random"
        Who proposes candidates. TPE learns from the brackets before, and there from the
        candidates that came furthest.
    n_points : int, default=1
        Candidates under way at once with ``"asha"``, whatever the number of workers.
    enqueue : dict or list of dict, optional
        Points to begin with.
    timeout : float, optional
        Seconds for the whole search; it ends with the best of those that came furthest.
    fit_timeout : float, optional
        Seconds for one candidate on one fold from rung to rung; what takes longer has failed.
    checkpoint : path, optional
        A folder for scores and for the candidates on their way, as in :class:`BayesSearchCV`.
    scoring, n_jobs, backend, stack, refit, cv, random_state, error_score, return_train_score,
    verbose
        As in :class:`BayesSearchCV`. ``refit`` trains the best candidate on all rows for as many
        epochs as it was scored after.

    Attributes
    ----------
    cv_results_ : dict of arrays
        One row per candidate and rung: the columns of RandomizedSearchCV, and ``config_id``,
        ``bracket`` (how often it can be left behind), ``rung`` and ``n_epochs``. Times are those
        since the rung before.
    best_n_epochs_ : int
        Epochs of the best candidate.
    brackets_ : list of Bracket
        The plan of a round.
    n_epochs_total_ : int
        Epochs of all candidates together, on each fold.
    study_ : optuna.Study or None
        Of the proposals, where Optuna makes them.
    best_estimator_, best_params_, best_score_, best_index_, refit_time_, scorer_, n_splits_,
    multimetric_, classes_, n_features_in_, feature_names_in_
        As in RandomizedSearchCV. The best is the best of those that came furthest.

    Notes
    -----
    The folds are drawn once, so that no candidate is ever scored on a row that it has trained on,
    also with a splitter that shuffles anew each time. A classifier is told the classes of all
    rows.

    References
    ----------
    Li et al., Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization, JMLR 2018.
    Li et al., A System for Massively Parallel Hyperparameter Tuning (ASHA), MLSys 2020.
    Falkner, Klein, Hutter, BOHB, ICML 2018: proposals that learn.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.tuning import HyperbandSearchCV, search_space
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(random_state=0)
    >>> space = search_space(net, "small")
    >>> search = HyperbandSearchCV(net, space, max_epochs=27, cv=3, random_state=0).fit(X, y)
    >>> print(f"{search.best_score_:.2f} after {search.n_epochs_total_} epochs")
    0.98 after 357 epochs
    """

    _parameter_constraints: dict[str, Any] = {
        **Search._parameter_constraints,
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "min_epochs": [Interval(Integral, 1, None, closed="left")],
        "eta": [Interval(Integral, 2, None, closed="left")],
        "brackets": [Interval(Integral, 1, None, closed="left"), None],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "strategy": [StrOptions({"hyperband", "asha"})],
        "n_points": [Interval(Integral, 1, None, closed="left")],
    }
    _unit = "epoch"

    # parameters that are read here
    max_epochs: int
    min_epochs: int
    eta: int
    brackets: int | None
    n_rounds: int
    strategy: str
    n_points: int

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        max_epochs: int = 81,
        min_epochs: int = 1,
        eta: int = 3,
        brackets: int | None = None,
        n_rounds: int = 1,
        strategy: str = "hyperband",
        sampler: Any = "random",
        n_points: int = 1,
        enqueue: Any = None,
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

    # -- what the base class asks ------------------------------------------------------------------

    def _max_epochs(self) -> int:
        return self.max_epochs

    def _check_space(self) -> None:
        super()._check_space()
        last = last_step(self.estimator)
        try:
            last.partial_fit  # noqa: B018  asking raises the reason why it is not offered
        except AttributeError as error:
            raise InvalidParameterError(
                f"{type(self).__name__} trains epoch by epoch by partial_fit, which "
                f"{type(last).__name__} does not offer here: {str(error).rstrip('.')}. "
                "BayesSearchCV takes any estimator, and so does HalvingRandomSearchCV of "
                "scikit-learn with resource='max_iter' or 'n_samples'."
            ) from error
        if self.min_epochs > self.max_epochs:
            raise InvalidParameterError(
                f"min_epochs must not be above max_epochs={self.max_epochs}. Got {self.min_epochs}."
            )
        given = self.param_distributions
        dictionaries = [given] if isinstance(given, dict) else [] if callable(given) else given
        self._check_epochs({name for space in dictionaries for name in space})

    def _check_epochs(self, names: Iterable[str]) -> None:
        """Raise where the epochs of what is trained are searched themselves."""
        is_pipeline = last_step(self.estimator) is not self.estimator
        own = f"{self.estimator.steps[-1][0]}__max_iter" if is_pipeline else "max_iter"
        if own in names:
            raise InvalidParameterError(
                f"{own!r} cannot be searched by {type(self).__name__}: epochs are what it shares "
                "out. Set max_epochs."
            )

    def _n_units(self) -> int:
        return self.n_rounds * sum(bracket.total for bracket in self._plan())

    def _plan(self) -> list[Bracket]:
        return plan(self.max_epochs, self.min_epochs, self.eta, self.brackets)

    def _choose(self, results: dict[str, Any], metric: str) -> int:
        if callable(self.refit):
            return int(self._select_best_index(self.refit, metric, results))
        # of those that came furthest, with a score: epochs are the better judge
        scores, n_epochs = results[f"mean_test_{metric}"], results["n_epochs"]
        scored = np.isfinite(scores)
        furthest = scored & (n_epochs == n_epochs[scored].max(initial=0))
        return int(np.where(furthest, scores, -np.inf).argmax())

    def _keep_best(self, results: dict[str, Any], metric: str) -> None:
        super()._keep_best(results, metric)
        self.best_n_epochs_ = int(results["n_epochs"][self.best_index_])

    def _refit(self, estimator: Any, X: Any, y: Any, params: dict[str, Any], row: int) -> None:
        train_for(estimator, X, y, self.best_n_epochs_, params)

    # -- the search --------------------------------------------------------------------------------

    def _search(self, session: Session) -> None:
        ask = proposer(
            self.param_distributions, self.sampler, self._points(), session.seed, learns=False
        )
        self.study_ = ask.study
        self.brackets_ = self._plan()
        self.n_epochs_total_ = 0
        self._n_racers = 0
        run = self._race_all if self.strategy == "hyperband" else self._race_one_by_one
        run(session, ask)

    def _new_racers(self, ask: Proposer, bracket: Bracket, n: int) -> list[Racer]:
        racers = []
        for proposal in ask.ask(n):
            check_names(self.estimator, list(proposal.params), type(self).__name__)
            self._check_epochs(proposal.params)
            racers.append(Racer(self._n_racers, proposal, bracket))
            self._n_racers += 1
        return racers

    def _record(self, session: Session, racer: Racer, results: list[dict[str, Any]]) -> None:
        """A rung is reached on all folds."""
        job = racer.job()
        score = session.table.add(
            job.params,
            results,
            config_id=racer.index,
            bracket=racer.bracket.number,
            rung=len(racer.rungs),
            n_epochs=job.n_epochs,
        )
        racer.rungs.append((job.n_epochs, score))
        self.n_epochs_total_ += job.n_epochs - job.trained
        session.progress.scored(score, f"candidate {racer.index + 1} after {job.n_epochs} epochs")

    def _leave(self, session: Session, ask: Proposer, racer: Racer) -> None:
        """A racer is at its end, or left behind."""
        finished = len(racer.rungs) == len(racer.bracket.n_epochs)
        ask.tell(racer.proposal, racer.score, () if finished else racer.rungs)
        session.drop(racer.index)

    def _race_all(self, session: Session, ask: Proposer) -> None:
        """Bracket by bracket, rung by rung."""
        for bracket in self.brackets_ * self.n_rounds:
            racers = self._new_racers(ask, bracket, bracket.n_candidates[0])
            for n_promoted in (*bracket.n_candidates[1:], 0):
                jobs = [racer.job() for racer in racers]
                for racer, results in zip(racers, session.run_on_all_folds(jobs), strict=True):
                    self._record(session, racer, results)
                promoted = best_of(racers, n_promoted)
                for racer in racers:
                    if racer not in promoted:
                        self._leave(session, ask, racer)
                racers = promoted

    def _race_one_by_one(self, session: Session, ask: Proposer) -> None:
        """Each racer by itself, judged by those who were there before it.

        Results are taken in the order in which they were asked for, not in which they come. So
        the search depends on how many are under way, but not on who is fast.
        """
        budget, spent = self._n_units(), dict.fromkeys(self.brackets_, 0)
        reached: dict[tuple[Bracket, int], list[float]] = {}
        under_way: list[Racer] = []
        while True:
            while len(under_way) < self.n_points and sum(spent.values()) < budget:
                bracket = min(self.brackets_, key=lambda b: spent[b])  # the first of the least
                new = self._new_racers(ask, bracket, 1)
                if not new:
                    break
                under_way += new
                spent[bracket] += bracket.n_epochs[0]
                session.start_on_all_folds(new[0].job())
            if not under_way:
                return
            racer = under_way.pop(0)
            self._record(session, racer, session.results_of(racer.job()))
            at_rung = reached.setdefault((racer.bracket, len(racer.rungs)), [])
            at_rung.append(racer.score)
            goes_on = len(racer.rungs) < len(racer.bracket.n_epochs)
            if goes_on and is_among_the_best(racer.score, at_rung, self.eta):
                job = racer.job()
                if sum(spent.values()) < budget:
                    spent[racer.bracket] += job.n_epochs - job.trained
                    session.start_on_all_folds(job)
                    under_way.append(racer)
                    continue
            self._leave(session, ask, racer)


def best_of(racers: Sequence[Racer], n: int) -> list[Racer]:
    """The n best, earlier ones first where scores are equal, never one that has failed."""
    sound = [racer for racer in racers if np.isfinite(racer.score)]
    return sorted(sound, key=lambda racer: -racer.score)[:n]


def is_among_the_best(score: float, scores: Sequence[float], eta: int) -> bool:
    """Whether a score is among the best one in eta, or the very best of a few."""
    if not np.isfinite(score):
        return False
    better = sum(other > score for other in scores)
    return better < max(1, len(scores) // eta)
