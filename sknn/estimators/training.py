"""The way of the data: from what the user gave to ``fit`` to what the estimator has learned."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.base import is_regressor
from sklearn.model_selection import train_test_split
from sklearn.utils import assert_all_finite
from sklearn.utils.validation import validate_data

import sknn.estimators.batch_size as batch_size
from sknn.config import Rule
from sknn.estimators.parts import (
    architecture_of,
    build_network,
    constraint_of,
    embeddings_of,
    initializers_of,
    optimizer_of,
    resolved,
)
from sknn.estimators.refit import refit
from sknn.estimators.resume import record_of
from sknn.estimators.runs import Runs, Start
from sknn.estimators.scoring import HeldOut, Rows, loss_of, validator
from sknn.estimators.sklearn_callbacks import CallbackBridge
from sknn.estimators.validation import (
    check_parameters,
    warn_of_what_cannot_learn,
)
from sknn.nn.losses.base import Target
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS
from sknn.nn.typing import Array
from sknn.preprocessing.odd_rows import accidents_are_told, check_numbers_only
from sknn.preprocessing.weights import check_sample_weight
from sknn.train import SAMPLINGS, Run
from sknn.train.batches import Batches
from sknn.train.loop import train
from sknn.train.plateau import ScorePlateau
from sknn.train.record import FitRecord

__all__ = ["FLOATS", "Training"]

#: Precisions that X keeps; anything else becomes the first.
FLOATS = [np.float64, np.float32]
#: Training rows that initializers look at, and those that embeddings take quantiles of.
SAMPLE_ROWS, QUANTILE_ROWS = 1000, 10_000


class Training(Runs, ABC):
    """The side of an estimator that trains. A classifier and a regressor fill in the hooks."""

    _parameter_rules: dict[str, Rule]

    # parameters of the estimators that are read here
    batch_size: Any
    dtype: Any
    hidden_layer_sizes: Any
    early_stopping: bool
    refit: bool
    best_epoch_: int | None
    embedding: Any
    sampling: Any
    shuffle: bool
    validation_fraction: float

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
    def _score_raw(self, raw: Array, y: Target, weight: Array | None) -> float:
        """The score of a raw output for encoded targets: what early stopping watches."""

    def _weigh(self, y: Any, weight: Array | None) -> Array | None:
        """The sample weights to train with."""
        return weight

    def _strata(self, y: Target) -> Any:
        """What the validation split keeps the shares of."""
        return None

    def _learn_scale(self, y: Target, weight: Array | None, rows: Any, start: Start) -> None:
        """Take note of the scale of the targets, of the rows that are trained on."""

    def _scaled(self, y: Target, dtype: Any) -> Target:
        """Encoded targets as the loss is trained on them."""
        return y

    def _check_parameters(self) -> None:
        """Raise for parameters out of their range, and for those that do not go together."""
        check_parameters(self, self._parameter_rules)
        self._loss()

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
        warn: bool = True,
    ) -> Any:
        """Check, train, and keep what was learned."""
        run, start = self._begin(
            X, y, sample_weight, validation=validation, incremental=incremental, classes=classes
        )
        train(run, warn=warn and not incremental)
        self._end(run, start)
        return self._finish(run, X, y, sample_weight, validation)

    def _finish(
        self, run: Run, X: Any, y: Any, sample_weight: Any, validation: tuple[Any, ...]
    ) -> Any:
        """Train once more on all rows, where that is asked for and a part of them was held out."""
        if self.refit and self.best_epoch_ is not None and validation[0] is None:
            refit(self, X, y, sample_weight, run.record)
        if run.record is not None:
            run.record.finish(self)
        return self

    def _begin(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        validation: tuple[Any, Any, Any] = (None, None, None),
        incremental: bool = False,
        classes: Any = None,
        n_epochs: int = 1,
        split: tuple[Any, Any] | None = None,
        record: FitRecord | None = None,
    ) -> tuple[Run, Start]:
        """Check, and get ready to train; incrementally for ``n_epochs``.

        ``split`` are the rows to train on and those to validate on, in place of a random split.
        ``record`` is that of the fit of which this is a second training.
        """
        self._check_parameters()
        continuing = hasattr(self, "coefs_") and (incremental or self.warm_start)
        start = Start(continuing, incremental, n_epochs)
        told = {"X": X, "y": y, "metadata": {"sample_weight": sample_weight}}

        before = self._fitted_network() if start.continuing else None
        dtype: Any = FLOATS if self.dtype is None else np.dtype(self.dtype)
        X, y = self._validate(X, y, before.dtype if before else dtype, not start.continuing)
        y = self._meet_target(y, start, classes)
        weight = self._weigh(y, check_sample_weight(sample_weight, X.shape[0], X.dtype))
        weight = None if weight is None else weight.astype(X.dtype, copy=False)
        network = self._new_network(X, y, before, weight)
        labels, y = y, self._encode(y, X.dtype)

        held_out = self._given_validation(validation, X.dtype, y)
        if record is None:
            before_fit = None if before is None else before.snapshot()
            record = record_of(
                self, lambda: self._depends_on(start, X, y, weight, held_out, split, before_fit)
            )
        rng = self._generator(start)
        if record is not None and not start.incremental:
            rng = record.begin_stage(rng)
        initializer, biases = initializers_of(self)
        if before is None:
            network.initialize(initializer, rng, biases)
        optimizer = optimizer_of(self)
        full_batch = isinstance(optimizer, LBFGS)
        stops_early = self.early_stopping and not full_batch
        rows = None
        if held_out is None and (stops_early or split is not None):
            rows, kept = self._split(y, weight, rng) if split is None else split
            kept_weight = None if weight is None else weight[kept]
            held_out = HeldOut(Rows.of(X, kept), labels[kept], y[kept], kept_weight)
        self._learn_scale(y, weight, rows, start)
        y = self._scaled(y, X.dtype)
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
            sampling=None if self.sampling is None else SAMPLINGS.resolve(self.sampling),
        )
        if before is None:
            of_biases = biases is not None and biases.looks_at_data
            if initializer.looks_at_data or of_biases or network.looks_at_data:
                most = QUANTILE_ROWS if network.looks_at_data else SAMPLE_ROWS
                some, of_some = batches.sample(most)
                network.look(some, initializer, rng, biases, of_some)
            if constraint := constraint_of(self):
                constraint.apply(network.coefs[:-1])  # the starting weights too
            warn_of_what_cannot_learn(network)
        run = self._new_run(network, optimizer, batches, start)
        if stops_early:
            run.plateau = ScorePlateau(self.tol, self.n_iter_no_change, 0, start.continuing)
        if held_out is not None:
            run.validate = validator(self, network, held_out)
            run.validation_loss = loss_of(self, network, held_out)
        run.record = record
        run.as_estimator = lambda: self._estimator_so_far(run, start)
        if vars(self).get("_skl_callbacks") and not incremental:
            bridge = CallbackBridge(self, told, lambda: self._attributes_so_far(run, start))
            run.callbacks = [*run.callbacks, bridge]
        return run, start

    def _depends_on(
        self,
        start: Start,
        X: Any,
        y: Target,
        weight: Array | None,
        held_out: HeldOut | None,
        split: tuple[Any, Any] | None,
        before: Any,
    ) -> dict[str, Any]:
        """What a fit depends on beside the parameters; nothing where it is one of many calls."""
        if start.incremental:
            return {}
        X_val, y_val, weight_val = (
            (None,) * 3 if held_out is None else (held_out.X, held_out.target, held_out.weight)
        )
        rows, kept = (None, None) if split is None else split
        values, statistics = (None, None) if before is None else before
        return {
            "X": X,
            "y": y,
            "sample_weight": weight,
            "classes": vars(self).get("classes_"),
            "column names": vars(self).get("feature_names_in_"),
            "X_val": X_val,
            "y_val": y_val,
            "sample_weight_val": weight_val,
            "rows to train on": rows,
            "rows to validate on": kept,
            "starting weights": values,
            "starting statistics": statistics,
        }

    def _end(self, run: Run, start: Start) -> Any:
        """Keep what was learned."""
        self.__dict__.update(self._fitted_attributes(run, start))
        # both refer to the run: in a circle the rows would stay in memory until it is looked for
        run.as_estimator, run.callbacks = None, ()
        return self

    def _validate(self, X: Any, y: Any, dtype: Any, reset: bool) -> tuple[Any, Any]:
        given = y
        check_numbers_only(X)
        check_numbers_only(y, "y")
        with accidents_are_told():
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
        if is_regressor(self) and y is not given:
            assert_all_finite(y, input_name="y")  # None among objects became NaN after the check
        return X, y

    def _new_network(self, X: Any, y: Any, before: Network | None, weight: Array | None) -> Network:
        """An empty network, or a copy of the one that goes on being trained."""
        old = {} if before is None else vars(self).get("_architecture", {})
        rows = X if weight is None or self.embedding is None else X[weight > 0]
        embedding = embeddings_of(self, X.shape[1], rows, old.get("embedding", ()))
        architecture = architecture_of(self, X.shape[1], self._n_outputs(y), X.dtype, embedding)
        if before is not None:
            self._check_unchanged(old or architecture, architecture)
        try:
            network = build_network(architecture)
        except MemoryError as error:
            raise MemoryError(
                f"The network of hidden_layer_sizes={self.hidden_layer_sizes!r} with "
                f"{X.shape[1]} columns does not fit into memory: {error}"
            ) from None
        if before is not None:
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

    def _given_validation(
        self, given: tuple[Any, Any, Any], dtype: Any, like: Target
    ) -> HeldOut | None:
        """The user's own validation set, checked and encoded; ``like`` are targets to train on."""
        X_val, y_val, weight = given
        if X_val is None and y_val is None and weight is None:
            return None
        if X_val is None or y_val is None:
            raise ValueError("X_val and y_val must be given together.")
        X_val, y_val = self._validate(X_val, y_val, dtype, reset=False)
        y_val = self._meet_target(y_val, Start(continuing=True, incremental=True))
        weight = check_sample_weight(weight, X_val.shape[0], dtype, "sample_weight_val")
        encoded = self._encode(y_val, dtype)
        if encoded.shape[1:] != like.shape[1:]:
            raise ValueError(
                f"y_val must have as many outputs as y, which has {like.shape[1]}. "
                f"Got {encoded.shape[1]}."
            )
        return HeldOut(X_val, y_val, encoded, weight)

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
