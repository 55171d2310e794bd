"""The networks of all members as they predict: in double precision, alike ones side by side."""

from collections.abc import Sequence

import numpy as np

from sknn.estimators.base import BaseMLP
from sknn.estimators.parts import build_network
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
    """

    def __init__(self, members: Sequence[BaseMLP]) -> None:
        self.networks = [in_double(member) for member in members]
        alike: dict[object, list[int]] = {}
        for place, network in enumerate(self.networks):
            key = layers_of(network) if can_stack(network) else place
            alike.setdefault(key, []).append(place)
        self._parts: list[tuple[list[int], Network | StackedNetwork]] = [
            (places, _together([self.networks[place] for place in places]))
            for places in alike.values()
        ]

    def raw_output(self, X: Array) -> Array:
        """The raw output of each network for encoded rows, shape (n_members, n_rows, n_outputs)."""
        out = np.empty((len(self.networks), len(X), self.networks[0].n_outputs))
        for places, part in self._parts:
            out[places] = part.raw_output(X)
        return out


def _together(networks: list[Network]) -> Network | StackedNetwork:
    return networks[0] if len(networks) == 1 else StackedNetwork(networks, training=False)


def in_double(member: BaseMLP) -> Network:
    """A copy of the network of a member in double precision."""
    network = member._fitted_network()
    architecture = member._architecture | {"dtype": "float64"}
    values = network.values.astype(np.float64)
    return build_network(architecture, values=values, statistics=network.statistics)
