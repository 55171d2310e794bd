"""The average of the weights in a run: gathered on the way, put in place to predict."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sknn.nn.averaging import Averaging
from sknn.nn.network import Network, Snapshot
from sknn.nn.optimizers import State
from sknn.nn.optimizers.base import PASSING

__all__ = ["RunningAverage"]


class RunningAverage:
    """Keeps the mean of the network's weights beside the weights that are trained.

    Parameters
    ----------
    averaging : Averaging
        How the mean is made.
    network : Network
        Whose weights are averaged.
    gather : callable
        Gathers the network's statistics (of batch normalization) anew for the weights in it:
        those of the steps do not fit the mean of their weights.
    state : State, optional
        Where an earlier run left off.

    Attributes
    ----------
    trained : Snapshot or None
        The weights to go on training with, once :meth:`finish` has put the mean in their place.
    """

    def __init__(
        self,
        averaging: Averaging,
        network: Network,
        gather: Callable[[], None],
        state: State | None = None,
    ) -> None:
        self.averaging = averaging
        self.network = network
        self.gather = gather
        self.state = averaging.init(network.values) if state is None else state
        self.trained: Snapshot | None = None

    def restart(self) -> None:
        """Forget all that was averaged."""
        self.state = self.averaging.init(self.network.values)

    def remember(self) -> State:
        """What moves, as plain values."""
        return {name: value for name, value in self.state.items() if name not in PASSING}

    def recall(self, kept: State) -> None:
        """Go on from what :meth:`remember` told."""
        self.state |= kept

    def after_step(self, share_done: float) -> None:
        """Count a step; ``share_done`` of all epochs are finished."""
        if self.averaging.per_step and share_done > self.averaging.start:
            self.averaging.add(self.network.values, self.state)

    def after_epoch(self, share_done: float) -> None:
        """Count an epoch."""
        if not self.averaging.per_step and share_done > self.averaging.start:
            self.averaging.add(self.network.values, self.state)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Have the mean in the network, and the trained weights back afterwards."""
        trained = self._swap_in()
        try:
            yield
        finally:
            if trained is not None:
                self.network.restore(trained)

    def finish(self) -> None:
        """Leave the mean in the network."""
        self.trained = self._swap_in()

    def _swap_in(self) -> Snapshot | None:
        if not self.state["t"]:
            return None  # training ended before averaging began
        trained = self.network.snapshot()
        self.network.values[:] = self.state["mean"]
        if self.network.statistics.size:
            self.gather()
        return trained
