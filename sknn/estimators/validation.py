"""What the parameters of the estimators may be, stated once."""

import warnings
from typing import Any

import numpy as np
from sklearn import get_config

from sknn.config import (
    AnyOf,
    Choice,
    Config,
    DType,
    Each,
    Exactly,
    Flag,
    Instance,
    Range,
    Rule,
    check_value,
)
from sknn.estimators.scoring import IsScorer
from sknn.estimators.together import check_together
from sknn.exceptions import AlikeUnitsWarning, InvalidParameterError, NoGradientWarning
from sknn.nn.activations import ACTIVATIONS
from sknn.nn.averaging import AVERAGINGS
from sknn.nn.blueprint import Layers, units_of
from sknn.nn.clipping import CLIPPINGS
from sknn.nn.initializers import BIASES, INITIALIZERS
from sknn.nn.layers import DROPOUTS, EMBEDDINGS, MEMBERS, NORMALIZATIONS, Activate
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES
from sknn.nn.losses.custom import IsFunction
from sknn.nn.network import Network
from sknn.nn.optimizers import OPTIMIZERS
from sknn.nn.parametrizations import PARAMETRIZATIONS
from sknn.nn.schedules import SCHEDULES
from sknn.registry import PartRule, Registry
from sknn.train import CALLBACKS, SAMPLINGS

__all__ = [
    "CLASSIFIER_RULES",
    "COMMON_RULES",
    "REGRESSOR_RULES",
    "check_parameters",
    "registries",
    "warn_of_what_cannot_learn",
]


_SEED = AnyOf(
    Range(0, 2**32 - 1, closed="both", integer=True),
    Instance((np.random.RandomState,), "an instance of 'numpy.random.RandomState'"),
    Exactly(None),
)
_RATE = Range(0, 1, closed="left")
_POSITIVE = Range(0.0, None, closed="neither")
_DROPOUT = AnyOf(_RATE, PartRule(DROPOUTS))
_UNITS = Range(1, None, integer=True)

#: Parameters of both estimators.
COMMON_RULES: dict[str, Rule] = {
    "hidden_layer_sizes": AnyOf(
        _UNITS,
        Each(Range(None, None, integer=True), "an array-like of such ints"),
        Instance((Layers,), "a Layers object"),
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
    "parametrization": PartRule(PARAMETRIZATIONS),
    "bias_initializer": AnyOf(PartRule(BIASES), Exactly(None)),
    "embedding": AnyOf(
        PartRule(EMBEDDINGS), Each(PartRule(EMBEDDINGS), "a list of them"), Exactly(None)
    ),
    "members": AnyOf(PartRule(MEMBERS), Exactly(None)),
    "normalization": AnyOf(PartRule(NORMALIZATIONS), Exactly(None)),
    "dropout": AnyOf(*_DROPOUT.rules, Each(_DROPOUT, "a tuple of them, one per hidden layer")),
    "input_dropout": _RATE,
    "input_scaling": Flag(),
    "l1": Range(0.0, None),
    "max_norm": AnyOf(_POSITIVE, Exactly(None)),
    "gradient_clip": AnyOf(_POSITIVE, PartRule(CLIPPINGS), Exactly(None)),
    "averaging": AnyOf(PartRule(AVERAGINGS), Exactly(None)),
    "sampling": AnyOf(PartRule(SAMPLINGS), Exactly(None)),
    "refit": Flag(),
    "early_stopping_scoring": AnyOf(IsScorer(), Exactly(None)),
    "on_divergence": Choice(("raise", "restore")),
    "dtype": AnyOf(DType(), Exactly(None)),
    "callbacks": AnyOf(
        PartRule(CALLBACKS), Each(PartRule(CALLBACKS), "a list of them"), Exactly(None)
    ),
}

CLASSIFIER_RULES: dict[str, Rule] = COMMON_RULES | {
    "loss": AnyOf(PartRule(CLASSIFICATION_LOSSES), IsFunction()),
    "class_weight": AnyOf(
        Choice(("balanced",)), Instance((dict, list), "a dict (a list of dicts)"), Exactly(None)
    ),
    "label_smoothing": _RATE,
}

REGRESSOR_RULES: dict[str, Rule] = COMMON_RULES | {
    "loss": AnyOf(PartRule(REGRESSION_LOSSES), IsFunction()),
    "standardize_y": Flag(),
}


def registries(rules: dict[str, Rule]) -> dict[str, Registry[Any]]:
    """The registry of each parameter that takes parts, for tables, benchmarks and searches.

    >>> list(registries(REGRESSOR_RULES))[:3]
    ['activation', 'solver', 'learning_rate']
    """
    found: dict[str, Registry[Any]] = {}
    for name, rule in rules.items():
        for inner in [rule, *getattr(rule, "rules", [])]:
            if isinstance(inner, PartRule):
                found[name] = inner.registry
    return found


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
    for name, rule in rules.items():
        value = getattr(estimator, name)
        check_value(name, owner, value, rule)
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(part, Config):
                part.check(prefix=f"{name}__", owner=owner)
    sizes = units_of(estimator.hidden_layer_sizes)
    if any(size <= 0 for size in sizes):
        raise InvalidParameterError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    for name in ("activation", "dropout"):
        value = getattr(estimator, name)
        if isinstance(value, (list, tuple, np.ndarray)) and len(value) != len(sizes):
            raise InvalidParameterError(
                f"The {name!r} parameter of {owner} must have one entry per hidden layer "
                f"({len(sizes)}). Got {len(value)} entries instead."
            )
    check_together(estimator, sizes)


def warn_of_what_cannot_learn(network: Network) -> None:
    """Warn of layers behind an activation without derivative, and of units that are all alike."""
    active = [layer for layer in network.layers if isinstance(layer, Activate)]
    blocked = [i for i, layer in enumerate(active, 1) if not layer.activation.has_gradient]
    if blocked:
        activation = active[blocked[-1] - 1].activation
        warnings.warn(
            f"The derivative of {activation!r} is 0 everywhere, so hidden layer {blocked[-1]} and "
            "those before it learn nothing and keep their random weights. Use another activation, "
            "or BinaryStep(straight_through=True).",
            NoGradientWarning,
            stacklevel=2,
        )
    alike = network.alike_layers
    if alike:
        units = network.dense_layers[alike[0] - 1].n_out
        warnings.warn(
            f"All {units} units of hidden layer {alike[0]} start with the same weights. They get "
            "the same gradient and stay alike, so the layer works as if it had one unit. Use an "
            "initializer that draws at random, such as 'auto' or 'he_uniform'.",
            AlikeUnitsWarning,
            stacklevel=2,
        )
