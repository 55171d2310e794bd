"""From the parameters of an estimator to the parts of a network."""

from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from sknn.config import Config
from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ACTIVATIONS, Identity
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS, Initializer, WithBias
from sknn.nn.layers import NORMALIZATIONS
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS, OPTIMIZERS, SGD
from sknn.nn.schedules import SCHEDULES, Constant, Schedule
from sknn.registry import Registry

__all__ = [
    "architecture_of",
    "build_network",
    "initializer_of",
    "optimizer_of",
    "resolved",
    "schedule_of",
]

PartT = TypeVar("PartT", bound=Config)


def optimizer_of(estimator: Any) -> Any:
    """The solver; a solver given by name takes its settings from the estimator's parameters."""
    return _resolve(OPTIMIZERS, estimator.solver, estimator)


def schedule_of(estimator: Any, optimizer: Any) -> Schedule:
    """The schedule of the learning rate."""
    schedule = _resolve(SCHEDULES, estimator.learning_rate, estimator)
    by_name = isinstance(estimator.learning_rate, str)
    if by_name and schedule.only_sgd_by_name and not isinstance(optimizer, SGD):
        return Constant()
    return schedule


def initializer_of(estimator: Any) -> Initializer:
    """Who draws the starting weights and biases."""
    initializer = INITIALIZERS.resolve(estimator.initializer)
    if estimator.bias_initializer is None:
        return initializer
    return WithBias(initializer, BIAS_INITIALIZERS.resolve(estimator.bias_initializer))


def architecture_of(
    estimator: Any, n_features: int, n_outputs: int, dtype: np.dtype[Any]
) -> dict[str, Any]:
    """All that determines the shape of the network, as plain values that can be compared.

    Raises
    ------
    InvalidParameterError
        If the parts do not go together.
    """
    sizes = tuple(np.atleast_1d(np.asarray(estimator.hidden_layer_sizes, dtype=int)).tolist())
    dropout = estimator.dropout
    rates = tuple(dropout) if np.ndim(dropout) else (dropout,) * len(sizes)
    if any(rates) and isinstance(OPTIMIZERS.resolve(estimator.solver), LBFGS):
        raise InvalidParameterError(
            "solver='lbfgs' needs the same loss each time it asks, which dropout does not give. "
            f"Got dropout={dropout!r}; use another solver, such as 'adam', or dropout=0."
        )
    activation = estimator.activation
    each = isinstance(activation, (list, tuple, np.ndarray))
    return {
        "n_features": n_features,
        "hidden_layer_sizes": sizes,
        "n_outputs": n_outputs,
        "activation": tuple(activation) if each else activation,
        "normalization": estimator.normalization,
        "dropout": rates,
        "dtype": dtype.name,
    }


def resolved(architecture: dict[str, Any]) -> dict[str, Any]:
    """The architecture with its parts in place of their names, one activation a hidden layer."""
    activation, normalization = architecture["activation"], architecture["normalization"]
    n_hidden = len(architecture["hidden_layer_sizes"])
    each = activation if isinstance(activation, tuple) else (activation,) * n_hidden
    return architecture | {
        "activation": [ACTIVATIONS.resolve(part) for part in each],
        "normalization": None if normalization is None else NORMALIZATIONS.resolve(normalization),
    }


def build_network(architecture: dict[str, Any], **vectors: Any) -> Network:
    """The network of an architecture, on given flat vectors or on new ones."""
    parts, activation = resolved(architecture), architecture["activation"]
    linear = Identity() if isinstance(activation, tuple) else ACTIVATIONS.resolve(activation)
    layers = multilayer_perceptron(
        architecture["hidden_layer_sizes"],
        architecture["n_outputs"],
        parts["activation"],
        parts["normalization"],
        architecture["dropout"],
        default_activation=linear,
    )
    return Network(layers, architecture["n_features"], architecture["dtype"], **vectors)


def _resolve(registry: Registry[PartT], part: str | PartT, estimator: Any) -> PartT:
    if not isinstance(part, str):
        return part
    cls = registry[part]
    shared = {f.name for f in fields(cls)} & set(estimator.get_params(deep=False))  # type: ignore[arg-type]
    return cls(**{name: getattr(estimator, name) for name in shared})
