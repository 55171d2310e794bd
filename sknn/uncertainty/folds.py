"""Scores of calibration rows, sorted for each member that did not see them."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sknn.uncertainty.arguments import Floats

__all__ = ["FoldScores", "tail_rank"]

#: More halvings than there are float64 between two numbers of like size.
MAX_HALVINGS = 128


def tail_rank(coverage: float, total: float) -> int:
    """How many of the largest scores lie at or beyond the end of an interval.

    ``floor((1 - coverage) * (total + 1))``, where rounding does not lose a rank:

    >>> int((1 - 0.9) * (99 + 1)), tail_rank(0.9, 99)
    (9, 10)
    """
    return math.floor((1 - coverage) * (total + 1) * (1 + 1e-11))


@dataclass(frozen=True)
class FoldScores:
    """The scores of each member's own fold in ascending order, and their weights.

    Attributes
    ----------
    scores : tuple of array
        For each member its scores, with -inf before them and +inf after.
    weight_from : tuple of array
        The weight of the scores from each position on, which ends with 0.
    total : float
        The weight of all rows.
    """

    scores: tuple[Floats, ...]
    weight_from: tuple[Floats, ...]
    total: float

    @classmethod
    def of(
        cls, score: Floats, fold: npt.NDArray[np.intp], weight: Floats, n_members: int
    ) -> "FoldScores":
        """Sort the scores of shape (n_rows,) once; rows of weight 0 count for nothing."""
        scores, weight_from = [], []
        for member in range(n_members):
            rows = np.flatnonzero((fold == member) & (weight > 0))
            rows = rows[np.argsort(score[rows], kind="stable")]
            scores.append(np.concatenate([[-np.inf], score[rows], [np.inf]]))
            weight_from.append(np.append(np.cumsum(weight[rows][::-1])[::-1], 0.0))
        return cls(tuple(scores), tuple(weight_from), float(sum(w[0] for w in weight_from)))

    def weight_at_least(self, value: Floats) -> Floats:
        """The weight of rows whose score is at least ``value[member]``, over all members."""
        weight = np.zeros(value.shape[1:])
        for scores, weight_from, v in zip(self.scores, self.weight_from, value, strict=True):
            weight += weight_from[np.searchsorted(scores[1:-1], v)]
        return weight

    def upper_ends(self, center: Floats, scale: Floats, rank: int) -> Floats:
        """For each new row the ``rank``-th largest of center[member] + scale[member] * score.

        Both arrays have shape (n_members, n_rows). Halving the distance between two candidates
        takes about log2 of the number of scores, and no table of new rows by scores.
        """
        members = [
            (c, s, scores, weight_from)
            for c, s, scores, weight_from in zip(
                center, scale, self.scores, self.weight_from, strict=True
            )
            if len(weight_from) > 1
        ]
        # the quantiles of single folds lie on both sides of the quantile of all
        guesses = [c + s * scores[1 + self._position(w, rank)] for c, s, scores, w in members]
        low: Floats = np.min(guesses, axis=0)
        high: Floats = np.max(guesses, axis=0)
        enough_weight = rank * (1 - 1e-12)  # three thirds may sum to less than 1
        for _ in range(MAX_HALVINGS):
            if not (low < high).any():
                break
            pivot = high - (high - low) / 2
            pivot = np.where(pivot > low, pivot, high)
            weight = np.zeros_like(pivot)
            above, below = np.full_like(pivot, np.inf), np.full_like(pivot, -np.inf)
            for c, s, scores, weight_from in members:
                at = np.searchsorted(scores[1:-1], (pivot - c) / s)
                weight += weight_from[at]
                np.maximum(below, c + s * scores[at], out=below)
                np.minimum(above, c + s * scores[at + 1], out=above)
            enough = weight >= enough_weight
            low = np.where(enough, np.maximum(low, above), low)
            high = np.where(enough, high, np.minimum(high, below))
        return low

    def _position(self, weight_from: Floats, rank: int) -> int:
        """Where the scores of one fold reach its share of the rank."""
        share = rank * weight_from[0] / self.total
        return max(int(np.searchsorted(-weight_from, -share, side="right")) - 1, 0)
