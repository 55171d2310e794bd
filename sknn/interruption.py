"""Ctrl-C for what is longer than one fit: a network's ``fit`` would take it as its own end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

__all__ = ["Interrupted", "ctrl_c_interrupts"]


class Interrupted(BaseException):
    """Ctrl-C. Not a KeyboardInterrupt, which ``fit`` would take as "stop this fit and go on"."""


@contextmanager
def ctrl_c_interrupts() -> Iterator[None]:
    """Let Ctrl-C raise :class:`Interrupted` instead of ending the fit that happens to run.

    Where somebody else has already said what Ctrl-C means, it is left at that.
    """

    def interrupt(*_: object) -> NoReturn:
        raise Interrupted

    is_main = threading.current_thread() is threading.main_thread()  # no other may set handlers
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
