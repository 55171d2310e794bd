"""Working memory of predictions that is kept from call to call, which saves half of a small one."""

import threading
from typing import Any

from sknn.nn.layers import Room
from sknn.nn.network import BLOCK_BYTES, Network
from sknn.nn.stacked import StackedNetwork

__all__ = ["KeptRooms"]

#: Rows up to which working memory is kept, and sizes that are kept.
FEW_ROWS, SIZES = 256, 16


class KeptRooms:
    """The rooms of a network for few rows; each thread has its own.

    Parameters
    ----------
    network : Network or StackedNetwork
        Whose layers stay as they are.

    Attributes
    ----------
    most : int
        The most rows that there is a room for, of about a megabyte. A prediction without it works
        on no fewer at once, so that the bits are the same.
    """

    def __init__(self, network: Network | StackedNetwork) -> None:
        self._network, self._local = network, threading.local()
        members = network.networks if isinstance(network, StackedNetwork) else [network]
        self.most = max(1, members[0].rows_of(BLOCK_BYTES, 1, FEW_ROWS) // len(members))

    def of(self, n_rows: int) -> list[Room]:
        """The room for so many rows, which the next call in this thread gets too."""
        kept: dict[Any, list[Room]] = self._local.__dict__
        if n_rows not in kept:
            if len(kept) >= SIZES:
                kept.clear()
            kept[n_rows] = self._network.room(n_rows, training=False)
        return kept[n_rows]
