"""The history of a fit: a table with one row an epoch, as columns of numbers."""

from typing import Any

import numpy as np

from sknn.train.likeness import Table

__all__ = ["History", "packed"]

Columns = dict[str, list[float]]


class History:
    """Columns of equal length that grow by a row an epoch; what is not recorded is NaN.

    Parameters
    ----------
    before : dict of list, optional
        The columns of an earlier fit that goes on.

    Examples
    --------
    >>> history = History()
    >>> history.add_row(epoch=1, loss=0.5)
    >>> history.add_row(epoch=2, loss=0.25)
    >>> history.record(validation_score=0.9)
    >>> history.columns
    {'epoch': [1, 2], 'loss': [0.5, 0.25], 'validation_score': [nan, 0.9]}
    """

    def __init__(self, before: Columns | None = None) -> None:
        self.columns: Columns = {name: list(column) for name, column in (before or {}).items()}
        self.n_rows = max(map(len, self.columns.values()), default=0)

    def remember(self) -> dict[str, Any]:
        """The columns, as plain values."""
        return {name: packed(column) for name, column in self.columns.items()}

    def may_be(self, n_epochs: int) -> Table:
        """What :meth:`remember` may tell after some epochs; see :mod:`sknn.train.likeness`."""
        return Table(self.n_rows + n_epochs)

    def recall(self, kept: dict[str, Any]) -> None:
        """Go on from what :meth:`remember` told."""
        self.columns = {name: list(np.asarray(column).tolist()) for name, column in kept.items()}
        self.n_rows = max(map(len, self.columns.values()), default=0)

    def add_row(self, **values: float) -> None:
        """Begin the row of another epoch."""
        self.n_rows += 1
        for column in self.columns.values():
            column.append(float("nan"))
        self.record(**values)

    def record(self, **values: float) -> None:
        """Fill in, or add, columns of the latest row."""
        for name, value in values.items():
            if name not in self.columns:
                self.columns[name] = [float("nan")] * self.n_rows
            self.columns[name][-1] = value


def packed(column: list[Any]) -> Any:
    """A list of numbers as an array, in which a file keeps it sooner; another list as it is."""
    array = np.asarray(column)
    return array if array.dtype.kind in "biuf" and array.ndim == 1 else column
