"""From an estimator to its diagnosis."""

from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sknn.diagnostics.diagnosis import Diagnosis
from sknn.diagnostics.facts import gather
from sknn.diagnostics.measure import measure
from sknn.estimators.base import BaseMLP
from sknn.estimators.tabular.base import BaseTabularMLP

__all__ = ["diagnose"]


def diagnose(estimator: Any, X: Any = None, y: Any = None) -> Diagnosis:
    """Say in words how well a network was trained, and what to try where it was not.

    It looks for vanishing and exploding gradients, dead and saturated units, a learning rate too
    high or too low, overfitting, a loss that does not move, training that ended too early, and
    columns of X that are not scaled. It knows the more, the more it is given:

    - the loss curve, which every fit has;
    - the validation score, of a fit with ``early_stopping`` or with ``X_val`` and ``y_val``;
    - gradients, updates and units of each layer, of a fit with ``callbacks=["gradient_health"]``;
    - units, and with ``y`` gradients, of the network as it is, measured on the rows of ``X``, and
      the scale of its columns.

    Parameters
    ----------
    estimator : estimator
        A fitted ``MLPClassifierX`` or ``MLPRegressorX``, or a fitted pipeline or search whose
        last step is one.
    X : array-like or sparse matrix of shape (n_samples, n_features), optional
        Rows to look at, best those of training, as the estimator takes them.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
        Their targets.

    Returns
    -------
    diagnosis : Diagnosis
        Prints as text; ``findings``, ``verdict``, ``healthy``, ``plot()``, ``to_frame()``.

    Raises
    ------
    TypeError
        If the estimator is not one of sknn's, or y is given without X.
    sklearn.exceptions.NotFittedError
        If it has not been fitted.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX, diagnose
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX([10] * 12, activation="logistic", random_state=0)
    >>> diagnosis = diagnose(net.fit(X, y), X, y)
    >>> diagnosis.verdict
    'Not healthy: vanishing gradients, no better than a guess.'
    >>> diagnosis.findings[0].remedies[0].params
    {'activation': 'relu', 'initializer': 'he_normal'}

    References
    ----------
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks". Karpathy, lecture notes of CS231n, Stanford, "Neural networks part 3", section
    "Babysitting the learning process". The bounds, each with its reason, are in
    ``sknn.diagnostics.thresholds``.
    """
    if X is None and y is not None:
        raise TypeError("diagnose(estimator, X, y) needs X where y is given.")
    network, X = _network_step(estimator, estimator, X)
    check_is_fitted(network)
    return Diagnosis.of(gather(network, None if X is None else measure(network, X, y)))


def _network_step(given: Any, estimator: Any, X: Any) -> tuple[BaseMLP, Any]:
    """The network in a pipeline or search, and X as it sees it."""
    if isinstance(estimator, BaseMLP):
        return estimator, X
    if isinstance(estimator, Pipeline) and isinstance(estimator[-1], BaseTabularMLP):
        estimator = estimator[-1]
    if isinstance(estimator, Pipeline) and _ends_in_network(estimator):
        check_is_fitted(estimator[-1])  # else the steps before would complain
        if X is not None and len(estimator) > 1:
            X = estimator[:-1].transform(X)
        return _network_step(given, estimator[-1], X)
    if hasattr(estimator, "best_estimator_"):
        return _network_step(given, estimator.best_estimator_, X)
    if _ends_in_network(getattr(estimator, "estimator", None)):  # a search
        check_is_fitted(estimator, "best_estimator_")
    raise TypeError(
        "diagnose() takes a fitted MLPClassifierX or MLPRegressorX, or a pipeline or search whose "
        f"last step is one. Got {type(given).__name__} instead.{_hint(estimator)}"
    )


def _hint(estimator: Any) -> str:
    """How to ask for the diagnosis of a member."""
    if not isinstance(estimator, BaseTabularMLP):
        return ""
    return (
        " Its members are networks: diagnose(estimator.estimators_[0], "
        "estimator.encoder_.transform(X), y) looks at the first."
    )


def _ends_in_network(estimator: Any) -> bool:
    while isinstance(estimator, Pipeline):
        estimator = estimator[-1]
    return isinstance(estimator, BaseMLP)
