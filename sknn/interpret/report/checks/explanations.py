"""Checks of explanations: a stable ranking, contributions that add up, what was expected."""

from typing import Any

import numpy as np

from sknn.interpret.report.checks.status import status
from sknn.interpret.report.content import Check
from sknn.interpret.report.study import Study
from sknn.interpret.words import number, percent, plain, rows_of

__all__ = ["adds_up", "expected", "stable"]

#: What is expected of a prediction, before the column's name.
EXPECTED = {"increasing": "rises with", "decreasing": "falls with", "none": "does not depend on"}


def expected(study: Study) -> list[Check]:
    out = []
    for name, output, direction, share in study.expected:
        of = (
            f" of {plain(output)}" if len(study.expectations) and study.task == "multiclass" else ""
        )
        if direction == "none":
            outcome = "pass" if share == 0 else "fail"
            said = "no row's prediction moves with it" if share == 0 else "predictions move with it"
            bound = "Passes if no prediction changes with the column."
        else:
            outcome = status(share, 0.01, 0.1)
            said = f"{percent(share)} of all moves of the prediction{of} go against it"
            bound = "Passes up to 1% of all moves against it, fails above 10%."
        out.append(
            Check(
                f"As expected: the prediction{of} {EXPECTED[direction]} {plain(name)}",
                outcome,
                share,
                bound,
                f"The prediction of single rows was followed over the values of {plain(name)}: "
                f"{said}.",
                "Ask whether the expectation or the model is wrong. Some networks and boosted "
                "trees can be held to it by constraints.",
            )
        )
    return out


def stable(study: Study) -> Check | None:
    result = study.importance
    if result is None or result.importances.shape[1] < 2 or len(result.feature_names) < 2:
        return None
    # columns that tell nothing change places by chance, and should
    clear = study.drivers
    agreement = _same_order(result.importances[clear]) if clear else 0.0
    n_repeats = result.importances.shape[1]
    return Check(
        "The ranking of columns is stable",
        "pass" if agreement > 0.8 else "warn",
        agreement,
        "Passes if at least one column matters for certain, and two repeats agree on the order of "
        "two of the first such columns in more than 80% of the cases.",
        f"Two of {n_repeats} repeats agree on the order of two of the first "
        f"{rows_of(len(clear), 'column')} in {percent(agreement)} of the cases."
        if clear
        else "No column matters for certain.",
        "Take the order of columns whose intervals overlap for chance; use more rows or repeats.",
    )


def _same_order(importances: Any) -> float:
    """How often two repeats agree on which of two columns is more important."""
    if len(importances) < 2:
        return 1.0
    i, j = np.triu_indices(len(importances), 1)
    above = (importances[i] > importances[j]).mean(axis=1)  # in which share of the repeats
    n = importances.shape[1]
    agree = (above * (n * above - 1) + (1 - above) * (n * (1 - above) - 1)) / (n - 1)
    return float(agree.mean())


def adds_up(study: Study) -> Check | None:
    found = study.explanation
    if found is None:
        return None
    spread = float(np.ptp(found.predictions)) or 1.0
    share = found.additivity_gap / spread
    return Check(
        "Contributions add up to predictions",
        status(share, 1e-3, 0.05),
        share,
        "Passes up to a gap of 0.1% of the range of the predictions, fails above 5%.",
        f"The largest gap is {number(found.additivity_gap, 2)}.",
        "Do not use these contributions: they leave a part of the predictions unexplained.",
    )
