"""How a distribution or a list of values is asked of an Optuna trial, one class per kind.

A dimension knows two ways: ``suggest`` draws a value by way of a trial, and ``encode`` gives what
the trial would have had to answer for a given value, so that known points can be enqueued.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral, Real
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.tuning.distributions import Sometimes
from sknn.tuning.pickling import content_hash

__all__ = ["Alternatives", "Dimension", "Space", "dimension_of", "suggest"]

#: What a trial has answered, by the names that it was asked for.
Answers = dict[str, Any]


class Dimension(ABC):
    """What one parameter can be."""

    @abstractmethod
    def suggest(self, trial: Any, name: str) -> Any:
        """A value for the parameter."""

    @abstractmethod
    def encode(self, name: str, value: Any) -> Answers:
        """What the trial answers where it suggests this value; ValueError if it never does."""


@dataclass(frozen=True)
class Choice(Dimension):
    """One of some values, of any kind.

    Optuna stores texts, numbers and None only, so anything else is chosen by its place. Three or
    more numbers in ascending order are chosen by their place too: then the sampler knows that
    64 lies between 32 and 128, and that each step is as large as the next.
    """

    values: tuple[Any, ...]

    @property
    def is_ordered(self) -> bool:
        values = self.values
        numbers = all(is_number(value) for value in values)
        return numbers and len(values) >= 3 and all(a < b for a, b in pairwise(values))

    @property
    def is_plain(self) -> bool:
        plain = all(v is None or type(v) in (bool, int, float, str) for v in self.values)
        return plain and len({(type(v), v) for v in self.values}) == len(self.values)

    def suggest(self, trial: Any, name: str) -> Any:
        if self.is_ordered:
            return self.values[trial.suggest_int(name, 0, len(self.values) - 1)]
        if self.is_plain:
            return trial.suggest_categorical(name, self.values)
        return self.values[trial.suggest_categorical(name, range(len(self.values)))]

    def encode(self, name: str, value: Any) -> Answers:
        for place, mine in enumerate(self.values):
            alike = type(mine) is type(value) or (is_number(mine) and is_number(value))
            if mine is value or (alike and bool(np.all(mine == value))):
                return {name: place if self.is_ordered or not self.is_plain else mine}
        raise ValueError(f"one of {list(self.values)!r}")


@dataclass(frozen=True)
class Interval(Dimension):
    """A number between two others, both included."""

    low: float
    high: float
    log: bool = False
    integer: bool = False

    def suggest(self, trial: Any, name: str) -> Any:
        ask = trial.suggest_int if self.integer else trial.suggest_float
        return ask(name, self.low, self.high, log=self.log)

    def encode(self, name: str, value: Any) -> Answers:
        is_number = isinstance(value, Integral if self.integer else Real)
        if not (is_number and self.low <= value <= self.high):
            kind = "an integer" if self.integer else "a number"
            raise ValueError(f"{kind} from {self.low} to {self.high}")
        return {name: int(value) if self.integer else float(value)}


@dataclass(frozen=True)
class Quantile(Dimension):
    """A draw from any distribution of SciPy, searched by how much of the distribution is below."""

    distribution: Any

    #: Nearer to 0 or 1 there would be infinite draws.
    ENDS = (1e-6, 1 - 1e-6)

    def suggest(self, trial: Any, name: str) -> Any:
        value = self.distribution.ppf(trial.suggest_float(name, *self.ENDS))
        return int(value) if is_discrete(self.distribution) else float(value)

    def encode(self, name: str, value: Any) -> Answers:
        low, high = self.distribution.support()
        if not (isinstance(value, Real) and low <= value <= high):
            raise ValueError(f"a number from {low} to {high}")
        below = float(self.distribution.cdf(value))
        if is_discrete(self.distribution):  # the middle of its step, safe from rounding
            below -= float(self.distribution.pmf(value)) / 2
        return {name: min(max(below, self.ENDS[0]), self.ENDS[1])}


@dataclass(frozen=True)
class Occasional(Dimension):
    """Something or nothing: whether, and only then how much.

    Whether is asked as a number from 0 to 1, below the probability for something, so that the
    sampler begins with that probability and may learn another.
    """

    some: Dimension
    otherwise: Any
    probability: float

    def suggest(self, trial: Any, name: str) -> Any:
        if trial.suggest_float(f"{name} (any)", 0.0, 1.0) < self.probability:
            return self.some.suggest(trial, name)
        return self.otherwise

    def encode(self, name: str, value: Any) -> Answers:
        if value is self.otherwise or value == self.otherwise:
            return {f"{name} (any)": (1.0 + self.probability) / 2}
        try:
            return {f"{name} (any)": self.probability / 2} | self.some.encode(name, value)
        except ValueError as error:
            raise ValueError(f"{self.otherwise!r} or {error}") from None


@dataclass(frozen=True)
class Native(Dimension):
    """A distribution of Optuna's own."""

    distribution: Any

    def suggest(self, trial: Any, name: str) -> Any:
        given = self.distribution
        if hasattr(given, "choices"):
            return trial.suggest_categorical(name, given.choices)
        is_integer = type(given).__name__ == "IntDistribution"
        ask = trial.suggest_int if is_integer else trial.suggest_float
        return ask(name, given.low, given.high, step=given.step, log=given.log)

    def encode(self, name: str, value: Any) -> Answers:
        try:
            inside = self.distribution._contains(self.distribution.to_internal_repr(value))
        except (TypeError, ValueError):
            inside = False
        if not inside:
            raise ValueError(f"in {self.distribution!r}")
        return {name: value}


@dataclass(frozen=True)
class Alternatives:
    """All parameters of a candidate: those of one of several dictionaries.

    A parameter that two dictionaries search differently has two names for the trial, since for
    Optuna a name means one distribution.
    """

    spaces: tuple[dict[str, Dimension], ...]

    def suggest(self, trial: Any) -> dict[str, Any]:
        place = 0
        if len(self.spaces) > 1:
            place = trial.suggest_categorical("(space)", range(len(self.spaces)))
        dimensions = self.spaces[place].items()
        return {name: d.suggest(trial, self._asked(place, name)) for name, d in dimensions}

    def encode(self, values: dict[str, Any]) -> Answers:
        """What a trial answers for some or all of the parameters of a candidate."""
        fitting = [i for i, space in enumerate(self.spaces) if set(values) <= set(space)]
        if not fitting:
            unknown = [name for name in values if all(name not in space for space in self.spaces)]
            raise InvalidParameterError(
                f"An enqueued point sets {', '.join(map(repr, unknown or values))}, which is not "
                "searched, or not together. Leave it out, or add it to the space."
            )
        for place in fitting:
            try:
                return self._encoded(place, values)
            except InvalidParameterError:
                if place == fitting[-1]:
                    raise
        raise AssertionError  # pragma: no cover - the last one has raised

    def _encoded(self, place: int, values: dict[str, Any]) -> Answers:
        answers: Answers = {"(space)": place} if len(self.spaces) > 1 else {}
        for name, value in values.items():
            try:
                answers |= self.spaces[place][name].encode(self._asked(place, name), value)
            except ValueError as error:
                raise InvalidParameterError(
                    f"An enqueued point has {name}={value!r}, but the space allows {error}."
                ) from None
        return answers

    def _asked(self, place: int, name: str) -> str:
        if len(self.spaces) == 1:
            return name
        kinds = {content_hash(space[name]) for space in self.spaces if name in space}
        return name if len(kinds) == 1 else f"{name} [{place}]"


class Space(Alternatives):
    """The space that a user has given, as dimensions."""

    def __init__(self, given: Any) -> None:
        dictionaries = [given] if isinstance(given, dict) else list(given)
        if not dictionaries:
            raise InvalidParameterError("A space must be a dict, or a list of them. Got none.")
        super().__init__(
            tuple({name: dimension_of(name, d) for name, d in g.items()} for g in dictionaries)
        )


def suggest(trial: Any, space: Any) -> dict[str, Any]:
    """Parameters for a trial of a study of one's own, from a space as the searches have it.

    Parameters
    ----------
    trial : optuna.Trial
        That is asked.
    space : dict or list of dict
        Lists of values, distributions of SciPy or Optuna, ``Sometimes``; as ``search_space``
        makes them.

    Returns
    -------
    params : dict
        For ``estimator.set_params``.

    Raises
    ------
    InvalidParameterError
        If the space holds something else.

    Examples
    --------
    >>> import optuna
    >>> from scipy.stats import loguniform
    >>> from sknn.tuning import suggest
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    >>> params = suggest(study.ask(), {"alpha": loguniform(1e-4, 1e0), "solver": ["adam"]})
    >>> {name: f"{value:.3f}" if name == "alpha" else value for name, value in params.items()}
    {'alpha': '0.016', 'solver': 'adam'}
    """
    return Space(space).suggest(trial)


def dimension_of(name: str, given: Any) -> Dimension:
    """The dimension of what a user has written for a parameter.

    Raises
    ------
    InvalidParameterError
        If it is neither a distribution nor some values.
    """
    if isinstance(given, Sometimes):
        some = dimension_of(name, given.distribution)
        return Occasional(some, given.otherwise, given.probability)
    if hasattr(given, "to_internal_repr"):
        return Native(given)
    if hasattr(given, "ppf") and hasattr(given, "dist"):
        return _frozen(given)
    if isinstance(given, list | tuple | range | np.ndarray) and len(given):
        return Choice(tuple(given.tolist() if isinstance(given, np.ndarray) else given))
    raise InvalidParameterError(
        f"{name!r} is searched among {given!r}. It must be a list of at least one value (also for "
        "a single one), a frozen distribution of SciPy such as loguniform(1e-4, 1e-1), "
        "Sometimes(...), or a distribution of Optuna."
    )


def _frozen(given: Any) -> Dimension:
    """A frozen distribution of SciPy. Optuna knows the common ones by their own numbers."""
    name, (low, high) = given.dist.name, given.support()
    shifted = bool(set(given.kwds) - {"a", "b"}) or len(given.args) + len(given.kwds) != 2
    if name == "uniform":
        return Interval(float(low), float(high))
    if name in ("loguniform", "reciprocal") and not shifted:
        return Interval(float(low), float(high), log=True)
    if name == "randint":
        return Interval(int(low), int(high), integer=True)
    return Quantile(given)


def is_number(value: Any) -> bool:
    """Whether a value is a number and no truth value."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def is_discrete(distribution: Any) -> bool:
    """Whether a frozen distribution of SciPy gives integers."""
    return hasattr(distribution.dist, "pmf") or hasattr(distribution.dist, "_pmf")
