"""How a number becomes an outcome."""

from sknn.interpret.evaluation.measures import Measure

__all__ = ["gain", "status"]


def status(value: float, warn: float, fail: float) -> str:
    """Worse as the value grows.

    >>> status(0.05, 0.1, 0.3), status(0.2, 0.1, 0.3), status(0.5, 0.1, 0.3)
    ('pass', 'warn', 'fail')
    """
    return "fail" if value > fail else "warn" if value > warn else "pass"


def gain(measure: Measure, value: float, constant: float) -> float:
    """By how much a score is better than that of a constant answer."""
    return measure.sign * (value - constant)
