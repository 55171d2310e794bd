"""``to_sklearn``: a fitted network of ours as one of scikit-learn's."""

import copy
import warnings
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.validation import check_is_fitted

from sknn.config import Config
from sknn.estimators.base import BaseMLP
from sknn.estimators.parts import optimizer_of
from sknn.exceptions import InvalidParameterError
from sknn.nn.blueprint import units_of
from sknn.nn.links import ExpLink, IdentityLink
from sknn.nn.optimizers import LBFGS, SGD
from sknn.nn.optimizers.adam import Adam
from sknn.nn.typing import Array
from sknn.persist.sklearn.folded import Folded, folded
from sknn.persist.sklearn.shared import SHARED, arrays_of, refuse_one_class

__all__ = ["to_sklearn"]

#: Attributes that scikit-learn has of the stochastic solvers only.
OF_EPOCHS = (
    "loss_curve_", "best_loss_", "validation_scores_", "best_validation_score_",
    "_no_improvement_count",
)  # fmt: skip


def to_sklearn(estimator: Any) -> Any:
    """Make a fitted ``MLPClassifier`` or ``MLPRegressor`` of a fitted network.

    It predicts the same, to rounding, and can be used and unpickled where sknn is not installed.
    Scales and batch normalization are folded into the weights, and so is ``standardize_y``.

    Parameters
    ----------
    estimator : MLPClassifierX, MLPRegressorX, or a Pipeline that ends with one
        Fitted, with layers that scikit-learn has: one activation out of identity, logistic, tanh
        and relu, and the output function of its losses. How it was trained does not matter.

    Returns
    -------
    estimator : MLPClassifier or MLPRegressor, or a copy of the Pipeline with it
        With scikit-learn's parameters, where it has the value, and else with their defaults. Where
        nothing was folded, ``partial_fit`` goes on with the optimizer as it was, for Adam and SGD.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If scikit-learn has no such network, or no classifier of one class; the message says what
        it does not have.

    See Also
    --------
    from_sklearn : The other way.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX, to_sklearn
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    >>> type(to_sklearn(net)).__name__, to_sklearn(net).score(X, y) == net.score(X, y)
    ('MLPClassifier', True)
    """
    if isinstance(estimator, Pipeline):
        again = copy.copy(estimator)
        name, last = estimator.steps[-1]
        again.steps = [*estimator.steps[:-1], (name, to_sklearn(last))]
        return again
    if not isinstance(estimator, BaseMLP):
        raise InvalidParameterError(
            "to_sklearn takes an MLPClassifierX or MLPRegressorX, or a Pipeline that ends with "
            f"one. Got {type(estimator).__name__} instead."
        )
    check_is_fitted(estimator)
    _check_outputs(estimator)
    parts = folded(estimator._fitted_network())
    made = _with_parameters(estimator, parts)
    coefs, intercepts, is_scaled = _in_units(estimator, parts)
    made.coefs_ = [np.array(coef) for coef in coefs]
    made.intercepts_ = [np.array(intercept) for intercept in intercepts]
    # what early stopping goes back to if no epoch of a warm start is better
    made._best_coefs = [coef.copy() for coef in made.coefs_]
    made._best_intercepts = [intercept.copy() for intercept in made.intercepts_]
    had = vars(estimator)
    absent = OF_EPOCHS if made.solver == "lbfgs" else ()
    for name in SHARED:
        if name in had and name not in absent:
            setattr(made, name, copy.deepcopy(had[name]))
    made.n_layers_ = len(coefs) + 1
    if is_classifier(estimator):
        _encode_labels(made, estimator)
    memory = had.get("_continuation")
    if memory is not None and parts.as_it_was and not is_scaled:
        _hand_on_optimizer(made, estimator, memory)
    return made


def _check_outputs(estimator: Any) -> None:
    """That the classes and the output function are those of a network of scikit-learn's."""
    link = estimator._fitted_link
    if is_classifier(estimator):
        refuse_one_class("to_sklearn", estimator)
        wanted = "softmax" if estimator._labels.exclusive else "logistic"
        fits = link.name == wanted
    else:
        fits, wanted = isinstance(link, (IdentityLink, ExpLink)), "identity or exp"
    if not fits:
        raise InvalidParameterError(
            f"The output function of scikit-learn's network would be {wanted} here. Got "
            f"{link.name}, of loss={estimator.loss!r}; to_onnx and to_python take any loss."
        )


def _in_units(estimator: Any, parts: Folded) -> tuple[list[Array], list[Array], bool]:
    """The layers with the scale of the targets in the last one, and whether it has one."""
    mean = vars(estimator).get("y_mean_")
    if mean is None:
        return parts.coefs, parts.intercepts, False
    scale, dtype = estimator.y_scale_, parts.coefs[-1].dtype
    last = (parts.coefs[-1] * scale).astype(dtype)
    bias = (parts.intercepts[-1] * scale + mean).astype(dtype)
    return [*parts.coefs[:-1], last], [*parts.intercepts[:-1], bias], True


def _with_parameters(estimator: Any, parts: Folded) -> Any:
    """An estimator of scikit-learn with the parameters that it has too."""
    cls = MLPClassifier if is_classifier(estimator) else MLPRegressor
    made = cls()
    ours, names = estimator.get_params(deep=False), made.get_params()
    plain = {k: ours[k] for k in names if k in ours and not isinstance(ours[k], Config)}
    solver = optimizer_of(estimator)
    solvers = {LBFGS: "lbfgs", SGD: "sgd"}
    plain["solver"] = next((n for c, n in solvers.items() if isinstance(solver, c)), "adam")
    plain |= {k: v for k, v in solver.get_params(deep=False).items() if k in names}
    plain["hidden_layer_sizes"] = tuple(int(n) for n in units_of(estimator.hidden_layer_sizes))
    plain["activation"] = parts.activation or "relu"
    if plain.get("learning_rate") not in ("constant", "invscaling", "adaptive"):
        plain["learning_rate"] = "constant"
    if plain.get("batch_size") != "auto" and type(plain.get("batch_size")) is not int:
        plain["batch_size"] = "auto"
    if "loss" in names:
        is_positive = isinstance(estimator._fitted_link, ExpLink)
        plain["loss"] = "poisson" if is_positive else "squared_error"
    plain["verbose"] = bool(plain["verbose"])
    return made.set_params(**plain)


def _encode_labels(made: Any, estimator: Any) -> None:
    """The encoder of labels that scikit-learn keeps, fitted on all of them."""
    labels = estimator._labels
    y = estimator.classes_
    if labels.kind == "multilabel":
        y = np.array([[0] * len(y), [1] * len(y)])
    made._label_binarizer = LabelBinarizer().fit(y)
    made.classes_ = made._label_binarizer.classes_


def _hand_on_optimizer(made: Any, estimator: Any, memory: dict[str, Any]) -> None:
    """Give scikit-learn's optimizer, where there is one, what ours remembers."""
    if memory["solver"] not in ("Adam", "SGD") or not isinstance(
        optimizer_of(estimator), (Adam, SGD)
    ):
        return
    rows = np.zeros((2, made.n_features_in_), made.coefs_[0].dtype)
    twin = MLPRegressor(**_twin_params(made))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twin.partial_fit(rows, np.zeros((2, made.n_outputs_)).squeeze())
    optimizer, state = twin._optimizer, memory["optimizer"]
    network = estimator._fitted_network()

    def lists(vector: Array) -> list[Array]:
        return [array.copy() for array in arrays_of(network, vector)]

    if memory["solver"] == "Adam":
        optimizer.t = int(state["t"])
        optimizer.ms, optimizer.vs = lists(state["mean"]), lists(state["mean_square"])
    else:
        zeros = np.zeros_like(network.values)
        optimizer.velocities = lists(state.get("velocity", zeros))
        optimizer.learning_rate = memory["rate"]
    made._optimizer = optimizer


def _twin_params(made: Any) -> dict[str, Any]:
    """The parameters of a regressor that makes the same kind of optimizer."""
    names = (
        "hidden_layer_sizes", "activation", "solver", "learning_rate", "learning_rate_init",
        "power_t", "momentum", "nesterovs_momentum", "beta_1", "beta_2", "epsilon",
    )  # fmt: skip
    return {name: getattr(made, name) for name in names}
