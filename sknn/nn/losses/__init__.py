"""Loss functions: what training makes small, one registry for each kind of target."""

from sknn.nn.losses.base import ClassificationLoss, Loss, RegressionLoss
from sknn.nn.losses.classification import LogisticSquaredError, LogLoss
from sknn.nn.losses.regression import Poisson, SquaredError
from sknn.registry import Registry

__all__ = [
    "CLASSIFICATION_LOSSES",
    "REGRESSION_LOSSES",
    "ClassificationLoss",
    "LogLoss",
    "LogisticSquaredError",
    "Loss",
    "Poisson",
    "RegressionLoss",
    "SquaredError",
]

CLASSIFICATION_LOSSES: Registry[ClassificationLoss] = Registry(
    "classification loss",
    ClassificationLoss,  # type: ignore[type-abstract]
    log_loss=LogLoss,
    squared_error=LogisticSquaredError,
)

REGRESSION_LOSSES: Registry[RegressionLoss] = Registry(
    "regression loss",
    RegressionLoss,  # type: ignore[type-abstract]
    squared_error=SquaredError,
    poisson=Poisson,
)
