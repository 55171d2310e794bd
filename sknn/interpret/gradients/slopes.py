"""The slopes of a model on its chosen scale, by the gradient of the network at its end."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.model import Model, plain_columns
from sknn.interpret.players import Players

__all__ = ["Slopes"]

Array = npt.NDArray[Any]

#: Numbers in the gradients that are held at a time.
HELD = 4_000_000


class Slopes:
    """A network behind the steps of a pipeline: rows as it sees them, values and slopes there.

    Parameters
    ----------
    model : Model
    purpose : str
        What needs the gradient, for messages.

    Raises
    ------
    InvalidParameterError
        If the model does not end in a network that tells its gradient, or its numbers on the
        chosen scale are not known as a function of the network's raw output.
    """

    def __init__(self, model: Model, purpose: str) -> None:
        self.model = model
        self.purpose = purpose
        if model.network is None:
            raise InvalidParameterError(
                f"{purpose} needs a model that ends in an MLPClassifierX or MLPRegressorX, alone, "
                "in a pipeline or in a search, with one prediction for each target. Got "
                f"{_words(model.estimator)} instead.{_members(model.last)} "
                "shap_values(method='permutation') takes any model."
            )
        self.network = model.network

    def encode(self, rows: Any) -> Array:
        """What the network sees of some rows, after a check that it is what the model tells."""
        encoded = self.model.encode(rows)
        few = encoded[:8]
        told, own = self.value(few), self.model(rows)[:8]
        if told.shape != own.shape or not np.allclose(told, own, rtol=1e-3, atol=1e-4):
            raise InvalidParameterError(
                f"{self.purpose} is not offered for output={self.model.output!r} of this model, "
                "whose probabilities are not the logistic or the softmax of its raw output. "
                "output='raw' explains the raw output."
            )
        return encoded

    def value(self, encoded: Array) -> Array:
        """The numbers of encoded rows on the chosen scale, shape (n, k)."""
        return self.model.of_encoded(encoded)

    def gradient(self, encoded: Array) -> Array:
        """The slope of each number in each encoded column, shape (n, p, k)."""
        with plain_columns():
            slope = self.network.input_gradient(encoded)
        slope = slope[:, :, np.newaxis] if slope.ndim == 2 else slope
        output = self.model.output
        if output == "logit" and self.model.exclusive:
            slope = slope - slope.mean(axis=2, keepdims=True)
        elif output == "proba":
            p = self.value(encoded)[:, np.newaxis]
            if self.model.exclusive:
                slope = p * (slope - (p * slope).sum(axis=2, keepdims=True))
            else:
                slope = p * (1.0 - p) * slope
        elif output == "prediction" and self.network.out_activation_ == "exp":
            slope = self.value(encoded)[:, np.newaxis] * slope
        return np.asarray(slope)

    def summed(self, values: Array, players: Players, axis: int = 1) -> Array:
        """From values of encoded columns to those of the players, along ``axis``."""
        by_raw = self.model.encoded_players
        if by_raw is None:
            raise InvalidParameterError(
                f"{self.purpose} needs to know which encoded columns come from which raw column, "
                "but a step of the pipeline mixes several columns, or does not tell. Explain the "
                "network on what it sees, with pipeline[-1] and pipeline[:-1].transform(X), or "
                "the whole with shap_values(method='permutation')."
            )
        return players.summed(by_raw.summed(values, axis), axis)


def blocks(n_rows: int, numbers_per_row: int) -> Iterator[slice]:
    """Rows in blocks of not too many numbers."""
    size = max(HELD // max(numbers_per_row, 1), 1)
    for start in range(0, n_rows, size):
        yield slice(start, start + size)


def in_blocks(function: Callable[[slice], Array], n_rows: int, numbers_per_row: int) -> Array:
    """The answers of a function of a slice of rows, one under another."""
    return np.concatenate([function(rows) for rows in blocks(n_rows, numbers_per_row)])


def _members(last: Any) -> str:
    """Where the networks are of an ensemble of them."""
    if not (hasattr(last, "estimators_") and hasattr(last, "encoder_")):
        return ""
    return " It averages networks, of which estimators_[0] is one for rows encoder_.transform(X)."


def _words(estimator: Any) -> str:
    return type(estimator).__name__ if hasattr(estimator, "predict") else "a function"
