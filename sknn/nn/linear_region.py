"""The linear region of a row: where a network of straight lines is one linear model."""

from typing import NamedTuple

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import Activate, Dense, Embed
from sknn.nn.network import Network
from sknn.nn.typing import Array

__all__ = ["LinearRegion", "linear_region"]


class LinearRegion(NamedTuple):
    """The linear model that a network is around a row, and how far that holds.

    Parameters
    ----------
    coef : array of shape (n_features,) or (n_features, n_outputs)
        Weight of each column; the second shape where there are several raw outputs.
    intercept : float or array of shape (n_outputs,)
        Raw output = x coef + intercept for every x in the region.
    distance : float
        From the row to the nearest border of its region, in the units of the columns (Euclidean);
        infinite for a linear network.
    unit : (int, int) or None
        Hidden layer and unit, both counted from 1, that switch at this border.
    """

    coef: Array
    intercept: Array | float
    distance: float
    unit: tuple[int, int] | None


def linear_region(network: Network, x: Array) -> LinearRegion:
    """The linear region around a row, from the slopes of its units.

    The input z_i of each unit is a linear function of x in the region, with some gradient g_i. A
    unit whose activation bends at k switches on the plane z_i = k, which is |z_i - k| / |g_i| away.
    The smallest of these is exact, since the foot of its perpendicular lies before all other
    planes.

    Parameters
    ----------
    network : Network
        Of dense layers, activations that are straight lines, dropout and batch normalization.
    x : array of shape (n_features,)

    Raises
    ------
    InvalidParameterError
        If a layer is not made of straight lines, or there are members.

    References
    ----------
    Montúfar, Pascanu, Cho, Bengio (2014), "On the number of linear regions of deep neural
    networks", arXiv:1402.1869, section 2; Croce, Hein (2018), "A randomized gradient-free attack
    on ReLU networks", arXiv:1811.11493, section 3, for the border.

    Examples
    --------
    >>> from sknn.nn.activations import ReLU
    >>> network = Network([Dense(2, ReLU()), Activate(ReLU()), Dense(1, ReLU())], 2, "float64")
    >>> network.coefs[0][:] = [[3.0, 1.0], [4.0, -1.0]]
    >>> network.coefs[1][:] = [[1.0], [1.0]]
    >>> linear_region(network, np.array([1.0, 2.0]))
    LinearRegion(coef=array([3., 4.]), intercept=0.0, distance=0.7071067811865475, unit=(1, 2))
    """
    network.refuse_members("A linear region")
    x = x.astype(network.dtype, copy=False)[np.newaxis]
    jacobian: Array = np.eye(network.n_features, dtype=network.dtype)
    distance, unit, n_hidden = np.inf, None, 0
    value = x
    for layer in network.layers:
        room = layer.room(1, network.dtype, training=True)
        if isinstance(layer, Activate):
            n_hidden += 1
            room.y = np.empty_like(value)
            border = _distances(layer, value[0], jacobian)
            i = int(border.argmin())
            if border[i] < distance:
                distance, unit = float(border[i]), (n_hidden, i + 1)
        elif not layer.is_affine:
            instead = "embedding=None" if isinstance(layer, Embed) else "BatchNorm()"
            raise InvalidParameterError(
                f"Only a network of straight lines has linear regions, and {layer.describe()} is "
                f"a curve. {instead} would do."
            )
        value = layer.forward(value, room, None)
        if isinstance(layer, Dense):
            jacobian = jacobian @ layer.values["weight"]
        else:  # works unit by unit
            jacobian = jacobian * layer.pull_back(np.ones_like(value), room)
    intercept = (value - x @ jacobian)[0]
    if network.n_outputs == 1:
        return LinearRegion(jacobian[:, 0], float(intercept[0]), distance, unit)
    return LinearRegion(jacobian, intercept, distance, unit)


def _distances(layer: Activate, z: Array, jacobian: Array) -> Array:
    """How far away each unit switches; infinite where it never does."""
    kinks = layer.activation.kinks
    if kinks is None:
        raise InvalidParameterError(
            f"Only a network of straight lines has linear regions, and {layer.describe()} is a "
            "curve. Activations of straight lines are identity, relu, leaky_relu, prelu, "
            "hard_tanh, hard_sigmoid and binary_step. input_gradient() tells the slope of any."
        )
    size = np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian))
    gap = np.min([np.abs(z - kink) for kink in kinks], axis=0, initial=np.inf, keepdims=False)
    out: Array = np.full(len(z), np.inf)
    np.divide(gap, size, out=out, where=size > 0)
    return out
