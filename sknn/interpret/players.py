"""Who shares the credit for a prediction: columns, or groups of columns that act together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.origins import encoded_groups
from sknn.interpret.table import Table

__all__ = ["Players"]


class Players:
    """Columns, or groups of columns, each of which is switched as one.

    Parameters
    ----------
    names : list of str
    columns : list of int array
        The numbers of the columns of each; every column belongs to exactly one.

    Examples
    --------
    >>> table = Table.of([[52.5, 13.4, 2.0]], names=["lat", "lon", "rooms"])
    >>> players = Players.of({"place": ["lat", "lon"]}, table)
    >>> players.names
    ['place', 'rooms']
    >>> players.expand(np.array([[True, False]]))
    array([[ True,  True, False]])
    """

    def __init__(self, names: list[str], columns: list[npt.NDArray[np.intp]]) -> None:
        self.names = names
        self.columns = columns
        self.owner = np.empty(sum(map(len, columns)), dtype=np.intp)
        for player, own in enumerate(columns):
            self.owner[own] = player

    @classmethod
    def of(cls, groups: Any, table: Table) -> "Players":
        """The players of a table.

        Parameters
        ----------
        groups : None, "auto", dict, or fitted transformer
            None and ``"auto"`` for each column by itself; a dict from the name of a group to its
            columns, by name or number (other columns stay by themselves); or the transformer whose
            output the table holds, so that all columns that one raw column became act together.
        table : Table

        Returns
        -------
        players : Players
            In the order of their first columns.

        Raises
        ------
        InvalidParameterError
            If a column is not there, or in two groups, or a group is empty.
        """
        if groups is None or (isinstance(groups, str) and groups == "auto"):
            wanted: dict[str, list[int]] = {}
        elif isinstance(groups, Mapping):
            wanted = {
                str(name): [table.index(column) for column in _listed(columns)]
                for name, columns in groups.items()
            }
        elif hasattr(groups, "transform"):
            found = encoded_groups(groups)
            n_encoded = max((int(own.max()) + 1 for own in found.values() if len(own)), default=0)
            if n_encoded > table.n_columns:
                raise InvalidParameterError(
                    f"groups is a transformer with {n_encoded} or more columns of output, but X "
                    f"has {table.n_columns} columns. X must be its output."
                )
            wanted = {name: [int(j) for j in own] for name, own in found.items() if len(own)}
        else:
            raise InvalidParameterError(
                "groups must be None, 'auto', a dict from names to columns, or the fitted "
                f"transformer that made X. Got {groups!r} instead."
            )
        return cls._in_order(wanted, table)

    @classmethod
    def _in_order(cls, wanted: dict[str, list[int]], table: Table) -> "Players":
        owner: dict[int, str] = {}
        for name, columns in wanted.items():
            if not columns:
                raise InvalidParameterError(f"The group {name!r} has no columns.")
            for j in columns:
                if j in owner:
                    raise InvalidParameterError(
                        f"The column {table.names[j]!r} is in the groups {owner[j]!r} and {name!r}."
                        " A column can be in one group only."
                    )
                owner[j] = name
        names, own = [], []
        for j, column in enumerate(table.names):
            if j not in owner:
                if column in wanted:
                    raise InvalidParameterError(
                        f"The group {column!r} has the name of a column that is not in it. "
                        "Give the group another name."
                    )
                names.append(column)
                own.append(np.array([j], dtype=np.intp))
            elif min(wanted[owner[j]]) == j:
                names.append(owner[j])
                own.append(np.array(wanted[owner[j]], dtype=np.intp))
        return cls(names, own)

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.names)

    @property
    def are_columns(self) -> bool:
        """Whether each is one column, in the table's order."""
        return self.n == len(self.owner) and bool((self.owner == np.arange(self.n)).all())

    def expand(self, on: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """From one entry for each player, shape (..., n), to one for each column."""
        return on[..., self.owner]

    def summed(self, values: npt.NDArray[Any], axis: int = 1) -> npt.NDArray[Any]:
        """Sum over the columns of each player, along the axis of columns."""
        if self.are_columns:
            return values
        parts = [values.take(own, axis=axis).sum(axis=axis) for own in self.columns]
        return np.stack(parts, axis=axis)


def _listed(columns: Any) -> list[Any]:
    return [columns] if isinstance(columns, (str, int, np.integer)) else list(columns)
