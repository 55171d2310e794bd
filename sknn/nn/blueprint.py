"""From words to layers: which layers a network of the given shape is stacked from."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sknn.config import Config, Range, param
from sknn.nn.activations import Activation
from sknn.nn.layers import (
    Activate,
    BaseDropout,
    Dense,
    Embed,
    Embedding,
    InputDropoutLayer,
    Layer,
    Members,
    Merge,
    Normalization,
    Scale,
    as_dropout,
)
from sknn.nn.links import Link

__all__ = ["Layers", "multilayer_perceptron", "units_of"]


class Layers(Config):
    """Hidden layers of one width, so that a search has two numbers in place of a tuple.

    ``hidden_layer_sizes=Layers(depth=3, width=64)`` is ``(64, 64, 64)``, and its settings are
    parameters of the estimator: ``hidden_layer_sizes__depth`` and ``hidden_layer_sizes__width``.

    Parameters
    ----------
    depth : int >= 0, default=1
        Hidden layers; 0 is a linear model.
    width : int >= 1, default=100
        Units of each.

    Examples
    --------
    >>> Layers(depth=3, width=64).sizes
    (64, 64, 64)
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sknn import MLPClassifierX
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(Layers(), solver="lbfgs", max_iter=2000, random_state=0)
    >>> grid = {"hidden_layer_sizes__depth": [1], "hidden_layer_sizes__width": [5]}
    >>> GridSearchCV(net, grid).fit(X, y).best_estimator_.hidden_layer_sizes
    Layers(depth=1, width=5)
    """

    depth: int = param(1, Range(0, None, integer=True))
    width: int = param(100, Range(1, None, integer=True))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return (self.width,) * self.depth


def units_of(hidden_layer_sizes: Any) -> list[Any]:
    """Units of each hidden layer, from a number, several, or :class:`Layers`.

    >>> units_of(5), units_of((5, 4)), units_of(Layers(2, 3)), units_of(())
    ([5], [5, 4], [3, 3], [])
    """
    if isinstance(hidden_layer_sizes, Layers):
        return list(hidden_layer_sizes.sizes)
    units: list[Any] = np.atleast_1d(np.asarray(hidden_layer_sizes)).tolist()
    return units


def multilayer_perceptron(
    hidden_layer_sizes: Sequence[int],
    n_outputs: int,
    activations: Sequence[Activation],
    normalization: Normalization | None = None,
    dropout: Sequence[float | str | BaseDropout] = (),
    default_activation: Activation | None = None,
    input_dropout: float = 0.0,
    embedding: Sequence[Embedding] = (),
    input_scaling: bool = False,
    members: Members | None = None,
    link: Link | None = None,
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
    embedding : sequence of Embedding
        Embeddings of the input columns, with their columns as tuples.
    input_scaling : bool
        Begin with a :class:`~sknn.nn.layers.Scale`.
    members : Members or None
        Several networks in one, from the first dense layer on.
    link : Link or None
        With ``members``: from the raw output to what they predict the mean of.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> layers = multilayer_perceptron([5], 1, [ReLU()], dropout=[0.5])
    >>> [type(layer).__name__ for layer in layers]
    ['Dense', 'Activate', 'DropoutLayer', 'Dense']
    """
    layers: list[Layer] = [InputDropoutLayer(input_dropout)] if input_dropout else []
    embed = Embed(embedding) if embedding else None
    if embed is not None:
        layers.append(embed)
    if input_scaling:
        layers.append(Scale())
    if members is not None:
        layers.append(members.split(embed))
    noise = [as_dropout(given) for given in dropout or [0.0] * len(hidden_layer_sizes)]
    hidden = zip(hidden_layer_sizes, activations, noise, strict=True)
    for number, (units, activation, drop) in enumerate(hidden, start=1):
        dense = Dense(units, activation)
        layers.append(dense if members is None else members.hidden(number, units, activation))
        layers.append(Activate(activation))
        if normalization is not None:
            place = len(layers) - (normalization.position == "before")
            layers.insert(place, normalization.layer())
        if drop.rate:
            layers.append(drop.layer())
    last = activations[-1] if activations else default_activation
    assert last is not None, "a network without hidden layers needs a default_activation"
    if members is None:
        return [*layers, Dense(n_outputs, last)]
    assert link is not None, "members need the link of what they predict the mean of"
    return [*layers, members.output(n_outputs, last), Merge(members.n_members, link)]
