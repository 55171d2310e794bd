"""How many threads BLAS may use while a network works.

On small matrices a second BLAS thread costs more than it brings: a fit of 5000 x 50 rows with
100 hidden units on a busy machine with 2 cores took 0.12 s of processor time with one thread and
4.26 s with two. So small networks run with one thread, and the number of before comes back when
they have finished.

Wide networks have all threads, but of one library only. NumPy and SciPy from PyPI each bring an
OpenBLAS of their own, whose idle threads wait for work without sleeping. Where a step multiplies
matrices with the one and adds vectors with the other, their threads take turns in keeping each
other from the cores: with two threads in both libraries a fit of 256-256 units in batches of 200
took 12 times as long as with one, and with two threads in NumPy's alone 0.74 of it.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from threadpoolctl import ThreadpoolController

from sknn.nn.layers import ParallelDense
from sknn.nn.network import Network

__all__ = ["SMALL", "TINY", "one_thread", "threads_for_prediction", "threads_for_training"]

#: Multiplications in the largest matrix product of a step. Below ``TINY`` OpenBLAS itself uses one
#: thread. Up to ``SMALL`` a second one brings little (1.05 times the speed of a fit for 4 million
#: multiplications on a quiet machine with 2 cores, 1.3 for 13 million, 1.7 for 268 million), and
#: costs much where other programs are busy on the cores.
TINY, SMALL = 200_000, 12_000_000

_in_charge = threading.Lock()
_libraries: dict[str, ThreadpoolController] = {}


def threads_for_training(
    network: Network, n_rows: int, *, compiled: bool = False
) -> AbstractContextManager[None]:
    """A block with the number of BLAS threads that training needs.

    The setting belongs to the whole process, and must be taken back by the thread that made it.
    So one block at a time is in charge of it, and others, in the same thread or in another one,
    run as they find it. No library is ever given more threads than it was found with.

    Parameters
    ----------
    network : Network
        What works in the block.
    n_rows : int
        Rows of its batches.
    compiled : bool, default=False
        Whether compiled kernels multiply, which they do with SciPy's BLAS.
    """
    if _work(network, n_rows) < SMALL:
        return _limited("all")
    return _limited("numpy" if compiled else "others")


def threads_for_prediction(network: Network, n_rows: int) -> AbstractContextManager[None]:
    """A block with the number of BLAS threads that prediction needs, as for training.

    Left alone where the work is tiny, since setting it takes 10 us, and where it is large.
    """
    return _limited("numpy") if TINY <= _work(network, n_rows) < SMALL else nullcontext()


def one_thread() -> AbstractContextManager[None]:
    """A block in which BLAS uses one thread, so that no rounding depends on how many there are."""
    return _limited("all")


def _work(network: Network, n_rows: int) -> int:
    together = n_rows * network.n_members  # where members share the weights of one product
    return max(
        (n_rows if isinstance(layer, ParallelDense) else together) * layer.n_in * layer.n_out
        for layer in network.dense_layers
    )


@contextmanager
def _limited(which: str) -> Iterator[None]:
    """Run the block with one thread in some BLAS libraries."""
    libraries = _blas(which)
    several = any(library.num_threads > 1 for library in libraries.lib_controllers)
    if not (several and _in_charge.acquire(blocking=False)):
        yield
        return
    try:
        with libraries.limit(limits=1):
            yield
    finally:
        _in_charge.release()


def _blas(which: str) -> Any:
    """The BLAS libraries that are loaded: all, NumPy's own, or all but that.

    Where NumPy has none of its own, as from conda, where all programs share one, that is NumPy's.
    Looked up once, since that takes 750 us.
    """
    if not _libraries:
        every = ThreadpoolController().select(user_api="blas")
        paths = [library.filepath for library in every.lib_controllers]
        own = [path for path in paths if _is_numpys(path)]
        own = own or paths
        _libraries["numpy"] = every.select(filepath=own)
        _libraries["others"] = every.select(filepath=[path for path in paths if path not in own])
        _libraries["all"] = every
    return _libraries[which]


def _is_numpys(path: str) -> bool:
    """Whether a library lies in NumPy's own folder, such as numpy.libs or numpy/.dylibs."""
    return any(folder.startswith("numpy") for folder in Path(path).parts[-3:-1])
