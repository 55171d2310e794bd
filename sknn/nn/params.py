"""One flat vector for all parameters: who wishes for memory, and who is lent which part of it.

Layers declare :class:`Param` wishes; :class:`FlatVector` lays them out one after another and
hands back views. Penalized parameters (weights) come first, so that an L2 penalty is one
operation on one slice, and weights come before biases, as scikit-learn packs them for L-BFGS.
"""

import math
import sys
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sknn.nn.typing import Array

__all__ = ["FlatVector", "Param"]


@dataclass(frozen=True)
class Param:
    """A wish for memory.

    Parameters
    ----------
    shape : tuple of int
        Shape of the array.
    role : {"weight", "bias", "scale", "embedding", "table", "constant", "statistic"}
        ``"weight"`` and ``"bias"`` are drawn by the initializer, and weights are penalized;
        ``"embedding"`` and ``"table"``, the rows of categories, are drawn by their layer and not
        penalized;
        ``"scale"``, a factor on an input, and ``"constant"`` start at ``fill`` and are learned;
        ``"statistic"`` starts at ``fill`` and is gathered in the forward pass, not learned.
    fill : float
        Starting value of a constant or statistic.
    """

    shape: tuple[int, ...]
    role: Literal["weight", "bias", "scale", "embedding", "table", "constant", "statistic"]
    fill: float = 0.0

    @property
    def size(self) -> int:
        return math.prod(self.shape)


class FlatVector:
    """The layout of several parameters in one vector, weights first.

    Examples
    --------
    >>> flat = FlatVector([Param((2,), "bias"), Param((3, 2), "weight")])
    >>> flat.size, flat.n_weights
    (8, 6)
    >>> bias, weight = flat.views(np.arange(8.0))
    >>> bias
    array([6., 7.])
    """

    def __init__(self, params: list[Param]) -> None:
        self.params = params
        self._starts = [0] * len(params)
        position = 0
        for wanted in (True, False):
            for i, wish in enumerate(params):
                if (wish.role == "weight") is wanted:
                    self._starts[i] = position
                    position += wish.size
            if wanted:
                self.n_weights = position
        self.size = position

    def zeros(self, dtype: npt.DTypeLike) -> Array:
        """A new vector of this layout, constants and statistics at their starting values."""
        if self.size > sys.maxsize // 8:
            raise MemoryError(f"Unable to allocate {self.size} numbers")  # NumPy has a ValueError
        vector: Array = np.zeros(self.size, dtype=dtype)
        for wish, view in zip(self.params, self.views(vector), strict=True):
            view.fill(wish.fill)
        return vector

    def views(self, vector: Array) -> list[Array]:
        """Views of ``vector``, one a parameter, in the order in which they were declared.

        Of a stack of vectors, shape (k, size), they are stacks of k parameters.
        """
        stack = vector.shape[:-1]
        return [
            vector[..., start : start + wish.size].reshape(*stack, *wish.shape)
            for start, wish in zip(self._starts, self.params, strict=True)
        ]
