"""The game of a prediction: what a model says where some players have the row's values.

Players who take part have the values of the row that is explained, the others those of a
background row. A network of ours gets such rows as it sees them, encoded once; any other model gets
them as raw rows of the table, each column with its own type.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.model import CHUNK, Model
from sknn.interpret.players import Players
from sknn.interpret.table import Table

__all__ = ["Game"]

Array = npt.NDArray[Any]


class Game:
    """Rows that are mixed from those to explain and those of the background.

    Parameters
    ----------
    model : Model
    table : Table
        The rows to explain.
    background : Table
        With the same columns in the same order.
    weight : array of shape (n_background,)
        Weights of the background rows, which sum to 1. Rows of weight 0 take no part.
    players : Players

    Attributes
    ----------
    of_rows : array of shape (n, k)
        What the model says of the rows to explain.
    of_background : array of shape (m, k)
        And of the background rows.
    base : array of shape (k,)
        The weighted mean of these.
    """

    def __init__(
        self, model: Model, table: Table, background: Table, weight: Array, players: Players
    ) -> None:
        used = np.flatnonzero(weight > 0)
        self.model, self.table, self.players = model, table, players
        self.background = background if len(used) == len(weight) else background.take(used)
        self.weight = weight[used] / weight[used].sum()
        self.of_rows = model(table).astype(np.float64)
        self.of_background = model(self.background).astype(np.float64)
        self.base = self.weight @ self.of_background

    @property
    def n_rows(self) -> int:
        return self.table.n_rows

    @property
    def n_background(self) -> int:
        return self.background.n_rows

    @cached_property
    def _encoded(self) -> tuple[Array, Array, Array] | None:
        """Rows as a network of ours sees them, and the player of each encoded column."""
        by_raw = self.model.encoded_players if self.model.network is not None else None
        if by_raw is None:
            return None
        owner = self.players.owner[by_raw.owner]
        both = self.model.encode(Table.stacked([self.table, self.background]))
        return both[: self.n_rows], both[self.n_rows :], owner

    @cached_property
    def _both(self) -> Table:
        return Table.stacked([self.table, self.background])

    @cached_property
    def _comparable(self) -> tuple[Array, Array, Array]:
        """Rows, background rows and the player of each column, as numbers to compare."""
        if self._encoded is not None:
            return self._encoded
        codes = coded(self._both)
        return codes[: self.n_rows], codes[self.n_rows :], self.players.owner

    def differs(self, row: int) -> Array:
        """For each background row, which players have other values in this row: (m, p)."""
        rows, behind, owner = self._comparable
        unlike: Array = rows[row] != behind
        if in_order(owner, self.players.n):
            return unlike
        out = np.zeros((len(behind), self.players.n), dtype=bool)
        for j, player in enumerate(owner):
            out[:, player] |= unlike[:, j]
        return out

    def play(self, row: int, on: Array, behind: Array) -> Array:
        """What the model says of mixed rows.

        Parameters
        ----------
        row : int
            The row to explain.
        on : bool array of shape (r, p)
            The players who have this row's values.
        behind : int array of shape (r,)
            The background row that the others have their values from.

        Returns
        -------
        outputs : array of shape (r, k)
        """
        parts = [
            self._play(row, on[start : start + CHUNK], behind[start : start + CHUNK])
            for start in range(0, len(on), CHUNK)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _play(self, row: int, on: Array, behind: Array) -> Array:
        if self._encoded is not None:
            rows, back, owner = self._encoded
            wide = on if in_order(owner, self.players.n) else on[:, owner]
            return self.model.of_encoded(np.where(wide, rows[row], back[behind]))
        sources = np.where(on[:, self.players.owner], row, (self.n_rows + behind)[:, np.newaxis])
        return self.model(self._both.pick(sources))


def in_order(owner: Array, n_players: int) -> bool:
    """Whether each column is a player of its own, in the order of the columns."""
    return len(owner) == n_players and bool((owner == np.arange(n_players)).all())


def coded(table: Table) -> Array:
    """Each value as a number that equal values share, missing ones among them."""
    codes = np.empty((table.n_rows, table.n_columns), dtype=np.intp)
    for j in range(table.n_columns):
        column = table.column(j)
        if column.dtype.kind == "f":
            codes[:, j] = np.unique(column, return_inverse=True)[1]
        else:
            seen: dict[Any, int] = {}
            codes[:, j] = [seen.setdefault(value, len(seen)) for value in column]
    return codes
