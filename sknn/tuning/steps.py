"""Pipelines taken apart: the steps that are fitted once, and the last, trained by the epoch."""

from inspect import signature
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import (
    _routing_enabled,
    get_routing_for_object,
    process_routing,
)
from sklearn.utils.multiclass import unique_labels

from sknn.estimators.base import BaseMLP

__all__ = [
    "head_of",
    "is_own_network",
    "last_step",
    "partial_fit",
    "put_together",
    "routed",
    "train_for",
]


def train_for(estimator: Any, X: Any, y: Any, n_epochs: int, params: dict[str, Any]) -> None:
    """Train an estimator, or all steps of a pipeline and the last of them for some epochs.

    Parameters
    ----------
    estimator : estimator
        With its parameters; changed in place.
    X, y : array-like
        The rows.
    n_epochs : int
        Calls of ``partial_fit``.
    params : dict
        Metadata as ``fit`` of the estimator takes it.
    """
    head, last = head_of(estimator), last_step(estimator)
    of_head, of_last = routed(estimator, params)
    seen = X if head is None else head.fit_transform(X, y, **of_head)
    partial_fit(last, seen, y, n_epochs, of_last, y)
    put_together(estimator, head, last)


def partial_fit(
    estimator: Any, X: Any, y: Any, n_epochs: int, params: dict[str, Any], all_y: Any
) -> None:
    """Some passes over the same rows; a classifier is told of the classes of all folds."""
    told = dict(params)
    if is_classifier(estimator) and "classes" in signature(estimator.partial_fit).parameters:
        told["classes"] = _classes(estimator, all_y)
    for _ in range(n_epochs):
        estimator.partial_fit(X, y, **told)


def _classes(estimator: Any, y: Any) -> Any:
    if isinstance(estimator, MultiOutputClassifier):
        return [np.unique(column) for column in np.asarray(y).T]
    return unique_labels(y)


def last_step(estimator: Any) -> Any:
    """The estimator that is trained epoch by epoch.

    A subclass of Pipeline may do anything in its ``fit``, and is left whole.
    """
    return estimator.steps[-1][1] if type(estimator) is Pipeline else estimator


def head_of(estimator: Any) -> Any:
    """The steps of a pipeline before its last, or None."""
    has_head = type(estimator) is Pipeline and len(estimator.steps) > 1
    return estimator[:-1] if has_head else None


def routed(estimator: Any, params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Metadata for the steps before the last, and for the last."""
    if type(estimator) is not Pipeline:
        return {}, params
    if _routing_enabled():
        last = process_routing(estimator, "fit", **params)[estimator.steps[-1][0]].fit
        head = head_of(estimator)
        if head is None:
            return {}, dict(last)
        asked = get_routing_for_object(head).consumes("fit_transform", params.keys())
        return {name: params[name] for name in asked}, dict(last)
    prefix = f"{estimator.steps[-1][0]}__"
    return (
        {name: value for name, value in params.items() if not name.startswith(prefix)},
        {name[len(prefix) :]: value for name, value in params.items() if name.startswith(prefix)},
    )


def put_together(estimator: Any, head: Any, last: Any) -> Any:
    """The estimator with its trained steps."""
    if type(estimator) is not Pipeline:
        return last
    before = [] if head is None else head.steps
    estimator.steps = [*before, (estimator.steps[-1][0], last)]
    return estimator


def is_own_network(estimator: Any) -> bool:
    """Whether a network is trained by our own ``fit`` and ``partial_fit``, not by a subclass's."""
    if not isinstance(estimator, BaseMLP):
        return False
    owners = [
        next(cls for cls in type(estimator).__mro__ if name in vars(cls))
        for name in ("fit", "partial_fit")
    ]
    return all(owner.__module__.partition(".")[0] == "sknn" for owner in owners)
