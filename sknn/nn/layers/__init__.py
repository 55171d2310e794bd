"""Layers: what a network is stacked from."""

from sknn.nn.layers.activate import Activate
from sknn.nn.layers.base import Layer, Room, Rows, Step, shape_of
from sknn.nn.layers.dense import Dense
from sknn.nn.layers.dropout import (
    DROPOUTS,
    AlphaDropout,
    BaseDropout,
    Dropout,
    InputDropoutLayer,
    as_dropout,
)
from sknn.nn.layers.embeddings import (
    EMBEDDINGS,
    PBLD,
    BasisLayer,
    Category,
    Embed,
    Embedding,
    Periodic,
    PiecewiseLinear,
)
from sknn.nn.layers.normalization import (
    NORMALIZATIONS,
    BatchNorm,
    GroupNorm,
    LayerNorm,
    Normalization,
    RMSNorm,
)
from sknn.nn.layers.scale import Scale

__all__ = [
    "DROPOUTS",
    "EMBEDDINGS",
    "NORMALIZATIONS",
    "PBLD",
    "Activate",
    "AlphaDropout",
    "BaseDropout",
    "BasisLayer",
    "BatchNorm",
    "Category",
    "Dense",
    "Dropout",
    "Embed",
    "Embedding",
    "GroupNorm",
    "InputDropoutLayer",
    "Layer",
    "LayerNorm",
    "Normalization",
    "Periodic",
    "PiecewiseLinear",
    "RMSNorm",
    "Room",
    "Rows",
    "Scale",
    "Step",
    "as_dropout",
    "shape_of",
]
