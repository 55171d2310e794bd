"""Settings that are each allowed but do not go together."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import NORMALIZATIONS, Category, as_dropout
from sknn.nn.optimizers import LBFGS, OPTIMIZERS
from sknn.nn.parametrizations import PARAMETRIZATIONS, Standard

__all__ = ["STEPWISE", "check_together"]

#: Parameters that change single steps or make the loss a matter of chance, which L-BFGS cannot do
#: with, and the value that leaves them out.
STEPWISE = {
    "dropout": 0.0,
    "input_dropout": 0.0,
    "max_norm": None,
    "parametrization": "standard",
    "gradient_clip": None,
    "averaging": None,
    "sampling": None,
    "on_divergence": "raise",
}


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
    if estimator.refit and estimator.warm_start:
        raise InvalidParameterError(
            "refit=True trains a new network on all rows, and does not go on from an earlier fit. "
            "Got warm_start=True too; set one of them to False."
        )
    _check_codes(estimator)
    _check_members(estimator)
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


def _check_members(estimator: Any) -> None:
    if estimator.members is None or estimator.normalization is None:
        return
    if NORMALIZATIONS.resolve(estimator.normalization).layer().mixes_rows:
        raise InvalidParameterError(
            "members do not go with a normalization that looks at several rows at once. Got "
            f"normalization={estimator.normalization!r} and members={estimator.members!r}; "
            "'layer', 'group' and 'rms' work row by row."
        )


def _check_codes(estimator: Any) -> None:
    given = estimator.embedding
    each = given if isinstance(given, (list, tuple, np.ndarray)) else [given]
    if estimator.input_dropout and any(
        part == "category" or isinstance(part, Category) for part in each
    ):
        raise InvalidParameterError(
            "input_dropout does not go with Category, since it enlarges the columns that it "
            f"leaves, and so changes their codes. Got input_dropout={estimator.input_dropout!r}; "
            "use dropout, which silences hidden units."
        )


def _check_full_batch(estimator: Any) -> None:
    for name, without in STEPWISE.items():
        value = getattr(estimator, name)
        if name in ("dropout", "input_dropout"):
            each = value if isinstance(value, (list, tuple, np.ndarray)) else [value]
            used = any(as_dropout(given).rate for given in each)
        elif name == "parametrization":
            used = not isinstance(PARAMETRIZATIONS.resolve(value), Standard)
        else:
            used = value != without
        if used:
            raise InvalidParameterError(
                "solver='lbfgs' takes its steps on all rows at once and needs the same loss each "
                f"time it asks, so it cannot do with {name}={value!r}. Use another solver, such as "
                f"'adam', or {name}={without!r}."
            )
