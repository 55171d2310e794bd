"""How much work goes into a report."""

from dataclasses import dataclass

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError

__all__ = ["AUDIENCES", "BUDGETS", "Budget", "one_of"]

AUDIENCES = ("technical", "validation", "summary")


@dataclass(frozen=True)
class Budget:
    """Sizes of samples."""

    n_bootstrap: int  # resamples of the test rows
    score_rows: int  # rows that are shuffled for importance
    n_repeats: int
    shap_rows: int  # rows that are attributed
    background: int  # rows they are compared with
    shap_tol: float  # largest standard error, see shap_values
    n_effects: int  # columns whose effect is drawn
    effect_rows: int
    n_pairs_of: int  # columns whose interactions are measured
    h_samples: int
    n_cases: int  # worst errors, and as many typical rows
    lime_samples: int
    noise_repeats: int


BUDGETS = {
    "fast": Budget(100, 800, 3, 60, 25, 0.1, 4, 300, 4, 25, 2, 500, 2),
    "normal": Budget(500, 5000, 5, 300, 60, 0.04, 8, 1500, 8, 50, 3, 3000, 3),
    "thorough": Budget(1000, 20_000, 10, 500, 100, 0.02, 12, 5000, 10, 100, 5, 5000, 5),
}


def one_of(name: str, value: object, allowed: tuple[str, ...]) -> str:
    """A setting that must be one of some words.

    Raises
    ------
    InvalidParameterError
        If it is none of them.
    """
    if value not in allowed:
        raise InvalidParameterError(
            f"{name} must be one of {', '.join(map(repr, allowed))}. Got {value!r} instead."
            f"{nearest(str(value), allowed)}"
        )
    return str(value)
