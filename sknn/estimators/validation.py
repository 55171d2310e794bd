"""What the parameters of the estimators may be, stated once, and the checks of sample weights."""

from collections.abc import Iterable
from numbers import Number
from typing import Any

import numpy as np
from sklearn import get_config
from sklearn.utils.validation import check_array

from sknn.config import AnyOf, Choice, Config, Exactly, Flag, Instance, Range, Rule, check_value
from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ACTIVATIONS
from sknn.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS
from sknn.nn.layers import NORMALIZATIONS
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES
from sknn.nn.optimizers import OPTIMIZERS
from sknn.nn.schedules import SCHEDULES
from sknn.registry import PartRule
from sknn.train import Callback

__all__ = [
    "CLASSIFIER_RULES",
    "COMMON_RULES",
    "REGRESSOR_RULES",
    "check_parameters",
    "check_sample_weight",
]


class Each:
    """A list, tuple or array whose elements all follow one rule."""

    def __init__(self, rule: Rule, words: str) -> None:
        self.rule = rule
        self.words = words

    def accepts(self, value: object) -> bool:
        if isinstance(value, np.ndarray):
            return value.ndim == 1 and all(self.rule.accepts(item) for item in value)
        return isinstance(value, (list, tuple)) and all(self.rule.accepts(v) for v in value)

    def describe(self) -> str:
        return self.words

    def hint(self, value: object) -> str:
        items: Iterable[object] = value if isinstance(value, (list, tuple, np.ndarray)) else ()
        wrong = (item for item in items if not self.rule.accepts(item))
        return next(filter(None, map(self.rule.hint, wrong)), "")


class DType:
    """The name or type of a floating-point precision."""

    def accepts(self, value: object) -> bool:
        try:
            return value is not None and np.dtype(value).name in ("float32", "float64")  # type: ignore[call-overload]
        except (TypeError, SyntaxError):  # NumPy parses strings such as "f4, f8"
            return False

    def describe(self) -> str:
        return "'float32', 'float64'"

    def hint(self, value: object) -> str:
        return ""


_SEED = AnyOf(
    Range(0, 2**32 - 1, closed="both", integer=True),
    Instance((np.random.RandomState,), "an instance of 'numpy.random.RandomState'"),
    Exactly(None),
)
_RATE = Range(0, 1, closed="left")
_POSITIVE = Range(0.0, None, closed="neither")
_UNITS = Range(1, None, integer=True)

#: Parameters of both estimators.
COMMON_RULES: dict[str, Rule] = {
    "hidden_layer_sizes": AnyOf(
        _UNITS, Each(Range(None, None, integer=True), "an array-like of such ints")
    ),
    "activation": AnyOf(
        PartRule(ACTIVATIONS), Each(PartRule(ACTIVATIONS), "a tuple of them, one per hidden layer")
    ),
    "solver": PartRule(OPTIMIZERS),
    "alpha": Range(0.0, None),
    "batch_size": AnyOf(
        Choice(("auto", "full")),
        Range(1, None, integer=True),
        Range(0.0, 1.0, closed="neither"),
    ),
    "learning_rate": PartRule(SCHEDULES),
    "learning_rate_init": Range(0.0, None, closed="neither"),
    "power_t": Range(0.0, None),
    "max_iter": Range(1, None, integer=True),
    "shuffle": Flag(),
    "random_state": _SEED,
    "tol": Range(0.0, None),
    "verbose": AnyOf(Range(0, None, integer=True), Flag()),
    "warm_start": Flag(),
    "momentum": Range(0.0, 1.0, closed="both"),
    "nesterovs_momentum": Flag(),
    "early_stopping": Flag(),
    "validation_fraction": _RATE,
    "beta_1": _RATE,
    "beta_2": _RATE,
    "epsilon": Range(0.0, None, closed="neither"),
    "n_iter_no_change": AnyOf(Range(1, None, integer=True), Exactly(np.inf)),
    "max_fun": Range(1, None, integer=True),
    "initializer": PartRule(INITIALIZERS),
    "bias_initializer": AnyOf(PartRule(BIAS_INITIALIZERS), Exactly(None)),
    "normalization": AnyOf(PartRule(NORMALIZATIONS), Exactly(None)),
    "dropout": AnyOf(_RATE, Each(_RATE, "a tuple of them, one per hidden layer")),
    "input_dropout": _RATE,
    "l1": Range(0.0, None),
    "max_norm": AnyOf(_POSITIVE, Exactly(None)),
    "gradient_clip": AnyOf(_POSITIVE, Exactly(None)),
    "averaging": Exactly(None),
    "sampling": Exactly(None),
    "early_stopping_scoring": Exactly(None),
    "on_divergence": Choice(("raise", "restore")),
    "dtype": AnyOf(DType(), Exactly(None)),
    "callbacks": AnyOf(
        Each(
            Instance((Callback,), "an instance of 'sknn.train.Callback'"),
            "a list of sknn.train.Callback objects",
        ),
        Exactly(None),
    ),
}

CLASSIFIER_RULES: dict[str, Rule] = COMMON_RULES | {
    "loss": PartRule(CLASSIFICATION_LOSSES),
    "class_weight": AnyOf(
        Choice(("balanced",)), Instance((dict, list), "a dict (a list of dicts)"), Exactly(None)
    ),
    "label_smoothing": _RATE,
}

REGRESSOR_RULES: dict[str, Rule] = COMMON_RULES | {
    "loss": PartRule(REGRESSION_LOSSES),
    "standardize_y": Flag(),
}


def check_parameters(estimator: Any, rules: dict[str, Rule]) -> None:
    """Check every parameter, whether the chosen solver reads it or not, and the parts' settings.

    Raises
    ------
    InvalidParameterError
        With the name, what is allowed, what was got, and the nearest name.
    """
    if get_config()["skip_parameter_validation"]:
        return
    owner = type(estimator).__name__
    for name, value in estimator.get_params(deep=False).items():
        check_value(name, owner, value, rules[name])
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(part, Config):
                part.check(prefix=f"{name}__", owner=owner)
    sizes = np.atleast_1d(np.asarray(estimator.hidden_layer_sizes)).tolist()
    if any(size <= 0 for size in sizes):
        raise InvalidParameterError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    for name in ("activation", "dropout"):
        value = getattr(estimator, name)
        if isinstance(value, (list, tuple, np.ndarray)) and len(value) != len(sizes):
            raise InvalidParameterError(
                f"The {name!r} parameter of {owner} must have one entry per hidden layer "
                f"({len(sizes)}). Got {len(value)} entries instead."
            )


def check_sample_weight(
    weight: Any, n_samples: int, dtype: Any, name: str = "sample_weight"
) -> Any:
    """Sample weights as an array of shape (n_samples,), or None where there are none.

    Raises
    ------
    ValueError
        For the wrong shape, NaN, infinity, negative numbers, or nothing but zeros.
    """
    if weight is None:
        return None
    if isinstance(weight, Number):
        weight = np.full(n_samples, weight)
    weight = check_array(
        weight, ensure_2d=False, allow_nd=True, dtype=dtype, order="C", input_name=name
    )
    if weight.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {weight.ndim}D array.")
    if weight.shape != (n_samples,):
        raise ValueError(f"{name}.shape == {weight.shape}, expected {(n_samples,)}!")
    if (weight < 0).any():
        raise ValueError(f"Negative values in data passed to `{name}`.")
    if not weight.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return weight
