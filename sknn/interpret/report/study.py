"""Everything that a report is written from: the scores of a model, and explanations of it."""

from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.diagnostics import Diagnosis, diagnose
from sknn.interpret.attribution import Explanation
from sknn.interpret.counterfactual import Counterfactuals, counterfactuals
from sknn.interpret.dependence import (
    AccumulatedLocalEffects,
    FriedmanH,
    PartialDependence,
    accumulated_local_effects,
    friedman_h,
    partial_dependence,
)
from sknn.interpret.evaluation.scored import Scored
from sknn.interpret.importance import PermutationImportance, permutation_importance
from sknn.interpret.local import LimeExplanation, lime
from sknn.interpret.model import Model
from sknn.interpret.report.budget import Budget
from sknn.interpret.shapley import shap_values
from sknn.interpret.table import Table
from sknn.interpret.words import number

__all__ = ["Study"]

Array = npt.NDArray[Any]

#: Columns that the summary names.
N_DRIVERS = 5


class Study(Scored):
    """A model on test rows: every analysis of it by name, computed when it is first needed."""

    def __init__(
        self,
        *of: Any,
        background: Table | None,
        budget: Budget,
        expectations: dict[str, Any],
        **how: Any,
    ) -> None:
        super().__init__(
            *of, n_bootstrap=budget.n_bootstrap, noise_repeats=budget.noise_repeats, **how
        )
        self.budget, self.expectations = budget, expectations
        self._background = background

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

    @property
    def background_source(self) -> str:
        """Where the background is from: what was given, else training rows, else test rows."""
        if self._background is not None:
            return "background given"
        return "training rows" if self.train is not None else "test rows"

    @cached_property
    def background(self) -> Table:
        """Rows that stand for not knowing."""
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
            high, low = (
                self._at_quantiles(np.array([0.95]))[0],
                self._at_quantiles(np.array([0.05]))[0],
            )
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
            effect = self.attempt(f"effect of {self.test.names[j]}", partial(self._effect, j))
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
    def counterfactuals(self) -> dict[int, Counterfactuals]:
        """For the rows of the summary the smallest changes after which something else is said.

        Of numbers, after which the middle prediction is reached. Sensitive columns stay.
        """
        if self.task not in ("binary", "multiclass", "regression"):
            return {}
        out = {}
        for row in self.explained_rows["told"]:
            found = self.attempt(f"changes of row {row}", partial(self._counterfactual, row))
            if found is not None and found.found:
                out[row] = found
        return out

    def _counterfactual(self, row: int) -> Counterfactuals | None:
        behind = self.train or self.test
        behind = behind.take(self._some(behind.n_rows, 1000, 14)).like(self.test)
        target: Any = None
        if self.task == "regression":
            told = self.answers.predicted
            target = float(np.median(told))
            if abs(told[row] - target) < 0.2 * told.std():  # it is in the middle already
                return None
            target = float(number(target, 2))
            if target == told[row]:
                return None
        return counterfactuals(
            self.estimator,
            self.test.take([row]),
            behind,
            target=target,
            n=1,
            immutable=[name for name in self.groups if name in self.test.names],
            random_state=self.seed,
        )

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """Of the training of a network of this package; None for other models."""
        if self.model is None or self.model.network is None:
            return None
        rows, y = (self.test, self.answers.y)
        if self.train is not None:
            rows, y = self.train, np.asarray(self.y_train)
        some = self._some(rows.n_rows, 2000, 15)
        return self.attempt(
            "diagnosis of the training",
            lambda: diagnose(self.estimator, rows.take(some).native, y[some]),
        )

    @cached_property
    def expected(self) -> list[tuple[str, str, str, float]]:
        """Declared expectations: column, output, what was expected, share of moves against it."""
        out = []
        for name, wanted in self.expectations.items():
            by_output = wanted if isinstance(wanted, dict) else {None: wanted}
            found = self.attempt(f"expectation of {name}", partial(self._curves, name))
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

    def _curves(self, name: str) -> PartialDependence:
        """The prediction of single rows over the values of a column."""
        return partial_dependence(
            self.estimator,
            self.test.take(self._some(self.test.n_rows, 200, 13)),
            self.test.index(name),
            output=self.effect_output,
            grid_resolution=20,
            kind="individual",
        )
