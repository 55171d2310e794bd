"""The checks of an estimator, and of the network in it."""

from typing import Any

import numpy as np
from sklearn.base import is_classifier

from sknn.config import Config, check_value
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.nn.links import Link
from sknn.persist.checks.table import check_table
from sknn.persist.checks.training import check_training
from sknn.storage.rules import is_array, is_count, is_number, require

__all__ = ["check"]

#: Attributes that do not end in an underscore.
PRIVATE = {
    "_architecture", "_continuation", "_held_out_is_shared", "_intervals", "_label_kind", "_link",
    "_network", "_no_improvement_count", "_range", "_sets", "_sparse_labels",
}  # fmt: skip


def check(estimator: Any) -> None:
    """Raise ValueError for an estimator that :func:`~sknn.load` must not return."""
    _check_attributes(estimator)
    _check_parameters(estimator, vars(estimator))
    _check_names(estimator)
    if is_classifier(estimator):
        _check_classes(estimator)
    if isinstance(estimator, BaseTabularMLP):
        check_table(estimator, check)
    else:
        _check_network(estimator)


def _check_parameters(estimator: Any, values: dict[str, Any]) -> None:
    owner, rules = type(estimator).__name__, estimator._parameter_rules
    for name in values.keys() & rules.keys():
        value = values[name]
        check_value(name, owner, value, rules[name])
        if isinstance(value, Config):
            value.check(f"{name}__", owner)


def _check_attributes(estimator: Any) -> None:
    known = estimator._parameter_rules.keys() | PRIVATE
    for name in vars(estimator):
        require(
            name in known or name.endswith("_"), f"it has an attribute {name!r:.40} that none has"
        )


def _check_names(estimator: Any) -> None:
    n_features = estimator.n_features_in_
    require(is_count(n_features), f"n_features_in_ is {n_features!r:.40}")
    names = vars(estimator).get("feature_names_in_")
    if names is not None:
        require(
            is_array(names, (n_features,), "O") and all(type(name) is str for name in names),
            "feature_names_in_ are not the names of n_features_in_ columns",
        )


def _check_classes(estimator: Any) -> None:
    classes = estimator.classes_
    require(isinstance(classes, np.ndarray) and classes.ndim == 1, "classes_ are no list")
    labels = estimator._labels
    enough = {"binary": len(classes) in (1, 2), "multiclass": len(classes) > 2}
    kind = labels.kind
    known = isinstance(kind, str) and kind in ("binary", "multiclass", "multilabel")
    require(known and enough.get(kind, True), f"there are {len(classes)} classes of kind {kind!r}")


def _check_network(estimator: Any) -> None:
    architecture, network = estimator._architecture, estimator._fitted_network()
    _check_parameters(estimator, {n: v for n, v in architecture.items() if n != "embedding"})
    require(
        (network.n_features, network.n_outputs) == (estimator.n_features_in_, estimator.n_outputs_),
        "the network has other inputs or outputs than the estimator",
    )
    require(network.n_outputs > 0, "the network has no outputs")
    require(network.n_parameters == estimator.n_parameters_, "n_parameters_ is another number")
    require(architecture["dtype"] == network.values.dtype.name, "the weights have another dtype")
    finite = np.isfinite(network.values).all() and np.isfinite(network.statistics).all()
    require(finite, "a weight is not finite")
    link = estimator._link
    require(isinstance(link, Link) and link.name == estimator.out_activation_, "its link is none")
    require(network.n_outputs % link.per_target == 0, "outputs and predictions do not agree")
    if is_classifier(estimator):
        require(network.n_outputs == estimator._labels.n_outputs, "classes and outputs disagree")
    else:
        n_targets = network.n_outputs // link.per_target
        scaled = [a for a in (estimator.y_mean_, estimator.y_scale_) if a is not None]
        require(
            len(scaled) != 1
            and all(is_array(a, (n_targets,), "f") and np.isfinite(a).all() for a in scaled)
            and (scaled[1:] == [] or (scaled[1] > 0).all()),
            "y_mean_ and y_scale_ do not fit the targets",
        )
        levels = estimator.quantiles_
        require(levels is None or _are_levels(levels, link.per_target), "quantiles_ are none")
    check_training(estimator, network)
    with np.errstate(all="ignore"):
        raw = network.raw_output(np.zeros((1, network.n_features), network.dtype))
        for answer in estimator._answers().values():
            answer(raw.copy())


def _are_levels(value: Any, n: int) -> bool:
    return type(value) is tuple and len(value) == n and all(map(is_number, value))
