"""Recovery: back to the last good epoch with a lower learning rate when training diverges."""

from sknn.nn.network import Network, Snapshot

__all__ = ["Recovery"]

#: What the learning rate is multiplied by each time, as scikit-learn's "adaptive" does.
SLOWDOWN = 0.2
#: After so many attempts the rate has fallen to a ten-millionth, and it is not the rate.
MOST_ATTEMPTS = 10


class Recovery:
    """Keeps the network of the last epoch whose loss and weights were finite.

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
        self._good: Snapshot | None = None

    def keep(self, network: Network) -> None:
        """Remember the network as it is."""
        if self._good is None:
            self._good = network.snapshot()
        else:
            for kept, now in zip(self._good, (network.values, network.statistics), strict=True):
                kept[:] = now

    def restore(self, network: Network) -> bool:
        """Go back and slow down; False where that was tried often enough."""
        if self.n_attempts == MOST_ATTEMPTS or self._good is None:
            return False
        self.n_attempts += 1
        self.slowdown *= SLOWDOWN
        network.restore(self._good)
        return True
