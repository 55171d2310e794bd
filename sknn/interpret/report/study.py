"""Everything that a report is written from, computed when it is first needed."""

import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sknn.exceptions import MissingExtraError, SknnError
from sknn.interpret.attribution import Explanation
from sknn.interpret.dependence import (
    AccumulatedLocalEffects,
    FriedmanH,
    PartialDependence,
    accumulated_local_effects,
    friedman_h,
    partial_dependence,
)
from sknn.interpret.importance import PermutationImportance, permutation_importance
from sknn.interpret.local import LimeExplanation, lime
from sknn.interpret.model import Model
from sknn.interpret.report import profile
from sknn.interpret.report.baselines import constant_answers, linear_answers
from sknn.interpret.report.budget import Budget
from sknn.interpret.report.measures import MEASURES, Answers, Measure, answers_of, intervals
from sknn.interpret.report.weak_spots import Slice, noisy, slices
from sknn.interpret.result import weights_of
from sknn.interpret.shapley import shap_values
from sknn.interpret.table import Table

__all__ = ["CORRELATED", "Study"]

Array = npt.NDArray[Any]
T = TypeVar("T")

#: Rank correlation from which columns count as telling much the same.
CORRELATED = 0.6

#: Columns that the summary names.
N_DRIVERS = 5

#: Steps of the noise that the rows are tried with, as shares of a column's standard deviation.
NOISE = (0.05, 0.1, 0.2, 0.4)

#: What an explanation may raise on a model or a table that it is not made for.
UNSUITED = (SknnError, ValueError, TypeError, AttributeError, NotImplementedError, KeyError)


class Study:
    """A model on test rows: every analysis of it by name.

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
        background: Table | None,
        budget: Budget,
        seed: int,
        expectations: dict[str, Any],
    ) -> None:
        self.estimator, self.test, self.train = estimator, test, train
        self.y_train, self.sample_weight, self.groups = y_train, sample_weight, groups
        self.weight = weights_of(sample_weight, test.n_rows)
        self.budget, self.seed, self.expectations = budget, seed, expectations
        self._background = background
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
    def measures(self) -> tuple[Measure, ...]:
        has_p = self.answers.p is not None
        return tuple(m for m in MEASURES[self.task] if has_p or not m.needs_p)

    @cached_property
    def scores(self) -> list[tuple[Measure, float, float, float]]:
        """Each measure on the test rows, with its interval."""
        return intervals(self.answers, self.weight, self.rng(1), self.budget.n_bootstrap)

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
        train, y_train = self.train, self.y_train
        if train is None or y_train is None:
            return None
        return self.attempt(
            "linear baseline",
            lambda: linear_answers(
                self.answers, self.test, train, np.asarray(y_train), self.rng(3)
            ),
        )

    @cached_property
    def slices(self) -> list[Slice]:
        return slices(self.test, self.answers, self.weight)

    @cached_property
    def subgroups(self) -> dict[str, list[tuple[str, int, list[tuple[float, float, float]]]]]:
        """For each sensitive column its groups: name, rows, and each measure with its interval."""
        out: dict[str, list[Any]] = {}
        for step, (name, of_rows) in enumerate(self.groups.items()):
            rng, found = self.rng(100 + step), []
            for group in np.unique(of_rows):
                rows = np.flatnonzero((of_rows == group) & (self.weight > 0))
                if not len(rows):
                    continue
                weight = self.weight[rows] / self.weight[rows].sum()
                part = self.answers.take(rows)
                told = intervals(part, weight, rng, self.budget.n_bootstrap, self.measures)
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
            for _ in range(self.budget.noise_repeats if scale else 1):
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

    # -- explanations -----------------------------------------------------------------------------

    @cached_property
    def model(self) -> Model | None:
        """The model on the scale that attributions add up on."""
        return self.attempt("explanations", lambda: Model.of(self.estimator, self.test))

    @cached_property
    def effect_output(self) -> str:
        """Effects are told in probabilities, which readers know, where there are some."""
        has_p = self.is_classification and self.answers.p is not None
        return "proba" if has_p else "auto"

    @cached_property
    def background(self) -> Table:
        """Rows that stand for not knowing: those given, else some to learn from, else of the test."""
        source = self._background or self.train or self.test
        return source.take(self._some(source.n_rows, self.budget.background, 8)).like(self.test)

    @cached_property
    def importance(self) -> PermutationImportance | None:
        scoring = {"regression": "neg_mean_absolute_error", "multioutput": "r2"}.get(self.task)
        rows = self._some(self.test.n_rows, self.budget.score_rows, 9)
        if self.task in ("binary", "multiclass") and self.answers.p is not None:
            codes = self.answers.take(rows).codes  # scikit-learn's log loss wants every class
            n_classes = self.answers.p.shape[1]
            scoring = "neg_log_loss" if set(codes) == set(range(n_classes)) else None
        weight = None if self.sample_weight is None else np.asarray(self.sample_weight)[rows]

        def compute() -> PermutationImportance:
            found: PermutationImportance = permutation_importance(
                self.estimator,
                self.test.take(rows),
                self.answers.y[rows],
                scoring=scoring,
                n_repeats=self.budget.n_repeats,
                random_state=self.seed,
                sample_weight=weight,
            )
            return found

        return self.attempt("importance", compute)

    @cached_property
    def order(self) -> list[int]:
        """Columns, the most important first."""
        if self.importance is None:
            return list(range(self.test.n_columns))
        return [int(j) for j in np.argsort(-self.importance.importances_mean, kind="stable")]

    @property
    def drivers(self) -> list[int]:
        """The first columns that matter for certain: those of the summary."""
        if self.importance is None:
            return []
        return [j for j in self.order if self.importance.ci[j, 0] > 0][:N_DRIVERS]

    @cached_property
    def explained_rows(self) -> dict[str, list[int]]:
        """Rows to attribute, by why they were chosen; ``"sample"`` is drawn at random."""
        worst = np.argsort(-self.answers.loss, kind="stable")[: self.budget.n_cases]
        sample = self._some(self.test.n_rows, self.budget.shap_rows, 10)
        return {
            "worst": [int(i) for i in worst],
            "typical": self._at_quantiles(np.linspace(0, 1, self.budget.n_cases + 2)[1:-1]),
            "told": self._told(),
            "sample": [int(i) for i in sample],
        }

    @cached_property
    def certainty(self) -> Array:
        """One number for each row to put rows in order: a probability, or the prediction."""
        answers = self.answers
        if answers.p is not None and answers.task == "binary":
            return np.asarray(answers.p[:, 1])
        if answers.p is not None:
            return np.asarray(answers.p.max(axis=1))
        if self.is_classification:
            return np.asarray(self.model(self.test)[:, 0] if self.model else np.zeros(len(answers)))
        return np.asarray(answers.predicted.reshape(len(answers), -1)[:, 0])

    def _at_quantiles(self, quantiles: Array) -> list[int]:
        order = np.argsort(self.certainty, kind="stable")
        at = np.round(np.asarray(quantiles) * (len(order) - 1)).astype(int)
        return list(dict.fromkeys(int(i) for i in order[at]))

    def _told(self) -> list[int]:
        """Rows for readers in a hurry: a high prediction, one in the middle, and a low one."""
        if self.task == "multiclass" and self.answers.p is not None:
            codes = self.answers.p.argmax(axis=1)
            right = self.answers.codes == codes
            found = []
            for c in np.argsort(-np.bincount(codes), kind="stable")[:3]:
                here = np.flatnonzero((codes == c) & right)
                if len(here):
                    order = np.argsort(self.certainty[here], kind="stable")
                    found.append(int(here[order[len(order) // 2]]))
            return found or self._at_quantiles(np.array([0.9, 0.5, 0.1]))
        if self.task == "binary" and self.answers.p is not None:
            near = int(np.argmin(np.abs(self.certainty - 0.5)))
            high, low = self._at_quantiles(np.array([0.95]))[0], self._at_quantiles(np.array([0.05]))[0]
            return list(dict.fromkeys([high, low, near]))
        return self._at_quantiles(np.array([0.95, 0.5, 0.05]))

    @cached_property
    def explanation(self) -> Explanation | None:
        """Shapley values of the rows of :attr:`explained_rows`."""
        rows = np.array(self.explanation_rows)

        def compute() -> Explanation:
            return shap_values(
                self.estimator,
                self.test.take(rows),
                self.background,
                tol=self.budget.shap_tol,
                random_state=self.seed,
            )

        return self.attempt("shap", compute) if self.model is not None else None

    @cached_property
    def explanation_rows(self) -> list[int]:
        """The rows of the test that :attr:`explanation` holds, in its order."""
        return list(dict.fromkeys(i for rows in self.explained_rows.values() for i in rows))

    def output_of(self, row: int) -> int:
        """The output that an explanation of a row is about: the class that was predicted."""
        if self.task == "multiclass" and self.answers.classes is not None:
            return int(np.flatnonzero(self.answers.classes == self.answers.predicted[row])[0])
        return 0

    def contributions(self, row: int) -> tuple[Array, float, str, Explanation] | None:
        """Values, base value and name of the output for a row of the test."""
        found = self.explanation
        if found is None:
            return None
        one = found[self.explanation_rows.index(row)]
        if not one.single:
            one = one[..., self.output_of(row)]
        return one["values"][0], float(one.base_values[0]), one.output_names[0], one

    @cached_property
    def lime(self) -> LimeExplanation | None:
        """Local linear models of the worst errors and of typical rows."""
        rows = np.array(self.lime_rows)
        behind = self.train or self.test
        behind = behind.take(self._some(behind.n_rows, 1000, 11)).like(self.test)

        def compute() -> LimeExplanation:
            return lime(
                self.estimator,
                self.test.take(rows),
                behind,
                n_samples=self.budget.lime_samples,
                n_seeds=3,
                random_state=self.seed,
            )

        return self.attempt("lime", compute) if self.model is not None else None

    @cached_property
    def lime_rows(self) -> list[int]:
        rows = self.explained_rows
        return list(dict.fromkeys([*rows["worst"], *rows["typical"]]))

    @cached_property
    def effects(self) -> dict[int, PartialDependence | AccumulatedLocalEffects]:
        """For the most important columns how the prediction changes with them.

        Where a column goes with others, it is the accumulated local effect, which asks only about
        rows like those that occur.
        """
        out = {}
        for j in dict.fromkeys([*self.drivers, *self.order[: self.budget.n_effects]]):
            effect = self.attempt(f"effect of {self.test.names[j]}", lambda j=j: self._effect(j))
            if effect is not None:
                out[j] = effect
        return out

    def _effect(self, column: int) -> PartialDependence | AccumulatedLocalEffects:
        rows = self._some(self.test.n_rows, self.budget.effect_rows, 12)
        part, weight = self.test.take(rows), None
        if self.sample_weight is not None:
            weight = np.asarray(self.sample_weight)[rows]
        if self.partners(column):
            return accumulated_local_effects(
                self.estimator,
                part,
                column,
                output=self.effect_output,
                sample_weight=weight,
                confidence=0.95,
                random_state=self.seed,
            )
        return partial_dependence(
            self.estimator,
            part,
            column,
            output=self.effect_output,
            grid_resolution=30,
            kind="both",
            sample_weight=weight,
        )

    @cached_property
    def interactions(self) -> FriedmanH | None:
        """Friedman's H of pairs of the most important columns, as a standard deviation."""
        columns = self.order[: self.budget.n_pairs_of]
        if len(columns) < 2 or self.model is None:
            return None

        def compute() -> FriedmanH:
            return friedman_h(
                self.estimator,
                self.test,
                [self.test.names[j] for j in columns],
                n_samples=min(self.budget.h_samples, self.test.n_rows),
                normalized=False,
                output=self.effect_output,
                sample_weight=self.sample_weight,
                random_state=self.seed,
            )

        return self.attempt("interactions", compute)

    @cached_property
    def expected(self) -> list[tuple[str, str, str, float]]:
        """Declared expectations: column, output, what was expected, share of moves against it."""
        out = []
        for name, wanted in self.expectations.items():
            by_output = wanted if isinstance(wanted, dict) else {None: wanted}
            column = self.test.index(name)
            rows = self._some(self.test.n_rows, 200, 13)
            found = self.attempt(
                f"expectation of {name}",
                lambda column=column, rows=rows: partial_dependence(
                    self.estimator,
                    self.test.take(rows),
                    column,
                    output=self.effect_output,
                    grid_resolution=20,
                    kind="individual",
                ),
            )
            if found is None:
                continue
            for output, direction in by_output.items():
                k = 0 if output is None else found.output_names.index(str(output))
                steps = np.diff(found.individual[k], axis=1)
                against = {"increasing": -steps, "decreasing": steps}.get(direction, np.abs(steps))
                moved = np.abs(steps).sum()
                tiny = 1e-9 * max(float(np.abs(found.individual[k]).max()), 1.0) * steps.size
                share = float(np.maximum(against, 0).sum() / moved) if moved > tiny else 0.0
                out.append((name, found.output_names[k], direction, share))
        return out

    # -- helpers ----------------------------------------------------------------------------------

    def _some(self, n_rows: int, most: int, step: int) -> Array:
        """Row numbers, all or as many as asked for, drawn at random and in order."""
        if n_rows <= most:
            return np.arange(n_rows)
        return np.sort(self.rng(step).choice(n_rows, most, replace=False))


def _task_again(task: str) -> str:
    return "classes" if task in ("binary", "multiclass") else task
