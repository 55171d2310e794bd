"""The number that training makes small, with its gradient: network, loss and penalty together."""

from collections.abc import Iterable
from types import ModuleType
from typing import Any

import numpy as np

from sknn.nn.compiled import stand_in_for_loss, stand_in_for_penalty
from sknn.nn.compiled.parts import AddPenalty, ValueAndGrad
from sknn.nn.layers import Room, Step
from sknn.nn.losses.base import Loss, Target
from sknn.nn.network import Network
from sknn.nn.penalties import Penalty
from sknn.nn.typing import Array
from sknn.train.batches import Batch

__all__ = ["Objective"]


class Objective:
    """Mean loss of a batch plus penalties, as a function of the network's parameters.

    Parameters
    ----------
    network : Network
        Its ``grads`` receive the gradient.
    loss : Loss
        Compares the raw output with the target.
    *penalties : Penalty
        Prices on the weights.

    Attributes
    ----------
    rooms : list of Room
        The working memory of the latest batch, one entry a layer, as its backward pass left it.
    """

    def __init__(self, network: Network, loss: Loss, *penalties: Penalty) -> None:
        self.network = network
        self.loss = loss
        self.penalties = penalties
        self._of_loss: ValueAndGrad = loss.value_and_grad
        self._add_penalties: list[AddPenalty] = [penalty.add for penalty in penalties]
        self.rng = np.random.default_rng(0)
        self.rooms: list[Room] = []
        self._rooms: dict[int, tuple[list[Room], Array]] = {}

    def start(self, kernels: ModuleType | None) -> None:
        """Get ready to train, with compiled ``kernels`` where they are given."""
        self.network.start_training(kernels)
        self._rooms.clear()
        if kernels is not None:
            self._of_loss = stand_in_for_loss(self.loss, kernels)
            self._add_penalties = [stand_in_for_penalty(p, kernels) for p in self.penalties]

    def start_epoch(self, rng: np.random.RandomState) -> None:
        """Renew the source of randomness inside the network; draws nothing where there is none."""
        if any(layer.uses_chance for layer in self.network.layers):
            self.rng = np.random.default_rng(rng.randint(2**31 - 1))

    def value_and_grad(self, X: Any, y: Target, weight: Array | None) -> float:
        """The objective for a batch; its gradient is left in ``network.grads``."""
        network = self.network
        assert network.grads is not None, "call network.start_training() first"
        n_rows = X.shape[0]
        total = float(n_rows if weight is None else weight.sum())
        room, grad = self._room(n_rows)
        raw = network.forward(X, room, Step(weight, self.rng))
        value = self._of_loss(raw, y, weight, grad)
        network.backward(grad, room)
        self.rooms = room
        n_weights = network.n_weights
        weights, grads = network.values[:n_weights], network.grads[:n_weights]
        for add in self._add_penalties:
            value += add(weights, grads, total)
        return value

    def gather(self, batches: Iterable[Batch]) -> None:
        """Gather the network's statistics anew, for the weights that are in it."""
        self.network.forget_statistics()
        for batch in batches:
            room, _ = self._room(batch.n_rows)
            self.network.forward(batch.X, room, Step(batch.weight, self.rng))

    def _room(self, n_rows: int) -> tuple[list[Room], Array]:
        if n_rows not in self._rooms:
            grad = np.empty((n_rows, self.network.n_outputs), self.network.dtype)
            self._rooms[n_rows] = self.network.room(n_rows, training=True), grad
        return self._rooms[n_rows]
