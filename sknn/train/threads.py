"""How many threads BLAS may use while a network works.

With another number of threads BLAS sums in another order, and the last bits differ. So the number
depends on sizes alone, and for the training of small networks it is one, whatever else goes on in
the process.

On small matrices a second BLAS thread costs more than it brings: a fit of 5000 x 50 rows with
100 hidden units on a busy machine with 2 cores took 0.12 s of processor time with one thread and
4.26 s with two. So small networks run with one thread, and the number of before comes back when
they have finished.

Predictions have one thread of BLAS whatever the width, and deal blocks of rows to threads of their
own (:mod:`sknn.train.prediction`).

Wide networks are trained with all threads, but of one library only. NumPy and SciPy from PyPI each
bring an OpenBLAS of their own, whose idle threads wait for work without sleeping. Where a step
multiplies matrices with the one and adds vectors with the other, their threads take turns in
keeping each other from the cores: with two threads in both libraries a fit of 256-256 units in
batches of 200 took 12 times as long as with one, and with two threads in NumPy's alone 0.74 of it.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from threadpoolctl import ThreadpoolController

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import ParallelDense
from sknn.nn.network import Network

__all__ = [
    "SMALL",
    "TINY",
    "VARIABLE",
    "n_threads_found",
    "one_thread",
    "threads_for_prediction",
    "threads_for_training",
    "use_threads",
]

#: Multiplications in the largest matrix product of a step. Below ``TINY`` OpenBLAS itself uses one
#: thread. Up to ``SMALL`` a second one brings little (1.05 times the speed of a fit for 4 million
#: multiplications on a quiet machine with 2 cores, 1.3 for 13 million, 1.7 for 268 million), and
#: costs much where other programs are busy on the cores.
TINY, SMALL = 200_000, 12_000_000
#: Numbers in a dot product that OpenBLAS adds up in several threads, all the same.
LONG = 10_000
#: The environment variable that chooses for wide networks; worker processes inherit it.
VARIABLE = "SKNN_THREADS"

_chosen: str | int | None = None
_libraries: dict[str, list[Any]] = {}


class _Limits:
    """Holds libraries to one thread as long as somebody wants it.

    The number of threads belongs to the whole process. So the first block that wants one thread
    sets it, and the last one that ends takes it back, in whichever thread that is. Where BLAS was
    built with OpenMP, each thread has a number of its own, and a count of its own here.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.wanted: dict[Any, int] = {}
        self.before: dict[Any, int] = {}

    def begin_anew(self) -> None:
        """In a process that was forked while threads held limits: they are not there to end them.

        So the numbers of before come back at once. The lock may have been taken by one of them.
        """
        before = self.before
        self.__init__()  # type: ignore[misc]
        for library in _libraries.get("all", ()):
            if before.get(_key(library), 1) != 1:
                _set(library, before[_key(library)])

    def take(self, libraries: list[Any]) -> None:
        with self.lock:
            for library in libraries:
                key = _key(library)
                if key not in self.wanted:
                    self.wanted[key], self.before[key] = 0, library.num_threads
                    if self.before[key] != 1:
                        _set(library, 1)
                self.wanted[key] += 1

    def found(self, library: Any) -> int:
        """The number of threads that a library had before."""
        with self.lock:
            number = self.before.get(_key(library))
        return int(library.num_threads) if number is None else number

    def give_back(self, libraries: list[Any]) -> None:
        with self.lock:
            for library in libraries:
                key = _key(library)
                if key not in self.wanted:
                    continue  # taken before a fork, in the process that was forked
                self.wanted[key] -= 1
                if not self.wanted[key]:
                    del self.wanted[key]
                    before = self.before.pop(key)
                    if before != 1:
                        _set(library, before)


def _key(library: Any) -> Any:
    is_of_threads = getattr(library, "threading_layer", None) == "openmp"
    return library.filepath, threading.get_ident() if is_of_threads else None


def _set(library: Any, number: int) -> None:
    """Set the number of threads, in whichever thread it was set last.

    From version 3.8 on threadpoolctl obeys one thread only, until that gives up control.
    """
    release = getattr(library, "clear_controlling_thread", None)
    if release is not None:
        release(force=True)
    library.set_num_threads(number)
    if release is not None:
        release(force=True)


_limits = _Limits()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_limits.begin_anew)


@contextmanager
def use_threads(number: str | int) -> Iterator[None]:
    """Choose inside a ``with`` block how many threads wide networks may use.

    Small networks, those whose products of matrices have up to 12 million multiplications, are
    always trained with one, and are the same to the last bit wherever that is. The last bits of
    wider ones depend on the number of threads that BLAS has, which is another one in a worker
    process of joblib; with 1 they do not. Predictions have the same bits for any number, and use
    one thread as well where it is 1.

    Parameters
    ----------
    number : {"auto", 1}
        ``"auto"``, all threads that BLAS has, is what holds without this function.

    Raises
    ------
    InvalidParameterError
        For anything else.

    Notes
    -----
    The choice is one of this process. Worker processes take theirs from the environment variable
    ``SKNN_THREADS``.

    Examples
    --------
    >>> from sknn import MLPRegressorX, use_threads
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> with use_threads(1):
    ...     net = MLPRegressorX(hidden_layer_sizes=(512, 512), random_state=0).partial_fit(X, y)
    """
    global _chosen
    before, _chosen = _chosen, _checked(number)
    try:
        yield
    finally:
        _chosen = before


def _checked(number: str | int) -> str | int:
    if str(number) not in ("auto", "1") or isinstance(number, bool):
        raise InvalidParameterError(
            f"The number of threads must be 'auto' or 1. Got {number!r} instead; for another "
            "number limit BLAS by threadpoolctl.threadpool_limits, or OPENBLAS_NUM_THREADS."
        )
    return number


def _are_wide_limited() -> bool:
    """Whether wide networks are to have one thread, too."""
    chosen = os.environ.get(VARIABLE) or "auto" if _chosen is None else _chosen
    return str(_checked(chosen)) == "1"


def threads_for_training(
    network: Network, n_rows: int, *, compiled: bool = False
) -> AbstractContextManager[None]:
    """A block with the number of BLAS threads that training needs.

    No library is ever given more threads than it was found with.

    Parameters
    ----------
    network : Network
        What works in the block.
    n_rows : int
        Rows that it works on at a time.
    compiled : bool, default=False
        Whether compiled kernels multiply, which they do with SciPy's BLAS.
    """
    if _work(network, n_rows) < SMALL or _are_wide_limited():
        return _limited("all")
    return _limited("numpy" if compiled else "others")


def threads_for_prediction(network: Network, n_rows: int) -> AbstractContextManager[None]:
    """A block with the one BLAS thread that prediction has, of wide networks too.

    Left alone where the work is tiny, since setting it takes 10 us.
    """
    is_long = n_rows == 1 and any(layer.n_in >= LONG for layer in network.dense_layers)
    is_tiny = _work(network, n_rows) < TINY and not is_long
    return nullcontext() if is_tiny else _limited("numpy")


def n_threads_found() -> int:
    """How many threads NumPy's BLAS has but for limits from here; 1 under ``use_threads(1)``."""
    if _are_wide_limited():
        return 1
    return max((_limits.found(library) for library in _blas("numpy")), default=1)


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
    _limits.take(libraries)
    try:
        yield
    finally:
        _limits.give_back(libraries)


def _blas(which: str) -> list[Any]:
    """The BLAS libraries that are loaded: all, NumPy's own, or all but that.

    Where NumPy has none of its own, as from conda, where all programs share one, that is NumPy's.
    Looked up once, since that takes 750 us.
    """
    if not _libraries:
        every = ThreadpoolController().select(user_api="blas").lib_controllers
        own = [library for library in every if _is_numpys(library.filepath)] or every
        _libraries["numpy"] = own
        _libraries["others"] = [library for library in every if library not in own]
        _libraries["all"] = every
    return _libraries[which]


def _is_numpys(path: str) -> bool:
    """Whether a library lies in NumPy's own folder, such as numpy.libs or numpy/.dylibs."""
    return any(folder.startswith("numpy") for folder in Path(path).parts[-3:-1])
