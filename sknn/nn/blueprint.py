"""From words to layers: which layers a network of the given shape is stacked from."""

from collections.abc import Sequence

from sknn.nn.activations import Activation
from sknn.nn.layers import (
    Activate,
    BaseDropout,
    Dense,
    InputDropoutLayer,
    Layer,
    Normalization,
    as_dropout,
)

__all__ = ["multilayer_perceptron"]


def multilayer_perceptron(
    hidden_layer_sizes: Sequence[int],
    n_outputs: int,
    activations: Sequence[Activation],
    normalization: Normalization | None = None,
    dropout: Sequence[float | str | BaseDropout] = (),
    default_activation: Activation | None = None,
    input_dropout: float = 0.0,
) -> list[Layer]:
    """The layers of a multi-layer perceptron.

    Each hidden layer is dense, activated, normalized before or after that (where asked) and
    dropped out (where asked); the output layer is dense.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int
        Units of each hidden layer; empty for a linear model.
    n_outputs : int
        Units of the output layer.
    activations : sequence of Activation
        One for each hidden layer.
    normalization : Normalization or None
        Normalization of each hidden layer.
    dropout : sequence of float, str or BaseDropout
        Rate of each hidden layer, or its dropout; empty for none.
    default_activation : Activation, optional
        What initializers are told of the output layer where there is no hidden layer.
    input_dropout : float
        Rate of the input columns.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> layers = multilayer_perceptron([5], 1, [ReLU()], dropout=[0.5])
    >>> [type(layer).__name__ for layer in layers]
    ['Dense', 'Activate', 'DropoutLayer', 'Dense']
    """
    layers: list[Layer] = [InputDropoutLayer(input_dropout)] if input_dropout else []
    noise = [as_dropout(given) for given in dropout or [0.0] * len(hidden_layer_sizes)]
    for units, activation, drop in zip(hidden_layer_sizes, activations, noise, strict=True):
        layers.append(Dense(units, activation))
        layers.append(Activate(activation))
        if normalization is not None:
            place = len(layers) - (normalization.position == "before")
            layers.insert(place, normalization.layer())
        if drop.rate:
            layers.append(drop.layer())
    last = activations[-1] if activations else default_activation
    assert last is not None, "a network without hidden layers needs a default_activation"
    layers.append(Dense(n_outputs, last))
    return layers
