"""Activation functions: the bend between two layers, each with its derivative.

An activation is a small class with two methods that work in place on whole arrays,
:meth:`Activation.forward` and :meth:`Activation.backward`, and one line in :data:`ACTIVATIONS`.
"""

from sknn.nn.activations.base import Activation
from sknn.nn.activations.learned import LearnedActivation, Parametric, PReLU
from sknn.nn.activations.rectifiers import ELU, SELU, LeakyReLU, ReLU
from sknn.nn.activations.sigmoids import (
    SMHT,
    BinaryStep,
    HardSigmoid,
    HardTanh,
    Identity,
    Logistic,
    Softsign,
    Tanh,
)
from sknn.nn.activations.smooth import GELU, Mish, SiLU, Softplus
from sknn.registry import Registry

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "SELU",
    "SMHT",
    "Activation",
    "BinaryStep",
    "HardSigmoid",
    "HardTanh",
    "Identity",
    "LeakyReLU",
    "LearnedActivation",
    "Logistic",
    "Mish",
    "PReLU",
    "Parametric",
    "ReLU",
    "SiLU",
    "Softplus",
    "Softsign",
    "Tanh",
]

ACTIVATIONS: Registry[Activation] = Registry(
    "activation",
    Activation,  # type: ignore[type-abstract]
    identity=Identity,
    binary_step=BinaryStep,
    logistic=Logistic,
    tanh=Tanh,
    smht=SMHT,
    softsign=Softsign,
    relu=ReLU,
    leaky_relu=LeakyReLU,
    prelu=PReLU,
    elu=ELU,
    selu=SELU,
    gelu=GELU,
    softplus=Softplus,
    silu=SiLU,
    mish=Mish,
    hard_sigmoid=HardSigmoid,
    hard_tanh=HardTanh,
    parametric=Parametric,
)
