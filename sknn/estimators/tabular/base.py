"""What both tabular estimators share: from a raw table to an ensemble of networks."""

import time
from abc import ABC, abstractmethod
from contextlib import nullcontext
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, is_regressor
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from sknn.config import Rule, check_value
from sknn.estimators.base import BaseMLP
from sknn.estimators.population import Fit
from sknn.estimators.state import all_or_nothing
from sknn.estimators.tabular.effort import EFFORTS, Effort, Shape, member_params
from sknn.estimators.tabular.rows import distinct_rows, fold_numbers, splits
from sknn.estimators.tabular.training import (
    Deadline,
    SharedBar,
    Split,
    fit_members,
    member_outputs,
)
from sknn.estimators.validation import check_sample_weight
from sknn.nn.typing import Array, IndexArray
from sknn.preprocessing import TableEncoder

__all__ = ["BaseTabularMLP"]

#: Parameters of the members that have the same name here.
OF_MEMBERS = (
    "hidden_layer_sizes",
    "activation",
    "embedding",
    "dropout",
    "learning_rate",
    "learning_rate_init",
    "batch_size",
    "max_iter",
)
#: Calibration rows that are kept, so that a model stays small.
MOST_CALIBRATION_ROWS = 20_000


class BaseTabularMLP(BaseEstimator, ABC):
    """Base of the tabular networks. Not to be used directly."""

    _parameter_rules: dict[str, Rule]
    _Member: type[BaseMLP]

    estimators_: list[BaseMLP]
    encoder_: TableEncoder

    def _take(self, given: dict[str, Any]) -> None:
        """Keep the constructor's arguments as they are."""
        for name in self._parameter_rules:
            setattr(self, name, given[name])

    # -- hooks ------------------------------------------------------------------------------------

    @abstractmethod
    def _meet_target(self, y: Any) -> Any:
        """Check the targets and take note of their kind."""

    @abstractmethod
    def _numbers(self, y: Any) -> Array:
        """Targets as numbers of shape (n_rows, n_targets): rows with the same are alike."""

    @abstractmethod
    def _fold_key(self, y: Any) -> Any:
        """What folds are alike in, one value a row."""

    @abstractmethod
    def _own_params(self) -> dict[str, Any]:
        """Parameters of the members that only a classifier or a regressor has."""

    @abstractmethod
    def _calibrate(self, raw: Array, member: IndexArray, rows: "Calibration") -> None:
        """Learn from outputs for rows that a member never saw."""

    # -- fit --------------------------------------------------------------------------------------

    @all_or_nothing
    def _fit(self, X: Any, y: Any, sample_weight: Any, validation: tuple[Any, Any, Any]) -> Any:
        began = time.monotonic()
        self._check_parameters()
        check_consistent_length(X, y)
        _, y = validate_data(
            self, "no_validation", y, multi_output=True, y_numeric=is_regressor(self)
        )
        ...
