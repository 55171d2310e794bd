"""An end to a fit that takes too long, in any thread and on any system."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["time_limit"]


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise ``TimeoutError`` in what is done under it once the time is over.

    Python raises it between two of its own instructions, so a single call into compiled code
    runs to its end first.

    Parameters
    ----------
    seconds : float or None
        None for no limit.

    Examples
    --------
    >>> try:
    ...     with time_limit(0.01):
    ...         while True:
    ...             pass
    ... except TimeoutError:
    ...     print("late")
    late
    """
    if seconds is None:
        yield
        return
    thread = threading.get_ident()
    lock, over = threading.Lock(), False

    def ring() -> None:
        with lock:
            if not over:
                error = ctypes.py_object(TimeoutError)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        # What has rung by now is heard here at the latest, and must be: an error that is taken
        # back leaves Python 3.11 looking for it for ever, and a debugger would hang.
        with lock:
            over = True
        timer.cancel()
