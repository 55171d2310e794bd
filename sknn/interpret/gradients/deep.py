"""DeepLIFT for ``shap_values(method="deep")``."""

from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.exceptions import InvalidParameterError
from sknn.interpret.gradients.slopes import Slopes
from sknn.interpret.model import Model, plain_columns
from sknn.interpret.players import Players
from sknn.interpret.table import Table

__all__ = ["deep_values"]

Array = npt.NDArray[Any]


def deep_values(
    model: Model, table: Table, background: Table, weight: Array, players: Players
) -> tuple[Array, Array, None]:
    """Contributions by DeepLIFT's rescale rule, averaged over the background.

    They add up exactly, and are found in one pass; but they are no Shapley values, from which they
    differ the more, the more the columns interact and the more the output is bent. On the scale of
    logits, raw outputs and predictions each output is explained by itself (centred logits by the
    centred contributions). A probability of two classes, or of labels that exclude nothing, has the
    rule applied to the logistic function too.

    Parameters
    ----------
    model : Model
        One that ends in a network that tells its ``deeplift``.
    table, background : Table
        Rows to explain, and those to compare with.
    weight : array of shape (n_background,)
        Weights of the background rows, which sum to 1.
    players : Players

    Returns
    -------
    values : array of shape (n, n_players, k)
    base_values : array of shape (k,)
        The mean over the background.
    se : None
        There is no sampling.

    Raises
    ------
    InvalidParameterError
        If the model does not end in such a network, if the network is normalized by rows, or for
        probabilities of several exclusive classes, for which there is no such rule.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(hidden_layer_sizes=8, solver="lbfgs", tol=0.01, random_state=0)
    >>> model, table = Model.of(net.fit(X, y), X), Table.of(X)
    >>> weight = np.full(len(X), 1 / len(X))
    >>> values, base, _ = deep_values(model, table, table, weight, Players.of(None, table))
    >>> float(abs(values.sum(axis=1) + base - model(X)).max().round(8))
    0.0

    References
    ----------
    Shrikumar, Greenside, Kundaje (2017), "Learning important features through propagating
    activation differences", arXiv:1704.02685, section 3.5.1; Lundberg, Lee (2017), "A unified
    approach to interpreting model predictions", arXiv:1705.07874, section 4.2.
    """
    slopes = Slopes(model, "DeepLIFT")
    tied = model.output == "proba" and model.exclusive
    if tied:
        raise InvalidParameterError(
            "DeepLIFT has no rule for the softmax, by which the probabilities of several classes "
            "depend on all raw outputs. output='logit' explains the logarithms of these "
            "probabilities, and shap_values(method='permutation') explains output='proba'."
        )
    encoded, behind = slopes.encode(table), slopes.encode(background)
    with plain_columns():
        values = slopes.network.deeplift(
            encoded, behind, weight, link=model.output in ("proba", "prediction")
        )
    values = values[:, :, np.newaxis] if values.ndim == 2 else values
    if model.output == "logit" and model.exclusive:
        values = values - values.mean(axis=2, keepdims=True)
    return slopes.summed(values, players), weight @ slopes.value(behind), None
