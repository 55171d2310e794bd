"""Partial dependence: the prediction as a column is set to one value after another."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy.stats.mstats import mquantiles

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.dependence.columns import categorical_ones, chosen, present
from sknn.interpret.dependence.slope import exact_slopes, slopes_of_curves
from sknn.interpret.model import Model
from sknn.interpret.result import Result, generator, weighted_mean, weights_of
from sknn.interpret.stacking import replaced, tables_at_once
from sknn.interpret.table import Table, objects

__all__ = ["PartialDependence", "partial_dependence"]

Array = npt.NDArray[Any]


class PartialDependence(Result):
    """The mean prediction, and that of each row, as one or two columns change.

    Attributes
    ----------
    grid_values : list of 1 or 2 arrays
        The values that the columns were set to, of lengths g, or g1 and g2.
    average : ndarray of shape (k, g) or (k, g1, g2)
        Mean prediction, for ``kind="average"`` and ``"both"``.
    individual : ndarray of shape (k, n, g) or (k, n, g1, g2)
        Prediction for each row, for ``kind="individual"`` and ``"both"``.
    derivative : ndarray of shape (k, g)
        Slope of the mean prediction, with ``derivative=True``.
    individual_derivative : ndarray of shape (k, n, g)
        Slope for each row, with ``derivative=True`` and individual curves.
    features : list of int
    feature_names, output_names : list of str
    output : str
        The scale of the predictions.
    is_categorical : list of bool
    data : list of arrays
        The columns' own values, of all rows that were used.
    sample_weight : ndarray of shape (n,) or None
    centered : bool
    method : str
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.partial.PartialDependenceDisplay"

    def to_frame(self) -> Any:
        """One row for each output and point of the grid: the mean, and its slope if asked."""
        mesh = np.meshgrid(*[np.arange(len(g)) for g in self.grid_values], indexing="ij")
        shown = self["average"] if "average" in self else self["individual"].mean(axis=1)
        k, points = len(self.output_names), mesh[0].size
        columns: dict[str, Any] = {"output": np.repeat(self.output_names, points)}
        for name, grid, at in zip(self.feature_names, self.grid_values, mesh, strict=True):
            columns[name] = np.tile(grid[at.ravel()], k)
        columns["average"] = shown.reshape(-1)
        if "derivative" in self:
            columns["derivative"] = self.derivative.reshape(-1)
        return self._frame(columns)


def partial_dependence(
    estimator: Any,
    X: Any,
    features: Any,
    *,
    sample_weight: Any = None,
    categorical_features: Any = None,
    feature_names: Any = None,
    response_method: str = "auto",
    percentiles: tuple[float, float] = (0.05, 0.95),
    grid_resolution: int = 100,
    custom_values: Mapping[Any, Any] | None = None,
    kind: str = "average",
    centered: bool = False,
    derivative: bool = False,
    output: str = "auto",
    max_samples: int | float | None = None,
    random_state: Any = None,
) -> PartialDependence:
    """Average predictions over rows while one or two columns are set to values of a grid.

    PD_S(v) = sum_i w_i f(x_S = v, x_i,C): the columns S are set to v in every row, the others C
    stay as they are. The curve of one row, w_i aside, is its individual conditional expectation.
    By default the numbers are those of scikit-learn's brute force.

    Parameters
    ----------
    estimator : fitted estimator, pipeline or search, or callable
    X : table of shape (n, d)
        Rows to average over, as the model takes them: an array or a frame of any types.
    features : str, int, or pair of these
        One column or two.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows in the mean.
    categorical_features : sequence of str or int, or mask of shape (d,), optional
        Columns of numbers whose values are all used; strings, booleans and categories always are.
    feature_names : sequence of str, optional
        Names of the columns of an array.
    response_method : {"auto", "predict_proba", "decision_function"}, default="auto"
        What of a classifier is averaged, as in scikit-learn.
    percentiles : pair of float, default=(0.05, 0.95)
        Between which quantiles of a numeric column the grid lies.
    grid_resolution : int, default=100
        Points of the grid, evenly spaced; all values of a column that has fewer different ones.
    custom_values : dict, optional
        From a column of ``features`` to the values of its grid.
    kind : {"average", "individual", "both"}, default="average"
        The mean curve, the curve of each row, or both.
    centered : bool, default=False
        Take every curve as its difference from its own first value.
    derivative : bool, default=False
        Give the slopes of the curves too, of one numeric column. They are exact for networks of
        this package where the column reaches the network by a straight line, such as a scaler;
        otherwise they are differences between neighbours of the grid. ``method`` tells which.
    output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
        The scale. ``"auto"`` follows ``response_method``: probabilities of a classifier.
    max_samples : int or float, optional
        Average over so many rows, or such a share, drawn at random.
    random_state : int, RandomState, Generator or None, default=None
        For ``max_samples``.

    Returns
    -------
    result : PartialDependence

    Raises
    ------
    InvalidParameterError
        For columns that are not there, grids that are none, and scales that are not offered.

    References
    ----------
    Friedman, J. H. (2001). Greedy function approximation. Annals of Statistics 29, section 8.2.
    Goldstein, A. et al. (2015). Peeking inside the black box. JCGS 24, sections 3 and 4
    (individual, centred and derivative curves).

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> X, y = [[0.0, 1.0], [1.0, 3.0], [2.0, 2.0]], [1.0, 5.0, 6.0]
    >>> result = partial_dependence(LinearRegression().fit(X, y), X, 0, derivative=True)
    >>> result.average.round(3), result.derivative.round(3)
    (array([[2., 4., 6.]]), array([[2., 2., 2.]]))
    """
    table = Table.of(X, names=feature_names)
    if kind not in ("average", "individual", "both"):
        raise InvalidParameterError(
            "kind must be 'average', 'individual' or 'both'. Got "
            f"{kind!r} instead.{nearest(kind, ('average', 'individual', 'both'))}"
        )
    model = Model.of(estimator, table, output=_scale(estimator, output, response_method))
    columns = chosen(features, table)
    categorical = categorical_ones(categorical_features, table, columns)
    weights_of(sample_weight, table.n_rows)
    weight = None if sample_weight is None else np.asarray(sample_weight, dtype=float)
    given = _given(custom_values, table, columns)
    grids = [
        given[j] if j in given else _grid(table, j, cat, percentiles, grid_resolution)
        for j, cat in zip(columns, categorical, strict=True)
    ]
    rows = _some_rows(table.n_rows, max_samples, random_state)
    if rows is not None:
        table, weight = table.take(rows), None if weight is None else weight[rows]
    share = weights_of(weight, table.n_rows)
    if derivative and (len(columns) == 2 or categorical[0] or len(grids[0]) < 2):
        raise InvalidParameterError(
            "derivative=True needs one numeric column with two values of the grid at least. Got "
            f"{[table.names[j] for j in columns]}. Pass derivative=False."
        )
    mesh = [m.ravel() for m in np.meshgrid(*grids, indexing="ij")]
    # a curve of each row is held only if asked, or if slopes are to be taken from it
    individual = kind != "average"
    shape = (model.n_outputs, *map(len, grids))
    held = np.empty((model.n_outputs, table.n_rows, len(mesh[0]))) if individual else None
    average = np.empty((model.n_outputs, len(mesh[0])))
    for points, answer in _answers(model, table, columns, mesh):
        average[:, points] = weighted_mean(answer, share, axis=1).T
        if held is not None:
            held[:, :, points] = answer.transpose(2, 1, 0)
    result: dict[str, Any] = {"grid_values": grids}
    slopes, exact = None, False
    if derivative:
        grid = np.asarray(grids[0], dtype=float)
        found = exact_slopes(model, table, columns[0], grid, share, individual)
        exact = found is not None
        slopes = found or slopes_of_curves(grid, average, held)
    if kind != "individual":
        result["average"] = _centred(average, centered).reshape(shape)
    if held is not None:
        curves = _centred(held, centered)
        result["individual"] = curves.reshape(shape[0], table.n_rows, *shape[1:])
    if slopes is not None:
        result["derivative"] = slopes[0]
        if slopes[1] is not None:
            result["individual_derivative"] = slopes[1]
    names = [table.names[j] for j in columns]
    return PartialDependence(
        **result,
        features=columns,
        feature_names=names,
        output_names=model.output_names,
        output=model.output,
        is_categorical=categorical,
        data=[table.column(j) for j in columns],
        sample_weight=weight,
        centered=centered,
        method=_words(names, model, table.n_rows, weight is not None, derivative, exact, centered),
    )


def _answers(
    model: Model, table: Table, columns: list[int], mesh: list[Array]
) -> Iterator[tuple[slice, Array]]:
    """For some points of the grid at a time, the answers of shape (points, n_rows, k)."""
    n, n_points = table.n_rows, len(mesh[0])
    size = tables_at_once(table)
    for start in range(0, n_points, size):
        points = slice(start, min(start + size, n_points))
        count = points.stop - points.start
        values = {j: np.repeat(m[points], n) for j, m in zip(columns, mesh, strict=True)}
        answer = np.asarray(model(replaced(table, count, values)), dtype=np.float64)
        yield points, answer.reshape(count, n, -1)


def _centred(curves: Array, centered: bool) -> Array:
    return curves - curves[..., :1] if centered else curves


def _scale(estimator: Any, output: str, response_method: str) -> str:
    """The scale of :class:`Model` that scikit-learn's ``response_method`` means."""
    ways = {"auto": "auto", "predict_proba": "proba", "decision_function": "raw"}
    if response_method not in ways:
        raise InvalidParameterError(
            "response_method must be 'auto', 'predict_proba' or 'decision_function'. Got "
            f"{response_method!r} instead.{nearest(response_method, list(ways))}"
        )
    if response_method != "auto" and output not in ("auto", ways[response_method]):
        raise InvalidParameterError(
            f"response_method={response_method!r} means output={ways[response_method]!r}, but "
            f"output={output!r} was given too. Give one of the two."
        )
    if output != "auto" or response_method != "auto":
        return output if output != "auto" else ways[response_method]
    return "proba" if hasattr(estimator, "predict_proba") else "auto"


def _given(
    custom_values: Mapping[Any, Any] | None, table: Table, columns: list[int]
) -> dict[int, Array]:
    out: dict[int, Array] = {}
    for feature, values in (custom_values or {}).items():
        j = table.index(feature)
        if j not in columns:
            raise InvalidParameterError(
                f"custom_values has {feature!r}, which is not among the features."
            )
        array = np.asarray(values)
        if array.ndim != 1 or not len(array):
            raise InvalidParameterError(
                f"custom_values[{feature!r}] must be a list of one value or more. Got {values!r}."
            )
        numeric = table.is_numeric(j) and array.dtype.kind in "iuf"
        out[j] = array.astype(float) if numeric else objects(list(values))
    return out


def _grid(
    table: Table,
    column: int,
    categorical: bool,
    percentiles: tuple[float, float],
    grid_resolution: int,
) -> Array:
    """All values of a column, or evenly spaced ones between two of its quantiles."""
    low_high = tuple(percentiles)
    if len(low_high) != 2 or not 0 <= low_high[0] < low_high[1] <= 1:
        raise InvalidParameterError(
            "percentiles must be two numbers, 0 <= lower < upper <= 1, such as (0.05, 0.95). Got "
            f"{percentiles!r} instead."
        )
    if grid_resolution < 2:
        raise InvalidParameterError(f"grid_resolution must be 2 or more. Got {grid_resolution}.")
    values = present(table, column, categorical)
    if categorical:
        return values
    different = np.unique(values)
    if len(different) < grid_resolution:
        return different
    low, high = mquantiles(values, prob=low_high, axis=0)
    if np.isclose(low, high):
        raise InvalidParameterError(
            f"Almost all values of {table.names[column]!r} are {low:g}, so that the percentiles "
            f"{percentiles} are the same. Choose percentiles=(0, 1), or custom_values."
        )
    return np.linspace(low, high, num=grid_resolution, endpoint=True)


def _some_rows(n_rows: int, max_samples: int | float | None, random_state: Any) -> Any:
    if max_samples is None:
        return None
    whole = isinstance(max_samples, (int, np.integer))
    if not (max_samples >= 1 if whole else 0 < max_samples <= 1):
        raise InvalidParameterError(
            f"max_samples must be an int >= 1 or a share in (0, 1]. Got {max_samples!r} instead."
        )
    wanted = max(int(max_samples if whole else max_samples * n_rows), 1)
    if wanted >= n_rows:
        return None
    return np.sort(generator(random_state).choice(n_rows, wanted, replace=False))


def _words(
    names: list[str],
    model: Model,
    n_rows: int,
    weighted: bool,
    derivative: bool,
    exact: bool,
    centered: bool,
) -> str:
    how = "weighted mean" if weighted else "mean"
    text = (
        f"Partial dependence of the {model.output} on {' and '.join(names)}: {how} over {n_rows} "
        "rows in which the value was replaced"
    )
    if centered:
        text += ", less the value at the first point of the grid"
    if derivative and exact:
        text += "; slopes are exact, by the gradient of the network"
    elif derivative:
        text += "; slopes are differences between neighbours of the grid"
    return text + ". Where columns depend on each other, such rows may never occur."
