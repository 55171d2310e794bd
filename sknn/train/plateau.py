"""Plateaus: telling when training no longer improves, and keeping the best network seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from sknn.nn.network import Network, Snapshot
from sknn.train.likeness import Maybe, UpTo

__all__ = ["LossPlateau", "Plateau", "ScorePlateau"]

#: What does not move.
SETTINGS = ("tol", "patience", "trained_before")


@dataclass
class Plateau:
    """Counts the epochs in a row without improvement.

    Parameters
    ----------
    tol : float
        An improvement of less than this does not count.
    patience : float
        More epochs than this without improvement are a plateau.

    Attributes
    ----------
    restores : bool
        True where :meth:`end` puts back an earlier network.
    count : int
        Epochs in a row without improvement.
    """

    restores: ClassVar[bool] = False

    tol: float
    patience: float
    count: int = 0

    @property
    def reached(self) -> bool:
        return self.count > self.patience

    @property
    def message(self) -> str:
        raise NotImplementedError

    def begin(self, network: Network, validate: Callable[[], float] | None) -> None:
        """Get ready for the first epoch."""

    def update(self, network: Network, loss: float, score: float | None) -> None:
        """Take note of an epoch."""
        raise NotImplementedError

    def end(self, network: Network, diverged: bool) -> None:
        """Leave the right parameters in the network."""

    @property
    def best(self) -> Snapshot | None:
        """The network that :meth:`end` would put back; None where it is the latest."""
        return None

    def remember(self) -> dict[str, Any]:
        """What moves, as plain values."""
        return {name: value for name, value in vars(self).items() if name not in SETTINGS}

    def may_be(self, n_epochs: int) -> dict[str, Any]:
        """What :meth:`remember` may tell after some epochs; see :mod:`sknn.train.likeness`."""
        return self.remember() | {"count": UpTo(self.count + n_epochs)}

    def recall(self, kept: dict[str, Any]) -> None:
        """Go on from what :meth:`remember` told."""
        vars(self).update(kept)

    def _count(self, improved: bool) -> None:
        self.count = 0 if improved else self.count + 1


@dataclass
class LossPlateau(Plateau):
    """Watches the training loss; the network of the last epoch is kept."""

    best_loss: float = float("inf")

    @property
    def message(self) -> str:
        return (
            f"Training loss did not improve more than tol={self.tol:f} "
            f"for {self.patience} consecutive epochs."
        )

    def update(self, network: Network, loss: float, score: float | None) -> None:
        self._count(improved=not loss > self.best_loss - self.tol)
        self.best_loss = min(self.best_loss, loss)


@dataclass
class ScorePlateau(Plateau):
    """Watches the validation score; the network of the best epoch is restored.

    Parameters
    ----------
    trained_before : bool
        The network as it starts is a candidate too, as when training is continued.

    Attributes
    ----------
    best_score : float
        Best validation score so far.
    best_epoch : int
        The epoch it was found in, counted from 1; 0 is the network as it started.
    """

    restores: ClassVar[bool] = True

    trained_before: bool = False
    best_score: float = float("-inf")
    best_epoch: int = 0
    _epoch: int = 0
    _best: Snapshot | None = None
    _start: Snapshot | None = None
    _start_score: float = float("-inf")

    @property
    def message(self) -> str:
        return (
            f"Validation score did not improve more than tol={self.tol:f} "
            f"for {self.patience} consecutive epochs."
        )

    @property
    def best(self) -> Snapshot | None:
        return self._best

    def begin(self, network: Network, validate: Callable[[], float] | None) -> None:
        assert validate is not None
        self._best = self._start = network.snapshot()
        self._start_score = validate()
        if self.trained_before:
            self.best_score = self._start_score

    def may_be(self, n_epochs: int) -> dict[str, Any]:
        epochs = {"best_epoch": UpTo(n_epochs), "_epoch": UpTo(n_epochs)}
        return super().may_be(n_epochs) | epochs | {"_start": Maybe(self._start)}

    def update(self, network: Network, loss: float, score: float | None) -> None:
        assert score is not None
        self._epoch += 1
        self._count(improved=not score < self.best_score + self.tol)
        if score > self.best_score:
            self.best_score, self.best_epoch = score, self._epoch
            self._best = network.snapshot()
            if score >= self._start_score:
                self._start = None  # no longer needed: see ``end``

    def end(self, network: Network, diverged: bool) -> None:
        # a diverging run may never have been better than its random start
        best = self._best
        if diverged and self._start is not None:
            best, self.best_epoch = self._start, 0
        if best is not None:
            network.restore(best)
