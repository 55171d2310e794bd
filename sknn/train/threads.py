"""How many threads BLAS may use while a network works.

On small matrices a second BLAS thread costs more than it brings: a fit of 5000 x 50 rows with
100 hidden units on a busy machine with 2 cores took 0.12 s of processor time with one thread and
4.26 s with two. So small networks run with one thread, and the number of before comes back when
they have finished.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController

from sknn.nn.network import Network

__all__ = ["TINY", "single_thread_if_small"]

#: Multiplications in the largest matrix product of a step. Below ``TINY`` OpenBLAS itself uses one
#: thread. Up to ``SMALL`` a second one did not pay: on a shared machine with 2 cores it took twice
#: the time for products of 1 to 80 million, and 0.8 of it for 400 million.
TINY, SMALL = 200_000, 200_000_000

_in_charge = threading.Lock()
_controller: ThreadpoolController | None = None


@contextmanager
def single_thread_if_small(network: Network, n_rows: int, at_least: int = 0) -> Iterator[None]:
    """Run the block with one BLAS thread where ``network`` is small for batches of ``n_rows``.

    The setting belongs to the whole process, and must be taken back by the thread that made it.
    So one block at a time is in charge of it, and others, in the same thread or in another one,
    run as they find it.

    Parameters
    ----------
    network : Network
        What works in the block.
    n_rows : int
        Rows of its batches.
    at_least : int, default=0
        Leave the setting alone for less work than this; setting it takes about 10 us.
    """
    work = max(n_rows * layer.n_in * layer.n_out for layer in network.dense_layers)
    if not (at_least <= work < SMALL and _in_charge.acquire(blocking=False)):
        yield
        return
    try:
        with _blas().limit(limits=1):
            yield
    finally:
        _in_charge.release()


def _blas() -> ThreadpoolController:
    """The loaded BLAS libraries, looked up once: that takes 750 us."""
    global _controller
    _controller = _controller or ThreadpoolController().select(user_api="blas")
    return _controller
