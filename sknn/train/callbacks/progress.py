"""A progress bar."""

import multiprocessing
import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from sknn.config import Config
from sknn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from sknn.train.run import Run

__all__ = ["ProgressBar"]


class ProgressBar(Config, Callback):
    """Show how far training has come, with loss and validation score, on standard error.

    With the library tqdm where it is installed, also in notebooks, else as a line of text that is
    written anew after each epoch. In worker processes and threads, as those of a parallel search,
    it is quiet: their bars would write over each other.
    """

    only_shows: ClassVar[bool] = True

    def on_fit_begin(self, run: "Run") -> None:
        run.memory(self).bar = None if in_worker() else new_bar(run.max_iter)

    def on_epoch_end(self, run: "Run") -> None:
        bar = run.memory(self).bar
        if bar is not None:
            figures = {"loss": f"{run.loss:.4g}"}
            if run.validate is not None:
                figures["score"] = f"{run.validation_scores[-1]:.4g}"
            bar.set_postfix(figures, refresh=False)
            bar.update(1)

    def recall(self, run: "Run", kept: dict[str, Any]) -> None:
        bar = run.memory(self).bar
        if bar is not None:
            bar.update(run.epoch)

    def on_fit_end(self, run: "Run") -> None:
        bar = run.memory(self).bar
        if bar is not None:
            bar.close()


class TextBar:
    """The part of tqdm's bar that is used here, as a line of text."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.figures = total, 0, ""

    def set_postfix(self, figures: dict[str, str], refresh: bool) -> None:
        self.figures = "".join(f", {name} {value}" for name, value in figures.items())

    def update(self, n: int) -> None:
        self.done += n
        line = f"epoch {self.done} of {self.total}{self.figures}"
        print(f"\r{line:<60}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print(file=sys.stderr)


def new_bar(total: int) -> Any:
    """tqdm's bar where there is one."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return TextBar(total)
    return tqdm(total=total, desc="epochs", unit="epoch")


def in_worker() -> bool:
    """Whether this is not the main thread of the main process."""
    return (
        multiprocessing.parent_process() is not None
        or threading.current_thread() is not threading.main_thread()
    )
