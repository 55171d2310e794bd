"""The way of the data: from what the user gave to ``fit`` to what the estimator has learned."""

import copy
from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import is_regressor
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import validate_data

import sknn.estimators.batch_size as batch_size
from sknn.config import Rule
from sknn.estimators.parts import (
    architecture_of,
    build_network,
    initializer_of,
    optimizer_of,
    resolved,
    schedule_of,
)
from sknn.estimators.sklearn_callbacks import CallbackBridge
from sknn.estimators.starting import adapt_to_rows, warn_of_equal_units, warn_of_no_gradient
from sknn.estimators.state import NetworkState, resumed, saved
from sknn.estimators.validation import check_parameters, check_sample_weight
from sknn.nn.losses import Loss
from sknn.nn.losses.base import Target
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS
from sknn.nn.penalties import L2
from sknn.nn.typing import Array
from sknn.train import PrintProgress, Run
from sknn.train.batches import Batches
from sknn.train.loop import train
from sknn.train.objective import Objective
from sknn.train.plateau import LossPlateau, ScorePlateau

__all__ = ["FLOATS", "Start", "Training"]

#: Precisions that X keeps; anything else becomes the first.
FLOATS = [np.float64, np.float32]


@dataclass(frozen=True)
class Start:
    """How training begins.

    Parameters
    ----------
    continuing : bool
        From the network that is there (warm start, later calls of ``partial_fit``).
    incremental : bool
        For one epoch, and where ``continuing`` with the optimizer as it was (``partial_fit``).
    """

    continuing: bool
    incremental: bool

    @property
    def resumes(self) -> bool:
        return self.continuing and self.incremental


class Training(NetworkState, ABC):
    """The side of an estimator that trains. A classifier and a regressor fill in the hooks."""

    _parameter_rules: dict[str, Rule]

    # parameters of the estimators that are read here
    alpha: float
    batch_size: Any
    callbacks: Any
    dtype: Any
    early_stopping: bool
    learning_rate_init: float
    max_iter: int
    n_iter_no_change: float
    random_state: Any
    shuffle: bool
    tol: float
    validation_fraction: float
    verbose: Any

    # -- hooks -------------------------------------------------------------------------------

    @abstractmethod
    def _meet_target(self, y: Any, start: Start, classes: Any = None) -> Any:
        """Check the targets, and take note of their kind unless training continues."""

    @abstractmethod
    def _encode(self, y: Any, dtype: Any) -> Target:
        """Targets as numbers for the loss."""

    @abstractmethod
    def _n_outputs(self, y: Any) -> int:
        """Outputs of the network for targets of this kind."""

    @abstractmethod
    def _loss(self) -> Loss:
        """The loss that is trained."""

    @abstractmethod
    def _out_activation(self) -> str:
        """Name of the output function."""

    @abstractmethod
    def _score_raw(self, raw: Array, y: Target, weight: Array | None) -> float:
        """The score of a raw output for encoded targets: what early stopping watches."""

    def _weigh(self, y: Any, weight: Array | None) -> Array | None:
        """The sample weights to train with."""
        return weight

    def _strata(self, y: Target) -> Any:
        """What the validation split keeps the shares of."""
        return None

    # -- the way -----------------------------------------------------------------------------

    def _train(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        validation: tuple[Any, Any, Any] = (None, None, None),
        incremental: bool = False,
        classes: Any = None,
    ) -> Any:
        """Check, train, and keep what was learned."""
        check_parameters(self, self._parameter_rules)
        start = Start(hasattr(self, "coefs_") and (incremental or self.warm_start), incremental)
        told = {"X": X, "y": y, "metadata": {"sample_weight": sample_weight}}

        before = self._fitted_network() if start.continuing else None
        dtype: Any = FLOATS if self.dtype is None else np.dtype(self.dtype)
        X, y = self._validate(X, y, before.dtype if before else dtype, not start.continuing)
        y = self._meet_target(y, start, classes)
        weight = self._weigh(y, check_sample_weight(sample_weight, X.shape[0], X.dtype))
        weight = None if weight is None else weight.astype(X.dtype, copy=False)
        network = self._new_network(X, y, before)
        y = self._encode(y, X.dtype)

        rng, initializer = self._generator(start), initializer_of(self)
        if before is None:
            network.initialize(initializer, rng)
        optimizer = optimizer_of(self)
        full_batch = isinstance(optimizer, LBFGS)
        stops_early = self.early_stopping and not full_batch
        rows, held_out = None, self._given_validation(validation, X.dtype)
        if stops_early and held_out is None:
            rows, kept = self._split(y, weight, rng)
            held_out = X[kept], y[kept], None if weight is None else weight[kept]
        n_rows = X.shape[0] if rows is None else len(rows)
        batches = Batches(
            X,
            y,
            weight,
            size=n_rows if full_batch else batch_size.rows(self.batch_size, n_rows),
            shuffle=self.shuffle and not full_batch,
            rng=rng,
            rows=rows,
            order=self._last_order(n_rows) if start.resumes else None,
        )
        if before is None:
            adapt_to_rows(network, initializer, X, weight, rows, rng)
            warn_of_equal_units(network)
        if not start.resumes:
            warn_of_no_gradient(network)
        run = self._new_run(network, optimizer, batches, start)
        if stops_early:
            run.plateau = ScorePlateau(self.tol, self.n_iter_no_change, 0, start.continuing)
        if held_out is not None:
            X_val, y_val, w_val = held_out
            run.validate = lambda: self._score_raw(network.raw_output(X_val), y_val, w_val)
        if vars(self).get("_skl_callbacks") and not incremental:
            bridge = CallbackBridge(self, told, lambda: self._attributes_so_far(run, start))
            run.callbacks = [*run.callbacks, bridge]
        train(run, warn=not incremental)
        self.__dict__.update(self._fitted_attributes(run, start))
        return self

    def _validate(self, X: Any, y: Any, dtype: Any, reset: bool) -> tuple[Any, Any]:
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            y_numeric=is_regressor(self),
            dtype=dtype,
            reset=reset,
        )
        return X, y

    def _new_network(self, X: Any, y: Any, before: Network | None) -> Network:
        """An empty network, or a copy of the one that goes on being trained."""
        architecture = architecture_of(self, X.shape[1], self._n_outputs(y), X.dtype)
        network = build_network(architecture)
        if before is not None:
            self._check_unchanged(vars(self).get("_architecture", architecture), architecture)
            network.restore(before.snapshot())
        self._architecture = architecture
        return network

    def _check_unchanged(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        before, after = resolved(old), resolved(new)
        for name in new:
            if before[name] != after[name]:
                raise ValueError(
                    f"{type(self).__name__} goes on training its network, but {name} changed "
                    f"from {old[name]!r} to {new[name]!r}. Change it back, or start anew with a "
                    "warm_start=False fit."
                )

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
            rng = copy.deepcopy(before["random_state"])
        else:
            rng = check_random_state(self.random_state)
        return rng

    def _last_order(self, n_rows: int) -> Any:
        order = vars(self).get("_continuation", {}).get("order")
        return order.astype(np.intp) if order is not None and len(order) == n_rows else None

    def _given_validation(self, given: tuple[Any, Any, Any], dtype: Any) -> Any:
        """The user's own validation set, checked and encoded."""
        X_val, y_val, weight = given
        if X_val is None and y_val is None and weight is None:
            return None
        if X_val is None or y_val is None:
            raise ValueError("X_val and y_val must be given together.")
        X_val, y_val = self._validate(X_val, y_val, dtype, reset=False)
        y_val = self._meet_target(y_val, Start(continuing=True, incremental=True))
        weight = check_sample_weight(weight, X_val.shape[0], dtype, "sample_weight_val")
        return X_val, self._encode(y_val, dtype), weight

    def _split(
        self, y: Target, weight: Array | None, rng: np.random.RandomState
    ) -> tuple[Any, Any]:
        """Rows to train on and rows to validate on, drawn as scikit-learn draws them."""
        n_samples = len(y)
        size: Any = self.validation_fraction
        if np.ceil(size * n_samples) < 2 and n_samples > 2:
            size = 2  # scikit-learn refuses here; two rows are the least that can be scored
        if size == 0 or n_samples <= 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' "
                "or the size of your dataset. "
                f"Got validation_fraction={size} and n_samples={n_samples}."
            )
        rows, kept = train_test_split(
            np.arange(n_samples),
            random_state=rng,
            test_size=size,
            stratify=self._strata(y),
        )
        if weight is not None and not weight[rows].any():
            raise ValueError(
                "All rows with a weight above 0 were held out for early stopping. Give a "
                "validation set as X_val and y_val, or lower validation_fraction."
            )
        return rows, kept

    def _new_run(self, network: Network, optimizer: Any, batches: Batches, start: Start) -> Run:
        """A run at its beginning, or where the last one left off."""
        had = vars(self)
        before = had.get("_continuation", {})
        full_batch = isinstance(optimizer, LBFGS)
        state = {} if full_batch else optimizer.init(network.values)
        rate = self.learning_rate_init
        plateau = LossPlateau(self.tol, np.inf if full_batch else self.n_iter_no_change)
        if start.resumes:
            plateau.count = had.get("_no_improvement_count", 0)
            best_loss = had.get("best_loss_")
            plateau.best_loss = np.inf if best_loss is None else best_loss
            if before.get("solver") == type(optimizer).__name__:
                state = resumed(state, before["optimizer"])
                rate = before["rate"] if before["initial_rate"] == rate else rate
        callbacks = list(self.callbacks or [])
        return Run(
            objective=Objective(network, self._loss(), L2(self.alpha)),
            batches=batches,
            optimizer=optimizer,
            state=state,
            schedule=schedule_of(self, optimizer),
            initial_rate=self.learning_rate_init,
            rate=rate,
            max_iter=1 if start.incremental else self.max_iter,
            plateau=plateau,
            callbacks=[*callbacks, PrintProgress()] if self.verbose else callbacks,
            samples=had.get("t_", 0) if start.continuing else 0,
            loss_curve=list(had.get("loss_curve_") or []) if start.continuing else [],
            validation_scores=list(had.get("validation_scores_") or []) if start.continuing else [],
        )

    def _attributes_so_far(self, run: Run, start: Start) -> dict[str, Any]:
        """Attributes as if training had ended here, for keeps: training goes on elsewhere."""
        network = build_network(self._architecture)
        network.restore(run.network.snapshot())
        attributes = self._fitted_attributes(run, start) | self._network_attributes(network)
        del attributes["_continuation"]
        for name in ("loss_curve_", "validation_scores_"):
            attributes[name] = copy.copy(attributes[name])
        return attributes

    def _fitted_attributes(self, run: Run, start: Start) -> dict[str, Any]:
        """All that a run leaves behind, by attribute."""
        network, plateau = run.network, run.plateau
        scores = run.validation_scores if run.validate is not None else None
        order = None
        if start.incremental and run.batches.shuffle and self._goes_on_shuffling:
            order = run.batches.order.astype(np.int32)
        return {
            **self._network_attributes(network),
            "n_layers_": len(network.coefs) + 1,
            "n_outputs_": network.n_outputs,
            "out_activation_": self._out_activation(),
            "n_iter_": run.epoch,
            "t_": run.samples,
            "loss_": run.loss,
            "loss_curve_": run.loss_curve,
            "best_loss_": plateau.best_loss if isinstance(plateau, LossPlateau) else None,
            "validation_scores_": scores,
            "best_validation_score_": (
                plateau.best_score
                if isinstance(plateau, ScorePlateau)
                else max(scores or [], default=None)
            ),
            "_no_improvement_count": plateau.count,
            "_continuation": {
                "incremental": start.incremental,
                "solver": type(run.optimizer).__name__,
                "optimizer": saved(run.state),
                "rate": run.rate,
                "initial_rate": run.initial_rate,
                "random_state": run.batches.rng if self._goes_on_shuffling else None,
                "order": order,
            },
        }
