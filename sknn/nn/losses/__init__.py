"""Loss functions: what training makes small, one registry for each kind of target."""

from sknn.nn.losses.base import ClassificationLoss, Loss, RegressionLoss
from sknn.nn.losses.classification import Focal, LogisticSquaredError, LogLoss
from sknn.nn.losses.custom import CustomLoss
from sknn.nn.losses.deviance import Gamma, Poisson, Tweedie
from sknn.nn.losses.margin import Hinge, SquaredHinge
from sknn.nn.losses.quantile import Quantile
from sknn.nn.losses.regression import AbsoluteError, Huber, LogCosh, SquaredError
from sknn.registry import Registry

__all__ = [
    "CLASSIFICATION_LOSSES",
    "REGRESSION_LOSSES",
    "AbsoluteError",
    "ClassificationLoss",
    "CustomLoss",
    "Focal",
    "Gamma",
    "Hinge",
    "Huber",
    "LogCosh",
    "LogLoss",
    "LogisticSquaredError",
    "Loss",
    "Poisson",
    "Quantile",
    "RegressionLoss",
    "SquaredError",
    "SquaredHinge",
    "Tweedie",
]

CLASSIFICATION_LOSSES: Registry[ClassificationLoss] = Registry(
    "classification loss",
    ClassificationLoss,  # type: ignore[type-abstract]
    log_loss=LogLoss,
    focal=Focal,
    squared_error=LogisticSquaredError,
    hinge=Hinge,
    squared_hinge=SquaredHinge,
)

REGRESSION_LOSSES: Registry[RegressionLoss] = Registry(
    "regression loss",
    RegressionLoss,  # type: ignore[type-abstract]
    squared_error=SquaredError,
    absolute_error=AbsoluteError,
    huber=Huber,
    log_cosh=LogCosh,
    quantile=Quantile,
    poisson=Poisson,
    gamma=Gamma,
    tweedie=Tweedie,
)
