"""Accumulated local effects: what small changes of a column do where its values occur."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.dependence.cells import Effects, categories_effects, numeric_effects
from sknn.interpret.dependence.columns import (
    categorical_ones,
    chosen,
    confidence_level,
    missing,
    present,
)
from sknn.interpret.dependence.pairs import pair_effects
from sknn.interpret.dependence.similarity import by_similarity
from sknn.interpret.model import Model
from sknn.interpret.result import Result, generator, weights_of
from sknn.interpret.table import Table

__all__ = ["AccumulatedLocalEffects", "accumulated_local_effects"]

Array = npt.NDArray[Any]


class AccumulatedLocalEffects(Result):
    """The effect of one column, or what a pair adds to the effects of its two.

    Attributes
    ----------
    grid_values : list of 1 or 2 arrays
        Edges of the bins, or the categories in the order of accumulation.
    values : ndarray of shape (k, g) or (k, g1, g2)
        Effects, whose weighted mean over the rows is 0.
    ci : ndarray of shape (k, g, 2) or (k, g1, g2, 2), or None
        Percentiles of the bootstrap.
    counts : ndarray of shape (g - 1,), (g,) for categories, or (g1 - 1, g2 - 1)
        Rows in each bin, category or cell.
    empty : ndarray of bool of the shape of ``counts``
        Bins without rows: in a pair, their change is that of the nearest cell that has some.
    feature_names, output_names : list of str
    output : str
    is_categorical : list of bool
    data : list of arrays
        The columns' own values.
    confidence : float or None
    method : str
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.ale.ALEDisplay"

    def to_frame(self) -> Any:
        """One row for each output and point of the grid."""
        mesh = np.meshgrid(*[np.arange(len(g)) for g in self.grid_values], indexing="ij")
        k, points = len(self.output_names), mesh[0].size
        columns: dict[str, Any] = {"output": np.repeat(self.output_names, points)}
        for name, grid, at in zip(self.feature_names, self.grid_values, mesh, strict=True):
            columns[name] = np.tile(grid[at.ravel()], k)
        columns["effect"] = self.values.reshape(-1)
        if self.ci is not None:
            columns["low"] = self.ci[..., 0].reshape(-1)
            columns["high"] = self.ci[..., 1].reshape(-1)
        return self._frame(columns)


def accumulated_local_effects(
    estimator: Any,
    X: Any,
    features: Any,
    *,
    n_bins: int = 20,
    categorical_features: Any = None,
    output: str = "auto",
    sample_weight: Any = None,
    confidence: float | None = None,
    n_bootstrap: int = 200,
    random_state: Any = None,
) -> AccumulatedLocalEffects:
    """Add up what small changes of a column do to the predictions of rows that are near.

    Between the edges z_0 < ... < z_K of bins, ALE(z_k) = sum_{l <= k} mean_{i in bin l}
    [f(z_l, x_i,C) - f(z_{l-1}, x_i,C)] less a constant, so that the mean over the rows, read off by
    straight lines between edges, is 0. Unlike partial dependence it asks the model only about rows
    near those that occur, so it is to be preferred where columns depend on each other. Of an
    additive model it is the column's own component.

    Categories are accumulated in their own order if they have one (ordered categories, booleans,
    numbers); otherwise in an order in which neighbours are alike in the other columns. For two
    numeric columns it is the effect of the pair beyond those of each.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
    X : table of shape (n, d)
        Rows, an array or a frame of any types. Rows without a value in the column are left out.
    features : str, int, or pair of these
        One column, or two numeric ones.
    n_bins : int, default=20
        Bins of a numeric column, with about equal weight; fewer where values are tied.
    categorical_features : sequence of str or int, or mask of shape (d,), optional
        Columns of numbers to be taken as categories.
    output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
        The scale of the predictions, as in :func:`~sknn.interpret.shap_values`.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.
    confidence : float, optional
        Level of intervals by a bootstrap over rows, with bins kept; none by default.
    n_bootstrap : int, default=200
        Resamples. They take no further predictions.
    random_state : int, RandomState, Generator or None, default=None
        Of the bootstrap.

    Returns
    -------
    result : AccumulatedLocalEffects

    Raises
    ------
    InvalidParameterError
        If a column is not there, has no or only one value, or if one of a pair is categorical.

    References
    ----------
    Apley, D. W. and Zhu, J. (2020). Visualizing the effects of predictor variables in black box
    supervised learning models. JRSS B 82, sections 2 and 3, and appendix E (categories).

    Examples
    --------
    >>> X = np.random.default_rng(0).uniform(size=(200, 2))
    >>> result = accumulated_local_effects(lambda rows: 3 * rows[:, 0] + rows[:, 1], X, 0, n_bins=4)
    >>> slope = np.diff(result.values[0]) / np.diff(result.grid_values[0])
    >>> slope.round(6)
    array([3., 3., 3., 3.])
    """
    table = Table.of(X)
    model = Model.of(estimator, table, output=output)
    columns = chosen(features, table)
    categorical = categorical_ones(categorical_features, table, columns)
    confidence_level(confidence)
    if n_bins < 1 or n_bootstrap < 2:
        raise InvalidParameterError(
            "n_bins must be >= 1 and n_bootstrap >= 2. "
            f"Got n_bins={n_bins!r} and n_bootstrap={n_bootstrap!r}."
        )
    weight = weights_of(sample_weight, table.n_rows)
    data = [table.column(j) for j in columns]
    used = (weight > 0) & ~np.any([missing(values) for values in data], axis=0)
    if not used.any():
        raise InvalidParameterError(
            f"No row with a weight has a value of {' and '.join(table.names[j] for j in columns)}."
        )
    rows, share = table.take(np.flatnonzero(used)), weight[used] / weight[used].sum()
    effects: Effects
    if len(columns) == 2:
        if any(categorical):
            which = [table.names[j] for j, cat in zip(columns, categorical, strict=True) if cat]
            raise InvalidParameterError(
                f"The effect of a pair is offered for two numeric columns. {which[0]!r} holds "
                "categories. Ask for each column by itself, or use partial_dependence for the pair."
            )
        grids = [_edges(rows, j, share, n_bins) for j in columns]
        effects = pair_effects(model, rows, columns, grids, share)
    elif categorical[0]:
        grid, codes = _categories(rows, columns[0], share)
        grids = [grid]
        effects = categories_effects(model, rows, columns[0], grid, codes, share)
    else:
        grids = [_edges(rows, columns[0], share, n_bins)]
        effects = numeric_effects(model, rows, columns[0], grids[0], share)
    values = effects.curve(np.ones(rows.n_rows))
    ci = None
    if confidence is not None:
        ci = _bootstrap(effects, rows.n_rows, confidence, n_bootstrap, generator(random_state))
    names = [table.names[j] for j in columns]
    return AccumulatedLocalEffects(
        grid_values=grids,
        values=values,
        ci=ci,
        counts=effects.counts,
        empty=effects.counts == 0,
        feature_names=names,
        output_names=model.output_names,
        output=model.output,
        is_categorical=categorical,
        data=data,
        confidence=confidence,
        method=_words(names, model, effects.counts, int((~used).sum()), confidence, n_bootstrap),
    )


def _edges(table: Table, column: int, weight: Array, n_bins: int) -> Array:
    """Edges of bins of about equal weight: values that occur, the smallest and largest included."""
    values = table.column(column)
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weight[order])
    wanted = np.arange(n_bins + 1) / n_bins * upto[-1]
    at = np.minimum(np.searchsorted(upto, wanted * (1 - 1e-12)), len(values) - 1)
    edges = np.unique(np.append(values[order][at], [values.min(), values.max()]))
    if len(edges) < 2:
        raise InvalidParameterError(
            f"The column {table.names[column]!r} has the same value in all rows, {edges[0]:g}, so "
            "that there are no changes of it to accumulate."
        )
    return edges


def _categories(table: Table, column: int, weight: Array) -> tuple[Array, Array]:
    """The categories in the order of accumulation, and the number of that of each row."""
    known = present(table, column, True)
    if len(known) < 2:
        raise InvalidParameterError(
            f"The column {table.names[column]!r} has the same category in all rows, {known[0]!r}, "
            "so that there are no changes of it to accumulate."
        )
    number = {value: i for i, value in enumerate(known)}
    codes = np.array([number[value] for value in table.column(column)], dtype=np.intp)
    if table.is_numeric(column) or _is_ordered(table, column):
        return known, codes
    order = by_similarity(table, column, codes, len(known), weight)
    place = np.empty(len(known), dtype=np.intp)
    place[order] = np.arange(len(known))
    return known[order], place[codes]


def _is_ordered(table: Table, column: int) -> bool:
    if not table.is_frame:
        return False
    dtypes = table.native.dtypes
    dtype = dtypes.iloc[column] if hasattr(dtypes, "iloc") else dtypes[column]
    return bool(getattr(dtype, "ordered", False)) or str(dtype).startswith("Enum")


def _bootstrap(
    effects: Effects, n_rows: int, confidence: float, n_bootstrap: int, rng: np.random.Generator
) -> Array:
    curves = [
        effects.curve(np.bincount(rng.integers(n_rows, size=n_rows), minlength=n_rows))
        for _ in range(n_bootstrap)
    ]
    tail = (1 - confidence) / 2
    return np.moveaxis(np.quantile(curves, [tail, 1 - tail], axis=0), 0, -1)


def _words(
    names: list[str],
    model: Model,
    counts: Array,
    left_out: int,
    confidence: float | None,
    n_bootstrap: int,
) -> str:
    text = (
        f"Accumulated local effects of {' with '.join(names)} on the {model.output}, from "
        f"{int(counts.sum())} rows in {counts.size} {'cells' if len(names) == 2 else 'bins'}"
    )
    if len(names) == 2:
        text += ", less the effects of each column"
    if (counts == 0).any():
        text += f"; {int((counts == 0).sum())} cells without rows were filled from the nearest"
    if left_out:
        text += f"; {left_out} rows without a value or weight were left out"
    if confidence is not None:
        text += (
            f". The {100 * confidence:g} % intervals come from {n_bootstrap} bootstrap samples of "
            "the rows, with the model and the bins kept"
        )
    return text + "."
