"""From the ``loss`` parameter of an estimator, and those that go with it, to the loss itself."""

from dataclasses import fields
from typing import Any

from sknn.estimators.parts import part_of
from sknn.exceptions import InvalidParameterError, NotOfferedError
from sknn.nn.links import IdentityLink, IncreasingLink
from sknn.nn.losses import (
    CLASSIFICATION_LOSSES,
    REGRESSION_LOSSES,
    ClassificationLoss,
    CustomLoss,
    RegressionLoss,
)
from sknn.nn.losses.custom import IsFunction

__all__ = ["classification_loss", "has_probabilities", "regression_loss"]


def classification_loss(estimator: Any) -> ClassificationLoss:
    """The loss of a classifier.

    Raises
    ------
    InvalidParameterError
        If the loss and ``label_smoothing`` do not go together, or its predictions are no classes.
    """
    given, smoothing = estimator.loss, estimator.label_smoothing
    loss: ClassificationLoss
    if IsFunction().accepts(given):
        loss = CustomLoss(given, out_activation=None)
    else:
        loss = part_of(CLASSIFICATION_LOSSES, given, estimator)
    if smoothing and not (isinstance(given, str) and "label_smoothing" in _settings(type(loss))):
        taking = [name for name, cls in CLASSIFICATION_LOSSES.items() if _smooths(cls)]
        raise InvalidParameterError(
            f"label_smoothing={smoothing!r} needs a loss that is given by name and has such a "
            f"setting: {', '.join(map(repr, taking))}. Got loss={given!r}; use label_smoothing=0, "
            "or an object with its own setting, such as LogLoss(label_smoothing=0.1)."
        )
    if loss.link(exclusive=True).name == "exp":
        raise InvalidParameterError(
            "out_activation='exp' is for regressors; a classifier takes 'identity', 'logistic' or "
            f"None. Got loss={given!r}."
        )
    return loss


def regression_loss(estimator: Any) -> RegressionLoss:
    """The loss of a regressor.

    Raises
    ------
    InvalidParameterError
        If the loss does not go with ``standardize_y``.
    """
    given = estimator.loss
    loss: RegressionLoss
    if IsFunction().accepts(given):
        loss = CustomLoss(given, out_activation=None)
    else:
        loss = part_of(REGRESSION_LOSSES, given, estimator)
    link = loss.link(exclusive=None)
    reaches_all = isinstance(link, (IdentityLink, IncreasingLink)) and loss.support == "real"
    if estimator.standardize_y and not reaches_all:
        raise InvalidParameterError(
            f"standardize_y=True makes targets of either sign, which loss={given!r} with its "
            f"output function {link.name!r} is not for. Use standardize_y=False, or a loss for all "
            "numbers, such as 'squared_error'."
        )
    return loss


def has_probabilities(estimator: Any) -> None:
    """Raise where the output of a classifier, fitted or to be fitted, is no probability."""
    link = vars(estimator).get("out_activation_")
    if link is None:
        try:
            link = classification_loss(estimator).link(exclusive=True).name
        except (InvalidParameterError, AttributeError):  # a wrong parameter is for fit to tell of
            return
    if link == "identity":
        have = [
            name
            for name, cls in CLASSIFICATION_LOSSES.items()
            if cls().link(exclusive=True).name != "identity"
        ]
        raise NotOfferedError(
            f"The output of this {type(estimator).__name__} is a margin, not a probability: it has "
            "predict and decision_function, but no predict_proba and predict_log_proba. Losses "
            f"with probabilities are {', '.join(map(repr, have))}."
        )


def _settings(cls: Any) -> set[str]:
    return {field.name for field in fields(cls)}


def _smooths(cls: Any) -> bool:
    return "label_smoothing" in _settings(cls)
