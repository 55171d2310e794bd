"""Predictions of many rows, dealt to several threads.

BLAS works with one thread meanwhile, and each thread has whole blocks of rows, the same ones as
where one thread does all. So a row gets the same bits for any number of threads, and whatever else
goes on in the process.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from sknn.nn.network import Network
from sknn.nn.typing import Array, is_sparse
from sknn.train.threads import n_threads_found, threads_for_prediction

__all__ = ["of_rows"]

#: Multiplications that are worth a thread, some milliseconds of work; to start one takes 0.1 ms.
WORTH = 100_000_000


def of_rows(call: Callable[[Any], Array], network: Network, X: Any, axis: int = 0) -> Array:
    """What a method of a network gives for any number of rows.

    Parameters
    ----------
    call : callable
        The method, which works block by block.
    network : Network
        Whose method it is.
    X : array or sparse matrix of shape (n_rows, n_features)
    axis : int, default=0
        That of the rows in what it gives.
    """
    n_rows = X.shape[0]
    with threads_for_prediction(network, n_rows):
        wanted = min(n_rows * _work(network) // WORTH, n_rows // network.block_rows)
        if wanted < 2:
            return call(X)
        n_helpers = _helpers.take(wanted - 1)
        try:
            return _dealt(call, network.block_rows, X, n_helpers + 1, axis)
        finally:
            _helpers.give_back(n_helpers)


def _dealt(
    call: Callable[[Any], Array], block_rows: int, X: Any, n_threads: int, axis: int
) -> Array:
    """The work in equal shares of whole blocks, one of them for this thread."""
    if n_threads == 1:
        return call(X)
    X = X.tocsr() if is_sparse(X) else X
    n_blocks = -(-X.shape[0] // block_rows)
    bounds = [block_rows * (n_blocks * i // n_threads) for i in range(n_threads)]
    *others, own = [X[a:b] for a, b in zip(bounds, [*bounds[1:], X.shape[0]], strict=True)]
    said = np.geterr()  # threads begin with the defaults

    def quietly(rows: Any) -> Array:
        with np.errstate(**said):
            return call(rows)

    with ThreadPoolExecutor(len(others)) as pool:
        waiting = [pool.submit(quietly, rows) for rows in others]
        last = call(own)
        return np.concatenate([*(future.result() for future in waiting), last], axis=axis)


def _work(network: Network) -> int:
    """Multiplications for a row."""
    return sum(layer.n_in * layer.n_out for layer in network.dense_layers) * network.n_members


class _Helpers:
    """Counts the threads that help, so that callers in many threads do not start more than BLAS."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.busy = 0

    def take(self, wanted: int) -> int:
        with self.lock:
            taken = max(0, min(wanted, n_threads_found() - 1 - self.busy))
            self.busy += taken
            return taken

    def give_back(self, number: int) -> None:
        with self.lock:
            self.busy -= number

    def begin_anew(self) -> None:
        """In a process that was forked: the threads that helped are not there."""
        self.__init__()  # type: ignore[misc]


_helpers = _Helpers()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.begin_anew)
