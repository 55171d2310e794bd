"""Initializers: where the weights and the biases start, a registry for each."""

from sknn.nn.initializers.base import BiasInitializer, Initializer, Spot
from sknn.nn.initializers.biases import (
    ConstantBias,
    HyperplaneBias,
    NormalBias,
    UniformBias,
    ZeroBias,
)
from sknn.nn.initializers.scaled import (
    Auto,
    HeNormal,
    HeUniform,
    LeCunNormal,
    LeCunUniform,
    Normal,
    Uniform,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from sknn.nn.initializers.structured import GivenWeights, Orthogonal, Sparse, UnitVariance
from sknn.registry import Registry

__all__ = [
    "BIASES",
    "INITIALIZERS",
    "Auto",
    "BiasInitializer",
    "ConstantBias",
    "GivenWeights",
    "HeNormal",
    "HeUniform",
    "HyperplaneBias",
    "Initializer",
    "LeCunNormal",
    "LeCunUniform",
    "Normal",
    "NormalBias",
    "Orthogonal",
    "Sparse",
    "Spot",
    "Uniform",
    "UniformBias",
    "UnitVariance",
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
    lecun_uniform=LeCunUniform,
    lecun_normal=LeCunNormal,
    orthogonal=Orthogonal,
    sparse=Sparse,
    unit_variance=UnitVariance,
)

BIASES: Registry[BiasInitializer] = Registry(
    "bias initializer",
    BiasInitializer,  # type: ignore[type-abstract]
    zeros=ZeroBias,
    constant=ConstantBias,
    normal=NormalBias,
    uniform=UniformBias,
    hyperplane=HyperplaneBias,
)
