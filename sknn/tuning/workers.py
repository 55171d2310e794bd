"""Where the work of a search is done: here, in processes of this machine, or on a Dask cluster.

Workers are given once what all calls need. Then ``start`` hands over one call, and ``finished``
gives the next result, whichever that is. What a search makes of the results depends on no order,
so each kind of worker gives the same search.
"""

import os
import queue
import shutil
import signal
import tempfile
import threading
import time
import warnings
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, NamedTuple

import joblib
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.backend.utils import kill_process_tree
from joblib.externals.loky.process_executor import BrokenProcessPool
from joblib.parallel import get_active_backend

from sknn.exceptions import InvalidParameterError
from sknn.tuning.pickling import dumps, loads

__all__ = ["TimeUp", "Workers", "workers"]

#: How often lost calls are given to new workers.
RETRIES = 3
#: Seconds between two looks at the clock while nothing is finished.
PATIENCE = 0.2
#: Modules of the joblib backends that lose shared data with a worker, and the search with it.
FRAGILE = {"joblib._dask": "dask", "ray": "ray"}


class TimeUp(Exception):
    """The time that the search was given is over."""


class Call(NamedTuple):
    """A call ``function(data, *arguments)``, and what the search knows it by."""

    tag: Hashable
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class Workers(ABC):
    """Those who do the work; a context that ends with them.

    Parameters
    ----------
    data : object
        The first argument of all calls.
    deadline : float
        When time is up, on the clock of ``time.monotonic``.
    """

    #: Calls that can be under way at once.
    n_workers = 1

    def __init__(self, data: Any, deadline: float) -> None:
        self.data, self.deadline = data, deadline

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *error: object) -> None:  # noqa: B027  not all have something to end
        """End, with whatever is still under way."""

    @abstractmethod
    def start(self, tag: Hashable, function: Callable[..., Any], *arguments: Any) -> None:
        """Hand over a call ``function(data, *arguments)``."""

    @abstractmethod
    def finished(self) -> tuple[Any, Any]:
        """The tag and the result of a call that is finished; waits for one.

        Raises
        ------
        TimeUp
            When the deadline passes before.
        Exception
            What the call raised.
        """

    def check_time(self) -> None:
        """Raise ``TimeUp`` after the deadline."""
        if time.monotonic() > self.deadline:
            raise TimeUp


class Here(Workers):
    """One call after the other, in this process."""

    def __init__(self, data: Any, deadline: float) -> None:
        super().__init__(data, deadline)
        self.waiting: deque[Call] = deque()

    def start(self, tag: Hashable, function: Callable[..., Any], *arguments: Any) -> None:
        self.waiting.append(Call(tag, function, arguments))

    def finished(self) -> tuple[Any, Any]:
        self.check_time()
        call = self.waiting.popleft()
        return call.tag, call.function(self.data, *call.arguments)


class Joblib(Workers):
    """Whatever backend of joblib is active, in waves: all that has been started, then the next.

    joblib takes its calls at once, so a search that starts calls one by one waits for the
    slowest of each wave here.
    """

    def __init__(self, data: Any, deadline: float, n_jobs: int | None) -> None:
        super().__init__(data, deadline)
        backend, _ = get_active_backend()
        self.n_workers = joblib.effective_n_jobs(n_jobs)
        as_they_come = getattr(backend, "supports_return_generator", False)
        return_as = "generator_unordered" if as_they_come else "list"
        self.parallel = joblib.Parallel(n_jobs=n_jobs, return_as=return_as)
        self.waiting: list[Call] = []
        self.wave: Iterator[tuple[Any, Any]] = iter(())

    def start(self, tag: Hashable, function: Callable[..., Any], *arguments: Any) -> None:
        self.waiting.append(Call(tag, function, arguments))

    def finished(self) -> tuple[Any, Any]:
        self.check_time()
        for result in self.wave:
            return result
        calls, self.waiting = self.waiting, []
        self.wave = iter(self.parallel(joblib.delayed(_tagged)(call, self.data) for call in calls))
        return next(self.wave)

    def __exit__(self, *error: object) -> None:
        if hasattr(self.wave, "close"):
            with warnings.catch_warnings():  # that joblib drops what is under way is the purpose
                warnings.simplefilter("ignore")
                self.wave.close()


class Futures(Workers):
    """What processes and clusters have in common: futures, in the order in which they finish."""

    #: What a future raises whose worker is gone.
    lost: tuple[type[BaseException], ...] = ()

    def __init__(self, data: Any, deadline: float) -> None:
        super().__init__(data, deadline)
        self.done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.under_way: dict[Any, Call] = {}
        self.retries = RETRIES
        self.hire()

    @abstractmethod
    def hire(self) -> None:
        """Find workers, the first or new ones, and bring them the data."""

    @abstractmethod
    def submit(self, call: Call) -> Any:
        """A future of the call."""

    def start(self, tag: Hashable, function: Callable[..., Any], *arguments: Any) -> None:
        self._start(Call(tag, function, arguments))

    def _start(self, call: Call) -> None:
        future = self.submit(call)
        self.under_way[future] = call
        future.add_done_callback(self.done.put)

    def finished(self) -> tuple[Any, Any]:
        while True:
            self.check_time()
            try:
                future = self.done.get(timeout=PATIENCE)
            except queue.Empty:
                continue
            if future not in self.under_way:
                continue  # its call has been given to new workers
            try:
                result = future.result()
            except self.lost:
                if self.retries == 0:
                    raise
                self.retries -= 1
                calls = list(self.under_way.values())
                self.under_way.clear()
                self.hire()
                for call in calls:
                    self._start(call)
            else:
                return self.under_way.pop(future).tag, result


class Processes(Futures):
    """Processes of this machine, by loky, as joblib has them.

    The data lie in a file that each process maps into its memory. Where a process is killed, all
    calls that were under way are given to new ones.
    """

    lost = (BrokenProcessPool,)

    def __init__(self, data: Any, deadline: float, n_workers: int) -> None:
        self.n_workers = n_workers
        self.folder = Path(tempfile.mkdtemp(prefix="sknn-search-"))
        self.shared = _Mapped.of(data, self.folder / "data.joblib")
        super().__init__(data, deadline)

    def hire(self) -> None:
        threads = str(max(1, (os.cpu_count() or 1) // self.n_workers))
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        limits = {name: os.environ.get(name, threads) for name in names}
        # not the executor that joblib reuses, which is joblib's own
        self.executor = ProcessPoolExecutor(max_workers=self.n_workers, env=limits)

    def submit(self, call: Call) -> Any:
        return self.executor.submit(_in_a_process, call, self.shared)

    def __exit__(self, *error: object) -> None:
        if self.under_way:  # time is up, or a call has failed
            # as if they had been killed from outside, which loky takes well; its own kill_workers
            # raises a KeyError in its thread where calls are still waiting (loky 3.6)
            for process in list(self.executor._processes.values()):
                kill_process_tree(process)
        self.executor.shutdown(wait=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class Cluster(Futures):
    """A Dask cluster, by its client.

    The data are copied to all workers before the first call, and Dask repeats the calls of a worker
    that dies. Where the data die with it, since Dask may have dropped the other copies, they are
    sent again. (joblib on Dask sends them to one worker, and fails with it.)
    """

    lost = (CancelledError,)

    def __init__(self, data: Any, deadline: float, client: Any) -> None:
        self.client = client
        self.n_workers = max(1, sum(client.nthreads().values()))
        super().__init__(data, deadline)

    def hire(self) -> None:
        self.shared = self.client.scatter(self.data, broadcast=True, hash=False)

    def submit(self, call: Call) -> Any:
        with warnings.catch_warnings():  # the weights of a wide network are a large argument
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            return self.client.submit(call.function, self.shared, *call.arguments, pure=False)

    def __exit__(self, *error: object) -> None:
        self.client.cancel([*self.under_way, self.shared])


class _Mapped:
    """Data whose large arrays are in a file, loaded once in each process."""

    loaded: dict[str, Any] = {}

    def __init__(self, path: str, rest: bytes) -> None:
        self.path, self.rest = path, rest

    @classmethod
    def of(cls, data: Any, path: Path) -> "_Mapped":
        large, rest = data.split()
        joblib.dump(large, path)
        return cls(str(path), dumps((type(data), rest)))

    def get(self) -> Any:
        if self.path not in self.loaded:
            self.loaded.clear()  # what an earlier search has left
            kind, rest = loads(self.rest)
            self.loaded[self.path] = kind(**joblib.load(self.path, mmap_mode="r"), **rest)
        return self.loaded[self.path]


def _in_a_process(call: Call, shared: _Mapped) -> Any:
    """Work in a process of ours. Ctrl-C reaches all processes; what it means is for the search."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return call.function(shared.get(), *call.arguments)


def _tagged(call: Call, data: Any) -> tuple[Hashable, Any]:
    return call.tag, call.function(data, *call.arguments)


def workers(backend: Any, n_jobs: int | None, data: Any, deadline: float) -> Workers:
    """The workers that a search asks for.

    Parameters
    ----------
    backend : None, "joblib" or distributed.Client
        As in the searches.
    n_jobs : int or None
        As in scikit-learn; a cluster takes as many calls as it has threads.
    data : object
        What all calls need; its ``split`` gives the large arrays and the rest.
    deadline : float
        When time is up, on the clock of ``time.monotonic``.

    Raises
    ------
    InvalidParameterError
        If the backend is none of them.
    """
    if hasattr(backend, "scatter") and hasattr(backend, "submit"):
        return Cluster(data, deadline, backend)
    if backend not in (None, "joblib"):
        raise InvalidParameterError(
            f"backend must be None, 'joblib' or a distributed.Client. Got {backend!r} instead. For "
            "a Dask cluster pass the client itself: backend=Client('tcp://scheduler:8786')."
        )
    active, _ = get_active_backend()
    module = type(active).__module__
    for prefix, name in FRAGILE.items():
        if module == prefix or module.startswith(f"{prefix}."):
            nearby = ", or pass backend=Client(...) to the search" if name == "dask" else ""
            warnings.warn(
                f"joblib's {name} backend is active: a search on it fails when a worker dies, "
                f"since the data die with it. Use joblib's own processes{nearby}.",
                UserWarning,
                stacklevel=4,
            )
    n_workers = joblib.effective_n_jobs(n_jobs)
    if backend == "joblib" or (n_workers > 1 and "loky" not in type(active).__name__.lower()):
        return Joblib(data, deadline, n_jobs)
    return Here(data, deadline) if n_workers == 1 else Processes(data, deadline, n_workers)
