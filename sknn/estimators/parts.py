"""From the parameters of an estimator to the parts of a network."""

from collections.abc import Sequence
from dataclasses import fields
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from sknn.config import Config
from sknn.nn.activations import ACTIVATIONS, Identity
from sknn.nn.blueprint import multilayer_perceptron, units_of
from sknn.nn.clipping import CLIPPINGS, ClipNorm, Clipping
from sknn.nn.constraints import Constraint, MaxNorm
from sknn.nn.initializers import BIASES, INITIALIZERS, BiasInitializer, Initializer
from sknn.nn.layers import EMBEDDINGS, MEMBERS, NORMALIZATIONS, as_dropout
from sknn.nn.layers.embeddings import Embedding, settle
from sknn.nn.network import Network
from sknn.nn.optimizers import OPTIMIZERS, SGD
from sknn.nn.parametrizations import PARAMETRIZATIONS
from sknn.nn.penalties import L1, L2, Penalty
from sknn.nn.schedules import SCHEDULES, Constant, Schedule
from sknn.registry import Registry
from sknn.train import CALLBACKS, Callback

__all__ = [
    "architecture_of",
    "build_network",
    "callbacks_of",
    "clipping_of",
    "constraint_of",
    "embeddings_of",
    "initializers_of",
    "listed",
    "optimizer_of",
    "part_of",
    "penalties_of",
    "rates_of",
    "resolved",
    "schedule_of",
]

PartT = TypeVar("PartT", bound=Config)


def optimizer_of(estimator: Any) -> Any:
    """The solver; a solver given by name takes its settings from the estimator's parameters."""
    return part_of(OPTIMIZERS, estimator.solver, estimator)


def schedule_of(estimator: Any, optimizer: Any) -> Schedule:
    """The schedule of the learning rate."""
    schedule = part_of(SCHEDULES, estimator.learning_rate, estimator)
    by_name = isinstance(estimator.learning_rate, str)
    if by_name and schedule.only_sgd_by_name and not isinstance(optimizer, SGD):
        return Constant()
    return schedule


def initializers_of(estimator: Any) -> tuple[Initializer, BiasInitializer | None]:
    """The initializer, and that of the biases where it is another one."""
    biases = estimator.bias_initializer
    return (
        INITIALIZERS.resolve(estimator.initializer),
        None if biases is None else BIASES.resolve(biases),
    )


def rates_of(estimator: Any, network: Network, optimizer: Any) -> Any:
    """Factors of the learning rate, one for each parameter of the network, or None."""
    parametrization = PARAMETRIZATIONS.resolve(estimator.parametrization)
    return network.rates(parametrization, optimizer.scale_free)


def clipping_of(estimator: Any) -> Clipping | None:
    """The bound on the gradient; a number is that of its length."""
    clip = estimator.gradient_clip
    if clip is None:
        return None
    return ClipNorm(float(clip)) if isinstance(clip, Real) else CLIPPINGS.resolve(clip)


def listed(given: Any) -> list[Any]:
    """Callbacks as a new list, given as one, several or none."""
    return list(given) if isinstance(given, (list, tuple)) else [] if given is None else [given]


def callbacks_of(estimator: Any) -> list[Callback]:
    """The callbacks, and one that prints under ``verbose``."""
    callbacks = [CALLBACKS.resolve(callback) for callback in listed(estimator.callbacks)]
    return [*callbacks, CALLBACKS.resolve("print")] if estimator.verbose else callbacks


def penalties_of(estimator: Any) -> list[Penalty]:
    """The penalties that cost something."""
    strengths = {L2: estimator.alpha, L1: estimator.l1}
    return [penalty(strength) for penalty, strength in strengths.items() if strength]


def constraint_of(estimator: Any) -> Constraint | None:
    """What the weights are held to, or None."""
    return None if estimator.max_norm is None else MaxNorm(estimator.max_norm)


def embeddings_of(
    estimator: Any, n_features: int, X: Any = None, before: Sequence[Embedding] = ()
) -> tuple[Embedding, ...]:
    """The embeddings with their columns; see :func:`~sknn.nn.layers.embeddings.settle`."""
    given = estimator.embedding
    if given is None:
        return ()
    each = given if isinstance(given, (list, tuple, np.ndarray)) else [given]
    return settle([EMBEDDINGS.resolve(part) for part in each], n_features, X, before)


def architecture_of(
    estimator: Any,
    n_features: int,
    n_outputs: int,
    dtype: np.dtype[Any],
    embedding: Sequence[Embedding] | None = None,
) -> dict[str, Any]:
    """All that determines the shape of the network, as plain values that can be compared."""
    if embedding is None:
        embedding = embeddings_of(estimator, n_features)
    sizes = tuple(int(units) for units in units_of(estimator.hidden_layer_sizes))
    dropout = estimator.dropout
    each_drops = isinstance(dropout, (list, tuple, np.ndarray))
    activation = estimator.activation
    each = isinstance(activation, (list, tuple, np.ndarray))
    return {
        "n_features": n_features,
        "hidden_layer_sizes": sizes,
        "n_outputs": n_outputs,
        "embedding": embedding,
        "activation": tuple(activation) if each else activation,
        "normalization": estimator.normalization,
        "dropout": tuple(dropout) if each_drops else (dropout,) * len(sizes),
        "input_dropout": estimator.input_dropout,
        "input_scaling": estimator.input_scaling,
        "members": estimator.members,
        "link": None if estimator.members is None else estimator._output_link(),
        "dtype": dtype.name,
    }


#: What an architecture in a file of an earlier version may not have.
LATER = {"input_scaling": False, "members": None, "link": None}


def resolved(architecture: dict[str, Any]) -> dict[str, Any]:
    """The architecture with its parts in place of their names, one for each hidden layer."""
    activation, normalization = architecture["activation"], architecture["normalization"]
    n_hidden, members = len(architecture["hidden_layer_sizes"]), architecture["members"]
    each = activation if isinstance(activation, tuple) else (activation,) * n_hidden
    return architecture | {
        "activation": [ACTIVATIONS.resolve(part) for part in each],
        "normalization": None if normalization is None else NORMALIZATIONS.resolve(normalization),
        "dropout": [as_dropout(given) for given in architecture["dropout"]],
        "members": None if members is None else MEMBERS.resolve(members),
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
        parts["dropout"],
        default_activation=linear,
        input_dropout=architecture["input_dropout"],
        embedding=architecture["embedding"],
        input_scaling=architecture["input_scaling"],
        members=parts["members"],
        link=architecture["link"],
    )
    return Network(layers, architecture["n_features"], architecture["dtype"], **vectors)


def part_of(registry: Registry[PartT], part: str | PartT, estimator: Any) -> PartT:
    """The part; one given by name takes the estimator's parameters of the same name."""
    if not isinstance(part, str):
        return part
    cls = registry[part]
    shared = {f.name for f in fields(cls)} & set(estimator._parameter_rules)  # type: ignore[arg-type]
    return cls(**{name: getattr(estimator, name) for name in shared})
