"""Clipping: a bound on the gradient before each step, against exploding gradients."""

from abc import ABC, abstractmethod

import numpy as np
from scipy.linalg.blas import dnrm2, snrm2

from sknn.config import Config, Range, param
from sknn.nn.typing import Array
from sknn.registry import Registry

__all__ = ["CLIPPINGS", "ClipNorm", "ClipValue", "Clipping"]

#: Euclidean length without overflow or underflow, by the type code of the array.
NRM2 = {"f": snrm2, "d": dnrm2}


class Clipping(Config, ABC):
    """A bound on the flat gradient, penalty included."""

    @abstractmethod
    def clip(self, grads: Array) -> None:
        """Bound ``grads`` in place."""


class ClipNorm(Clipping):
    """Shorten a gradient that is longer than a bound, keeping its direction.

    g <- g * min(1, max_norm / |g|), with the length |g| over all parameters together.

    Parameters
    ----------
    max_norm : float > 0, default=1.0
        The longest gradient.

    Examples
    --------
    >>> g = np.array([3.0, 4.0])
    >>> ClipNorm(max_norm=1.0).clip(g)
    >>> g
    array([0.6, 0.8])

    References
    ----------
    Pascanu, Mikolov, Bengio (2013), "On the difficulty of training recurrent neural networks",
    arXiv:1211.5063, algorithm 1.
    """

    max_norm: float = param(1.0, Range(0, None, closed="neither"))

    def clip(self, grads: Array) -> None:
        length = float(NRM2[grads.dtype.char](grads))
        if length > self.max_norm:
            grads *= self.max_norm / length


class ClipValue(Clipping):
    """Cut each number of the gradient to a bound, which may turn its direction.

    g_i <- min(max(g_i, -limit), limit).

    Parameters
    ----------
    limit : float > 0, default=1.0
        The largest absolute value.

    Examples
    --------
    >>> g = np.array([0.5, -4.0])
    >>> ClipValue(limit=1.0).clip(g)
    >>> g
    array([ 0.5, -1. ])

    References
    ----------
    Mikolov (2012), "Statistical language models based on neural networks", PhD thesis, Brno
    University of Technology, section 3.2.2.
    """

    limit: float = param(1.0, Range(0, None, closed="neither"))

    def clip(self, grads: Array) -> None:
        np.clip(grads, -self.limit, self.limit, out=grads)


CLIPPINGS: Registry[Clipping] = Registry(
    "clipping",
    Clipping,  # type: ignore[type-abstract]
    norm=ClipNorm,
    value=ClipValue,
)
