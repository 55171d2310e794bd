"""From an estimator to a training run, and from a run to what the estimator has learned."""

import copy
from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from sknn.estimators.parts import (
    build_network,
    callbacks_of,
    clipping_of,
    constraint_of,
    penalties_of,
    rates_of,
    schedule_of,
)
from sknn.estimators.state import NetworkState, resumed, saved
from sknn.nn.averaging import AVERAGINGS
from sknn.nn.links import Link
from sknn.nn.losses import Loss
from sknn.nn.network import Network, Snapshot
from sknn.nn.optimizers import LBFGS
from sknn.train import Run
from sknn.train.average import RunningAverage
from sknn.train.batches import Batches
from sknn.train.history import History
from sknn.train.objective import Objective
from sknn.train.plateau import LossPlateau, ScorePlateau
from sknn.train.recovery import Recovery

__all__ = ["Runs", "Start"]


@dataclass(frozen=True)
class Start:
    """How training begins.

    Parameters
    ----------
    continuing : bool
        From the network that is there (warm start, later calls of ``partial_fit``).
    incremental : bool
        Where ``continuing``, with the optimizer as it was (``partial_fit``).
    n_epochs : int
        Where ``incremental``, how many.
    """

    continuing: bool
    incremental: bool
    n_epochs: int = 1

    @property
    def resumes(self) -> bool:
        return self.continuing and self.incremental


class Runs(NetworkState, ABC):
    """The side of an estimator that begins a run, goes on with an earlier one, and keeps both.

    What a later call needs to go on as if there had been no pause is in ``_continuation``, as
    plain values and arrays.
    """

    # parameters of the estimators that are read here
    averaging: Any
    learning_rate_init: float
    max_iter: int
    n_iter_no_change: float
    on_divergence: str
    random_state: Any
    tol: float

    @abstractmethod
    def _loss(self) -> Loss:
        """The loss that is trained."""

    @abstractmethod
    def _output_link(self) -> Link:
        """The output function of the loss that is trained."""

    @property
    def _goes_on_shuffling(self) -> bool:
        """Whether ``partial_fit`` draws on from its last call.

        With an int as the seed each call would otherwise draw the same order again. With a
        ``RandomState``, or the global one, it is the user who keeps the generator.
        """
        return isinstance(self.random_state, Integral)

    def _generator(self, start: Start) -> np.random.RandomState:
        before = vars(self).get("_continuation", {})
        if start.resumes and self._goes_on_shuffling and before.get("random_state") is not None:
            # a copy, so that a failing call leaves the estimator as it was
            rng = np.random.RandomState(0)
            rng.set_state(before["random_state"].get_state())
        else:
            rng = check_random_state(self.random_state)
        return rng

    def _last_order(self, n_rows: int) -> Any:
        order = vars(self).get("_continuation", {}).get("order")
        return order.astype(np.intp) if order is not None and len(order) == n_rows else None

    def _new_run(self, network: Network, optimizer: Any, batches: Batches, start: Start) -> Run:
        """A run at its beginning, or where the last one left off."""
        had = vars(self)
        before = had.get("_continuation", {})
        full_batch = isinstance(optimizer, LBFGS)
        state = (
            {}
            if full_batch
            else optimizer.start(
                network.values, network.n_weights, rates_of(self, network, optimizer)
            )
        )
        schedule = schedule_of(self, optimizer)
        schedule_state, slowdown = {}, 1.0
        plateau = LossPlateau(self.tol, np.inf if full_batch else self.n_iter_no_change)
        if start.resumes:
            plateau.count = had.get("_no_improvement_count", 0)
            best_loss = had.get("best_loss_")
            plateau.best_loss = np.inf if best_loss is None else best_loss
            if before.get("solver") == type(optimizer).__name__:
                state = resumed(state, before["optimizer"])
            if before.get("initial_rate") == self.learning_rate_init:
                schedule_state, slowdown = dict(before["schedule"]), before["slowdown"]
        objective = Objective(network, self._loss(), *penalties_of(self))
        run = Run(
            objective=objective,
            batches=batches,
            optimizer=optimizer,
            state=state,
            schedule=schedule,
            initial_rate=float(self.learning_rate_init),
            rate=float(self.learning_rate_init),
            max_iter=start.n_epochs if start.incremental else self.max_iter,
            endless=start.incremental,
            plateau=plateau,
            schedule_state=schedule_state,
            clipping=clipping_of(self),
            constraint=constraint_of(self),
            recovery=Recovery(slowdown) if self.on_divergence == "restore" else None,
            callbacks=callbacks_of(self),
            n_epochs=self.max_iter,
            epochs_before=before.get("epochs", 0) if start.resumes else 0,
            steps_before=had.get("n_updates_", 0) if start.continuing else 0,
            samples=had.get("t_", 0) if start.continuing else 0,
            loss_curve=list(had.get("loss_curve_") or []) if start.continuing else [],
            validation_scores=list(had.get("validation_scores_") or []) if start.continuing else [],
            history=History(had.get("history_") if start.continuing else None),
        )
        if start.resumes:
            run.rate = run.scheduled_rate()
        if self.averaging is not None:
            averaging, averaged = AVERAGINGS.resolve(self.averaging), before.get("average")
            fresh = averaging.init(network.values)
            run.average = RunningAverage(
                averaging,
                network,
                gather=lambda: objective.gather(batches.in_order()),
                state=resumed(fresh, averaged) if start.resumes and averaged else fresh,
            )
            if start.resumes and before.get("trained") is not None:
                network.restore(before["trained"])
        return run

    def _attributes_so_far(
        self, run: Run, start: Start, network: Snapshot | None = None
    ) -> dict[str, Any]:
        """Attributes as if training had ended here, for keeps: training goes on elsewhere.

        With the network of the moment, or another one.
        """
        copied = build_network(self._architecture)
        with run.predicting():
            copied.restore(run.network.snapshot() if network is None else network)
        attributes = self._fitted_attributes(run, start) | self._network_attributes(copied)
        del attributes["_continuation"]
        for name in ("loss_curve_", "validation_scores_"):
            attributes[name] = copy.copy(attributes[name])
        attributes["history_"] = History(run.history.columns).columns
        return attributes

    def _estimator_so_far(self, run: Run, start: Start) -> Any:
        """A fitted estimator, as if training had ended here, with the best network."""
        estimator = object.__new__(type(self))
        estimator.__dict__.update(
            vars(self) | self._attributes_so_far(run, start, run.plateau.best)
        )
        estimator.__dict__.pop("_continuation", None)  # of an earlier fit
        return estimator

    def _output_attributes(self, network: Network) -> dict[str, Any]:
        """What the last layer gives and how it becomes a prediction, by attribute."""
        link = self._output_link()
        return {
            "n_layers_": len(network.coefs) + 1,
            "n_outputs_": network.n_outputs,
            "n_parameters_": network.n_parameters,
            "out_activation_": link.name,
            "_link": link,
        }

    def _fitted_attributes(self, run: Run, start: Start) -> dict[str, Any]:
        """All that a run leaves behind, by attribute."""
        network, plateau = run.network, run.plateau
        scores = run.validation_scores if run.validate is not None else None
        order = None
        if start.incremental and run.batches.shuffle and self._goes_on_shuffling:
            order = run.batches.order.astype(np.int32)
        return {
            **self._network_attributes(network),
            **self._output_attributes(network),
            "n_iter_": run.epoch,
            "t_": run.samples,
            "loss_": run.loss,
            "loss_curve_": run.loss_curve,
            "n_updates_": run.steps_before + run.n_steps,
            "stop_reason_": run.notice or f"max_iter={run.max_iter} reached.",
            "engine_": run.engine,
            "history_": run.history.columns,
            "best_loss_": plateau.best_loss if isinstance(plateau, LossPlateau) else None,
            "validation_scores_": scores,
            "best_validation_score_": (
                plateau.best_score
                if isinstance(plateau, ScorePlateau)
                else max(scores or [], default=None)
            ),
            "best_epoch_": plateau.best_epoch if isinstance(plateau, ScorePlateau) else None,
            "_no_improvement_count": plateau.count,
            "_continuation": {
                "incremental": start.incremental,
                "solver": type(run.optimizer).__name__,
                "optimizer": saved(run.state),
                "rate": run.rate,
                "initial_rate": run.initial_rate,
                "schedule": run.schedule_state,
                "slowdown": 1.0 if run.recovery is None else run.recovery.slowdown,
                "epochs": run.epochs_before + run.epoch,
                "average": None if run.average is None else saved(run.average.state),
                "trained": None if run.average is None else run.average.trained,
                "random_state": run.batches.rng if self._goes_on_shuffling else None,
                "order": order,
            },
        }
