"""What is handed to an evaluation or a report, checked."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sknn.exceptions import InvalidParameterError
from sknn.interpret.importance.scoring import Function
from sknn.interpret.result import generator
from sknn.interpret.table import Table

__all__ = ["model_of", "seed_of", "targets_of", "training_of"]


def model_of(estimator: Any) -> Any:
    """A fitted estimator, or a function as one.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If it is neither.
    """
    if hasattr(estimator, "predict"):
        check_is_fitted(estimator)
        return estimator
    if callable(estimator):
        return Function(estimator)
    raise InvalidParameterError(
        "What is judged must be a fitted estimator, a pipeline or a function from rows to numbers. "
        f"Got {estimator!r} instead."
    )


def targets_of(name: str, y: Any, of: str, table: Table) -> Any:
    """Targets as an array with as many rows as a table."""
    array = np.asarray(y)
    if array.dtype.kind in "US":
        array = array.astype(object)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in (1, 2) or len(array) != table.n_rows:
        raise InvalidParameterError(
            f"{name} must hold one target for each of the {table.n_rows} rows of {of}. Got the "
            f"shape {array.shape} instead."
        )
    missing = [v is None or v != v for v in array.ravel().tolist()]
    if any(missing):
        raise InvalidParameterError(
            f"{name} must not have missing values. Got {sum(missing)} of them; leave these rows "
            "out."
        )
    return array


def training_of(X_train: Any, y_train: Any, test: Table) -> tuple[Table, Any] | tuple[None, None]:
    """Training rows with the columns of the test rows and their targets, or neither."""
    if (X_train is None) != (y_train is None):
        raise InvalidParameterError("X_train and y_train must be given both or not at all.")
    if X_train is None:
        return None, None
    train = Table.of(X_train).like(test)
    return train, targets_of("y_train", y_train, "X_train", train)


def seed_of(random_state: Any) -> int:
    """One number that stands for a source of random numbers."""
    rng = generator(random_state)  # says what is allowed
    if isinstance(random_state, (int, np.integer)):
        return int(random_state)
    return int(rng.integers(2**31))
