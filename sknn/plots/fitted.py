"""Find the fitted network inside what the user has: an estimator, a pipeline, a search."""

from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sknn.estimators.base import BaseMLP
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import Embed

__all__ = ["as_network_sees", "fitted_members", "fitted_network", "input_names", "output_names"]

#: Where searches and regressors with a transformed target keep what they fitted.
INNER = ("best_estimator_", "regressor_")
NETWORKS = BaseMLP, MLPClassifier, MLPRegressor


def fitted_network(estimator: Any, caller: str) -> tuple[Any, list[str]]:
    """The fitted network and the names of its columns.

    Parameters
    ----------
    estimator : estimator
        A multi-layer perceptron of sknn or scikit-learn, or a pipeline, a search or a
        ``TransformedTargetRegressor`` that ends in one.
    caller : str
        Who asks, for the message.

    Returns
    -------
    network : estimator
    names : list of str
        From the steps of the pipeline before it where they tell, else those of X at ``fit``,
        else ``x0``, ``x1`` and so on.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If there is no multi-layer perceptron.
    """
    given, names = estimator, None
    while not isinstance(estimator, NETWORKS):
        if isinstance(estimator, Pipeline):
            names, estimator = _names_after(estimator[:-1], names), estimator.steps[-1][1]
            continue
        inner = [getattr(estimator, name) for name in INNER if hasattr(estimator, name)]
        if not inner:
            if hasattr(estimator, "fit") and not isinstance(estimator, type):
                check_is_fitted(estimator)
            raise InvalidParameterError(
                f"{caller} needs a fitted MLPClassifierX or MLPRegressorX, or a pipeline or a "
                f"search (with refit) that ends in one. Got {_words(given)} instead."
                f"{_hint(estimator)}"
            )
        estimator = inner[0]
    check_is_fitted(estimator)
    if names is None or len(names) != estimator.n_features_in_:
        names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        names = [f"x{i}" for i in range(estimator.n_features_in_)]
    return estimator, list(map(str, names))


def fitted_members(estimator: Any) -> list[BaseMLP]:
    """The members of a fitted tabular estimator, alone or at the end of pipelines and searches."""
    while not isinstance(estimator, BaseTabularMLP):
        inner = [getattr(estimator, name) for name in INNER if hasattr(estimator, name)]
        if isinstance(estimator, Pipeline):
            inner = [estimator.steps[-1][1]]
        if not inner or isinstance(estimator, NETWORKS):
            return []
        estimator = inner[0]
    check_is_fitted(estimator)
    return estimator.estimators_


def as_network_sees(estimator: Any, X: Any) -> Any:
    """Rows after the steps of the pipelines before the network."""
    while not isinstance(estimator, NETWORKS):
        if isinstance(estimator, Pipeline):
            steps, estimator = estimator[:-1], estimator.steps[-1][1]
            X = steps.transform(X) if len(steps) else X
        else:
            estimator = next(getattr(estimator, name) for name in INNER if hasattr(estimator, name))
    return X


def input_names(network: Any, names: list[str]) -> list[str]:
    """What enters the first dense layer: the columns, or what an embedding makes of each."""
    if not isinstance(network, BaseMLP):
        return names
    for layer in network._fitted_network().layers:
        if isinstance(layer, Embed):
            several = np.bincount(layer.origin) > 1
            seen = np.zeros(len(names), int)
            names_of_units = []
            for column in layer.origin:
                seen[column] += 1
                number = f" [{seen[column]}]" if several[column] else ""
                names_of_units.append(names[column] + number)
            return names_of_units
    return names


def output_names(network: Any) -> list[str]:
    """What each output stands for: a class, or a target ``y``."""
    classes = getattr(network, "classes_", None)
    if classes is None:
        several = network.n_outputs_ > 1
        return [f"y{i}" if several else "y" for i in range(network.n_outputs_)]
    # one output for two classes tells how probable the second is
    return [str(label) for label in np.asarray(classes)[-network.n_outputs_ :]]


def _names_after(steps: Pipeline, names: Any) -> Any:
    """Names of the columns that come out of some steps, or None where these do not tell."""
    if not len(steps):
        return names
    try:
        return steps.get_feature_names_out(names)
    except (AttributeError, ValueError):  # a step without names, or not fitted
        return None


def _hint(estimator: Any) -> str:
    tabular = isinstance(estimator, BaseTabularMLP)
    return " Its members are networks: estimators_[0] is the first." if tabular else ""


def _words(given: Any) -> str:
    return given.__name__ if isinstance(given, type) else type(given).__name__
