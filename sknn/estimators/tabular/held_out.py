"""Outputs for rows that the members who made them never saw."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sknn.nn.typing import Array, IndexArray

__all__ = ["HeldOutRows"]


@dataclass(frozen=True)
class HeldOutRows:
    """Outputs of members for rows that they were not trained on.

    Parameters
    ----------
    outputs : array of shape (n_outputs_a_row, n_rows, ...)
        The outputs for each row: one of each cut into folds, or one of each member where all
        members hold out the same rows.
    member : array of int of shape (n_outputs_a_row, n_rows)
        The member that made each.
    y : array of shape (n_rows, ...)
        Targets as the user gave them.
    weight : array of shape (n_rows,) or None
        Sample weights.
    """

    outputs: Array
    member: IndexArray
    y: Any
    weight: Array | None

    @property
    def shared(self) -> bool:
        """Whether every member has an output for every row."""
        return bool((self.member == self.member[:, :1]).all())

    def one_by_one(
        self, convert: Callable[[Array], Array] = lambda outputs: outputs
    ) -> tuple[Array, Any, IndexArray, Array | None]:
        """What calibration wants: predictions, targets, their member, and weights, row by row.

        A row with several outputs is there several times with a part of its weight. Where all
        members hold out the same rows, their mean prediction counts as that of one member.
        ``convert`` makes predictions of the outputs of rows.
        """
        n_outputs, n_rows = self.member.shape
        each = [convert(outputs) for outputs in self.outputs]
        if self.shared:
            return np.mean(each, axis=0), self.y, np.zeros(n_rows, np.intp), self.weight
        if n_outputs == 1:
            return each[0], self.y, self.member[0], self.weight
        weight = np.ones(n_rows) if self.weight is None else self.weight
        return (
            np.concatenate(each),
            np.concatenate([self.y] * n_outputs),
            self.member.ravel(),
            np.tile(weight / n_outputs, n_outputs),
        )
