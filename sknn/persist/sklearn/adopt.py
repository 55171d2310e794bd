"""``from_sklearn``: a fitted network of scikit-learn's as one of ours."""

import copy
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sknn.estimators import MLPClassifierX, MLPRegressorX
from sknn.estimators.parts import architecture_of, build_network
from sknn.exceptions import InvalidParameterError
from sknn.nn.network import Network
from sknn.nn.typing import Array
from sknn.persist.sklearn.shared import SHARED, arrays_of, refuse_one_class
from sknn.train.history import History

__all__ = ["from_sklearn"]


def from_sklearn(estimator: Any) -> Any:
    """Make a fitted ``MLPClassifierX`` or ``MLPRegressorX`` of scikit-learn's own network.

    It predicts the same, explains itself, is written as ONNX, and goes on with ``partial_fit``
    where scikit-learn's optimizer stopped.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor, or a Pipeline that ends with one
        Fitted.

    Returns
    -------
    estimator : MLPClassifierX or MLPRegressorX, or a copy of the Pipeline with it
        With copies of the parameters and of all that was learned.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If it is another estimator, or knows one class only.

    See Also
    --------
    to_sklearn : The other way.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neural_network import MLPClassifier
    >>> from sknn import from_sklearn
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifier(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> from_sklearn(net).summary().n_parameters
    803
    """
    if isinstance(estimator, Pipeline):
        again = copy.copy(estimator)
        name, last = estimator.steps[-1]
        again.steps = [*estimator.steps[:-1], (name, from_sklearn(last))]
        return again
    classes: dict[type, type] = {MLPClassifier: MLPClassifierX, MLPRegressor: MLPRegressorX}
    if type(estimator) not in classes:
        raise InvalidParameterError(
            "from_sklearn takes an MLPClassifier or MLPRegressor of scikit-learn, or a Pipeline "
            f"that ends with one. Got {type(estimator).__name__} instead."
        )
    check_is_fitted(estimator)
    made = classes[type(estimator)](**copy.deepcopy(estimator.get_params(deep=False)))
    had = vars(estimator)
    learned = {name: copy.deepcopy(had[name]) for name in SHARED if name in had}
    made.__dict__.update(learned)
    if isinstance(estimator, MLPClassifier):
        refuse_one_class("from_sklearn", estimator)
        kind = estimator._label_binarizer.y_type_
        is_multilabel = kind == "multilabel-indicator"
        made.classes_ = np.array(estimator.classes_)
        few = "multiclass" if len(made.classes_) > 2 else "binary"
        made._label_kind = "multilabel" if is_multilabel else few
        made._sparse_labels = bool(estimator._label_binarizer.sparse_input_) and is_multilabel
    else:
        made.quantiles_ = made.y_mean_ = made.y_scale_ = None
    network = _network_of(made, estimator)
    made.__dict__.update(made._network_attributes(network) | made._output_attributes(network))
    _fill_in(made, estimator, network)
    return made


def _network_of(made: Any, estimator: Any) -> Network:
    coefs, intercepts = estimator.coefs_, estimator.intercepts_
    made._architecture = architecture_of(made, len(coefs[0]), len(intercepts[-1]), coefs[0].dtype)
    network = build_network(made._architecture)
    network.values[...] = _vector([*coefs, *intercepts], network)
    return network


def _fill_in(made: Any, estimator: Any, network: Network) -> None:
    """What ours has beside scikit-learn's attributes, as far as it can be known."""
    curve = list(vars(estimator).get("loss_curve_") or [])
    history = History()
    for epoch, loss in enumerate(curve, start=1):
        history.add_row(epoch=epoch, loss=loss)
    optimizer = vars(estimator).get("_optimizer")
    n_steps = int(getattr(optimizer, "t", 0))
    absent: dict[str, Any] = {"loss_curve_": [], "best_loss_": None, "_no_improvement_count": 0}
    absent |= dict.fromkeys(["validation_scores_", "best_validation_score_"])
    made.__dict__.update({name: value for name, value in absent.items() if name not in vars(made)})
    scores = made.validation_scores_
    made.best_epoch_ = int(np.argmax(scores)) + 1 if scores else None
    made.history_, made.n_updates_ = history.columns, n_steps
    made.engine_, made.stop_reason_ = "numpy: trained by scikit-learn", "Trained by scikit-learn."
    if optimizer is not None:
        made._continuation = _memory(made, optimizer, network)


def _memory(made: Any, optimizer: Any, network: Network) -> dict[str, Any]:
    """What our optimizer would remember in the place of scikit-learn's."""
    is_adam = hasattr(optimizer, "ms")
    if is_adam:
        mean, square = (_vector(arrays, network) for arrays in (optimizer.ms, optimizer.vs))
        state = {"t": int(optimizer.t), "mean": mean, "mean_square": square}
    else:
        state = {"velocity": _vector(optimizer.velocities, network)} if made.momentum else {}
    return {
        "incremental": False,
        "solver": "Adam" if is_adam else "SGD",
        "optimizer": state | {"n_weights": network.n_weights},
        "rate": float(optimizer.learning_rate),
        "initial_rate": made.learning_rate_init,
        "schedule": {},
        "slowdown": 1.0,
        "epochs": made.n_iter_,
        "average": None,
        "trained": None,
        "random_state": None,
        "order": None,
    }


def _vector(arrays: list[Array], network: Network) -> Array:
    """scikit-learn's list of arrays, weights and then biases, as one flat vector."""
    vector: Array = np.zeros_like(network.values)
    for mine, theirs in zip(arrays_of(network, vector), arrays, strict=True):
        mine[...] = theirs
    return vector
