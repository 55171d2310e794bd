"""Where a model errs more than elsewhere: slices of the rows by one column."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from sknn.interpret.evaluation.answers import Answers
from sknn.interpret.table import Table
from sknn.interpret.words import number, plain

__all__ = ["Slice", "slices"]

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
