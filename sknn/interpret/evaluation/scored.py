"""How good a model is on test rows, and what its data is like."""

import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sknn.exceptions import MissingExtraError, SknnError
from sknn.interpret.evaluation import profile
from sknn.interpret.evaluation.answers import Answers, answers_of
from sknn.interpret.evaluation.baselines import (
    constant_answers,
    crossed_linear_answers,
    linear_answers,
)
from sknn.interpret.evaluation.groups import in_order
from sknn.interpret.evaluation.measures import MEASURES, Measure, intervals
from sknn.interpret.evaluation.noise import noisy
from sknn.interpret.evaluation.slices import Slice, slices
from sknn.interpret.result import weights_of
from sknn.interpret.table import Table

__all__ = ["CORRELATED", "Scored"]

Array = npt.NDArray[Any]
T = TypeVar("T")

#: Rank correlation from which columns count as telling much the same.
CORRELATED = 0.6

#: Steps of the noise that the rows are tried with, as shares of a column's standard deviation.
NOISE = (0.05, 0.1, 0.2, 0.4)

#: What an explanation may raise on a model or a table that it is not made for.
UNSUITED = (SknnError, ValueError, TypeError, AttributeError, NotImplementedError, KeyError)


class Scored:
    """A model on test rows: how good it is, and what its data is like, computed when first needed.

    Whatever cannot be computed for a model is None, and ``missing`` says why.
    """

    def __init__(
        self,
        estimator: Any,
        test: Table,
        y: Any,
        *,
        task: str,
        train: Table | None,
        y_train: Any,
        sample_weight: Any,
        groups: dict[str, Array],
        seed: int,
        n_bootstrap: int,
        noise_repeats: int,
        confidence: float = 0.95,
    ) -> None:
        self.estimator, self.test, self.train = estimator, test, train
        self.y_train, self.sample_weight, self.groups = y_train, sample_weight, groups
        self.weight = weights_of(sample_weight, test.n_rows)
        self.seed, self.n_bootstrap, self.confidence = seed, n_bootstrap, confidence
        self.noise_repeats = noise_repeats
        self.missing: dict[str, str] = {}
        self.answers = answers_of(estimator, test.native, y, task)
        self.task = self.answers.task

    def rng(self, step: int) -> np.random.Generator:
        """Random numbers of one analysis, whichever others are made."""
        return np.random.default_rng([self.seed, step])

    def attempt(self, what: str, how: Callable[[], T]) -> T | None:
        """Compute something, or note why this model does not allow it."""
        try:
            with warnings.catch_warnings():
                # a sample may lack categories that the model knows, or the other way round
                warnings.filterwarnings("ignore", "Found unknown categories", UserWarning)
                warnings.filterwarnings("ignore", "X does not have valid feature names")
                warnings.filterwarnings("ignore", "X has feature names")
                return how()
        except MissingExtraError:
            raise
        except UNSUITED as error:
            self.missing[what] = f"{type(error).__name__}: {error}"
            return None

    # -- how good ---------------------------------------------------------------------------------

    @property
    def is_classification(self) -> bool:
        return self.task not in ("regression", "multioutput")

    @property
    def loss_name(self) -> str:
        """What the loss of single rows and of slices is called."""
        if not self.is_classification:
            return "mean absolute error"
        return "share of wrong answers" if self.answers.p is None else "log loss"

    @property
    def measures(self) -> tuple[Measure, ...]:
        has_p = self.answers.p is not None
        return tuple(m for m in MEASURES[self.task] if has_p or not m.needs_p)

    @cached_property
    def scores(self) -> list[tuple[Measure, float, float, float]]:
        """Each measure on the test rows, with its interval."""
        return self._intervals(self.answers, self.weight, self.rng(1))

    def _intervals(
        self, answers: Answers, weight: Array, rng: np.random.Generator
    ) -> list[tuple[Measure, float, float, float]]:
        return intervals(answers, weight, rng, self.n_bootstrap, self.measures, self.confidence)

    @cached_property
    def answers_train(self) -> Answers | None:
        """The model on the rows that it learned from, or a part of them."""
        if self.train is None or self.y_train is None:
            return None
        rows = self._some(self.train.n_rows, 20_000, 2)
        y = np.asarray(self.y_train)[rows]
        part = self.train.take(rows).native
        return answers_of(self.estimator, part, y, _task_again(self.task))

    @cached_property
    def scores_train(self) -> list[float] | None:
        if self.answers_train is None:
            return None
        n = len(self.answers_train)
        weight = np.full((1, n), 1 / n)
        return [float(m.of(self.answers_train, weight)[0]) for m in self.measures]

    def score(self, answers: Answers) -> list[float]:
        """Each measure of other answers about the test rows."""
        return [float(m.of(answers, self.weight[np.newaxis])[0]) for m in self.measures]

    @cached_property
    def constant(self) -> Answers:
        """The best constant answer, learned from the training rows where they are given."""
        if self.y_train is None:
            return constant_answers(self.answers, self.answers.y, self.weight)
        return constant_answers(self.answers, np.asarray(self.y_train), None)

    @cached_property
    def linear(self) -> Answers | None:
        """A linear model from the training rows, else from the other folds of the test rows."""
        return self.attempt("linear baseline", self._linear)

    def _linear(self) -> Answers | None:
        if self.train is None or self.y_train is None:
            return crossed_linear_answers(self.answers, self.test, self.rng(3))
        y_train = np.asarray(self.y_train)
        return linear_answers(self.answers, self.test, self.train, y_train, self.rng(3))

    @cached_property
    def slices(self) -> list[Slice]:
        return slices(self.test, self.answers, self.constant, self.weight)

    @property
    def useless_slices(self) -> list[Slice]:
        """Slices for which a constant answer is clearly better than the model, the worst first."""
        found = [part for part in self.slices if part.p_useless < 0.05]
        return sorted(found, key=lambda part: part.p_useless)

    @cached_property
    def subgroups(self) -> dict[str, list[tuple[str, int, list[tuple[float, float, float]]]]]:
        """For each sensitive column its groups: name, rows, and each measure with its interval."""
        out: dict[str, list[Any]] = {}
        for step, (name, of_rows) in enumerate(self.groups.items()):
            rng, found = self.rng(100 + step), []
            for group in in_order(of_rows):
                rows = np.flatnonzero((of_rows == group) & (self.weight > 0))
                if not len(rows):
                    continue
                weight = self.weight[rows] / self.weight[rows].sum()
                part = self.answers.take(rows)
                told = self._intervals(part, weight, rng)
                found.append((str(group), len(rows), [numbers for _, *numbers in told]))
            out[name] = found
        return out

    @cached_property
    def noise(self) -> list[tuple[float, float, float]] | None:
        """Scale of the noise, mean of the first measure, and its standard deviation."""
        return self.attempt("noise", self._noise)

    def _noise(self) -> list[tuple[float, float, float]]:
        rng, measure = self.rng(4), self.measures[0]
        rows = self._some(self.test.n_rows, 5000, 5)
        part, y = self.test.take(rows), self.answers.y[rows]
        weight = self.weight[rows] / self.weight[rows].sum()
        out = []
        for scale in (0.0, *NOISE):
            found = []
            for _ in range(self.noise_repeats if scale else 1):
                table = noisy(part, scale, rng) if scale else part
                answers = answers_of(self.estimator, table.native, y, _task_again(self.task))
                found.append(float(measure.of(answers, weight[np.newaxis])[0]))
            out.append((scale, float(np.mean(found)), float(np.std(found))))
        return out

    # -- the data ---------------------------------------------------------------------------------

    @cached_property
    def correlations(self) -> Array:
        return profile.correlations(self.test, self.rng(6))

    def partners(self, column: int) -> list[int]:
        """Columns that tell much the same as this one, the most alike first."""
        row = np.abs(np.nan_to_num(self.correlations[column]))
        return [int(j) for j in np.argsort(-row, kind="stable") if row[j] >= CORRELATED]

    @cached_property
    def drift(self) -> list[tuple[str, float, float]] | None:
        return None if self.train is None else profile.drift(self.train, self.test)

    @cached_property
    def repeated(self) -> int | None:
        return None if self.train is None else profile.n_repeated(self.train, self.test)

    @cached_property
    def single_columns(self) -> list[tuple[str, float]] | None:
        if self.answers.y.ndim != 1 or self.test.n_rows < 40:
            return None
        y = self.answers.codes if self.is_classification else self.answers.y
        return profile.single_column_scores(self.test, y, self.is_classification, self.rng(7))

    # -- helpers ----------------------------------------------------------------------------------

    def _some(self, n_rows: int, most: int, step: int) -> Array:
        """Row numbers, all or as many as asked for, drawn at random and in order."""
        if n_rows <= most:
            return np.arange(n_rows)
        return np.sort(self.rng(step).choice(n_rows, most, replace=False))


def _task_again(task: str) -> str:
    return "classes" if task in ("binary", "multiclass") else task
