"""What both estimators share: the way of the data from ``fit`` to the fitted attributes."""

import copy
from abc import ABC, abstractmethod
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, is_regressor
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

import sknn.estimators.batch_size as batch_size
from sknn.config import Config, Rule
from sknn.estimators.parts import architecture_of, build_network, optimizer_of, schedule_of
from sknn.estimators.sklearn_callbacks import CallbackBridge, CallbackSupportMixin
from sknn.estimators.state import NetworkState, resumed, saved
from sknn.estimators.validation import check_parameters, check_sample_weight
from sknn.exceptions import NotOfferedError
from sknn.nn.initializers import INITIALIZERS
from sknn.nn.losses import Loss
from sknn.nn.losses.base import Target
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS
from sknn.nn.penalties import L2
from sknn.nn.typing import Array
from sknn.train import Callback, PrintProgress, Run
from sknn.train.batches import Batches
from sknn.train.loop import train
from sknn.train.objective import Objective
from sknn.train.plateau import LossPlateau, Plateau, ScorePlateau
from sknn.train.threads import single_thread_if_small

__all__ = ["BaseMLP", "can_train_in_parts"]

FLOATS = [np.float64, np.float32]


def can_train_in_parts(estimator: "BaseMLP") -> None:
    """Raise where ``partial_fit`` has no meaning."""
    solver = estimator.solver
    if solver == "lbfgs" or isinstance(solver, LBFGS):
        raise NotOfferedError(
            "partial_fit is only available for stochastic optimizers. lbfgs is not stochastic."
        )
    if estimator.early_stopping in (True,):  # a wrong value is for fit to tell of
        raise NotOfferedError("partial_fit does not support early_stopping=True")
    if getattr(estimator, "class_weight", None) == "balanced":
        raise NotOfferedError(
            "partial_fit does not support class_weight='balanced', since it does not see all rows "
            "at once. Pass the weights as a dict, from sklearn.utils.class_weight."
            "compute_class_weight('balanced', classes=classes, y=y)."
        )


class BaseMLP(NetworkState, CallbackSupportMixin, BaseEstimator, ABC):
    """Base of the multi-layer perceptrons. Not to be used directly."""

    _parameter_rules: dict[str, Rule]
    _doc_link_module = "sknn"
    _doc_link_template = "https://sknn.readthedocs.io/en/stable/api/{estimator_name}.html"

    # -- what a classifier and a regressor do differently ---------------------------------------

    @abstractmethod
    def _meet_target(self, y: Any, continuing: bool, incremental: bool, classes: Any) -> Any:
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

    # -- parameters --------------------------------------------------------------------------

    def _take(self, given: dict[str, Any]) -> None:
        """Keep the constructor's arguments as they are."""
        for name in self._parameter_rules:
            setattr(self, name, given[name])

    def set_params(self, **params: Any) -> "BaseMLP":
        """Set parameters, also the settings of a part: ``solver__beta_1=0.8``.

        Parts are never changed in place; the estimator gets a changed copy.

        Raises
        ------
        ValueError
            For a name that is not a parameter, or a setting of something that has none.
        """
        nested: dict[str, dict[str, Any]] = {}
        direct: dict[str, Any] = {}
        for key, value in params.items():
            name, _, setting = key.partition("__")
            if setting and name in self._parameter_rules:
                nested.setdefault(name, {})[setting] = value
            else:
                direct[key] = value
        super().set_params(**direct)
        for name, settings in nested.items():
            part = getattr(self, name)
            if not isinstance(part, Config):
                raise ValueError(
                    f"{name}={part!r} has no settings, so {name}__{next(iter(settings))} cannot be "
                    f"set. Pass the part as an object, such as {name}=Adam() for a solver."
                )
            setattr(self, name, part.with_params(**settings))
        return self

    # -- training ----------------------------------------------------------------------------

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
        continuing = hasattr(self, "coefs_") and (incremental or self.warm_start)
        before = self._fitted_network() if continuing else None
        dtype: Any = FLOATS if self.dtype is None else np.dtype(self.dtype)
        told = {"X": X, "y": y, "metadata": {"sample_weight": sample_weight}}

        X, y = self._validate(X, y, before.dtype if before else dtype, reset=not continuing)
        y = self._meet_target(y, continuing, incremental, classes)
        weight = check_sample_weight(sample_weight, X.shape[0], X.dtype)
        weight = self._weigh(y, weight)
        network = self._new_network(X, y, before)
        y = self._encode(y, X.dtype)
        held_out = self._given_validation(validation, X.dtype)

        rng = self._generator(resume=continuing and incremental)
        if before is None:
            network.initialize(INITIALIZERS.resolve(self.initializer), rng)
        optimizer = optimizer_of(self)
        full_batch = isinstance(optimizer, LBFGS)
        stops_early = self.early_stopping and not full_batch
        rows = None
        if stops_early and held_out is None:
            rows, kept = self._split(X, y, rng)
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
            order=self._last_order(n_rows) if continuing and incremental else None,
        )
        run = self._new_run(network, optimizer, batches, incremental, continuing, stops_early)
        if held_out is not None:
            X_val, y_val, w_val = held_out
            run.validate = lambda: self._score_raw(network.raw_output(X_val), y_val, w_val)
        if vars(self).get("_skl_callbacks") and not incremental:
            bridge = CallbackBridge(self, told, lambda: self._fitted_attributes(run, incremental))
            run.callbacks = [*run.callbacks, bridge]
        train(run, warn=not incremental)
        self.__dict__.update(self._fitted_attributes(run, incremental))
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
        for name, value in new.items():
            if value != old[name]:
                raise ValueError(
                    f"{type(self).__name__} goes on training its network, but {name} changed "
                    f"from {old[name]!r} to {value!r}. Change it back, or start anew with a "
                    "warm_start=False fit."
                )

    @property
    def _goes_on_shuffling(self) -> bool:
        """Whether ``partial_fit`` draws on from its last call.

        With an int as the seed each call would otherwise draw the same order again. With a
        ``RandomState``, or the global one, it is the user who keeps the generator.
        """
        return isinstance(self.random_state, Integral)

    def _generator(self, resume: bool) -> np.random.RandomState:
        before = vars(self).get("_continuation", {})
        if resume and self._goes_on_shuffling and before.get("random_state") is not None:
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
        y_val = self._meet_target(y_val, continuing=True, incremental=True, classes=None)
        weight = check_sample_weight(weight, X_val.shape[0], dtype, "sample_weight_val")
        return X_val, self._encode(y_val, dtype), weight

    def _split(self, X: Any, y: Target, rng: np.random.RandomState) -> tuple[Any, Any]:
        """Rows to train on and rows to validate on, drawn as scikit-learn draws them."""
        n_samples = X.shape[0]
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
        return rows, kept

    def _new_run(
        self,
        network: Network,
        optimizer: Any,
        batches: Batches,
        incremental: bool,
        continuing: bool,
        stops_early: bool,
    ) -> Run:
        """A run at its start, or where the last one left off."""
        loss = self._loss()
        lbfgs = isinstance(optimizer, LBFGS)
        state = {} if lbfgs else optimizer.init(network.values)
        rate, before = self.learning_rate_init, vars(self).get("_continuation", {})
        kept_on = incremental and continuing
        if kept_on and before.get("solver") == type(optimizer).__name__:
            state = resumed(state, before["optimizer"])
            rate = before["rate"] if before["initial_rate"] == rate else rate
        patience = np.inf if lbfgs else self.n_iter_no_change
        plateau: Plateau
        if stops_early:
            plateau = ScorePlateau(self.tol, patience, trained_before=continuing)
        else:
            plateau = LossPlateau(self.tol, patience)
            if kept_on:
                plateau.count = vars(self).get("_no_improvement_count", 0)
                plateau.best_loss = vars(self).get("best_loss_") or np.inf
        callbacks: list[Callback] = list(self.callbacks or [])
        return Run(
            objective=Objective(network, loss, L2(self.alpha)),
            batches=batches,
            optimizer=optimizer,
            state=state,
            schedule=schedule_of(self, optimizer),
            initial_rate=self.learning_rate_init,
            rate=rate,
            max_iter=1 if incremental else self.max_iter,
            plateau=plateau,
            callbacks=[*callbacks, PrintProgress()] if self.verbose else callbacks,
            samples=vars(self).get("t_", 0) if continuing else 0,
            loss_curve=list(vars(self).get("loss_curve_") or []) if continuing else [],
            validation_scores=list(vars(self).get("validation_scores_") or [])
            if continuing
            else [],
        )

    def _fitted_attributes(self, run: Run, incremental: bool) -> dict[str, Any]:
        """All that a run leaves behind, by attribute."""
        network, plateau = run.network, run.plateau
        order = None
        if incremental and run.batches.shuffle and self._goes_on_shuffling:
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
            "validation_scores_": run.validation_scores if run.validate is not None else None,
            "best_validation_score_": (
                plateau.best_score
                if isinstance(plateau, ScorePlateau)
                else max(run.validation_scores, default=None)
            ),
            "_no_improvement_count": plateau.count,
            "_continuation": {
                "incremental": incremental,
                "solver": type(run.optimizer).__name__,
                "optimizer": saved(run.state),
                "rate": run.rate,
                "initial_rate": run.initial_rate,
                "random_state": run.batches.rng if self._goes_on_shuffling else None,
                "order": order,
            },
        }

    # -- prediction --------------------------------------------------------------------------

    def _raw_output(self, X: Any) -> Array:
        """The raw output of the network, shape (n_samples, n_outputs)."""
        check_is_fitted(self)
        network = self._fitted_network()
        if not self._is_plain(X):
            X = validate_data(self, X, accept_sparse=["csr", "csc"], dtype=FLOATS, reset=False)
        with single_thread_if_small(network, min(X.shape[0], 2048)), np.errstate(over="ignore"):
            raw = network.raw_output(X)
        return raw.astype(np.result_type(X.dtype, raw.dtype), copy=False)

    def _is_plain(self, X: Any) -> bool:
        """Whether X is an array that needs no conversion and raises no error.

        Spares ``validate_data``, which takes longer than the network does for a few rows.
        """
        return (
            type(X) is np.ndarray
            and X.dtype in FLOATS
            and X.ndim == 2
            and X.shape[0] > 0
            and X.shape[1] == self.n_features_in_
            and not hasattr(self, "feature_names_in_")
            and bool(np.isfinite(X.sum()))
        )

    n_features_in_: int

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
