"""What is told of each pass."""

import math
from typing import Any

__all__ = ["History"]

NAMES = ("epoch", "blocks", "rows", "loss", "validation_score")


class History:
    """Columns with an entry for each pass, and the sums of the pass under way.

    Examples
    --------
    >>> history = History()
    >>> history.begin()
    >>> history.add(3, 1.0)
    >>> history.add(1, 2.0)
    >>> history.end(0.5)
    >>> history.columns["loss"], history.words
    ([1.25], ', score 0.5000')
    """

    def __init__(self, columns: dict[str, list[Any]] | None = None) -> None:
        self.columns = columns or {name: [] for name in NAMES}
        self.begin()

    @classmethod
    def of(cls, estimator: Any, goes_on: bool) -> "History":
        """That of an estimator, to be continued; a new one where it is not trained yet."""
        columns = getattr(estimator, "stream_history_", None) if goes_on else None
        return cls({name: list(values) for name, values in columns.items()} if columns else None)

    @property
    def n_epochs(self) -> int:
        return len(self.columns["epoch"])

    @property
    def words(self) -> str:
        """The last score, for a progress bar."""
        scores = self.columns["validation_score"]
        return "" if not scores or math.isnan(scores[-1]) else f", score {scores[-1]:.4f}"

    def begin(self) -> None:
        """Start to count a pass."""
        self.blocks, self.rows, self._total = 0, 0, 0.0

    @property
    def loss(self) -> float:
        """The mean loss of the rows of the pass under way."""
        return self._total / self.rows

    def add(self, rows: int, loss: float, blocks: int = 1) -> None:
        """Count so many rows with this mean loss."""
        self.blocks += blocks
        self.rows += rows
        self._total += rows * loss

    def end(self, score: float) -> None:
        """Take note of a whole pass."""
        row = (self.n_epochs + 1, self.blocks, self.rows, self.loss, score)
        for name, value in zip(NAMES, row, strict=True):
            self.columns[name].append(value)
