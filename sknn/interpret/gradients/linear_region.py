"""The linear model that a network of straight lines is around a row."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.gradients.slopes import Slopes
from sknn.interpret.model import Model, plain_columns
from sknn.interpret.result import Result
from sknn.interpret.table import Table

__all__ = ["LocalLinearModel", "local_linear_model"]

Array = npt.NDArray[Any]


class LocalLinearModel(Result):
    """A linear model that equals another one around a row.

    Attributes
    ----------
    coef : array of shape (p,) or (p, k)
        Weight of each column that the network sees, on the scale of ``output``.
    intercept : float or array of shape (k,)
    x : array of shape (p,)
        The row as the network sees it.
    distance : float
        From the row to where the linear model ends, Euclidean, in the units of these columns.
    unit : (int, int) or None
        Hidden layer and unit, counted from 1, that switch there.
    nearest_border : str
        The same in words.
    prediction, linear_prediction : float or array of shape (k,)
        What the model and what the linear model tell for the row.
    gap : float
        Their largest difference, which is rounding.
    feature_names : list of str
        Names of the columns that the network sees.
    raw_names : list of str
        For each of them the raw column that it comes from; empty where a step mixes columns.
    output_names : list of str
    output : str
    """

    display: ClassVar[str | None] = "sknn.interpret.plots.linear.LocalLinearDisplay"

    def to_frame(self) -> Any:
        """One line for each column and output: its value, weight, and their product."""
        coef = self["coef"].reshape(len(self["x"]), -1)
        p, k = coef.shape
        feature, output = (index.ravel() for index in np.indices((p, k)))
        return self._frame(
            {
                "feature": np.array(self["feature_names"], dtype=object)[feature],
                "output": np.array(self["output_names"], dtype=object)[output],
                "value": self["x"][feature],
                "coef": coef.ravel(),
                "product": self["x"][feature] * coef.ravel(),
            }
        )


def local_linear_model(estimator: Any, x: Any, *, output: str = "auto") -> LocalLinearModel:
    """The linear model that a network is around one row: exact, not fitted.

    A network of ReLU units, or of others that are straight lines between kinks, cuts its inputs
    into regions, and is a linear model in each: f(x) = x coef + intercept. This is the one that
    ``x`` lies in, with the distance to its border. A small distance says that the weights hold for
    few other rows.

    Parameters
    ----------
    estimator : estimator
        A network of activations that are straight lines (identity, relu, leaky_relu, prelu,
        hard_tanh, hard_sigmoid or binary_step) without normalization or with ``"batch"``, or a
        pipeline or a search that ends in one. A linear model of scikit-learn is one region.
    x : table of one row
    output : {"auto", "logit", "raw", "prediction"}, default="auto"
        The scale. Probabilities are not linear.

    Returns
    -------
    result : LocalLinearModel
        In the columns that the network sees: behind a scaler, weights and the distance are in
        standard deviations.

    Raises
    ------
    NotFittedError
        Before ``fit``.
    InvalidParameterError
        If the network is not made of straight lines, or there is no network, or not one row.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPRegressorX
    >>> from sknn.interpret import local_linear_model
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPRegressorX(hidden_layer_sizes=8, solver="lbfgs", tol=0.01, random_state=0)
    >>> result = local_linear_model(net.fit(X, y), X[:1])
    >>> result.coef.shape, result.gap < 1e-9
    ((4,), True)

    References
    ----------
    Montúfar, Pascanu, Cho, Bengio (2014), "On the number of linear regions of deep neural
    networks", arXiv:1402.1869, section 2.
    """
    if hasattr(x, "to_frame") and np.ndim(x) == 1:
        raise InvalidParameterError(
            f"x must be a table of one row. Got a {type(x).__name__}, which has lost the types of "
            "the columns; pass X.iloc[[0]] or X[[0]]."
        )
    table = Table.of(np.atleast_2d(x) if np.ndim(x) == 1 else x)
    if table.n_rows != 1:
        raise InvalidParameterError(
            f"local_linear_model is that of one row. Got {table.n_rows} rows; pass X[[0]]."
        )
    model = Model.of(estimator, table, output=output)
    if model.output == "proba":
        raise InvalidParameterError(
            "Probabilities are not linear in any region. output='logit' explains their log-odds."
        )
    if model.linear:
        encoded = model.encode(table)
        coef, bias, distance, unit = *model.linear, np.inf, None
    else:
        encoded, coef, bias, distance, unit = _of_network(model, table)
    prediction, told = model(table)[0], encoded[0] @ coef + bias
    if model.output == "prediction" and _is_exponential(model):
        prediction = np.log(prediction)
    gap = float(np.abs(prediction - told).max())
    border = "none: the model is linear" if unit is None else f"hidden {unit[0]}, unit {unit[1]}"
    if model.single:
        coef, bias, prediction, told = coef[:, 0], bias[0], prediction[0], told[0]
    return LocalLinearModel(
        coef=coef,
        intercept=bias,
        x=encoded[0],
        distance=distance,
        unit=unit,
        nearest_border=border,
        prediction=prediction,
        linear_prediction=told,
        gap=gap,
        feature_names=model.encoded_names,
        raw_names=_raw_names(model, table, encoded.shape[1]),
        output_names=model.output_names,
        output=f"log {model.output}" if _is_exponential(model) else model.output,
        method=f"The linear model that {type(model.estimator).__name__} equals around this row, "
        f"exact up to {gap:.1g}, as far as {distance:.3g} from it in the columns that the network "
        f"sees (nearest border: {border}).",
    )


def _of_network(model: Model, table: Table) -> tuple[Array, Array, Array, float, Any]:
    """The encoded row, coefficients (p, k), intercepts (k,), distance and unit on the scale."""
    slopes = Slopes(model, "local_linear_model")
    encoded = slopes.encode(table)  # tells where the scale is no function of the raw output
    if not hasattr(slopes.network, "linear_region"):
        raise InvalidParameterError(
            f"{type(slopes.network).__name__} does not tell its linear regions."
        )
    with plain_columns():
        coef, intercept, distance, unit = slopes.network.linear_region(encoded)
    coef, intercept = coef.reshape(encoded.shape[1], -1), np.atleast_1d(intercept)
    if model.output == "logit" and model.exclusive:
        coef, intercept = coef - coef.mean(axis=1, keepdims=True), intercept - intercept.mean()
    return encoded, coef, intercept, distance, unit


def _is_exponential(model: Model) -> bool:
    return (
        model.output == "prediction"
        and model.network is not None
        and model.network.out_activation_ == "exp"
    )


def _raw_names(model: Model, table: Table, n_encoded: int) -> list[str]:
    owned = model.encoded_columns
    if owned is None:
        return []
    names = [""] * n_encoded
    for name, own in zip(table.names, owned, strict=True):
        for j in own:
            names[j] = name
    return names
