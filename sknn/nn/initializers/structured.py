"""Weights with a structure: orthogonal, sparse, or given by the user."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sknn.config import Instance, Range, param
from sknn.nn.initializers.base import Draw, Initializer, Spot
from sknn.nn.initializers.scaled import GAIN

__all__ = ["GivenWeights", "Orthogonal", "Sparse"]


class Orthogonal(Initializer):
    """A random rotation times a gain, which keeps the length of the signal and of the gradient.

    W = gain Q with Q drawn evenly from all matrices with orthonormal columns, or orthonormal rows
    where there are more outputs than inputs: the Q of the QR decomposition of normal numbers,
    its columns multiplied by the signs of the diagonal of R.

    Parameters
    ----------
    gain : float > 0 or "activation", default="activation"
        Factor on Q; ``"activation"`` is the gain of the layer's activation.

    Examples
    --------
    >>> from sknn.nn.activations import Identity
    >>> spot = Spot(layer=0, n_layers=2, fan_in=3, fan_out=2, activation=Identity())
    >>> W = Orthogonal().weight(spot, np.random.RandomState(0))
    >>> np.round(W.T @ W + 0.0, 6)
    array([[1., 0.],
           [0., 1.]])

    References
    ----------
    Saxe, McClelland, Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks", arXiv:1312.6120.
    Mezzadri (2007), "How to generate random matrices from the classical compact groups",
    arXiv:math-ph/0609050, for the signs.
    """

    gain: float | str = param("activation", GAIN)

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        long, short = max(at.fan_in, at.fan_out), min(at.fan_in, at.fan_out)
        q, r = np.linalg.qr(rng.normal(size=(long, short)))
        q *= np.copysign(1.0, np.diagonal(r))
        q *= at.activation.gain if isinstance(self.gain, str) else self.gain
        return q if at.fan_in >= at.fan_out else q.T


class Sparse(Initializer):
    """A few normal weights into each unit, and zeros elsewhere.

    So the size of a unit's input does not grow with the number of units before it, and units
    start out different from each other. Where there are no more inputs than ``connections``,
    all have a weight.

    Parameters
    ----------
    connections : int >= 1, default=15
        Weights into each unit that are not 0.
    scale : float > 0, default=0.25
        Their standard deviation. With 15 connections 0.25 gives sums of variance 0.94; Martens
        drew from the standard normal distribution, for logistic units.

    References
    ----------
    Martens (2010), "Deep learning via Hessian-free optimization", section 5.
    Sutskever, Martens, Dahl, Hinton (2013), "On the importance of initialization and momentum
    in deep learning", section 3.1, for the factor of 0.25.
    """

    connections: int = param(15, Range(1, None, integer=True))
    scale: float = param(0.25, Range(0, None, closed="neither"))

    def weight(self, at: Spot, rng: np.random.RandomState) -> Draw:
        n = min(self.connections, at.fan_in)
        chosen = rng.random_sample((at.fan_in, at.fan_out)).argsort(axis=0)[:n]
        weight = np.zeros((at.fan_in, at.fan_out))
        np.put_along_axis(weight, chosen, rng.normal(0.0, self.scale, chosen.shape), axis=0)
        return weight


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
