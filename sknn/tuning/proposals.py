"""Who proposes the next candidates: Optuna's samplers, or plain random draws."""

import copy
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.model_selection import ParameterSampler

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.tuning.dimensions import Space

__all__ = ["SAMPLERS", "Proposal", "Proposer", "check_names", "proposer"]

SAMPLERS = ("tpe", "random")


@dataclass
class Proposal:
    """Parameters that are to be tried, and how well they did.

    Parameters
    ----------
    params : dict
        For ``estimator.set_params``.
    trial : optuna.Trial, optional
        The trial that proposed them.
    """

    params: dict[str, Any]
    trial: Any = field(default=None, repr=False)


class Proposer(ABC):
    """Proposes candidates, and may learn from what became of them."""

    #: The study behind the proposals, where there is one.
    study: Any = None

    @abstractmethod
    def ask(self, n: int) -> list[Proposal]:
        """Propose n candidates, or fewer where there are no more."""

    @abstractmethod
    def tell(
        self, proposal: Proposal, score: float, rungs: Sequence[tuple[int, float]] = ()
    ) -> None:
        """Take note of a score, larger is better; NaN where the candidate failed.

        ``rungs`` are the scores on the way, as pairs of epochs and score, of a candidate that was
        not trained to the end.
        """


class RandomDraws(Proposer):
    """Independent draws as RandomizedSearchCV makes them; needs nothing but scikit-learn."""

    def __init__(
        self, space: Any, enqueued: Sequence[dict[str, Any]], rng: np.random.RandomState
    ) -> None:
        self.space, self.enqueued, self.rng = space, list(enqueued), rng

    def ask(self, n: int) -> list[Proposal]:
        first, self.enqueued = self.enqueued[:n], self.enqueued[n:]
        for point in first:
            Space(self.space).encode(point)  # raises for what is not in the space
        # what a point leaves out is drawn
        asked = [self._draw(1)[0] | point for point in first]
        return [Proposal(params) for params in asked + self._draw(n - len(first))]

    def _draw(self, n: int) -> list[dict[str, Any]]:
        with warnings.catch_warnings():  # that a grid has fewer points
            warnings.simplefilter("ignore", UserWarning)
            return list(ParameterSampler(self.space, n, random_state=self.rng)) if n else []

    def tell(
        self, proposal: Proposal, score: float, rungs: Sequence[tuple[int, float]] = ()
    ) -> None:
        """Draws learn nothing."""


class Study(Proposer):
    """Proposals of an Optuna study, which learns from the scores."""

    def __init__(
        self, space: Any, sampler: Any, enqueued: Sequence[dict[str, Any]], seed: int
    ) -> None:
        self.optuna = require("optuna", extra="tuning", purpose="This search")
        self.suggest = space if callable(space) else Space(space).suggest
        with quiet(self.optuna):
            if isinstance(sampler, str):
                make = {"tpe": self._tpe, "random": self.optuna.samplers.RandomSampler}
                sampler = make[sampler](seed=seed)
            else:
                sampler = copy.deepcopy(sampler)  # it learns, and the user's own is not to change
            self.study = self.optuna.create_study(direction="maximize", sampler=sampler)
            for point in enqueued:
                answers = point if callable(space) else Space(space).encode(point)
                self.study.enqueue_trial(answers)

    def _tpe(self, seed: int) -> Any:
        # a point under way counts as a bad one, so that points asked for at once are not alike
        return self.optuna.samplers.TPESampler(seed=seed, constant_liar=True)

    def ask(self, n: int) -> list[Proposal]:
        proposals = []
        with quiet(self.optuna):
            for _ in range(n):
                trial = self.study.ask()
                proposals.append(Proposal(dict(self.suggest(trial)), trial))
        return proposals

    def tell(
        self, proposal: Proposal, score: float, rungs: Sequence[tuple[int, float]] = ()
    ) -> None:
        State = self.optuna.trial.TrialState
        for n_epochs, value in rungs:
            proposal.trial.report(value, n_epochs)
        with quiet(self.optuna):
            if not np.isfinite(score):
                self.study.tell(proposal.trial, state=State.FAIL)
            elif rungs:
                self.study.tell(proposal.trial, state=State.PRUNED)
            else:
                self.study.tell(proposal.trial, score)


def proposer(
    space: Any, sampler: Any, enqueued: Sequence[dict[str, Any]], seed: int, *, learns: bool
) -> Proposer:
    """The proposer for a space and a sampler; ``learns`` asks for a study even of random draws.

    Raises
    ------
    InvalidParameterError
        If the sampler is neither one of the names nor an object of Optuna.
    """
    by_name = isinstance(sampler, str)
    if sampler not in SAMPLERS if by_name else not hasattr(sampler, "sample_relative"):
        raise InvalidParameterError(
            f"sampler must be one of {', '.join(map(repr, SAMPLERS))}, or a sampler of Optuna. Got "
            f"{sampler!r} instead.{nearest(sampler, SAMPLERS)}"
        )
    if sampler == "random" and not learns and is_plain(space):
        return RandomDraws(space, enqueued, np.random.RandomState(seed))
    return Study(space, sampler, enqueued, seed)


def is_plain(space: Any) -> bool:
    """Whether scikit-learn can draw from a space."""
    if callable(space):
        return False
    dictionaries = [space] if isinstance(space, dict) else space
    return not any(hasattr(d, "to_internal_repr") for g in dictionaries for d in g.values())


def check_names(estimator: Any, names: Sequence[str], owner: str) -> None:
    """Raise for names that are no parameters of the estimator, with the nearest that is.

    A setting of a part or step that is searched itself, as the depth of ``Layers``, is left to
    the candidate: what it will be is not known yet.

    Raises
    ------
    InvalidParameterError
        For the first unknown name.
    """
    known = estimator.get_params(deep=True)
    for name in names:
        parents = [name[:at] for at in range(len(name)) if name.startswith("__", at)]
        if name in known or any(parent in names for parent in parents):
            continue
        if parents and parents[-1] in known and not hasattr(known[parents[-1]], "fit"):
            continue  # the settings of a part, which set_params checks
        raise InvalidParameterError(
            f"{owner} searches {name!r}, which is no parameter of {type(estimator).__name__}."
            f"{_nearest_parameter(name, known)}"
        )


def _nearest_parameter(name: str, known: dict[str, Any]) -> str:
    """The nearest name: also where the prefix of a pipeline step was forgotten."""
    forgotten = [full for full in known if full.endswith(f"__{name}")]
    return f" Did you mean {forgotten[0]!r}?" if forgotten else nearest(name, known)


@contextmanager
def quiet(optuna: Any) -> Iterator[None]:
    """Without Optuna's lines on each study and its warnings of what is experimental there."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
