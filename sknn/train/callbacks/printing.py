"""Callbacks that tell of each epoch in words."""

import logging
from typing import TYPE_CHECKING, ClassVar

from sknn.config import Config, Range, param
from sknn.train.callbacks.base import Callback

if TYPE_CHECKING:
    from sknn.train.run import Run

__all__ = ["LogProgress", "PrintProgress"]

logger = logging.getLogger("sknn")


class PrintProgress(Config, Callback):
    """Print the loss of each epoch, as scikit-learn's ``verbose=True`` does.

    Parameters
    ----------
    every : int >= 1, default=1
        Print after so many epochs, and when something is to be told.
    """

    only_shows: ClassVar[bool] = True

    every: int = param(1, Range(1, None, integer=True))

    def on_epoch_end(self, run: "Run") -> None:
        if run.epoch % self.every == 0 or run.notice:
            print(f"Iteration {run.epoch}, loss = {run.loss:.8f}")
            if run.validate is not None:
                print(f"Validation score: {run.validation_scores[-1]:f}")
        if run.notice:
            print(run.notice)


class LogProgress(Config, Callback):
    """Write epoch, loss, validation score and learning rate to the logger ``"sknn"``.

    At level INFO; nothing is seen unless logging is configured, for example by
    ``logging.basicConfig(level="INFO")``.

    Parameters
    ----------
    every : int >= 1, default=1
        Write after so many epochs, and when something is to be told.
    """

    only_shows: ClassVar[bool] = True

    every: int = param(1, Range(1, None, integer=True))

    def on_epoch_end(self, run: "Run") -> None:
        if run.epoch % self.every and not run.notice:
            return
        words = [f"epoch {run.epoch}", f"loss {run.loss:.6g}", f"learning rate {run.rate:.3g}"]
        if run.validate is not None:
            words.insert(2, f"validation score {run.validation_scores[-1]:.6g}")
        logger.info("%s", ", ".join(words) + (f". {run.notice}" if run.notice else ""))
