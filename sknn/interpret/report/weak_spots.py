"""Where a model errs more, for whom, and how it bears noise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from sknn.exceptions import InvalidParameterError
from sknn.interpret.report.measures import Answers
from sknn.interpret.report.words import number, plain
from sknn.interpret.table import Table

__all__ = ["Slice", "noisy", "sensitive_columns", "slices"]

Array = npt.NDArray[Any]

#: A slice has at least so many rows; a column is cut into so many.
FEWEST_ROWS, N_CUTS, MOST_KINDS = 25, 4, 12


@dataclass(frozen=True)
class Slice:
    """Rows that have something in common, and the mean loss among them.

    Attributes
    ----------
    p_value : float
        Of a one-sided test that the loss is no larger than among the other rows, after Holm's
        correction for the number of slices.
    constant : float
        Mean loss of the best constant answer among these rows.
    p_useless : float
        Of a one-sided test that the loss is no larger than that of the constant answer, after the
        same correction.
    """

    words: str
    column: str
    rows: Array
    loss: float
    others: float
    p_value: float
    constant: float
    p_useless: float


def slices(table: Table, answers: Answers, constant: Answers, weight: Array) -> list[Slice]:
    """Quarters of numeric columns, and categories, by how much larger their loss is."""
    loss, plain_loss = answers.loss, constant.loss
    found = []
    for j, name in enumerate(table.names):
        for words, inside in _parts(table, j):
            n = int(inside.sum())
            if n < FEWEST_ROWS or len(loss) - n < FEWEST_ROWS:
                continue
            if not (weight[inside].any() and weight[~inside].any()):
                continue
            mean, error = _mean(loss[inside], weight[inside])
            others, error_of_others = _mean(loss[~inside], weight[~inside])
            worse, error_of_worse = _mean((loss - plain_loss)[inside], weight[inside])
            found.append(
                Slice(
                    words,
                    name,
                    np.flatnonzero(inside),
                    mean,
                    others,
                    _beyond(mean - others, np.hypot(error, error_of_others)),
                    mean - worse,
                    _beyond(worse, error_of_worse),
                )
            )
    corrected = zip(
        found,
        _holm([part.p_value for part in found]),
        _holm([part.p_useless for part in found]),
        strict=True,
    )
    out = [replace(part, p_value=p, p_useless=q) for part, p, q in corrected]
    return sorted(out, key=lambda part: (part.p_value, part.others - part.loss))


def _beyond(difference: float, error: float) -> float:
    """How probable so large a difference is by chance."""
    return float(norm.sf(difference / error)) if error > 0 else 1.0


def _holm(p_values: list[float]) -> list[float]:
    """Corrected for their number (Holm 1979)."""
    out, largest = [1.0] * len(p_values), 0.0
    for rank, i in enumerate(np.argsort(p_values, kind="stable")):
        largest = max(largest, min(1.0, p_values[i] * (len(p_values) - rank)))
        out[i] = largest
    return out


def _parts(table: Table, column: int) -> list[tuple[str, Array]]:
    name, values = plain(table.names[column]), table.column(column)
    if not table.is_numeric(column):
        texts = np.array(["missing" if v is None else str(v) for v in values], dtype=object)
        kinds, counts = np.unique(texts, return_counts=True)
        kept = kinds[np.argsort(-counts, kind="stable")[:MOST_KINDS]]
        return [(f"{name} = {plain(kind)}", np.asarray(texts == kind)) for kind in kept]
    known = values[~np.isnan(values)]
    parts = [(f"{name} missing", np.isnan(values))] if len(known) < len(values) else []
    different = np.unique(known)
    if len(different) <= N_CUTS:
        return parts + [(f"{name} = {number(v, 4)}", values == v) for v in different]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, N_CUTS + 1)))
    for i, (low, high) in enumerate(pairwise(edges)):
        last = i == len(edges) - 2
        inside = (values >= low) & ((values <= high) if last else (values < high))
        if i == 0:
            words = f"{name} below {number(high, 4)}"
        else:
            words = f"{name} from {number(low, 4)}" + ("" if last else f" to {number(high, 4)}")
        parts.append((words, inside))
    return parts


def _mean(values: Array, weight: Array) -> tuple[float, float]:
    share = weight / weight.sum()
    mean = float(share @ values)
    return mean, float(np.sqrt((share**2) @ (values - mean) ** 2))


def sensitive_columns(sensitive: Any, table: Table) -> dict[str, Array]:
    """Groups of each row, as text, by the name of what they are groups of.

    Parameters
    ----------
    sensitive : None, str, list of str, dict, frame, or array of shape (n,)
        Names of columns of the table, or values of one's own.

    Raises
    ------
    InvalidParameterError
        If there is no such column, or not one value for each row.
    """
    if sensitive is None:
        return {}
    if isinstance(sensitive, str):
        sensitive = [sensitive]
    if isinstance(sensitive, (list, tuple)) and all(isinstance(s, str) for s in sensitive):
        known = all(s in table.names for s in sensitive)
        if known or len(sensitive) != table.n_rows:
            at = [table.index(name) for name in sensitive]  # tells the nearest name
            return {table.names[j]: _texts(table.column(j)) for j in at}
    if isinstance(sensitive, Mapping):
        named = dict(sensitive)
    elif hasattr(sensitive, "columns"):
        frame = Table.of(sensitive)
        named = {name: frame.column(j) for j, name in enumerate(frame.names)}
    else:
        named = {str(getattr(sensitive, "name", None) or "group"): sensitive}
    out = {}
    for name, values in named.items():
        values = np.asarray(values, dtype=object)
        if values.shape != (table.n_rows,):
            raise InvalidParameterError(
                f"sensitive must name columns of X_test, or hold one value for each of its "
                f"{table.n_rows} rows. Got the shape {values.shape} for {name!r} instead."
            )
        out[str(name)] = _texts(values)
    return out


def _texts(values: Array) -> Array:
    """Groups as text; numbers of many different values in quarters."""
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        numbers = None
    is_bool = all(isinstance(v, (bool, np.bool_)) for v in values)
    if numbers is not None and not is_bool and len(np.unique(numbers[~np.isnan(numbers)])) > 10:
        edges = np.unique(np.nanquantile(numbers, [0, 0.25, 0.5, 0.75, 1]))
        at = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
        names = [f"{number(a, 4)} to {number(b, 4)}" for a, b in pairwise(edges)]
        texts = ["missing" if np.isnan(v) else names[i] for v, i in zip(numbers, at, strict=True)]
        return np.array(texts, dtype=object)
    missing = [v is None or v != v for v in values]
    return np.array(
        [
            "missing" if gap else number(v, 6) if isinstance(v, float) else plain(v)
            for v, gap in zip(values, missing, strict=True)
        ],
        dtype=object,
    )


def noisy(table: Table, scale: float, rng: np.random.Generator) -> Table:
    """The rows with normal noise of a share of each column's spread; categories change as often."""
    columns: dict[int, Any] = {}
    for j in range(table.n_columns):
        values = table.column(j)
        if table.is_numeric(j):
            known = values[np.isfinite(values)]
            spread = float(known.std()) if len(known) else 0.0
            changed = values + rng.normal(size=len(values)) * scale * spread
            if len(known) and np.array_equal(known, np.round(known)):
                changed = np.round(changed)  # counts stay counts
            if len(known):
                changed = np.clip(changed, known.min(), known.max())
            columns[j] = changed
        else:
            swapped = rng.random(len(values)) < scale
            others = values[rng.integers(len(values), size=len(values))]
            columns[j] = np.where(swapped, others, values)
    return table.replaced(columns)
