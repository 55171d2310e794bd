"""Recovery: back to good weights with a lower learning rate when training diverges."""

from typing import Any

from sknn.nn.network import Network, Snapshot
from sknn.train.likeness import Maybe, UpTo

__all__ = ["Recovery"]

#: What the learning rate is multiplied by each time, as scikit-learn's "adaptive" does.
SLOWDOWN = 0.2
#: After so many attempts the rate has fallen to a ten-millionth, and it is not the rate.
MOST_ATTEMPTS = 10


#: A loss so many times that of the starting weights has exploded, though it may be finite still.
EXPLODED = 100.0


class Recovery:
    """Keeps a network from before the trouble.

    The weights at the end of an epoch are known to be good only when the next epoch has gone
    well, since the last step may have been the one that went too far. So it goes back to where the
    last good epoch began.

    Parameters
    ----------
    slowdown : float, default=1.0
        What the learning rate is multiplied by, from an earlier run.

    Attributes
    ----------
    n_attempts : int
        How often it has gone back in this run.
    """

    def __init__(self, slowdown: float = 1.0) -> None:
        self.slowdown = slowdown
        self.n_attempts = 0
        self._first_loss: float | None = None
        self._good: Snapshot | None = None
        self._latest: Snapshot | None = None

    def remember(self) -> dict[str, Any]:
        """What moves, as plain values."""
        return dict(vars(self))

    def may_be(self, n_epochs: int) -> dict[str, Any]:
        """What :meth:`remember` may tell after some epochs; see :mod:`sknn.train.likeness`."""
        return self.remember() | {
            "n_attempts": UpTo(MOST_ATTEMPTS),
            "_first_loss": Maybe(0.0),
            "_good": Maybe(self._latest),
        }

    def recall(self, kept: dict[str, Any]) -> None:
        """Go on from what :meth:`remember` told."""
        if not 0.0 < kept["slowdown"] <= 1.0:
            raise ValueError(f"the learning rate is slowed down by {kept['slowdown']!r:.20}")
        vars(self).update(kept)

    def is_exploded(self, loss: float) -> bool:
        """Whether the loss of a batch is out of all proportion to that of the first one."""
        if self._first_loss is None:
            self._first_loss = loss
        return 0.0 < EXPLODED * self._first_loss < loss

    def keep(self, network: Network) -> None:
        """Remember the network as it is, before the first epoch and after each good one."""
        self._good, self._latest = self._latest, network.snapshot()

    def restore(self, network: Network) -> bool:
        """Go back and slow down; False where that was tried often enough."""
        if self.n_attempts == MOST_ATTEMPTS or self._latest is None:
            return False
        self.n_attempts += 1
        self.slowdown *= SLOWDOWN
        self._latest = self._latest if self._good is None else self._good
        network.restore(self._latest)
        return True
