"""Integrated gradients: the way from a baseline to a row, and what each column added on it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.attribution import Explanation, grouped_data
from sknn.interpret.gradients.slopes import Slopes, in_blocks
from sknn.interpret.model import Model
from sknn.interpret.players import Players
from sknn.interpret.result import weights_of
from sknn.interpret.table import Table

__all__ = ["integrated_gradients"]

Array = npt.NDArray[Any]

#: Where ``n_steps="auto"`` starts and ends, and the gap that it is content with, as a share of the
#: largest distance of a prediction from its baseline.
FIRST_STEPS, MOST_STEPS = 16, 1024
TOLERANCE = 1e-3


def integrated_gradients(
    estimator: Any,
    X: Any,
    baseline: Any = "mean",
    *,
    background: Any = None,
    n_steps: int | str = "auto",
    output: str = "auto",
    groups: Any = None,
    sample_weight: Any = None,
) -> Explanation:
    """Explain predictions of a network by its slopes on the straight way from a baseline.

    phi_j = (x_j - x'_j) int_0^1 df/dx_j(x' + t (x - x')) dt for a row x and a baseline x'. The
    values of a row add up to f(x) - f(x'), apart from the error of the integral, which is reported
    as ``additivity_gap``. The integral is a sum over Gauss-Legendre nodes. Behind the steps of a
    pipeline the way is straight in the columns that the network sees, and the values of all columns
    that a raw one was turned into are added up.

    Parameters
    ----------
    estimator : estimator
        An ``MLPClassifierX`` or ``MLPRegressorX``, or a pipeline or a search that ends in one.
    X : table of shape (n, d)
        The rows to explain, as the estimator takes them.
    baseline : {"mean", "zeros", "background"} or array-like, default="mean"
        Where the way starts: the mean of ``background`` as the network sees it; zeros there;
        every row of ``background`` in turn, of which the mean is taken; or rows of one's own, as
        ``X`` has them: one for all rows, or one for each.
    background : table of shape (m, d), optional
        Rows such as the training data; by default ``X`` itself.
    n_steps : int or "auto", default="auto"
        Slopes on each way. ``"auto"`` doubles them, from 16 to at most 1024, for the rows whose
        values do not yet add up to a thousandth of the largest change of a prediction.
    output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
        The scale, as in :func:`~sknn.interpret.shap_values`.
    groups : dict or fitted transformer, optional
        Columns whose values are added up.
    sample_weight : array-like of shape (m,), optional
        Weights of the rows of ``background``.

    Returns
    -------
    explanation : Explanation
        Of shape (n, d) or (n, d, k); also with ``n_steps`` of shape (n,), the slopes that were
        taken on each row's way.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If the model does not end in such a network, if a step before it mixes columns, or for a
        baseline or a number of steps that is not allowed.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> from sknn.interpret import integrated_gradients
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(8, "tanh", solver="lbfgs", tol=0.01, random_state=0).fit(X, y)
    >>> explanation = integrated_gradients(net, X[:3])
    >>> explanation.values.shape
    (3, 4, 3)
    >>> explanation.additivity_gap < 0.01
    True

    References
    ----------
    Sundararajan, Taly, Yan (2017), "Axiomatic attribution for deep networks", arXiv:1703.01365,
    sections 3 and 5.
    """
    model = Model.of(estimator, X, output=output)
    slopes = Slopes(model, "integrated_gradients")
    table = Table.of(X)
    players = Players.of(groups, table)
    encoded = slopes.encode(table)
    starts, weight, words = _starts(slopes, table, encoded, baseline, background, sample_weight)
    _check_steps(n_steps)
    predictions = slopes.value(encoded)
    values, base, steps = _averaged(slopes, encoded, predictions, starts, weight, n_steps)
    values = slopes.summed(values, players)
    gap = np.abs(values.sum(axis=1) + base - predictions).max()
    if model.single:
        values, base, predictions = values[..., 0], base[..., 0], predictions[..., 0]
    return Explanation(
        values=values,
        base_values=base,
        predictions=predictions,
        data=grouped_data(table.values(), players, table.names),
        feature_names=players.names,
        output_names=model.output_names,
        output=model.output,
        technique="integrated gradients",
        method=f"Integrated gradients of {type(slopes.network).__name__} on the way from {words}, "
        f"with {_range(steps)} slopes on each; the values of a row add up to its prediction less "
        f"that of the baseline within {gap:.2g}, and depend on the choice of the baseline.",
        approximate=True,
        n_steps=steps,
    )


def _averaged(
    slopes: Slopes,
    rows: Array,
    predictions: Array,
    starts: list[Array],
    weight: Array,
    n_steps: Any,
) -> tuple[Array, Array, Array]:
    """The weighted mean over several baselines of values, base values and the most steps."""
    values, base = np.zeros((*rows.shape, predictions.shape[1])), np.zeros(predictions.shape)
    steps = np.zeros(len(rows), dtype=np.intp)
    for start, share in zip(starts, weight, strict=True):
        start = np.broadcast_to(start, rows.shape)
        # a baseline that is one for all rows is predicted once
        at_start = slopes.value(start[:1] if start.strides[0] == 0 else start)
        found, taken = _with_enough_steps(slopes, rows, predictions, start, at_start, n_steps)
        values += share * found
        base += share * at_start
        steps = np.maximum(steps, taken)
    return values, base, steps


def _with_enough_steps(
    slopes: Slopes, rows: Array, predictions: Array, start: Array, at_start: Array, n_steps: Any
) -> tuple[Array, Array]:
    """Values (n, p, k) of all rows, each with as many steps as it takes, and how many."""
    if n_steps != "auto":
        return _values(slopes, rows, start, n_steps), np.full(len(rows), n_steps)
    moved = predictions - at_start
    bound = TOLERANCE * np.abs(moved).max(axis=0)
    values, steps = np.empty((*rows.shape, predictions.shape[1])), np.zeros(len(rows), dtype=int)
    left, n = np.arange(len(rows)), FIRST_STEPS
    while len(left) and n <= MOST_STEPS:
        values[left], steps[left] = _values(slopes, rows[left], start[left], n), n
        gap = np.abs(values[left].sum(axis=1) - moved[left])
        left, n = left[(gap > bound).any(axis=1)], 2 * n
    return values, steps


def _values(slopes: Slopes, rows: Array, start: Array, n_steps: int) -> Array:
    """Values of rows (n, p, k) by Gauss-Legendre quadrature."""
    nodes, weight = np.polynomial.legendre.leggauss(n_steps)
    t, weight = 0.5 * (nodes + 1.0), 0.5 * weight
    n_columns, n_outputs = rows.shape[1], slopes.model.n_outputs

    def of(some: slice) -> Array:
        delta = rows[some] - start[some]
        way = start[some, np.newaxis] + t[:, np.newaxis] * delta[:, np.newaxis]
        slope = slopes.gradient(way.reshape(-1, n_columns))
        slope = slope.reshape(len(delta), n_steps, n_columns, n_outputs)
        mean: Array = np.einsum("nspk,s->npk", slope, weight)
        mean *= delta[:, :, np.newaxis]
        return mean

    return in_blocks(of, len(rows), n_steps * n_columns * n_outputs)


def _starts(
    slopes: Slopes, table: Table, encoded: Array, baseline: Any, background: Any, sample_weight: Any
) -> tuple[list[Array], Array, str]:
    """Baselines as the network sees them, the weight of each, and what they are in words."""
    one = np.ones(1)
    named = isinstance(baseline, str)
    if background is not None or (named and baseline in ("mean", "background")):
        behind_table = table if background is None else Table.of(background).like(table)
        weight = weights_of(sample_weight, behind_table.n_rows)
    if not named:
        own = Table.of(np.atleast_2d(baseline) if np.ndim(baseline) == 1 else baseline)
        if table.is_frame and not own.is_frame and own.n_columns == table.n_columns:
            own = table.take(np.zeros(own.n_rows, dtype=int)).replaced(
                {j: own.column(j) for j in range(own.n_columns)}
            )
        start = slopes.encode(own.like(table))
        if len(start) not in (1, len(encoded)):
            raise InvalidParameterError(
                f"baseline must be one row, or one for each of the {len(encoded)} rows of X. Got "
                f"{len(start)} rows instead. baseline='background' with background=rows takes the "
                "mean over several baselines."
            )
        return [start], one, "a baseline that was given"
    if baseline == "zeros":
        return [np.zeros((1, encoded.shape[1]), encoded.dtype)], one, "zeros"
    if baseline == "mean":
        behind = encoded if background is None else slopes.encode(behind_table)
        start = (weight @ behind)[np.newaxis].astype(encoded.dtype)
        return [start], one, f"the mean of {behind_table.n_rows} rows"
    if baseline == "background":
        behind = slopes.encode(behind_table)
        used = np.flatnonzero(weight)
        return [behind[[i]] for i in used], weight[used], f"each of {len(used)} background rows"
    raise InvalidParameterError(
        "baseline must be 'mean', 'zeros', 'background', or rows like those of X. Got "
        f"{baseline!r} instead."
    )


def _check_steps(n_steps: Any) -> None:
    whole = isinstance(n_steps, (int, np.integer)) and not isinstance(n_steps, bool)
    if not (n_steps == "auto" if isinstance(n_steps, str) else whole and n_steps >= 1):
        raise InvalidParameterError(
            f"n_steps must be a whole number >= 1 or 'auto'. Got {n_steps!r} instead."
        )


def _range(steps: Array) -> str:
    low, high = int(steps.min()), int(steps.max())
    return str(low) if low == high else f"{low} to {high}"
