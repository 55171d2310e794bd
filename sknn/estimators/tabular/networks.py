"""The networks of all members as they predict: in double precision, alike ones side by side."""

from collections.abc import Sequence

import numpy as np

from sknn.estimators.base import BaseMLP
from sknn.estimators.parts import build_network
from sknn.estimators.rooms import KeptRooms
from sknn.nn.network import Network
from sknn.nn.stacked import StackedNetwork, can_stack, layers_of
from sknn.nn.typing import Array

__all__ = ["MemberNetworks"]


class MemberNetworks:
    """The networks of several members, those of one architecture as a stack.

    Trained in single precision, they predict in double: what a row gets then does not depend on
    the rows that it comes with. A row takes a third of the time that it takes network by network.

    Parameters
    ----------
    members : sequence of MLPClassifierX or MLPRegressorX
        Fitted on the same columns and targets.
    keep_rooms : bool, default=False
        Keep the working memory of few rows from call to call; the bits are the same.
    """

    def __init__(self, members: Sequence[BaseMLP], keep_rooms: bool = False) -> None:
        self.networks = [in_double(member) for member in members]
        alike: dict[object, list[int]] = {}
        for place, network in enumerate(self.networks):
            key = layers_of(network) if can_stack(network) else place
            alike.setdefault(key, []).append(place)
        self._parts: list[tuple[list[int], Network | StackedNetwork]] = [
            (places, _together([self.networks[place] for place in places]))
            for places in alike.values()
        ]
        self._rooms = [KeptRooms(part) if keep_rooms else None for _, part in self._parts]

    def raw_output(self, X: Array) -> Array:
        """The raw output of each network for encoded rows, shape (n_members, n_rows, n_outputs)."""
        out = np.empty((len(self.networks), len(X), self.networks[0].n_outputs))
        for (places, part), rooms in zip(self._parts, self._rooms, strict=True):
            if rooms is None or len(X) > rooms.most:
                out[places] = part.raw_output(X)
            else:
                x = X.astype(part.dtype, copy=False)
                if isinstance(part, StackedNetwork):
                    x = np.broadcast_to(x, (len(places), *x.shape))
                out[places] = part.forward(x, rooms.of(len(X)))
        return out


def _together(networks: list[Network]) -> Network | StackedNetwork:
    return networks[0] if len(networks) == 1 else StackedNetwork(networks, training=False)


def in_double(member: BaseMLP) -> Network:
    """A copy of the network of a member in double precision."""
    network = member._fitted_network()
    architecture = member._architecture | {"dtype": "float64"}
    values = network.values.astype(np.float64)
    return build_network(architecture, values=values, statistics=network.statistics)
