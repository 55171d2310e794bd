"""Named checks of a model: what was measured, what would pass, and what to do otherwise.

A check is a function of a study and one line in :data:`CHECKS`.
"""

from collections.abc import Callable

from sknn.interpret.report.checks import data, explanations, predictions, training
from sknn.interpret.report.content import Check
from sknn.interpret.report.study import Study

__all__ = ["checks_of"]

#: Each gives a check, several, or None where it does not apply.
CHECKS: tuple[Callable[[Study], Check | list[Check] | None], ...] = (
    predictions.beats_constant,
    predictions.beats_linear,
    predictions.overfits,
    predictions.enough_rows,
    data.leaks,
    data.repeats,
    data.drifted,
    data.balanced,
    predictions.calibrated,
    predictions.useful,
    predictions.fair,
    explanations.expected,
    predictions.robust,
    explanations.stable,
    explanations.adds_up,
    data.correlated,
    training.converged,
    training.alive,
    training.trained,
)


def checks_of(study: Study) -> list[Check]:
    """All checks that apply to a model and its data."""
    found: list[Check] = []
    for check in CHECKS:
        outcome = check(study)
        if isinstance(outcome, Check):
            found.append(outcome)
        elif outcome:
            found.extend(outcome)
    return found
