"""How many threads BLAS may use while a network works.

On small matrices a second BLAS thread costs more than it brings: a fit of 5000 x 50 rows with
100 hidden units on a busy machine with 2 cores took 0.12 s of processor time with one thread and
4.26 s with two. So small networks run with one thread, and the number of before comes back when
the last of them has finished.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadpoolctl import ThreadpoolController

from sknn.nn.network import Network

__all__ = ["single_thread_if_small"]

#: Multiplications in the largest matrix product of a step. Below ``TINY`` OpenBLAS itself uses one
#: thread. Up to ``SMALL`` a second one did not pay: on a shared machine with 2 cores it took twice
#: the time for products of 1 to 80 million, and 0.8 of it for 400 million.
TINY, SMALL = 200_000, 200_000_000

_lock = threading.Lock()
_depth = 0
_controller: ThreadpoolController | None = None
_limit: Any = None


@contextmanager
def single_thread_if_small(network: Network, n_rows: int) -> Iterator[None]:
    """Run the block with one BLAS thread where ``network`` is small for batches of ``n_rows``.

    The setting belongs to the whole process, so blocks in several threads share it: the first
    to enter sets it, and the last to leave restores it.
    """
    work = max(n_rows * layer.n_in * layer.n_out for layer in network.dense_layers)
    if not TINY <= work < SMALL:
        yield
        return
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _depth, _controller, _limit
    with _lock:
        if _depth == 0:
            # kept, since looking up the loaded libraries takes 750 us and a limit by itself 9
            _controller = _controller or ThreadpoolController().select(user_api="blas")
            _limit = _controller.limit(limits=1)
            _limit.__enter__()
        _depth += 1


def _leave() -> None:
    global _depth, _limit
    with _lock:
        _depth -= 1
        if _depth == 0:
            _limit.__exit__(None, None, None)
            _limit = None
