"""Weights that are scaled to the data."""

from typing import Any

import numpy as np

from sknn.config import Choice, Instance, param
from sknn.nn.initializers.base import Draw, Initializer, Spot
from sknn.nn.initializers.structured import Orthogonal
from sknn.nn.typing import Array

__all__ = ["DataDriven"]


class DataDriven(Initializer):
    """Drawn weights, rescaled so that what goes into the activations has variance 1 on the data.

    Layer by layer from front to back, the output layer included, each unit's weights are divided
    by the standard deviation of z = x W over training rows that passed the layers before: at most
    2048 rows, held-out ones and those without weight left out. Units whose z is constant are left
    as drawn. Per layer, one standard deviation, of all z of the layer together, is used instead.

    Parameters
    ----------
    base : Initializer, default=Orthogonal()
        Who draws the weights and biases. A search reaches its settings as
        ``initializer__base__gain``.
    per : {"unit", "layer"}, default="unit"
        Whether each unit has variance 1, as in RealMLP, or each layer as a whole, as in LSUV.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> X = 100 * np.random.RandomState(0).normal(size=(50, 3))
    >>> net = MLPRegressorX(initializer=DataDriven(), max_iter=1, learning_rate_init=1e-9)
    >>> net.set_params(solver="sgd").partial_fit(X, X[:, 0])
    MLPRegressorX(...)
    >>> (X @ net.coefs_[0]).std(axis=0)[:3].round(3)
    array([1., 1., 1.])

    References
    ----------
    Mishkin, Matas (2016), "All you need is a good init", arXiv:1511.06422, algorithm 1.
    Holzmüller, Grinsztajn, Steinwart (2024), "Better by default: strong pre-tuned MLPs and
    boosted trees on tabular data", arXiv:2407.04491, for the variance of each unit.
    """

    base: Initializer = param(
        Orthogonal(gain="activation"), Instance((Initializer,), "an Initializer object")
    )
    per: str = param("unit", Choice(("unit", "layer")))

    @property
    def adapts(self) -> bool:
        return True

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self.base.weight(at, rng)

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self.base.bias(at, rng)

    def adapt(
        self,
        at: Spot,
        weight: Array,
        bias: Array,
        x: Any,
        share: Array,
        rng: np.random.RandomState,
    ) -> None:
        self.base.adapt(at, weight, bias, x, share, rng)
        z = np.asarray(x @ weight, dtype=np.float64)
        size = np.abs(z).max(axis=0)
        mean = share @ z
        if self.per == "layer":
            mean, size = mean.mean(), size.max()
        variance = share @ np.square(z - mean)
        std = np.sqrt(variance.mean() if self.per == "layer" else variance)
        limits = np.finfo(weight.dtype)
        # less than this is the rounding of a constant, or too small to divide by
        varies = std > np.maximum(100 * limits.eps * size, np.sqrt(limits.tiny))
        weight /= np.where(varies & np.isfinite(std), std, 1.0).astype(weight.dtype)
