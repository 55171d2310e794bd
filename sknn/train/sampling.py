"""Sampling: which rows an epoch sees, and in which order."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from sknn.config import Config
from sknn.nn.losses.base import Target
from sknn.nn.typing import Array, IndexArray
from sknn.registry import Registry

__all__ = ["SAMPLINGS", "Sampling", "Stratified", "Weighted"]


class Sampling(Config, ABC):
    """A way to draw the rows of an epoch, other than a plain shuffle.

    Attributes
    ----------
    uses_weight : bool
        True where sample weights are used up by the drawing, so that the rows drawn count alike.
    """

    uses_weight: ClassVar[bool] = False

    def prepare(self, y: Target, weight: Array | None) -> np.ndarray:
        """What is computed once per fit from the targets and weights of the training rows."""
        return np.arange(len(y))

    @abstractmethod
    def draw(self, prepared: np.ndarray, rng: np.random.RandomState) -> IndexArray:
        """Positions among the training rows, in the order in which an epoch takes them."""


class Stratified(Sampling):
    """Give each batch the same mix of classes, as nearly as it can be.

    The rows of each class are shuffled and then spread evenly over the epoch. A regressor's
    targets are cut into ten classes of equal size by their rank.

    Examples
    --------
    >>> y, sampling = np.array([0, 0, 0, 0, 1, 1]), Stratified()
    >>> order = sampling.draw(sampling.prepare(y, None), np.random.RandomState(0))
    >>> y[order].reshape(2, 3).sum(axis=1)  # one row of class 1 in each half
    array([1, 1])

    References
    ----------
    Zhao, Zhang (2014), "Accelerating minibatch stochastic gradient descent using stratified
    sampling", arXiv:1405.3080.
    """

    def prepare(self, y: Target, weight: Array | None) -> np.ndarray:
        if y.dtype.kind == "f":
            rank = np.argsort(np.argsort(y[:, 0], kind="stable"), kind="stable")
            return rank * min(10, len(y)) // len(y)
        _, stratum = np.unique(y, axis=0, return_inverse=True)
        return stratum.ravel()

    def draw(self, prepared: np.ndarray, rng: np.random.RandomState) -> IndexArray:
        order = rng.permutation(len(prepared))
        by_stratum = order[np.argsort(prepared[order], kind="stable")]
        counts = np.bincount(prepared)
        first = np.repeat(np.cumsum(counts) - counts, counts)
        size = np.repeat(counts, counts)
        # the k-th of m rows stands at a random point of the k-th of m equal parts of the epoch
        position = (np.arange(len(prepared)) - first + rng.uniform(size=len(prepared))) / size
        return by_stratum[np.argsort(position, kind="stable")]


class Weighted(Sampling):
    """Draw rows with replacement, each with a probability in proportion to its sample weight.

    A row of weight 2 is seen twice as often, in place of counting twice. Weights may come from
    ``sample_weight``, ``class_weight``, or both; without any, all rows are equally likely.

    Examples
    --------
    >>> weight, sampling = np.array([0.0, 1.0, 4.0]), Weighted()
    >>> prepared = sampling.prepare(np.zeros((3, 1)), weight)
    >>> rng = np.random.RandomState(0)
    >>> rows = np.concatenate([sampling.draw(prepared, rng) for _ in range(1000)])
    >>> (np.bincount(rows, minlength=3) / len(rows)).round(1)
    array([0. , 0.2, 0.8])

    References
    ----------
    Needell, Srebro, Ward (2014), "Stochastic gradient descent, weighted sampling, and the
    randomized Kaczmarz algorithm", arXiv:1310.5715.
    """

    uses_weight: ClassVar[bool] = True

    def prepare(self, y: Target, weight: Array | None) -> np.ndarray:
        total = np.cumsum(np.ones(len(y)) if weight is None else weight, dtype=np.float64)
        total /= total[-1]
        return total

    def draw(self, prepared: np.ndarray, rng: np.random.RandomState) -> IndexArray:
        return np.searchsorted(prepared, rng.uniform(size=len(prepared)), side="right")


SAMPLINGS: Registry[Sampling] = Registry(
    "sampling",
    Sampling,  # type: ignore[type-abstract]
    stratified=Stratified,
    weighted=Weighted,
)
