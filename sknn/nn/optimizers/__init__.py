"""Optimizers: from a gradient to the next weights, one registry."""

from sknn.nn.optimizers.adam import Adam, Adamax, AdamW, AMSGrad, Nadam
from sknn.nn.optimizers.adaptive import Adadelta, Adagrad, RMSprop
from sknn.nn.optimizers.base import DecoupledDecay, Optimizer, State, StochasticOptimizer
from sknn.nn.optimizers.lbfgs import LBFGS
from sknn.nn.optimizers.momentum import SGD
from sknn.nn.optimizers.sign import Lion, Rprop
from sknn.registry import Registry

__all__ = [
    "LBFGS",
    "OPTIMIZERS",
    "SGD",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "DecoupledDecay",
    "Lion",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "Rprop",
    "State",
    "StochasticOptimizer",
]

OPTIMIZERS: Registry[Optimizer] = Registry(
    "solver",
    Optimizer,
    lbfgs=LBFGS,
    sgd=SGD,
    adam=Adam,
    adamw=AdamW,
    amsgrad=AMSGrad,
    adamax=Adamax,
    nadam=Nadam,
    rmsprop=RMSprop,
    adagrad=Adagrad,
    adadelta=Adadelta,
    lion=Lion,
    rprop=Rprop,
)
