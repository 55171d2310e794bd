"""What L-BFGS has asked for, so that a fit can go on from a checkpoint.

SciPy's L-BFGS cannot be entered in the middle. But it asks for losses and gradients only, and
what it asks next depends on the answers alone. So all answers are kept, and a fit that goes on
starts SciPy from the beginning and gives it the old answers, which takes no time, until they end.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.nn.typing import Array
from sknn.train.likeness import Rows

__all__ = ["Evaluations"]


class Evaluations:
    """Losses and gradients in the order in which they were asked for.

    They take as much memory as the network has numbers, times the evaluations.

    Parameters
    ----------
    start : array of shape (n_parameters,)
        Where the way begins.

    Examples
    --------
    >>> answers = Evaluations(np.zeros(2))
    >>> answers.add(0.5, np.array([1.0, 2.0]))
    >>> again = Evaluations(np.zeros(2))
    >>> again.recall(answers.remember())
    >>> again.next()
    (0.5, array([1., 2.]))
    >>> again.next() is None
    True
    """

    def __init__(self, start: Array) -> None:
        self.start = start.copy()
        self._n = self._n_given = 0
        self._losses = np.empty(8)
        self._gradients = np.empty((8, len(start)), start.dtype)

    def add(self, loss: float, gradient: Array) -> None:
        """Keep an answer."""
        if self._n == len(self._losses):
            more = max(self._n, 8)
            self._losses = np.concatenate([self._losses, np.empty(more)])
            more_gradients = np.empty((more, len(self.start)), self.start.dtype)
            self._gradients = np.concatenate([self._gradients, more_gradients])
        self._losses[self._n], self._gradients[self._n] = loss, gradient
        self._n = self._n_given = self._n + 1

    def next(self) -> tuple[float, npt.NDArray[np.float64]] | None:
        """The next of the old answers, or None where there are no more."""
        if self._n_given == self._n:
            return None
        place, self._n_given = self._n_given, self._n_given + 1
        return float(self._losses[place]), self._gradients[place].astype(np.float64)

    def remember(self) -> dict[str, Any]:
        """What moves, as plain values."""
        return {
            "start": self.start,
            "losses": self._losses[: self._n],
            "gradients": self._gradients[: self._n],
        }

    def may_be(self, n_epochs: int) -> dict[str, Any]:
        """What :meth:`remember` may tell after some epochs; see :mod:`sknn.train.likeness`."""
        none = {"losses": Rows(self._losses[:0]), "gradients": Rows(self._gradients[:0])}
        return {"start": self.start} | none

    def recall(self, kept: dict[str, Any]) -> None:
        """Begin with the answers that :meth:`remember` told of."""
        if len(kept["losses"]) != len(kept["gradients"]):
            raise ValueError("there are not as many losses as gradients")
        self.start, self._losses, self._gradients = (
            kept[name] for name in ("start", "losses", "gradients")
        )
        self._n, self._n_given = len(self._losses), 0
