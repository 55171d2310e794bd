"""The size of a batch, from the many ways to say it."""

import warnings
from numbers import Integral

__all__ = ["rows"]


def rows(batch_size: str | int | float, n_samples: int) -> int:
    """The number of rows in a batch.

    Parameters
    ----------
    batch_size : {"auto", "full"}, int or float
        ``"auto"`` is ``min(200, n_samples)``, ``"full"`` all rows, a float between 0 and 1 a
        share of the rows.
    n_samples : int
        Rows to train on.

    Examples
    --------
    >>> rows("auto", 1000), rows("full", 1000), rows(0.25, 1000), rows(32, 1000)
    (200, 1000, 250, 32)
    """
    if batch_size == "auto":
        return min(200, n_samples)
    if batch_size == "full":
        return n_samples
    if not isinstance(batch_size, Integral):
        return max(1, round(float(batch_size) * n_samples))
    size = int(batch_size)
    if size > n_samples:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped",
            stacklevel=3,
        )
    return min(size, n_samples)
