"""Initializers: where the weights and biases start.

An initializer draws one weight matrix and one bias vector at a time, in the order of the layers,
from a NumPy ``RandomState``, so that a seed gives the same network again. A bias initializer
draws the biases in its place. Both may then adapt what is drawn to training rows.
"""

from sknn.nn.initializers.base import Draw, Initializer, Spot
from sknn.nn.initializers.biases import (
    BiasInitializer,
    ConstantBias,
    HyperplaneBias,
    NormalBias,
    UniformBias,
    WithBias,
    ZeroBias,
)
from sknn.nn.initializers.data_driven import DataDriven
from sknn.nn.initializers.scaled import (
    Auto,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Normal,
    Uniform,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from sknn.nn.initializers.structured import GivenWeights, Orthogonal, Sparse
from sknn.registry import Registry

__all__ = [
    "BIAS_INITIALIZERS",
    "INITIALIZERS",
    "Auto",
    "BiasInitializer",
    "ConstantBias",
    "DataDriven",
    "Draw",
    "GivenWeights",
    "HeNormal",
    "HeUniform",
    "HyperplaneBias",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Normal",
    "NormalBias",
    "Orthogonal",
    "Sparse",
    "Spot",
    "Uniform",
    "UniformBias",
    "WithBias",
    "XavierNormal",
    "XavierUniform",
    "ZeroBias",
    "Zeros",
]

INITIALIZERS: Registry[Initializer] = Registry(
    "initializer",
    Initializer,  # type: ignore[type-abstract]
    auto=Auto,
    zeros=Zeros,
    uniform=Uniform,
    normal=Normal,
    xavier_uniform=XavierUniform,
    xavier_normal=XavierNormal,
    he_uniform=HeUniform,
    he_normal=HeNormal,
    lecun_uniform=LecunUniform,
    lecun_normal=LecunNormal,
    orthogonal=Orthogonal,
    sparse=Sparse,
    data_driven=DataDriven,
)

BIAS_INITIALIZERS: Registry[BiasInitializer] = Registry(
    "bias initializer",
    BiasInitializer,  # type: ignore[type-abstract]
    zeros=ZeroBias,
    constant=ConstantBias,
    normal=NormalBias,
    uniform=UniformBias,
    hyperplane=HyperplaneBias,
)
