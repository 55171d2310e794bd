"""How training starts: weights that look at the data, and what a user should know of them."""

import warnings
from itertools import pairwise
from typing import Any

import numpy as np

from sknn.exceptions import EqualUnitsWarning, NoGradientWarning
from sknn.nn.initializers import Initializer
from sknn.nn.layers import Activate, Dense, Dropout
from sknn.nn.network import Network
from sknn.nn.typing import Array

__all__ = ["adapt_to_rows", "warn_of_equal_units", "warn_of_no_gradient"]

#: Most rows that an initializer looks at: they give a standard deviation to about 2 percent.
MOST_ROWS = 2048


def adapt_to_rows(
    network: Network,
    initializer: Initializer,
    X: Any,
    weight: Array | None,
    rows: Any,
    rng: np.random.RandomState,
) -> None:
    """Let an initializer that wants to see training rows fit the weights that it drew to them.

    Parameters
    ----------
    network : Network
        With weights that the initializer has drawn.
    initializer : Initializer
        Nothing is done, and nothing drawn, unless it ``adapts``.
    X, weight : as in ``fit``
        Rows without weight are not looked at.
    rows : array of int or None
        Which rows are trained on; None is all.
    rng : RandomState
        Draws the rows where there are more than 2048.
    """
    if not initializer.adapts:
        return
    rows = np.arange(X.shape[0]) if rows is None else rows
    rows = rows if weight is None else rows[weight[rows] > 0]
    if len(rows) > MOST_ROWS:
        rows = rng.choice(rows, MOST_ROWS, replace=False)
    share = np.ones(len(rows)) if weight is None else weight[rows].astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # of huge values training itself will tell
        network.adapt(initializer, X[rows], share / share.sum(), rng)


def warn_of_no_gradient(network: Network) -> None:
    """Tell of hidden layers that cannot learn, since a later activation has no slope."""
    activations = [layer.activation for layer in network.layers if isinstance(layer, Activate)]
    flat = [number for number, part in enumerate(activations, start=1) if not part.has_gradient]
    if flat:
        last = flat[-1]
        layers = "hidden layer 1" if last == 1 else f"the hidden layers 1 to {last}"
        warnings.warn(
            f"{activations[last - 1]!r}, the activation of hidden layer {last}, has derivative 0 "
            f"everywhere, so {layers} cannot learn. Use BinaryStep(straight_through=True) for a "
            "step that can be trained through, or an activation with a slope.",
            NoGradientWarning,
            stacklevel=2,
        )


def warn_of_equal_units(network: Network) -> None:
    """Tell of hidden layers whose units start alike and will stay so."""
    numbers = _layers_of_equal_units(network)
    if numbers:
        layers = f"layer {numbers[0]}" if len(numbers) == 1 else f"layers {numbers}"
        warnings.warn(
            f"All units of the hidden {layers} start with equal weights and biases. They get equal "
            "gradients and stay alike, so that each such layer can do no more than a single unit. "
            "Choose an initializer that draws its weights at random, such as 'auto', 'he_normal' "
            "or 'orthogonal'.",
            EqualUnitsWarning,
            stacklevel=2,
        )


def _layers_of_equal_units(network: Network) -> list[int]:
    """Numbers, from 1, of the hidden layers of two or more units that nothing tells apart.

    Two units are told apart by their own weights, by the weights of the next layer, or by dropout.
    """
    places = [place for place, layer in enumerate(network.layers) if isinstance(layer, Dense)]
    numbers = []
    for number, (place, next_place) in enumerate(pairwise(places), start=1):
        block, following = network.layers[place:next_place], network.layers[next_place]
        if (
            block[0].n_out > 1
            and not any(isinstance(layer, Dropout) for layer in block)
            and _columns_are_equal(block[0].values["weight"])
            and _columns_are_equal(block[0].values["bias"])
            and _columns_are_equal(following.values["weight"].T)
        ):
            numbers.append(number)
    return numbers


def _columns_are_equal(array: Array) -> bool:
    first: Any = array[..., :1]
    # the first two tell most matrices apart at once
    return bool(np.array_equal(first, array[..., 1:2]) and (array == first).all())
