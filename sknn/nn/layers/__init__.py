"""Layers: what a network is stacked from."""

from sknn.nn.layers.activate import Activate
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.dense import Dense
from sknn.nn.layers.dropout import Dropout
from sknn.nn.layers.normalization import NORMALIZATIONS, BatchNorm, Normalization

__all__ = [
    "NORMALIZATIONS",
    "Activate",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Layer",
    "Normalization",
    "Room",
    "Step",
]
