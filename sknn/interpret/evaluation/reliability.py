"""Whether probabilities come true as often as they say."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from sknn.interpret.evaluation.answers import Answers

__all__ = ["Reliability", "reliability"]

Array = npt.NDArray[Any]

N_BINS = 10


@dataclass(frozen=True)
class Reliability:
    """Bins of rows with about as many rows each, by their probability.

    Attributes
    ----------
    predicted, observed : array of shape (bins,)
        Mean probability, and the share of rows where it came true.
    low, high : array of shape (bins,)
        Wilson's interval of that share.
    counts : array of shape (bins,)
    error : float
        Expected calibration error: the mean distance of both, weighted by the rows of the bins.
    by_chance : float
        What the error would be on average if the probabilities were right, for so many rows.
    """

    predicted: Array
    observed: Array
    low: Array
    high: Array
    counts: Array
    error: float
    by_chance: float


def reliability(answers: Answers, weight: Array, confidence: float = 0.95) -> Reliability | None:
    """Of two classes the probability of the second, of more that of the predicted class."""
    if answers.p is None or answers.task not in ("binary", "multiclass"):
        return None
    if answers.task == "binary":
        p, true = answers.p[:, 1], answers.codes == 1
    else:
        p = answers.p.max(axis=1)
        true = answers.codes == answers.p.argmax(axis=1)
    p = np.clip(p, 0.0, 1.0)  # rounding
    edges = np.unique(np.quantile(p, np.linspace(0, 1, N_BINS + 1)))
    at = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, max(len(edges) - 2, 0))
    rows = []
    for b in np.unique(at):
        here = (at == b) & (weight > 0)
        w = weight[here]
        if not w.sum() > 0:
            continue
        alike = w.sum() ** 2 / (w**2).sum()  # rows of equal weight that count as much
        rows.append((w @ p[here] / w.sum(), w @ true[here] / w.sum(), alike, here.sum(), w.sum()))
    told, seen, size, counts, share = np.array(rows, dtype=float).T
    told, seen = np.clip(told, 0.0, 1.0), np.clip(seen, 0.0, 1.0)
    z = norm.ppf(0.5 + confidence / 2)
    middle = (seen + z**2 / (2 * size)) / (1 + z**2 / size)
    half: Array = z / (1 + z**2 / size) * np.sqrt(seen * (1 - seen) / size + z**2 / (4 * size**2))
    by_chance = np.sqrt(2 / np.pi) * np.sqrt(told * (1 - told) / size)  # mean of |normal|
    return Reliability(
        told,
        seen,
        middle - half,
        middle + half,
        counts.astype(int),
        float(share @ np.abs(told - seen)),
        float(share @ by_chance),
    )
