"""How often intervals and sets hold the truth, and how often they should."""

from typing import Any

import numpy as np
from scipy import stats

from sknn.config import Range, check_value
from sknn.exceptions import InvalidParameterError
from sknn.uncertainty.arguments import Floats, class_codes, finite, open_share, row_weights
from sknn.uncertainty.folds import tail_rank

__all__ = ["coverage", "coverage_of_sets", "expected_coverage_band"]


def coverage(y: Any, interval: Any, weight: Any = None) -> Floats:
    """The share of targets between the ends of their intervals.

    ``mean(lower <= y <= upper)``, over rows.

    Parameters
    ----------
    y : array of shape (n,) or (n, n_outputs)
        Targets.
    interval : array of shape (n, 2) or (n, n_outputs, 2)
        Lower and upper ends.
    weight : array of shape (n,), optional
        A row of weight 2 counts as two.

    Returns
    -------
    share : float64, or array of shape (n_outputs,)

    Raises
    ------
    InvalidParameterError
        For arrays that do not fit each other.

    Examples
    --------
    >>> float(coverage([1.0, 2.0, 3.0, 4.0], [[0, 2], [0, 1], [3, 3], [2, 5]]))
    0.75
    """
    y = finite("y", y, ("n",), ("n", "n_outputs"))
    interval = np.asarray(interval, dtype=np.float64)
    if interval.shape != (*y.shape, 2):
        raise InvalidParameterError(
            f"interval must have shape {(*y.shape, 2)}, the ends of each target of y. "
            f"Got {interval.shape} instead."
        )
    inside = (interval[..., 0] <= y) & (y <= interval[..., 1])
    return np.average(inside, axis=0, weights=row_weights(weight, len(y)))


def coverage_of_sets(y: Any, sets: Any, weight: Any = None) -> Floats:
    """The share of rows whose class is in their set.

    ``mean(sets[i, y[i]])``, over rows i.

    Parameters
    ----------
    y : array of int of shape (n,) or (n, n_labels)
        Numbers of the classes, from 0 on.
    sets : array of bool of shape (n, n_classes) or (n, n_labels, 2)
        Whether each class is in the set.
    weight : array of shape (n,), optional
        A row of weight 2 counts as two.

    Returns
    -------
    share : float64, or array of shape (n_labels,)

    Raises
    ------
    InvalidParameterError
        For arrays that do not fit each other.

    Examples
    --------
    >>> float(coverage_of_sets([0, 1], [[True, False], [True, False]]))
    0.5
    """
    sets = np.asarray(sets, dtype=bool)
    codes = class_codes(y, sets.shape[-1], sets.shape[:-1])
    inside = np.take_along_axis(sets, codes[..., None], axis=-1)[..., 0]
    return np.average(inside, axis=0, weights=row_weights(weight, len(codes)))


def expected_coverage_band(
    m: int, n: int, coverage: float = 0.9, confidence: float = 0.95
) -> tuple[float, float]:
    r"""Where the coverage of n new rows lies by chance, if one set of m rows calibrated it.

    With :math:`\ell = \lfloor \alpha (m + 1) \rfloor` for :math:`\alpha = 1 - \text{coverage}`,
    the number of rows that are held is

    .. math:: n \cdot \text{share} \sim
              \text{BetaBinomial}(n,\; m + 1 - \ell,\; \ell),

    and the band leaves at most half of 1 - confidence on either side. It is exact for split
    conformal prediction with scores that have no ties, and a guide for several folds.

    Parameters
    ----------
    m : int >= 1
        Calibration rows.
    n : int >= 1
        New rows.
    coverage : float, default=0.9
        What was asked.
    confidence : float, default=0.95
        The probability of a share within the band.

    Returns
    -------
    low, high : float
        Ends of the band.

    Raises
    ------
    InvalidParameterError
        For numbers out of their ranges, or a coverage that m rows cannot give.

    References
    ----------
    Vovk (2012), "Conditional validity of inductive conformal predictors", arXiv:1209.2673,
    section 3; Angelopoulos, Bates (2021), "A gentle introduction to conformal prediction",
    arXiv:2107.07511, appendix C.

    Examples
    --------
    >>> expected_coverage_band(m=500, n=1000, coverage=0.9)
    (0.866, 0.93)
    """
    for name, value in {"m": m, "n": n}.items():
        check_value(name, "expected_coverage_band", value, Range(1, None, integer=True))
    coverage = open_share("coverage", "expected_coverage_band", coverage)
    confidence = open_share("confidence", "expected_coverage_band", confidence)
    rank = tail_rank(coverage, m)
    if rank < 1:
        raise InvalidParameterError(
            f"coverage must be at most m / (m + 1) = {m / (m + 1):.6g} for m={m} calibration "
            f"rows. Got {coverage:g} instead."
        )
    share = np.arange(n + 1) / n
    below = np.cumsum(stats.betabinom.pmf(np.arange(n + 1), n, m + 1 - rank, rank))
    tails = np.searchsorted(below, [(1 - confidence) / 2, (1 + confidence) / 2])
    low, high = share[np.minimum(tails, n)]
    return float(low), float(high)
