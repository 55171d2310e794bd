"""The health of gradients in numbers, read off a network's working memory after a batch."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from sknn.nn.activations import Activation
from sknn.nn.clipping import NRM2
from sknn.nn.layers import Activate, Dense, Room
from sknn.nn.network import Network
from sknn.nn.typing import Array

__all__ = ["SATURATED", "Tally", "length", "saturated_below"]

#: A slope below this share of the activation's largest slope is saturated: outside |x| > 4.4 for
#: the logistic function, |x| > 2.2 for tanh, where the gradient is cut to a twentieth or less.
SATURATED = 0.05
#: Where the slope of an activation is looked at to learn its shape: both signs of these and 0.
PROBE = np.logspace(-3, 3, 121)


def length(array: Array) -> float:
    """The Euclidean length of all numbers together, without overflow or underflow."""
    return float(NRM2[array.dtype.char](array.ravel()))


def saturated_below(activation: Activation) -> float:
    """The slope below which an activation counts as saturated, or NaN where that has no meaning.

    It has a meaning where the function levels off on both sides, as the logistic function and
    tanh do: there its slope at x = -1000 and x = 1000 is small beside its largest slope. The
    identity never levels off; a ReLU does on one side only, which is how it works.

    Examples
    --------
    >>> from sknn.nn.activations import Logistic, ReLU
    >>> round(saturated_below(Logistic()), 4), saturated_below(ReLU())
    (0.0125, nan)
    """
    x = np.concatenate([-PROBE[::-1], [0.0], PROBE])[:, np.newaxis]
    y = np.empty_like(x)
    with np.errstate(all="ignore"):
        activation.forward(x.copy(), out=y)
        slope = np.ones_like(x)
        activation.backward(x if activation.needs_input else y, y, slope)
        slope = np.abs(slope[:, 0])
    bound = SATURATED * float(np.nanmax(slope))
    return bound if max(slope[0], slope[-1]) < bound else float("nan")


class Tally:
    """Adds up the health of a network over the batches that are looked at.

    Layers are counted as a student draws them: 1 is the first hidden layer, the last one is the
    output layer.

    Parameters
    ----------
    network : Network
        Whose layers are looked at.

    Attributes
    ----------
    n_rows : int
        Rows looked at.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._dense_at = [i for i, layer in enumerate(network.layers) if isinstance(layer, Dense)]
        #: number of the hidden layer, place of its activation, that, and where it saturates
        self._hidden = list(_hidden_layers(network))
        self._room_of_gradient = [np.empty_like(weight) for weight in network.coefs]
        self.restart()

    def restart(self) -> None:
        """Forget all batches."""
        self.n_rows = 0
        self._gradients: list[list[float]] = []
        self._signals: list[list[float]] = []
        self._updates: list[list[float]] = []
        self._alive = {layer: np.zeros(1, bool) for layer, _, _, _ in self._hidden}
        self._saturated = dict.fromkeys(self._alive, 0.0)
        self._n_values = dict.fromkeys(self._alive, 0)

    def add_units(self, rooms: Sequence[Room]) -> None:
        """Look at the hidden units, after the forward pass of a batch."""
        n_rows: int = rooms[self._dense_at[-1]].x.shape[0]
        self.n_rows += n_rows // self.network.n_members
        for layer, place, activate, bound in self._hidden:
            slope = activate.slopes(rooms[place])
            np.abs(slope, out=slope)
            self._alive[layer] = self._alive[layer] | (slope.max(axis=0) != 0.0)
            self._n_values[layer] += slope.size
            if bound == bound:  # not NaN
                self._saturated[layer] += np.count_nonzero(slope < bound)

    def add_gradients(self, rooms: Sequence[Room]) -> None:
        """Look at the gradients of the loss, after the backward pass of a batch."""
        gradients, signals = [], []
        for place, out in zip(self._dense_at, self._room_of_gradient, strict=True):
            room, dz = rooms[place], rooms[place].dz
            # once more x^T dz, since the one in the network has the penalty added to it
            layer = self.network.layers[place]
            assert isinstance(layer, Dense)
            gradients.append(length(layer.weight_gradient(room, out)))
            signals.append(length(dz) * math.sqrt(len(dz)))
        self._gradients.append(gradients)
        self._signals.append(signals)

    def add_update(self, before: Sequence[Array], after: Sequence[Array]) -> None:
        """Compare the weights of all layers before and after a step."""
        self._updates.append(
            [
                length(new - old) / was if (was := length(old)) else float("nan")
                for old, new in zip(before, after, strict=True)
            ]
        )

    def columns(self) -> dict[str, float]:
        """What was found, by column name; empty where no batch was looked at."""
        if not self.n_rows:
            return {}
        found = {"health_rows": self.n_rows} | self._gradient_columns()
        for layer, _, _, bound in self._hidden:
            alive = self._alive[layer]
            found[f"dead_units_{layer}"] = 1.0 - np.count_nonzero(alive) / alive.size
            share = self._saturated[layer] / self._n_values[layer]
            found[f"saturated_{layer}"] = float("nan") if np.isnan(bound) else share
        return found

    def _gradient_columns(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, table in (
            ("gradient_norm", self._gradients),
            ("backprop_norm", self._signals),
            ("update_ratio", self._updates),
        ):
            # plain Python: NumPy's mean takes longer than a small network takes for an epoch
            for k, column in enumerate(zip(*table, strict=True), start=1):
                found[f"{name}_{k}"] = sum(column) / len(column)
        return found


def _hidden_layers(network: Network) -> Iterator[tuple[int, int, Activate, float]]:
    number = 0
    for place, layer in enumerate(network.layers):
        if isinstance(layer, Dense):
            number += 1
        elif isinstance(layer, Activate):
            yield number, place, layer, saturated_below(layer.activation)
