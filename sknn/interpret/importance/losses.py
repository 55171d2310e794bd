"""Losses of single rows, for importances that share out a loss."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.model import Model

__all__ = ["RowLoss"]

Array = npt.NDArray[Any]

NAMES = ("auto", "log_loss", "squared_error", "absolute_error")


class RowLoss:
    """A loss for each row, from targets and predictions.

    Parameters
    ----------
    loss : str or callable
        ``"auto"`` is ``"log_loss"`` for classifiers and ``"squared_error"`` for others. A callable
        gets the targets (m,) or (m, q) and the predictions (m, k) and returns (m,).
    model : Model
        At ``"proba"`` for classifiers.
    y : array of shape (n,) or (n, q)
        Targets of all rows.
    """

    def __init__(self, loss: Any, model: Model, y: Any) -> None:
        if not callable(loss) and loss not in NAMES:
            raise InvalidParameterError(
                f"loss must be a function or one of {', '.join(map(repr, NAMES))}. Got {loss!r} "
                f"instead.{nearest(loss, NAMES)}"
            )
        self.own: Callable[[Any, Array], Any] | None = loss if callable(loss) else None
        classes = model.kind == "classifier"
        self.name = "log_loss" if classes else "squared_error"
        if callable(loss):
            self.name = getattr(loss, "__name__", "loss")
        elif loss != "auto":
            self.name = loss
        if self.name == "log_loss" and not callable(loss) and not classes:
            raise InvalidParameterError(
                "loss='log_loss' is for classifiers with predict_proba. Got a model that predicts "
                "numbers. Use loss='squared_error'."
            )
        self.y = np.asarray(y)
        if self.own is None:
            self.y = self._classes(model) if classes else self._numbers(model)

    def _classes(self, model: Model) -> Array:
        """Targets as zeros and ones, one for each number that the model tells."""
        if self.y.ndim == 2 and self.y.shape[1] == model.n_outputs:
            return self.y.astype(float)
        known = np.asarray(model.classes)
        unknown = np.setdiff1d(self.y, known)
        if len(unknown):
            raise InvalidParameterError(
                f"y holds {unknown[0]!r}, which is not among the classes of the model: "
                f"{', '.join(map(repr, known[:10].tolist()))}."
            )
        hot = np.asarray(self.y.reshape(-1, 1) == known, dtype=float)
        return hot[:, 1:] if model.n_outputs == 1 else hot

    def _numbers(self, model: Model) -> Array:
        y = self.y.astype(float).reshape(len(self.y), -1)
        if y.shape[1] != model.n_outputs:
            raise InvalidParameterError(
                f"y has {y.shape[1]} targets, but the model predicts {model.n_outputs}. Give a "
                "loss of your own: loss(y, predictions) with one number for each row."
            )
        return y

    def __call__(self, rows: Array, predicted: Array, exclusive: bool) -> Array:
        """The losses of rows with these numbers, shape (m,), from predictions (m, k)."""
        y = self.y[rows]
        if self.own is not None:
            loss = np.asarray(self.own(y, predicted), dtype=float)
            if loss.shape != (len(rows),):
                raise InvalidParameterError(
                    f"{self.name} must return one loss for each of {len(rows)} rows. Got the shape "
                    f"{loss.shape} instead."
                )
            return loss
        if self.name == "log_loss":
            tiny = np.finfo(np.float64).eps
            p = np.clip(predicted, tiny, 1 - tiny)
            if exclusive:
                return np.asarray(-(y * np.log(p)).sum(axis=1))
            return np.asarray(-(y * np.log(p) + (1 - y) * np.log1p(-p)).mean(axis=1))
        error = y - predicted
        each = error**2 if self.name == "squared_error" else np.abs(error)
        return np.asarray(each.mean(axis=1))
