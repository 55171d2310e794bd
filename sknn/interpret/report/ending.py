"""What stands at the end of pipelines and searches."""

from typing import Any

__all__ = ["ending"]


def ending(estimator: Any) -> Any:
    """The estimator at the end of pipelines, searches and transformed targets."""
    while True:
        if hasattr(estimator, "steps"):
            estimator = estimator.steps[-1][1]
        elif hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        elif hasattr(estimator, "regressor_"):
            estimator = estimator.regressor_
        else:
            return estimator
