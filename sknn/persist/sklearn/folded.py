"""A network as dense layers and one activation, where that is all it is in prediction."""

from typing import NamedTuple

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import Activation, Identity, Logistic, ReLU, Tanh
from sknn.nn.layers import Activate, Dense, Layer, Scale
from sknn.nn.layers.dropout import DropoutLayer
from sknn.nn.layers.normalization.batch import BatchNormLayer
from sknn.nn.network import Network
from sknn.nn.typing import Array

__all__ = ["Folded", "folded"]

#: scikit-learn's activations.
NAMES: dict[type[Activation], str] = {
    Identity: "identity",
    Logistic: "logistic",
    Tanh: "tanh",
    ReLU: "relu",
}


class Folded(NamedTuple):
    """Dense layers with one activation between them.

    Parameters
    ----------
    coefs, intercepts : list of array
        Weights and biases of each.
    activation : str or None
        scikit-learn's name of the activation; None without hidden layers.
    as_it_was : bool
        Whether the arrays are those of the network, and nothing was folded into them.
    """

    coefs: list[Array]
    intercepts: list[Array]
    activation: str | None
    as_it_was: bool


def folded(network: Network) -> Folded:
    """Fold scales and batch normalization into the dense layers beside them.

    Both are a product and a sum for each unit in prediction: y = x f + c. After a dense layer that
    is x (W f) + (b f + c); before one, x (f W) + (c W + b).

    Raises
    ------
    InvalidParameterError
        If there is a layer or an activation that scikit-learn's networks do not have, or one hidden
        layer has another activation than the rest.
    """
    coefs: list[Array] = []
    intercepts: list[Array] = []
    waiting: tuple[Array, Array] | None = None
    names: list[str] = []
    as_it_was, was_dense = True, False
    for layer in network.layers:
        if type(layer) is Dense:
            weight, bias = layer.weight, layer.bias
            if waiting is not None:
                factor, shift = waiting
                weight, bias = factor[:, np.newaxis] * weight, shift @ weight + bias
                waiting = None
            coefs.append(weight.astype(network.dtype))
            intercepts.append(bias.astype(network.dtype))
            was_dense = True
        elif isinstance(layer, (Scale, BatchNormLayer)):
            as_it_was = False
            factor, shift = _affine(layer)
            if was_dense:
                coefs[-1], intercepts[-1] = coefs[-1] * factor, intercepts[-1] * factor + shift
            else:
                waiting = factor, shift
        elif isinstance(layer, Activate) and type(layer.activation) in NAMES:
            names.append(NAMES[type(layer.activation)])
            was_dense = False
        elif not isinstance(layer, DropoutLayer):
            raise InvalidParameterError(
                f"scikit-learn's networks have nothing like {layer.describe()}. They have dense "
                f"layers with one activation out of {', '.join(NAMES.values())}; to_onnx and "
                "to_python take any network."
            )
    if len(set(names)) > 1:
        raise InvalidParameterError(
            "scikit-learn's networks have the same activation in all hidden layers. Got "
            f"{', '.join(names)}; to_onnx and to_python take any network."
        )
    intercepts = [np.asarray(b, network.dtype) for b in intercepts]
    coefs = [np.asarray(w, network.dtype) for w in coefs]
    return Folded(coefs, intercepts, names[0] if names else None, as_it_was)


def _affine(layer: Layer) -> tuple[Array, Array]:
    """f and c of a layer that gives x f + c in prediction, in double precision."""
    values = {name: array.astype(np.float64) for name, array in layer.values.items()}
    if isinstance(layer, Scale):
        return values["scale"], np.zeros_like(values["scale"])
    assert isinstance(layer, BatchNormLayer)
    factor = values["scale"] / np.sqrt(values["variance"] + layer.settings.epsilon)
    return factor, values["shift"] - values["mean"] * factor
