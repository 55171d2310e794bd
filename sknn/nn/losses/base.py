"""The loss: how wrong the raw output is, and in which direction it should move.

Conventions
-----------
- ``raw`` is the output of the last dense layer, before any link function, shape (n, k).
- ``y`` has shape (n, k), with two exceptions: class numbers of exclusive classes come as integers
  of shape (n,), never as an n x k table of zeros and ones; and a loss that predicts several
  numbers for each target (quantiles) has ``outputs_per_target`` raw outputs for each column.
- The loss of a batch is the weighted mean over its rows, sum_i w_i l_i / sum_i w_i, where l_i is
  summed over the outputs; its gradient belongs to exactly this number.
"""

from abc import ABC, abstractmethod
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sknn.config import Config
from sknn.nn.links import Link
from sknn.nn.typing import Array

__all__ = ["ClassificationLoss", "Loss", "RegressionLoss", "Support", "Target"]

#: Targets: numbers, yes/no answers, or class numbers.
Target = npt.NDArray[Any]

#: The numbers that a loss is defined for: all, those from zero on, those above zero.
Support = Literal["real", "nonnegative", "positive"]


class Loss(Config, ABC):
    """A loss at the raw output, with its gradient and the link that goes with it."""

    @abstractmethod
    def link(self, exclusive: bool | None) -> Link:
        """The output function.

        ``exclusive`` tells that each row has exactly one of several classes; False is for
        yes/no outputs, None for numbers.
        """

    @abstractmethod
    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        """Return the loss of each row, shape (n,), and write d loss_i / d raw_ik into ``grad``."""

    def value_and_grad(self, raw: Array, y: Target, weight: Array | None, grad: Array) -> float:
        """The weighted mean loss; its gradient with respect to ``raw`` goes into ``grad``."""
        loss = self.pointwise(raw, y, grad)
        if weight is None:
            grad /= len(raw)
            return float(np.add.reduce(loss)) / len(raw)  # 1 us where loss.mean() takes 5
        total = weight.sum()
        grad *= (weight / total)[:, np.newaxis]
        return float(np.dot(loss, weight) / total)


class ClassificationLoss(Loss, ABC):
    """A loss for labels."""


class RegressionLoss(Loss, ABC):
    """A loss for numbers."""

    @property
    def support(self) -> Support:
        """The targets that the loss is defined for."""
        return "real"

    @property
    def outputs_per_target(self) -> int:
        """Raw outputs of the network for each target."""
        return 1
