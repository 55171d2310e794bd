"""A training run: everything that moves while a network is trained, and the hooks to watch it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sknn.nn.constraints import Constraint
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS, State, StochasticOptimizer
from sknn.nn.schedules import Schedule
from sknn.train.batches import Batches
from sknn.train.objective import Objective
from sknn.train.plateau import Plateau

__all__ = ["Callback", "Run"]


class Callback:
    """What happens at the joints of training: override the hooks you need.

    Each hook is given the :class:`Run`, which tells epoch, loss, learning rate, network and
    data, and which a callback may change. A callback that keeps no reference to the run can be
    pickled with its estimator.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> class GoodEnough(Callback):
    ...     def on_epoch_end(self, run):
    ...         return run.loss < 0.5
    >>> net = MLPRegressorX(callbacks=[GoodEnough()], learning_rate_init=0.1, random_state=0)
    >>> net.fit([[0.0], [1.0]], [0.0, 9.0]).loss_ < 0.5
    True
    """

    def on_fit_begin(self, run: "Run") -> None:
        """Called before the first epoch."""

    def on_step_end(self, run: "Run") -> None:
        """Called after each step of a mini-batch solver."""

    def on_epoch_end(self, run: "Run") -> bool | None:
        """Called after each epoch, or each iteration of L-BFGS; True ends training."""

    def on_fit_end(self, run: "Run") -> None:
        """Called when training has ended, also when the user interrupted it."""


@dataclass
class Run:
    """The state of one training run.

    Parameters
    ----------
    objective : Objective
        What is made small.
    batches : Batches
        The data of each epoch.
    optimizer : StochasticOptimizer or LBFGS
        Who makes it small.
    state : State
        What the optimizer remembers.
    schedule : Schedule
        How the learning rate moves.
    initial_rate, rate : float
        ``learning_rate_init``, and the learning rate now.
    max_iter : int
        Most epochs, or iterations of L-BFGS.
    plateau : Plateau
        Tells when training no longer improves.
    validate : callable, optional
        Returns the validation score of the network as it is.
    constraint : Constraint, optional
        What the weights of the hidden layers are held to after each step.
    callbacks : sequence of Callback
        Called in their order.
    samples : int
        Training rows seen, repeats counted; scikit-learn's ``t_``.
    loss_curve, validation_scores : list of float
        One entry per epoch.

    Attributes
    ----------
    epoch, n_steps : int
        Epochs and steps finished in this run.
    loss : float
        Mean objective over the batches of the last epoch; infinite before the first has ended.
    stopped, interrupted, diverged : bool
        Why training ended, where it was not for ``max_iter``.
    notice : str
        A sentence on the last change of learning rate or the reason to stop.
    """

    objective: Objective
    batches: Batches
    optimizer: StochasticOptimizer | LBFGS
    state: State
    schedule: Schedule
    initial_rate: float
    rate: float
    max_iter: int
    plateau: Plateau
    validate: Callable[[], float] | None = None
    constraint: Constraint | None = None
    callbacks: Sequence[Callback] = ()
    samples: int = 0
    loss_curve: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)

    epoch: int = 0
    n_steps: int = 0
    loss: float = float("inf")
    stopped: bool = False
    interrupted: bool = False
    diverged: bool = False
    notice: str = ""

    @property
    def network(self) -> Network:
        return self.objective.network

    @property
    def goes_on(self) -> bool:
        """Whether another epoch is to be trained."""
        return not (self.stopped or self.diverged or self.epoch >= self.max_iter)

    def begin(self) -> None:
        """Get ready for the first epoch."""
        self.network.start_training()
        self.plateau.begin(self.network, self.validate)
        for callback in self.callbacks:
            callback.on_fit_begin(self)

    def end_step(self) -> None:
        """Count a step."""
        self.n_steps += 1
        for callback in self.callbacks:
            callback.on_step_end(self)

    def end_epoch(self, loss: float, samples: int) -> None:
        """Take note of an epoch, and decide whether and how to go on."""
        self.epoch += 1
        self.samples += samples
        self.loss = loss
        self.loss_curve.append(loss)
        self.notice = ""
        self.diverged = not (np.isfinite(loss) and np.isfinite(self.network.values).all())
        if self.validate is not None:
            self.validation_scores.append(float("nan") if self.diverged else self.validate())
        if not self.diverged:
            self._adapt()
        for callback in self.callbacks:
            self.stopped |= bool(callback.on_epoch_end(self))

    def end(self) -> None:
        """Leave the network ready to predict."""
        self.plateau.end(self.network, self.diverged)
        self.network.stop_training()
        for callback in self.callbacks:
            callback.on_fit_end(self)

    def _adapt(self) -> None:
        """Move the learning rate, and stop where improvement has come to rest."""
        score = self.validation_scores[-1] if self.validation_scores else None
        self.plateau.update(self.network, self.loss, score)
        self.rate = self.schedule.after_epoch(self.rate, self.initial_rate, self.samples)
        if not self.plateau.reached:
            return
        slower = self.schedule.on_plateau(self.rate)
        if slower is None:
            self.stopped = True
            self.notice = f"{self.plateau.message} {self.schedule.last_words}"
        else:
            self.rate = slower
            self.plateau.count = 0
            self.notice = f"{self.plateau.message} Setting learning rate to {slower:f}"
