"""Weights with a structure: orthogonal, sparse, fitted to the data, or given."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from sknn.config import Choice, Instance, Range, param
from sknn.nn.initializers.base import Draw, Initializer, Spot
from sknn.nn.initializers.scaled import GAIN, LeCunNormal
from sknn.nn.typing import Array

__all__ = ["GivenWeights", "Orthogonal", "Sparse", "UnitVariance"]


class Orthogonal(Initializer):
    """Weights whose columns (or rows, where there are more units than inputs) are orthonormal.

    The Q of a QR decomposition of normal numbers, with signs such that all rotations are equally
    likely, times a gain. A linear layer then neither stretches nor shrinks its input.

    Parameters
    ----------
    gain : float > 0 or "activation", default="activation"
        Factor on the weights; ``"activation"`` is the gain of the layer's activation.

    References
    ----------
    Saxe, McClelland, Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks", arXiv:1312.6120; Mezzadri (2007), "How to generate random
    matrices from the classical compact groups", for the signs.
    """

    gain: Any = param("activation", GAIN)

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        tall = rng.normal(size=(max(at.fan_in, at.fan_out), min(at.fan_in, at.fan_out)))
        q, r = np.linalg.qr(tall)
        q *= np.where(np.diag(r) < 0.0, -1.0, 1.0)
        gain = at.activation.gain if self.gain == "activation" else float(self.gain)
        matrix: Draw = gain * (q if at.fan_in >= at.fan_out else q.T)
        return matrix


class Sparse(Initializer):
    """A few normal weights for each unit and 0 for the rest, so that units differ much.

    Parameters
    ----------
    n_connections : int >= 1, default=15
        Inputs of a unit whose weight is not 0; all, where there are fewer.
    gain : float > 0 or "activation", default="activation"
        Standard deviation of those weights, times sqrt(n_connections); ``"activation"`` is the
        gain of the layer's activation. The paper draws standard normal weights, which suit its
        inputs between 0 and 1.

    References
    ----------
    Martens (2010), "Deep learning via Hessian-free optimization", section 5.
    """

    n_connections: int = param(15, Range(1, None, integer=True))
    gain: Any = param("activation", GAIN)

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        n = min(self.n_connections, at.fan_in)
        chosen = np.argsort(rng.uniform(size=(at.fan_in, at.fan_out)), axis=0)[:n]
        weight = np.zeros((at.fan_in, at.fan_out))
        gain = at.activation.gain if self.gain == "activation" else float(self.gain)
        weight[chosen, np.arange(at.fan_out)] = rng.normal(0.0, gain / n**0.5, (n, at.fan_out))
        return weight


class UnitVariance(Initializer):
    """Weights of another initializer, rescaled so that what each layer gets has variance 1.

    From the first layer to the last, training rows (at most 1000, which count by their sample
    weight) are passed forward, and the weights are divided by the standard deviation of z = x W:
    of each unit by itself, or of the layer as a whole. A unit that is constant, or that overflows,
    stays as it is.

    Parameters
    ----------
    weights : Initializer, default=LeCunNormal()
        Draws the weights.
    each : {"unit", "layer"}, default="unit"
        What gets variance 1.

    References
    ----------
    Mishkin, Matas (2016), "All you need is a good init", arXiv:1511.06422, algorithm 1, for the
    layer; Holzmüller, Grinsztajn, Steinwart (2024), arXiv:2407.04491, appendix A, for the unit.
    """

    looks_at_data: ClassVar[bool] = True

    weights: Initializer = param(
        LeCunNormal(gain=1.0), Instance((Initializer,), "an Initializer object")
    )
    each: str = param("unit", Choice(("unit", "layer")))

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self.weights.weight(at, rng)

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self.weights.bias(at, rng)

    def look(self, weight: Array, z: Array, share: Array) -> None:
        self.weights.look(weight, z, share)
        exact = z.astype(np.float64)  # where squares of small numbers do not vanish
        mean, size = share @ exact, np.abs(exact).max(axis=0)
        if self.each == "layer":
            mean, size = mean.mean(), size.max()
        variance = share @ np.square(exact - mean)
        std = np.sqrt(variance.mean() if self.each == "layer" else variance)
        limits = np.finfo(z.dtype)
        # less is what rounding makes of a constant, or too small to divide by
        varies = std > np.maximum(100.0 * limits.eps * size, math.sqrt(limits.tiny))
        factor = (1.0 / np.where(varies & np.isfinite(std), std, 1.0)).astype(z.dtype)
        weight *= factor
        z *= factor


class GivenWeights(Initializer):
    """Weights of one's own: a worked example, a paper's network, another library's model.

    Parameters
    ----------
    coefs : sequence of array-like
        One weight matrix of shape (fan_in, fan_out) for each dense layer, the output included.
    intercepts : sequence of array-like, or None
        One bias vector of shape (fan_out,) for each dense layer; None is all zeros.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> start = GivenWeights(coefs=[[[1.0], [2.0]]], intercepts=[[0.5]])
    >>> net = MLPRegressorX(hidden_layer_sizes=(), initializer=start, alpha=0)
    >>> net.partial_fit([[1.0, 1.0]], [3.5]).predict([[1.0, 0.0]])  # it knew: nothing to learn
    array([1.5])
    """

    coefs: Sequence[Any] = param((), Instance((Sequence, np.ndarray), "a list of arrays"))
    intercepts: Sequence[Any] | None = param(
        None, Instance((Sequence, np.ndarray, type(None)), "a list of arrays or None")
    )

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        return self._pick("coefs", self.coefs, at, (at.fan_in, at.fan_out))

    def bias(self, at: Spot, rng: np.random.RandomState) -> Draw:
        if self.intercepts is None:
            return np.zeros(at.fan_out)
        return self._pick("intercepts", self.intercepts, at, (at.fan_out,))

    def _pick(self, name: str, arrays: Sequence[Any], at: Spot, shape: tuple[int, ...]) -> Draw:
        if len(arrays) != at.n_layers:
            raise ValueError(
                f"GivenWeights.{name} must hold one array for each of the {at.n_layers} dense "
                f"layers, the output included. Got {len(arrays)} instead."
            )
        array = np.asarray(arrays[at.layer], dtype=np.float64)
        if array.shape != shape:
            raise ValueError(
                f"GivenWeights.{name}[{at.layer}] must have the shape {shape}. "
                f"Got {array.shape} instead."
            )
        return array

    def __eq__(self, other: object) -> bool:
        return self is other  # arrays have no single truth value to compare by

    __hash__ = object.__hash__
