"""Sample weights: their check, and quantiles in which a weight of 2 is a row that comes twice."""

from numbers import Number
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from sknn.preprocessing.odd_rows import accidents_are_told, check_numbers_only

__all__ = ["check_sample_weight", "quantiles"]

#: The bounds of the largest weight: a hundred million such rows can be summed in single precision.
SMALLEST, LARGEST = 1e-30, 1e30
#: A weight below is none, as it would be in single precision.
TINIEST = float(np.finfo(np.float32).tiny)


def check_sample_weight(
    weight: Any,
    n_samples: int,
    dtype: Any,
    name: str = "sample_weight",
    *,
    of_any_size: bool = False,
) -> Any:
    """Sample weights as an array of shape (n_samples,), or None where there are none.

    Weights below 1.2e-38 become 0. With ``of_any_size`` they are as they are: the caller divides
    them by their largest before it sums them.

    Raises
    ------
    ValueError
        For the wrong shape, NaN, infinity, masked entries, negative numbers, nothing but zeros, or
        numbers so large or small that their sum leaves single precision.
    TypeError
        For what is no number, such as dates.
    """
    if weight is None:
        return None
    if isinstance(weight, Number):
        weight = np.full(n_samples, weight)
    check_numbers_only(weight, name)
    with accidents_are_told(name):
        weight = check_array(
            weight, ensure_2d=False, allow_nd=True, dtype=np.float64, order="C", input_name=name
        )
    if weight.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {weight.ndim}D array.")
    if weight.shape != (n_samples,):
        raise ValueError(f"{name}.shape == {weight.shape}, expected {(n_samples,)}!")
    if (weight < 0).any():
        raise ValueError(f"Negative values in data passed to `{name}`.")
    if not weight.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    if not (of_any_size or SMALLEST <= weight.max() <= LARGEST):
        raise ValueError(
            f"The largest of the sample weights must lie between {SMALLEST:g} and {LARGEST:g}, so "
            f"that sums of them are finite. Got {weight.max():g} in {name}; divide the weights by "
            "their mean."
        )
    vanishing = weight < TINIEST
    if not of_any_size and weight[vanishing].any():
        weight = np.where(vanishing, 0.0, weight)
    return weight.astype(dtype, copy=False)


def quantiles(values: Any, probabilities: Any, weight: Any = None) -> Any:
    """Weighted quantiles, by the averaged inverse of the cumulative distribution.

    The quantile of p is the first value at which the weights add up to more than p of the total;
    where they add up to exactly p it is the mean of that value and the next.

    Parameters
    ----------
    values : array of shape (n,), n >= 1
        Finite numbers in any order.
    probabilities : array-like
        Numbers from 0 to 1.
    weight : array of shape (n,), optional
        Numbers above 0.

    Examples
    --------
    >>> quantiles(np.array([1.0, 2.0, 4.0]), [0.5], np.array([1, 1, 2]))
    array([3.])
    """
    share, last = np.asarray(probabilities), len(values) - 1
    if weight is None:
        position = share * len(values)
        low = np.ceil(position).astype(int) - 1
        high = np.floor(position).astype(int)
    else:
        order = np.argsort(values)
        values, total = values[order], np.cumsum(weight[order])
        slack = 1e-12 * total[-1]  # the sum of 0.1 and 0.2 is not quite 0.3
        low = np.searchsorted(total, share * total[-1] - slack, side="left")
        high = np.searchsorted(total, share * total[-1] + slack, side="right")
    low, high = np.clip(low, 0, last), np.clip(high, 0, last)
    if weight is None:
        values = np.partition(values, np.union1d(low, high))
    return values[low] / 2 + values[high] / 2  # the sum of two large numbers may overflow
