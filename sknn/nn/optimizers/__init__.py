"""Optimizers: from a gradient to the next weights, one registry."""

from sknn.nn.optimizers.adam import Adam
from sknn.nn.optimizers.base import Optimizer, State, StochasticOptimizer
from sknn.nn.optimizers.lbfgs import LBFGS
from sknn.nn.optimizers.momentum import SGD
from sknn.registry import Registry

__all__ = ["LBFGS", "OPTIMIZERS", "SGD", "Adam", "Optimizer", "State", "StochasticOptimizer"]

OPTIMIZERS: Registry[Optimizer] = Registry(
    "solver",
    Optimizer,
    lbfgs=LBFGS,
    sgd=SGD,
    adam=Adam,
)
