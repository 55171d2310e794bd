"""The numbers that a fitted estimator consists of, as arrays that can be averaged in place."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.estimators.base import BaseMLP
from sknn.exceptions import InvalidParameterError

__all__ = ["averaged", "check_can_be_averaged", "numbers_of"]

FloatArray = npt.NDArray[np.floating[Any]]


def check_can_be_averaged(estimator: Any) -> None:
    """Raise where a mean of weights would have no meaning."""
    name = type(estimator).__name__
    if isinstance(estimator, BaseMLP):
        if estimator.averaging is not None:
            raise InvalidParameterError(
                f"average_fit averages over shards, and cannot where {name} averages over steps. "
                f"Got averaging={estimator.averaging!r}: set averaging=None."
            )
        return
    if getattr(estimator, "average", False):
        raise InvalidParameterError(
            f"average_fit averages over shards, and cannot where {name} averages over steps. "
            f"Got average={estimator.average!r}: set average=False."
        )
    module = type(estimator).__module__
    linear = module.startswith("sklearn.linear_model")
    if not (linear or hasattr(estimator, "hidden_layer_sizes")):
        raise InvalidParameterError(
            "average_fit needs weights whose mean is a model: a network (MLPClassifierX, "
            "MLPRegressorX, scikit-learn's) or a linear model of scikit-learn (SGDClassifier). "
            f"Got {name}. fit_stream trains anything with partial_fit."
        )


def numbers_of(estimator: Any) -> list[FloatArray]:
    """The weights and statistics of a fitted estimator, not copied.

    Examples
    --------
    >>> from sknn import MLPRegressorX
    >>> net = MLPRegressorX(hidden_layer_sizes=2).partial_fit([[0.0], [1.0]], [0.0, 1.0])
    >>> [array.size for array in numbers_of(net)]  # 2 + 2 and 2 + 1; no normalization
    [7, 0]
    """
    if isinstance(estimator, BaseMLP):
        network = estimator._fitted_network()  # all in one vector, of which coefs_ are views
        return [network.values, network.statistics]
    if hasattr(estimator, "coefs_"):
        return [*estimator.coefs_, *estimator.intercepts_]
    return [estimator.coef_, estimator.intercept_]


def averaged(estimators: Sequence[Any], weights: Sequence[float]) -> None:
    """Write the weighted mean of their numbers into each of the estimators.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> models = [SimpleNamespace(coef_=np.full(2, k), intercept_=np.ones(1)) for k in (0.0, 4.0)]
    >>> averaged(models, [3, 1])
    >>> models[0].coef_
    array([1., 1.])
    """
    for arrays in zip(*(numbers_of(estimator) for estimator in estimators), strict=True):
        mean = np.average([array.astype(np.float64) for array in arrays], axis=0, weights=weights)
        for array in arrays:
            array[...] = mean
