"""Attributions: how much each column adds to each prediction."""

from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.players import Players
from sknn.interpret.result import Result, weights_of
from sknn.interpret.table import Table
from sknn.interpret.words import value_text
from sknn.optional import require

__all__ = ["Explanation"]

Array = npt.NDArray[Any]

#: Entries with an axis of rows, and those with one of columns right after it.
BY_ROW = ("values", "base_values", "predictions", "data", "se", "interactions", "sample_weight")
BY_COLUMN = ("values", "data", "se")
#: Entries whose last axis is that of outputs, where there are several.
BY_OUTPUT = {"values": 3, "se": 3, "base_values": 2, "predictions": 2, "interactions": 4}


class Explanation(Result):
    """How much each column adds to each prediction.

    For every row, the values of all columns and the base value add up to the prediction, apart
    from ``additivity_gap``. Slices are explanations again: ``explanation[0]`` is a row,
    ``explanation[:, "age"]`` a column, ``explanation[..., "setosa"]`` a class.

    Attributes
    ----------
    values : array of shape (n, d) or (n, d, k)
        What each column adds, on the scale of ``output``; with k outputs, for each of them.
    base_values : array of shape (n,) or (n, k)
        The mean prediction over the background.
    predictions : array of shape (n,) or (n, k)
    data : array of shape (n, d)
        The values of the columns; of a group, its columns' values as text.
    feature_names, output_names : list of str
    output : str
        The scale: ``"logit"``, ``"proba"``, ``"raw"`` or ``"prediction"``.
    technique : str
        How the values were found, such as ``"exact"``.
    method : str
        The same in a sentence, with sizes and errors.
    approximate : bool
        Whether the values differ from what they stand for by more than sampling error.
    se : array like values, or None
        Standard errors; None where the values are exact.
    additivity_gap : float
        The largest distance of the sum of a row's values and base value from its prediction.
    interactions : array of shape (n, d, d) or (n, d, d, k), or None
        Of each pair of columns; a row of the matrix sums to the value of its column.
    sample_weight : array of shape (n,) or None
        Weights of the rows in :meth:`importance`.

    Examples
    --------
    >>> explanation = Explanation(
    ...     values=[[1.0, -2.0], [0.5, 0.0]],
    ...     base_values=[3.0, 3.0],
    ...     predictions=[2.0, 3.5],
    ...     data=[[1, 2], [3, 4]],
    ...     feature_names=["a", "b"],
    ... )
    >>> explanation.importance()
    array([0.75, 1.  ])
    >>> explanation[:, "b"].values
    array([[-2.],
           [ 0.]])
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.attribution.AttributionDisplay"

    #: Entries of a subclass with an axis of rows, and those of them with one of columns after it.
    #: Where there are several outputs, these have the last axis.
    more_by_row: ClassVar[tuple[str, ...]] = ()
    more_by_column: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *,
        values: Any,
        base_values: Any,
        predictions: Any,
        data: Any,
        feature_names: list[str],
        output_names: list[str] | None = None,
        output: str = "raw",
        technique: str = "",
        method: str = "",
        approximate: bool = False,
        se: Any = None,
        interactions: Any = None,
        sample_weight: Any = None,
        **more: Any,
    ) -> None:
        values = np.asarray(values)
        base = np.broadcast_to(np.asarray(base_values), (len(values), *values.shape[2:])).copy()
        predictions = np.asarray(predictions)
        gap = np.abs(values.sum(axis=1) + base - predictions)
        more.setdefault("additivity_gap", float(gap.max(initial=0.0)))
        super().__init__(
            values=values,
            base_values=base,
            predictions=predictions,
            data=np.asarray(data),
            feature_names=list(feature_names),
            output_names=list(output_names or ["output"]),
            output=output,
            technique=technique,
            method=method,
            approximate=approximate,
            se=None if se is None else np.asarray(se),
            interactions=None if interactions is None else np.asarray(interactions),
            sample_weight=None if sample_weight is None else np.asarray(sample_weight),
            **more,
        )

    def __len__(self) -> int:
        return len(self["values"])

    @property
    def single(self) -> bool:
        """Whether there is no axis of outputs."""
        return bool(self["values"].ndim == 2)

    def __repr__(self) -> str:
        n, d = self["values"].shape[:2]
        of = "" if self.single else f", {len(self['output_names'])} outputs"
        return f"{type(self).__name__}({n} rows, {d} columns{of}; {self['technique']})"

    # -- slices -----------------------------------------------------------------------------------

    def __getitem__(self, key: Any) -> Any:
        """An entry by its name, or a slice: rows, columns, output, by number or by name."""
        if isinstance(key, str):
            return super().__getitem__(key)
        parts = list(key) if isinstance(key, tuple) else [key]
        if any(part is Ellipsis for part in parts):
            at = [part is Ellipsis for part in parts].index(True)
            n_axes = 2 if self.single else 3
            parts[at : at + 1] = [slice(None)] * (n_axes - len(parts) + 1)
        if len(parts) > (2 if self.single else 3):
            raise IndexError(f"too many indices: {len(parts)} for {self!r}")
        parts += [slice(None)] * (3 - len(parts))
        return self._sliced(*parts)

    def _sliced(self, rows: Any, columns: Any, output: Any) -> Self:
        entries = dict(self)
        rows = [rows] if isinstance(rows, (int, np.integer)) else rows
        columns = self._numbers(columns)
        for name in (*BY_ROW, *self.more_by_row):
            if entries.get(name) is not None:
                entries[name] = entries[name][rows]
        if columns is not None:
            for name in (*BY_COLUMN, *self.more_by_column):
                if entries.get(name) is not None:
                    entries[name] = entries[name][:, columns]
            if entries["interactions"] is not None:
                entries["interactions"] = entries["interactions"][:, columns][:, :, columns]
            entries["feature_names"] = [entries["feature_names"][j] for j in columns]
        if not self.single and not (isinstance(output, slice) and output == slice(None)):
            self._pick_output(entries, output)
        return self._like(entries)

    def _pick_output(self, entries: dict[str, Any], output: Any) -> None:
        names = self["output_names"]
        if isinstance(output, slice):
            which: Any = list(range(len(names)))[output]
        elif isinstance(output, (int, np.integer)):
            which = int(output)
        elif str(output) in names:
            which = names.index(str(output))
        else:
            hint = nearest(str(output), names) or f" They are {', '.join(map(repr, names[:10]))}."
            raise InvalidParameterError(f"There is no output {output!r}.{hint}")
        more = dict.fromkeys(self.more_by_column, 3) | dict.fromkeys(
            set(self.more_by_row) - set(self.more_by_column), 2
        )
        for name, n_axes in (BY_OUTPUT | more).items():
            if entries.get(name) is not None and entries[name].ndim == n_axes:
                entries[name] = entries[name][..., which]
        entries["output_names"] = (
            [names[which]] if isinstance(which, int) else [names[i] for i in which]
        )

    def _numbers(self, columns: Any) -> list[int] | None:
        """Columns as numbers; None for all of them."""
        names = self["feature_names"]
        if isinstance(columns, slice):
            return None if columns == slice(None) else list(range(len(names)))[columns]
        if isinstance(columns, (str, int, np.integer)):
            columns = [columns]
        return [self.column(column) for column in np.asarray(columns, dtype=object).tolist()]

    def column(self, column: str | int) -> int:
        """The number of a column that is given by name or number.

        Raises
        ------
        InvalidParameterError
            If there is no such name.
        """
        names = self["feature_names"]
        if not isinstance(column, str):
            return range(len(names))[int(column)]
        if column not in names:
            raise InvalidParameterError(f"There is no column {column!r}.{nearest(column, names)}")
        return int(names.index(column))

    def _like(self, entries: dict[str, Any]) -> Self:
        return type(self)(**entries)

    # -- what it tells ----------------------------------------------------------------------------

    def importance(self) -> Array:
        """The mean size of each column's values over the rows.

        Returns
        -------
        importance : array of shape (d,) or (d, k)
        """
        weight = weights_of(self["sample_weight"], len(self))
        mean: Array = np.tensordot(weight, np.abs(self["values"]), axes=1)
        return mean

    def summed(self, groups: Any) -> Self:
        """The values of groups of columns, as sums of those of their columns.

        A sum is not the value that the group has as one player; for that, pass ``groups`` to
        :func:`~sknn.interpret.shap_values`. Standard errors do not add up and are left out.

        Parameters
        ----------
        groups : dict, or fitted transformer
            As in :func:`~sknn.interpret.shap_values`.
        """
        table = Table.of(np.zeros((1, len(self["feature_names"]))), names=self["feature_names"])
        players = Players.of(groups, table)
        entries = dict(self)
        entries["values"] = players.summed(self["values"])
        entries["se"] = None
        if self["interactions"] is not None:
            entries["interactions"] = players.summed(players.summed(self["interactions"]), axis=2)
        entries["data"] = grouped_data(self["data"], players, self["feature_names"])
        entries["feature_names"] = players.names
        return self._like(entries)

    def to_frame(self) -> Any:
        """One line for each row, column and output: its value, and the column's value there."""
        values = self["values"] if not self.single else self["values"][:, :, None]
        n, d, k = values.shape
        row, column, output = (index.ravel() for index in np.indices((n, d, k)))
        columns = {
            "row": row,
            "feature": np.array(self["feature_names"], dtype=object)[column],
            "output": np.array(self["output_names"], dtype=object)[output],
            "data": np.repeat(self["data"].ravel(), k),
            "value": values.ravel(),
        }
        if self["se"] is not None:
            columns["se"] = self["se"].ravel()
        return self._frame(columns)

    def to_shap(self) -> Any:
        """The same as a ``shap.Explanation``, which all plots of the shap package take.

        Most of them want one output: slice first, as in ``explanation[..., "setosa"].to_shap()``.

        Raises
        ------
        MissingExtraError
            If shap is not installed.
        """
        shap = require("shap", extra="interpret", purpose="Explanation.to_shap")
        return shap.Explanation(
            values=np.asarray(self["values"], dtype=np.float64),
            base_values=np.asarray(self["base_values"], dtype=np.float64),
            data=self["data"],
            feature_names=self["feature_names"],
            output_names=None if self.single else self["output_names"],
        )


def grouped_data(data: Array, players: Players, names: list[str]) -> Array:
    """The values of each player: those of a single column, or text for a group."""
    if players.are_columns:
        return data
    out = np.empty((len(data), players.n), dtype=object)
    for i, columns in enumerate(players.columns):
        if len(columns) == 1:
            out[:, i] = data[:, columns[0]]
        else:
            out[:, i] = [
                ", ".join(f"{names[j]} = {value_text(row[j])}" for j in columns) for row in data
            ]
    return out
