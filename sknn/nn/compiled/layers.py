"""A dense layer and the rectifier after it as one compiled call each way."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from sknn.nn.activations import Activation, Identity, LeakyReLU, ReLU
from sknn.nn.layers import Activate, Dense, Layer, Room, Step
from sknn.nn.typing import Array, is_sparse

__all__ = ["CompiledDense", "fuse"]

#: The activations that are x for x >= 0 and slope * x below, with that slope.
SLOPES: dict[type[Activation], Callable[[Any], float]] = {
    Identity: lambda activation: 1.0,
    ReLU: lambda activation: 0.0,
    LeakyReLU: lambda activation: activation.negative_slope,
}


class CompiledDense(Layer):
    """A dense layer, and the rectifier after it, trained by compiled kernels.

    Works in the rooms of the two layers it stands for and leaves there what they would have left:
    those who watch over gradients see no difference.

    Parameters
    ----------
    dense : Dense
        Whose parameters these are.
    slope : float or None
        Of f(x) for x < 0, such as 0 for ReLU; None where no rectifier follows.
    kernels : module
        The compiled functions.
    """

    def __init__(self, dense: Dense, slope: float | None, kernels: ModuleType) -> None:
        self.dense, self.bends = dense, slope is not None
        self.slope = 1.0 if slope is None else slope
        self.n_in, self.n_out = dense.n_in, dense.n_out
        self._forward, self._bend = kernels.dense_forward, kernels.bend
        self._backward, self._unbend = kernels.dense_backward, kernels.unbend
        self._pull_back = kernels.input_gradient

    def furnish(self, rooms: list[Room], place: int) -> None:
        if self.bends:  # what the activation reads and writes is the array that this layer makes
            rooms[place + 1].x = rooms[place + 1].output = rooms[place].z

    def forward(self, x: Any, room: Room, step: Step | None) -> Array:
        room.x = x
        dense, z = self.dense, room.z
        if _is_plain(x):
            self._forward(x, dense.weight, dense.bias, self.slope, z)
            return z  # type: ignore[no-any-return]
        if is_sparse(x):
            z[...] = x @ dense.weight
        else:
            np.dot(x, dense.weight, z)
        self._bend(z, dense.bias, self.slope)
        return z  # type: ignore[no-any-return]

    def backward(self, grad: Array, room: Room, wanted: bool) -> Array:
        room.dz = grad
        dense, x = self.dense, room.x
        if _is_plain(x):
            self._backward(x, room.z, grad, self.slope, dense.dweight, dense.dbias)
        else:
            self._unbend(room.z, grad, self.slope, dense.dbias)
            if is_sparse(x):
                dense.dweight[...] = x.T @ grad
            else:
                np.dot(x.T, grad, dense.dweight)
        if not wanted:
            return grad
        self._pull_back(grad, dense.weight, room.dx)
        return room.dx  # type: ignore[no-any-return]


def fuse(layers: Sequence[Layer], kernels: ModuleType) -> list[tuple[int, Layer]]:
    """The layers that train in place of ``layers``, each with the place of its room.

    >>> from types import SimpleNamespace
    >>> names = "dense_forward dense_backward bend unbend input_gradient".split()
    >>> kernels = SimpleNamespace(**dict.fromkeys(names))
    >>> layers = [Dense(3, ReLU()), Activate(ReLU()), Dense(1, Identity())]
    >>> n_in = 2
    >>> for layer in layers:
    ...     _ = layer.declare(n_in); n_in = layer.n_out
    >>> [(place, type(layer).__name__) for place, layer in fuse(layers, kernels)]
    [(0, 'CompiledDense'), (2, 'CompiledDense')]
    """
    fused: list[tuple[int, Layer]] = []
    skip = False
    for place, layer in enumerate(layers):
        if skip:
            skip = False
            continue
        if type(layer) is Dense:  # a subclass may work in its own way
            slope = _slope(layers[place + 1]) if place + 1 < len(layers) else None
            skip = slope is not None
            layer = CompiledDense(layer, slope, kernels)
        fused.append((place, layer))
    return fused


def _slope(layer: Layer) -> float | None:
    """The slope below 0 of a layer that applies a rectifier; None of any other."""
    if not isinstance(layer, Activate) or type(layer.activation) not in SLOPES:
        return None
    return SLOPES[type(layer.activation)](layer.activation)


def _is_plain(x: Any) -> bool:
    """Whether the kernels can read ``x``: an array whose rows lie one after another."""
    return type(x) is np.ndarray and x.flags.c_contiguous and x.flags.aligned
