"""What both tabular estimators share: from a raw table to an ensemble of networks."""

import time
from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_regressor
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from sknn.config import check_value
from sknn.estimators.base import BaseMLP
from sknn.estimators.part_params import PartParams
from sknn.estimators.parts import listed
from sknn.estimators.population import Fit
from sknn.estimators.resume import make_folder, record_of
from sknn.estimators.scoring import OWN
from sknn.estimators.state import all_or_nothing, pickled_state, unpickle
from sknn.estimators.tabular.cuts import FEWEST_TO_SPLIT, Cut, cuts_of
from sknn.estimators.tabular.effort import (
    Effort,
    Shape,
    effort_of,
    is_auto,
    params_of_member,
    schedules,
)
from sknn.estimators.tabular.held_out import HeldOutRows
from sknn.estimators.tabular.insight import TabularInsight
from sknn.estimators.tabular.joint import Ensemble, Snapshots, restore
from sknn.estimators.tabular.networks import MemberNetworks
from sknn.estimators.tabular.rows import distinct_rows
from sknn.estimators.tabular.training import add_callback, fit_members, within_time
from sknn.estimators.targets import as_column_free
from sknn.exceptions import NotOfferedError
from sknn.nn.typing import Array, IndexArray, is_sparse
from sknn.preprocessing import TableEncoder
from sknn.preprocessing.odd_rows import accidents_are_told, check_numbers_only
from sknn.preprocessing.weights import check_sample_weight
from sknn.train import Callback, GrowingPatience, NoImprovement
from sknn.train.threads import one_thread

__all__ = ["BaseTabularMLP"]

#: Parameters of members that are not handed on as they are.
NOT_HANDED_ON = {"embedding", "dropout", "callbacks", "n_iter_no_change"}
#: Up to which share of a schedule its best epoch tells that a longer one is not better.
EARLY = 0.6
#: Rows that are predicted at a time.
BLOCK = 8_192
#: Most rows that calibration looks at, so that a model stays small.
MOST_TO_CALIBRATE = 20_000


class Table(NamedTuple):
    """Encoded rows, targets as the user gave them, and weights."""

    X: Array
    y: Any
    weight: Array | None


class BaseTabularMLP(TabularInsight, PartParams, ABC):
    """Base of the tabular networks. Not to be used directly."""

    _Member: type[BaseMLP]

    # parameters that are read here
    callbacks: Any
    categorical_features: Any
    learning_rate: Any
    max_iter: Any
    max_one_hot: Any
    member_params: dict[str, Any] | None
    n_iter_no_change: Any
    n_jobs: int | None
    random_state: Any
    scoring: Any
    time_limit: float | None
    validation_fraction: float
    verbose: Any

    # -- hooks ------------------------------------------------------------------------------------

    @abstractmethod
    def _meet_target(self, y: Any) -> Any:
        """Check the targets and take note of their kind."""

    @abstractmethod
    def _numbers(self, y: Any) -> Array:
        """Targets as numbers of shape (n_rows, n_targets), alike where the targets are."""

    @abstractmethod
    def _own_params(self) -> dict[str, Any]:
        """Parameters of the members that only a classifier or a regressor has."""

    @abstractmethod
    def _output(self, member: Any, raw: Array) -> Array:
        """What is averaged over members and calibrated: logits, or predictions."""

    @abstractmethod
    def _calibrate(self, held_out: HeldOutRows | None) -> None:
        """Learn from outputs for rows that a member never saw, where there are any."""

    def _weigh(self, y: Any, weight: Array | None) -> Array | None:
        """The sample weights to train with."""
        return weight

    # -- fit --------------------------------------------------------------------------------------

    @all_or_nothing
    def _fit(self, X: Any, y: Any, sample_weight: Any, validation: tuple[Any, Any, Any]) -> Any:
        began = time.monotonic()
        for name, rule in self._parameter_rules.items():
            check_value(name, type(self).__name__, getattr(self, name), rule)
        make_folder(self)
        rng = check_random_state(self.random_state)
        table = self._meet_table(X, y, sample_weight)
        given = self._given_validation(*validation)
        record = record_of(self, lambda: self._depends_on(table, given))
        if record is not None:
            rng = record.begin_stage(rng)
            record.note()
        effort = effort_of(self)
        cuts: list[Cut] = [None] * (effort.n_folds * effort.n_repeats)
        if given is None:
            share, targets = self.validation_fraction, self._numbers(table.y)
            cuts = cuts_of(targets, effort.n_folds, effort.n_repeats, share, rng)
        seeds = rng.randint(2**31 - 1, size=len(cuts))
        shortest, *longer = self._schedules(effort, table, cuts[0])
        trained = latest = self._train(table, given, effort, shortest, cuts, seeds, began)
        for n_epochs in longer:
            if not self._goes_on(latest, n_epochs, began):
                break
            latest = self._train(table, given, effort, n_epochs, cuts, seeds, began)
            trained = max(trained, latest, key=lambda ensemble: ensemble.score)
        self.estimators_ = trained.members
        self.n_iter_ = max(member.n_iter_ for member in trained.members)
        self.__dict__.pop("_in_double", None)
        cuts = cuts[: len(trained.members)]
        self._calibrate(self._held_out(table, cuts, given, effort, rng))
        if record is not None:
            record.finish(self)
        return self

    def _depends_on(self, table: Table, given: tuple[Any, Any, Any] | None) -> dict[str, Any]:
        """What a fit depends on beside the parameters."""
        X_val, y_val, weight_val = given or (None, None, None)
        return {
            "X": table.X,
            "y": table.y,
            "sample_weight": table.weight,
            "column names": vars(self).get("feature_names_in_"),
            "X_val": X_val,
            "y_val": y_val,
            "sample_weight_val": weight_val,
        }

    def _train(
        self,
        table: Table,
        given: tuple[Any, Any, Any] | None,
        effort: Effort,
        n_epochs: int,
        cuts: list[Cut],
        seeds: Any,
        began: float,
    ) -> Ensemble:
        """Train the members, and leave the epoch that is best for all."""
        fits = []
        for number, (cut, seed) in enumerate(zip(cuts, seeds, strict=True)):
            params = self._params(effort, n_epochs, table, cut, given is not None, number)
            member = self._Member(**params, random_state=int(seed))
            fits.append(Fit(member, *table, split=cut, validation=given or (None, None, None)))
        if self.time_limit is not None:
            within_time(fits, began + self.time_limit, self.n_jobs)
        validated = given is not None or cuts[0] is not None
        snapshots = [Snapshots(len(fits)) for _ in fits] if validated else []
        for fit, kept in zip(fits, snapshots, strict=False):
            add_callback(fit, kept)
        fit_members(fits, self.n_jobs, bool(self.verbose))
        members = [fit.estimator for fit in fits]
        epoch, score = None, 0.0
        if validated:
            epoch, score = restore(members, snapshots, self.scoring in OWN)
        for member in members:
            member.callbacks = None  # which hold snapshots, and have no more use
        return Ensemble(members, epoch, score)

    def _schedules(self, effort: Effort, table: Table, cut: Cut) -> list[int]:
        """The epochs of each schedule that is tried; one where the user says how it is."""
        n_train = len(table.X) if cut is None else len(cut[0])
        epochs = schedules(effort.n_steps, n_train)
        is_said = not (is_auto(self.max_iter) and is_auto(self.learning_rate))
        return epochs[-1:] if is_said else epochs

    def _goes_on(self, latest: Ensemble, n_epochs: int, began: float) -> bool:
        """Whether a schedule of so many epochs may be better, and there is time for it."""
        had = latest.members[0].max_iter
        if latest.epoch is None or latest.epoch <= EARLY * had:
            return False
        spent = time.monotonic() - began
        return self.time_limit is None or self.time_limit - spent > n_epochs / had * spent

    def _meet_table(self, X: Any, y: Any, sample_weight: Any) -> Table:
        """The distinct rows of what was given, encoded."""
        check_numbers_only(y, "y")
        with accidents_are_told():
            options = {"multi_output": True, "y_numeric": is_regressor(self)}
            y = validate_data(self, "no_validation", y, **options)
        if X is None or (isinstance(X, np.ndarray) and X.ndim == 0):
            TableEncoder().fit(X)  # which says that this is no table
        check_consistent_length(X, y)
        weight = check_sample_weight(sample_weight, y.shape[0], np.float64)
        counts = slice(None) if weight is None else np.flatnonzero(weight > 0)
        y = self._meet_target(y[counts])
        encoder = TableEncoder(
            self.categorical_features, max_one_hot=self.max_one_hot, scale_one_hot=True
        )
        self.encoder_ = encoder.fit(X, sample_weight=weight)
        self.n_features_in_ = encoder.n_features_in_
        if hasattr(encoder, "feature_names_in_"):
            self.feature_names_in_ = encoder.feature_names_in_
        encoded = encoder.encode(X)[counts]
        weight = self._weigh(y, None if weight is None else weight[counts])
        rows, weight = distinct_rows(encoded, self._numbers(y), weight)
        return Table(encoded[rows], y[rows], weight)

    def _given_validation(self, X: Any, y: Any, weight: Any) -> tuple[Any, Any, Any] | None:
        """The user's own validation set, encoded."""
        if X is None and y is None and weight is None:
            return None
        if X is None or y is None:
            raise ValueError("X_val and y_val must be given together.")
        check_consistent_length(X, y)
        y = y.toarray() if is_sparse(y) else as_column_free(np.asarray(y))
        weight = check_sample_weight(weight, len(y), np.float64, "sample_weight_val")
        return self.encoder_.encode(X), y, weight

    def _params(
        self, effort: Effort, n_epochs: int, table: Table, cut: Cut, given: bool, number: int
    ) -> dict[str, Any]:
        """The parameters of a member."""
        encoder = self.encoder_
        shape = Shape(
            len(table.X),
            table.X.shape[1],
            encoder.n_numeric_out_,
            tuple(encoder.cardinalities_),
            is_regressor(self),
        )
        n_train = len(table.X) if cut is None else len(cut[0])
        params = params_of_member(effort, shape, n_train, n_epochs, number // effort.n_folds)
        params |= {
            "early_stopping_scoring": self.scoring,
            "callbacks": listed(self.callbacks),
        }
        chosen = params.keys() & self._parameter_rules.keys() - NOT_HANDED_ON
        said = {name: getattr(self, name) for name in chosen}
        params |= {name: value for name, value in said.items() if not is_auto(value)}
        if given or cut is not None:
            params["callbacks"].append(self._patience(params["max_iter"]))
        return params | self._own_params() | (self.member_params or {})

    def _patience(self, max_iter: int) -> Callback:
        """What stops a member that only gets worse."""
        if is_auto(self.n_iter_no_change):
            return GrowingPatience(2.0, max(5, round(0.15 * max_iter)), 0.05)
        patience = int(min(self.n_iter_no_change, max_iter))
        return NoImprovement("validation_score", patience, 0.0)

    def _held_out(
        self,
        table: Table,
        cuts: list[Cut],
        given: tuple[Any, Any, Any] | None,
        effort: Effort,
        rng: np.random.RandomState,
    ) -> HeldOutRows | None:
        """The outputs of members for some of the rows that they were not trained on."""
        held_out = [cut[1] for cut in cuts if cut is not None]
        if given is not None:
            return self._held_out_by_all(Table(*given), rng)
        if not held_out:
            return None
        if effort.n_folds == 1 or len(cuts) == 1:
            weight = None if table.weight is None else table.weight[held_out[0]]
            shared = Table(table.X[held_out[0]], table.y[held_out[0]], weight)
            return self._held_out_by_all(shared, rng)
        some = chosen(len(table.X), rng)
        n_folds = min(effort.n_folds, len(table.X))
        outputs, members = [], []
        for first in range(0, len(cuts), n_folds):
            rows = [some[np.isin(some, of_fold)] for of_fold in held_out[first : first + n_folds]]
            place = np.argsort(np.concatenate(rows))
            if len(place) < len(some):  # the time was too short for all folds
                break
            each = [self._outputs_of(first + i, table.X[of]) for i, of in enumerate(rows)]
            outputs.append(np.concatenate(each)[place])
            owner = np.repeat(np.arange(first, first + len(rows)), list(map(len, rows)))
            members.append(owner[place])
        if not outputs:
            return None
        weight = None if table.weight is None else table.weight[some]
        return HeldOutRows(np.stack(outputs), np.stack(members), table.y[some], weight)

    def _held_out_by_all(self, rows: Table, rng: np.random.RandomState) -> HeldOutRows:
        """The outputs of all members for rows that none of them was trained on."""
        some = chosen(len(rows.X), rng)
        outputs = self._outputs_of_encoded(rows.X[some])
        members = np.repeat(np.arange(len(outputs))[:, np.newaxis], len(some), axis=1)
        weight = None if rows.weight is None else rows.weight[some]
        return HeldOutRows(outputs, members, rows.y[some], weight)

    # -- predict ----------------------------------------------------------------------------------

    def _outputs(self, X: Any) -> Array:
        """The output of each member, shape (n_members, n_samples, ...)."""
        if "estimators_" not in vars(self):
            check_is_fitted(self)
        return self._outputs_of_encoded(self.encoder_.encode(X))

    def _outputs_of_encoded(self, X: Array) -> Array:
        """The output of each member for encoded rows, in blocks, so that memory is bounded."""
        starts = range(0, len(X), BLOCK)
        with one_thread():
            blocks = [self._of_each(self._networks.raw_output(X[i : i + BLOCK])) for i in starts]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)

    def _of_each(self, raw: Array) -> Array:
        """The outputs of all members, from their raw outputs."""
        with np.errstate(over="ignore"):
            return np.stack([self._output(*of) for of in zip(self.estimators_, raw, strict=True)])

    def _outputs_of(self, number: int, X: Array) -> Array:
        """The output of a member for encoded rows."""
        with one_thread(), np.errstate(over="ignore"):
            raw = self._networks.networks[number].raw_output(X)
            return self._output(self.estimators_[number], raw)

    @property
    def _networks(self) -> MemberNetworks:
        if "_in_double" not in vars(self):
            self._in_double = MemberNetworks(self.estimators_)
        return self._in_double

    def _state(self, training: bool | None = None) -> dict[str, Any]:
        """What is kept of the estimator; there is no training to go on with."""
        return {name: value for name, value in vars(self).items() if name != "_in_double"}

    def _become(self, state: dict[str, Any]) -> None:
        """Become what :meth:`_state` told of an estimator."""
        self.__dict__.update(state)

    def __getstate__(self) -> dict[str, Any]:
        return pickled_state(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        unpickle(self, state)

    estimators_: list[BaseMLP]
    encoder_: TableEncoder

    def _need_held_out(self, calibrated: Any, method: str) -> None:
        """Raise where no rows were held out, so that nothing is known of errors."""
        if not calibrated:
            raise NotOfferedError(
                f"{method} needs rows that the members did not train on, but the table had fewer "
                f"than {FEWEST_TO_SPLIT} distinct rows or a single class, or the time limit left "
                "no member for some folds. Give a validation set as X_val and y_val."
            )

    def __sklearn_is_fitted__(self) -> bool:
        return "estimators_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def chosen(n_rows: int, rng: np.random.RandomState) -> IndexArray:
    """Rows that calibration looks at: all, or so many by chance."""
    if n_rows <= MOST_TO_CALIBRATE:
        return np.arange(n_rows)
    return np.sort(rng.choice(n_rows, MOST_TO_CALIBRATE, replace=False))
