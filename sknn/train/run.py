"""A training run: everything that moves while a network is trained."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from sknn.nn import engine
from sknn.nn.clipping import Clipping
from sknn.nn.compiled import stand_in_for_step
from sknn.nn.compiled.parts import OptimizerStep, has_stand_in
from sknn.nn.constraints import Constraint
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS, State, StochasticOptimizer
from sknn.nn.schedules import Progress, Schedule, ScheduleState
from sknn.train.average import RunningAverage
from sknn.train.batches import Batches
from sknn.train.callbacks.base import Callback
from sknn.train.evaluations import Evaluations
from sknn.train.history import History
from sknn.train.objective import Objective
from sknn.train.plateau import Plateau
from sknn.train.recovery import Recovery

if TYPE_CHECKING:
    from sknn.train.record import FitRecord

__all__ = ["Run"]


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
        Most epochs, or iterations of L-BFGS, of this run.
    plateau : Plateau
        Tells when training no longer improves.
    schedule_state : ScheduleState
        What the schedule remembers; filled up from a fresh state.
    clipping : Clipping, optional
        Bounds each gradient.
    constraint : Constraint, optional
        What the weights of the hidden layers are held to after each step.
    average : RunningAverage, optional
        Averages the weights.
    recovery : Recovery, optional
        Goes back to the last good epoch when training diverges.
    validate : callable, optional
        Returns the validation score of the network as it is.
    validation_loss : callable, optional
        Returns the mean loss of the validation rows; called only by callbacks that want it.
    callbacks : sequence of Callback
        Called in their order.
    as_estimator : callable, optional
        Returns a fitted estimator as if training had ended here.
    record : FitRecord, optional
        What the run has on disk, and goes on from.
    n_epochs : int, optional
        Epochs of all runs together, which schedules reckon with; ``max_iter`` by default.
    endless : bool
        Whether training goes on where it no longer improves, as from one call of ``partial_fit``
        to the next.
    epochs_before : int
        Epochs of the runs that this one goes on from, as schedules count them.
    steps_before : int
        Steps of all runs before, in the history.
    samples : int
        Training rows seen, repeats counted; scikit-learn's ``t_``.
    loss_curve, validation_scores : list of float
        One entry per epoch.
    history : History
        The same and more as a table.

    Attributes
    ----------
    kernels : module or None
        The compiled kernels that train, None where NumPy does.
    engine : str
        Which of them trains, with what it has compiled or why not the other.
    epoch, n_steps, steps_at_epoch : int
        Epochs and steps finished in this run, and the steps of whole epochs.
    began : float
        When the first epoch began, as ``time.perf_counter`` counts.
    evaluations : Evaluations or None
        What L-BFGS has asked for, where a checkpoint is to keep it.
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
    schedule_state: ScheduleState = field(default_factory=dict)
    clipping: Clipping | None = None
    constraint: Constraint | None = None
    average: RunningAverage | None = None
    recovery: Recovery | None = None
    validate: Callable[[], float] | None = None
    validation_loss: Callable[[], float] | None = None
    callbacks: Sequence[Callback] = ()
    as_estimator: Callable[[], Any] | None = None
    record: "FitRecord | None" = None
    n_epochs: int | None = None
    endless: bool = False
    epochs_before: int = 0
    steps_before: int = 0
    samples: int = 0
    loss_curve: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    history: History = field(default_factory=History)

    epoch: int = 0
    n_steps: int = 0
    loss: float = float("inf")
    stopped: bool = False
    interrupted: bool = False
    diverged: bool = False
    notice: str = ""

    def __post_init__(self) -> None:
        self.schedule_state = self.schedule.start() | self.schedule_state
        self.steps_at_epoch = 0
        self._exploded = False
        self.evaluations: Evaluations | None = None
        self.kernels, why_not = engine.kernels(self.max_iter * self.batches.n_batches)
        self.engine = f"numpy: {why_not}" if self.kernels is None else _described(self)

    @property
    def network(self) -> Network:
        return self.objective.network

    @property
    def rows_at_a_time(self) -> int:
        """How many rows go through the network together."""
        size = self.batches.size
        return self.objective.block_rows(size) if isinstance(self.optimizer, LBFGS) else size

    @property
    def goes_on(self) -> bool:
        """Whether another epoch is to be trained."""
        return not (self.stopped or self.diverged or self.epoch >= self.max_iter)

    @property
    def steps_in_epoch(self) -> int:
        """Steps finished in the epoch under way."""
        return self.n_steps - self.steps_at_epoch

    @property
    def progress(self) -> Progress:
        """How far training has come, counted over all runs, to the step."""
        within = self.steps_in_epoch / self.batches.n_batches
        epoch = self.epochs_before + self.epoch + min(within, 1.0)
        return Progress(epoch, self.n_epochs or self.max_iter, self.samples)

    def memory(self, callback: Callback) -> SimpleNamespace:
        """What a callback remembers in this run: attributes of its own, none at first."""
        return self._memories.setdefault(id(callback), SimpleNamespace())

    def predicting(self) -> AbstractContextManager[None]:
        """Have the weights that predict in the network, where those are an average."""
        return nullcontext() if self.average is None else self.average.in_place()

    def begin(self) -> None:
        """Get ready for the first epoch."""
        self._memories: dict[int, SimpleNamespace] = {}
        self.began = time.perf_counter()
        self._on_gradient = _overriding("on_gradient", self.callbacks)
        self._on_step_end = _overriding("on_step_end", self.callbacks)
        if self.record is not None:
            self.record.prepare(self)
        self.objective.start(self.kernels)
        if not isinstance(self.optimizer, LBFGS):
            self._optimizer_step: OptimizerStep = self.optimizer.step
            if self.kernels is not None and self.state.get("rates") is None:
                self._optimizer_step = stand_in_for_step(self.optimizer, self.kernels)
        if self.recovery is not None:
            self.recovery.keep(self.network)
        self.plateau.begin(self.network, self.validate)
        self.callbacks = sorted(self.callbacks, key=lambda callback: callback.comes_last)
        for callback in self.callbacks:
            callback.on_fit_begin(self)
        if self.record is not None:
            self.record.resume(self)

    def begin_epoch(self) -> None:
        """Get ready for the first batch of an epoch."""
        self.state["progress"] = self.progress
        self.objective.start_epoch(self.batches.rng, self.progress)

    def explodes(self, loss: float) -> bool:
        """Whether the loss of a batch tells that training has diverged."""
        self._exploded = not math.isfinite(loss) or (
            self.recovery is not None and self.recovery.is_exploded(loss)
        )
        return self._exploded

    def step(self) -> None:
        """From the gradient in the network to its next weights."""
        network = self.network
        assert network.grads is not None
        for hook in self._on_gradient:
            hook(self)
        if self.clipping is not None:
            self.clipping.clip(network.grads)
        if self.schedule.per_step:
            self.rate = self.scheduled_rate()
        self._optimizer_step(network.values, network.grads, self.state, self.rate)
        if self.constraint is not None:
            self.constraint.apply(network.coefs[:-1])
        self.n_steps += 1
        if self.average is not None:
            self.average.after_step(self.progress.share)
        for hook in self._on_step_end:
            hook(self)

    def end_epoch(self, loss: float, samples: int) -> None:
        """Take note of an epoch, and decide whether and how to go on."""
        finite = bool(np.isfinite(loss) and np.isfinite(self.network.values).all())
        if (self._exploded or not finite) and self._recovers():
            return  # as if this epoch had never been
        self.epoch += 1
        self.samples += samples
        self.loss = loss
        self.loss_curve.append(loss)
        self.notice = ""
        self.diverged = self._exploded or not finite
        n_batches, self.steps_at_epoch = self.steps_in_epoch, self.n_steps
        full_batch = isinstance(self.optimizer, LBFGS)
        self.history.add_row(
            epoch=self.history.n_rows + 1,
            batches=1 if full_batch else n_batches,
            iterations=self.steps_before + (self.epoch if full_batch else self.n_steps),
            samples=self.samples,
            loss=loss,
            learning_rate=float("nan") if full_batch else self.rate,
        )
        if not self.diverged:
            self._adapt()
        elif self.validate is not None:
            self.validation_scores.append(float("nan"))
        if self.validate is not None:
            self.history.record(validation_score=self.validation_scores[-1])
        self.history.record(seconds=time.perf_counter() - self.began)
        for callback in self.callbacks:
            self.stopped |= bool(callback.on_epoch_end(self))

    def end(self) -> None:
        """Leave the network ready to predict."""
        self.plateau.end(self.network, self.diverged)
        if self.average is not None and not self.plateau.restores:
            self.average.finish()
        self.network.stop_training()
        for callback in self.callbacks:
            callback.on_fit_end(self)

    def _adapt(self) -> None:
        """Validate, move the learning rate, and stop where improvement has come to rest."""
        if self.recovery is not None:
            self.recovery.keep(self.network)
        if self.average is not None:
            self.average.after_epoch(self.progress.share)
        score = None
        with self.predicting():
            if self.validate is not None:
                score = self.validate()
                self.validation_scores.append(score)
            self.plateau.update(self.network, self.loss, score)
        self.schedule.after_epoch(self.loss if score is None else -score, self.schedule_state)
        self.rate = self.scheduled_rate()
        if not self.plateau.reached:
            return
        if self.schedule.on_plateau(self.rate, self.schedule_state):
            self.rate = self.scheduled_rate()
            self.plateau.count = 0
            self.notice = f"{self.plateau.message} Setting learning rate to {self.rate:f}"
        else:
            self.stopped = not self.endless
            self.notice = f"{self.plateau.message} {self.schedule.last_words}"

    def scheduled_rate(self) -> float:
        """The learning rate that the schedule gives at this point."""
        slowdown = 1.0 if self.recovery is None else self.recovery.slowdown
        return self.schedule.rate(self.initial_rate * slowdown, self.progress, self.schedule_state)

    def _recovers(self) -> bool:
        """Take the epoch back and slow down, where that is asked for and there is hope."""
        if self.recovery is None or isinstance(self.optimizer, LBFGS):
            return False
        if not self.recovery.restore(self.network):
            return False
        self.n_steps = self.steps_at_epoch
        rates = self.state.get("rates")
        self.state = self.optimizer.start(self.network.values, self.network.n_weights, rates)
        self.rate = self.scheduled_rate()
        if self.average is not None:
            self.average.restart()
        return True


def _described(run: Run) -> str:
    """Which parts of a run compiled kernels take over."""
    loss = ["loss"] if has_stand_in(run.objective.loss) else []
    compiled = has_stand_in(run.optimizer) and run.state.get("rates") is None
    solver = ["solver"] if compiled else []
    *most, last = ["layers", *loss, *solver]
    return f"numba: compiled {', '.join(most)} and {last}" if most else f"numba: compiled {last}"


def _overriding(hook: str, callbacks: Sequence[Callback]) -> list[Callable[[Run], Any]]:
    """The hooks that do something: an empty call per step would cost as much as a small sum."""
    return [
        getattr(callback, hook)
        for callback in callbacks
        if getattr(type(callback), hook) is not getattr(Callback, hook)
    ]
