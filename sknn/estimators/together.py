"""Settings that are each allowed but do not go together."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import NORMALIZATIONS, as_dropout
from sknn.nn.optimizers import LBFGS, OPTIMIZERS

__all__ = ["check_together"]


def check_together(estimator: Any, sizes: Sequence[int]) -> None:
    """Check what a single parameter cannot tell; each is known to be right by itself.

    Parameters
    ----------
    estimator : MLPClassifierX or MLPRegressorX
        With its parameters.
    sizes : sequence of int
        Units of each hidden layer.

    Raises
    ------
    InvalidParameterError
        With what does not fit to what, and what would.
    """
    _check_normalization(estimator, sizes)
    if isinstance(OPTIMIZERS.resolve(estimator.solver), LBFGS):
        _check_full_batch(estimator)


def _check_normalization(estimator: Any, sizes: Sequence[int]) -> None:
    if estimator.normalization is None:
        return
    normalization = NORMALIZATIONS.resolve(estimator.normalization)
    for number, width in enumerate(sizes, start=1):
        if objection := normalization.objection(width):
            raise InvalidParameterError(
                f"The 'normalization' parameter of {type(estimator).__name__} does not fit hidden "
                f"layer {number} (width {width}). Got {estimator.normalization!r}, but "
                f"{objection}."
            )


def _check_full_batch(estimator: Any) -> None:
    """L-BFGS asks for the same loss several times, and makes its steps itself."""
    for name in ("dropout", "input_dropout"):
        value = getattr(estimator, name)
        each = value if isinstance(value, (list, tuple, np.ndarray)) else [value]
        if any(as_dropout(given).rate for given in each):
            raise InvalidParameterError(
                "solver='lbfgs' needs the same loss each time it asks, which dropout does not "
                f"give. Got {name}={value!r}; use another solver, such as 'adam', or {name}=0."
            )
    if estimator.max_norm is not None:
        raise InvalidParameterError(
            "solver='lbfgs' cannot shorten weights after a step, since it makes its steps by "
            f"itself. Got max_norm={estimator.max_norm!r}; use another solver, such as 'adam', "
            "or max_norm=None."
        )
