"""What a normalization is, and the moments that all of them are made of."""

from abc import ABC, abstractmethod

import numpy as np

from sknn.config import Choice, Config, param
from sknn.nn.layers.base import Layer
from sknn.nn.typing import Array

__all__ = ["Normalization", "are_sound", "careful_moments"]


class Normalization(Config, ABC):
    """Settings of a normalization; each network gets layers of its own from them.

    Parameters
    ----------
    position : {"before", "after"}, default="before"
        Whether values are normalized before or after the activation function.
    """

    position: str = param("before", Choice(("before", "after")), kw_only=True)

    @abstractmethod
    def layer(self) -> Layer:
        """A new layer with these settings."""

    def objection(self, width: int) -> str:
        """Why a layer of ``width`` units cannot be normalized, in words; empty where it can."""
        return ""


def are_sound(mean: Array, variance: Array, epsilon: float) -> bool:
    """Whether these moments can be trusted.

    They cannot where the squares overflowed, nor where the values are large and alike, so that
    what is left of them after subtracting the mean, and is blown up to variance 1, is rounding.
    """
    noise = mean * (1000.0 * np.finfo(variance.dtype).eps)
    noise *= noise
    noise -= epsilon
    return bool(np.isfinite(np.dot(variance, variance))) and not (variance < noise).any()


def careful_moments(
    x: Array, centered: Array, share: Array, axis: int, centers: bool = True
) -> tuple[Array, Array]:
    """Mean and standard deviation along ``axis``, for huge values and for values that are alike.

    Takes several times as long as the plain sums, so it is for those that are not sound.

    Parameters
    ----------
    x, centered : array of shape (n, m)
        The values, and where to write them less their mean.
    share : array
        Weight of each value in the mean; they add up to 1.
    axis : {0, 1}
        0 for the moments of each column, 1 for those of each row.
    centers : bool
        False for the mean square instead: then the mean is 0 and ``centered`` may be ``x``.
    """
    share = np.expand_dims(share, 1 - axis)
    with np.errstate(all="ignore"):  # what is not finite stays so, and training tells of it
        mean = np.zeros_like(x.take([0], axis))
        if centers:
            first = x.take([0], axis)  # of values that are alike this leaves exactly 0
            np.subtract(x, first, out=centered)
            rest = (share * centered).sum(axis, keepdims=True)
            centered -= rest
            mean = first + rest
        size = np.maximum(np.abs(centered).max(axis, keepdims=True), 1.0)
        deviation = size * np.sqrt((share * (centered / size) ** 2).sum(axis, keepdims=True))
    return mean.ravel(), deviation.ravel()
