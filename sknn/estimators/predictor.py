"""Predictions without checks, for a service that asks for a row at a time."""

import copy
import math
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from sknn.config import nearest
from sknn.estimators.base import BaseMLP
from sknn.estimators.rooms import KeptRooms
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.estimators.tabular.networks import MemberNetworks
from sknn.estimators.training import FLOATS
from sknn.exceptions import InvalidParameterError
from sknn.nn.network import Network
from sknn.nn.typing import is_sparse
from sknn.train.prediction import of_rows
from sknn.train.threads import threads_for_prediction

__all__ = ["Predictor", "TabularPredictor", "compile_predictor"]

#: Methods that may be compiled.
METHODS = "predict", "predict_proba", "decision_function"


class Predictor:
    """What :func:`compile_predictor` returns: call it with rows.

    It has a copy of the weights, without callbacks and the memory of the optimizer, so that it goes
    on predicting alike when the estimator is trained further, and may be called from many threads
    at once, and pickled.

    Parameters
    ----------
    estimator : MLPClassifierX or MLPRegressorX
        Fitted; a copy is kept.
    method : str
        What is predicted.
    """

    def __init__(self, estimator: Any, method: str) -> None:
        self.estimator, self.method = predicting(estimator), method
        vars(self.estimator).pop("feature_names_in_", None)  # arrays have none
        self._network: Network = self.estimator._fitted_network()
        self._answer = self.estimator._answers()[method]
        self._says_labels = is_classifier(estimator)
        self._rooms = KeptRooms(self._network)

    def __call__(self, X: Any) -> Any:
        """The prediction for rows: an array or CSR matrix of shape (n_rows, n_features).

        Raises
        ------
        TypeError
            If X is something else, or does not hold real numbers.
        ValueError
            If X has another shape. Nothing else is checked, unless the network makes no finite
            number of a row: then the method of the estimator answers, or raises.
        """
        network = self._network
        if not (isinstance(X, np.ndarray) or is_sparse(X)) or X.dtype.kind not in "fiub":
            kind = getattr(X, "dtype", None) or type(X).__name__
            raise TypeError(
                f"X must be an array or CSR matrix of real numbers. Got {kind} instead; use "
                "numpy.asarray(X, dtype=float)."
            )
        if X.ndim != 2 or X.shape[1] != network.n_features:
            raise ValueError(
                f"X must have the shape (n_rows, {network.n_features}). Got {X.shape} instead."
                + (" Use x[np.newaxis] for a single row." if X.ndim == 1 else "")
            )
        if X.dtype not in FLOATS:
            X = X.astype(np.float64)
        n_rows, dtype = X.shape[0], network.dtype
        with np.errstate(over="ignore", invalid="ignore"):
            if n_rows > self._rooms.most:
                raw = of_rows(network.raw_output, network, X)
            else:
                x = X if X.dtype == dtype else X.astype(dtype)
                with threads_for_prediction(network, n_rows):
                    raw = network.forward(x, self._rooms.of(n_rows)).copy()
            if X.dtype != dtype:
                raw = raw.astype(np.result_type(X.dtype, dtype), copy=False)
            if self._says_labels:  # which may be texts
                return self._answer(raw) if _is_finite(raw) else self._ask(X)
            found = self._answer(raw)
            return found if _is_finite(found) else self._ask(X)

    def _ask(self, X: Any) -> Any:
        """What the estimator does with rows that are far out, or not finite."""
        return getattr(self.estimator, self.method)(X)

    def __reduce__(self) -> tuple[Any, ...]:
        return Predictor, (self.estimator, self.method)


def _is_finite(numbers: Any) -> bool:
    return math.isfinite(np.add.reduce(numbers, axis=None))


class TabularPredictor:
    """What :func:`compile_predictor` returns for a tabular estimator: call it with raw rows.

    It has a copy of the estimator, whose networks keep their working memory for few rows, and may
    be called from many threads at once, and pickled.

    Parameters
    ----------
    estimator : TabularMLPClassifierX or TabularMLPRegressorX
        Fitted; a copy is kept.
    method : str
        What is predicted.
    """

    def __init__(self, estimator: Any, method: str) -> None:
        self.estimator, self.method = predicting(estimator), method
        self.estimator._in_double = MemberNetworks(self.estimator.estimators_, keep_rooms=True)
        self._answer = getattr(self.estimator, method)

    def __call__(self, X: Any) -> Any:
        """The prediction for a raw table, a DataFrame or an array.

        Raises
        ------
        ValueError
            If its columns are not those of ``fit``.
        """
        return self._answer(X)

    def __reduce__(self) -> tuple[Any, ...]:
        return TabularPredictor, (self.estimator, self.method)


def predicting(estimator: Any) -> Any:
    """A copy of a fitted estimator, or of its members, without what only training needs."""
    state = estimator._state(training=False) | {"callbacks": None}
    state.pop("_skl_callbacks", None)
    members = state.pop("estimators_", None)
    twin = object.__new__(type(estimator))
    twin._become(copy.deepcopy(state))
    if members is not None:
        twin.estimators_ = [predicting(member) for member in members]
    return twin


def compile_predictor(estimator: Any, method: str | None = None) -> "Predictor | TabularPredictor":
    """A plain function for predictions of a fitted network, without the cost of checks.

    A row takes a third to a half of the time of ``predict_proba``. The outputs are the same bits.
    A tabular estimator makes few checks, and has more networks to ask, so that its predictor takes
    0.8 to 0.95 of the time; it also spares the first call the preparation of the networks.

    Parameters
    ----------
    estimator : MLPClassifierX, MLPRegressorX, TabularMLPClassifierX or TabularMLPRegressorX
        Fitted.
    method : {"predict", "predict_proba", "decision_function"}, optional
        What is predicted; by default ``"predict_proba"`` where the estimator has it, else
        ``"predict"``.

    Returns
    -------
    predictor : Predictor or TabularPredictor
        Call it with an array of numbers of shape (n_rows, n_features). Values that are missing or
        infinite are not looked for, and columns not compared with names. Where an output is not
        finite, the method of the estimator answers, or raises. That of a tabular estimator takes a
        raw table.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If it is no such estimator, or has no such method.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX, compile_predictor
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> predictor = compile_predictor(net)
    >>> predictor(X[:1]).round(3)
    array([[1., 0., 0.]])
    """
    check_is_fitted(estimator)
    if not isinstance(estimator, (BaseMLP, BaseTabularMLP)):
        raise InvalidParameterError(
            "compile_predictor takes MLPClassifierX, MLPRegressorX, TabularMLPClassifierX and "
            f"TabularMLPRegressorX. Got {type(estimator).__name__} instead."
        )
    tabular = isinstance(estimator, BaseTabularMLP)
    answers = [name for name in METHODS if hasattr(estimator, name)]
    if method is None:
        method = "predict_proba" if "predict_proba" in answers else "predict"
    if method not in answers:
        raise InvalidParameterError(
            f"This {type(estimator).__name__} has no method {method!r} to compile. It has "
            f"{', '.join(map(repr, answers))}.{nearest(method, answers)}"
        )
    return TabularPredictor(estimator, method) if tabular else Predictor(estimator, method)
