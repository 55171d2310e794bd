"""Layers: what a network is stacked from."""

from sknn.nn.layers.activate import Activate
from sknn.nn.layers.base import Layer, Room, Step
from sknn.nn.layers.dense import Dense
from sknn.nn.layers.dropout import DROPOUTS, AlphaDropout, Dropout, DropoutKind, DropoutLayer
from sknn.nn.layers.normalization import (
    NORMALIZATIONS,
    BatchNorm,
    GroupNorm,
    LayerNorm,
    Normalization,
    RMSNorm,
)

__all__ = [
    "DROPOUTS",
    "NORMALIZATIONS",
    "Activate",
    "AlphaDropout",
    "BatchNorm",
    "Dense",
    "Dropout",
    "DropoutKind",
    "DropoutLayer",
    "GroupNorm",
    "Layer",
    "LayerNorm",
    "Normalization",
    "RMSNorm",
    "Room",
    "Step",
]
