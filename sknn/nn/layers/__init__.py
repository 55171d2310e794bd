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
from sknn.nn.layers.members import (
    MEMBERS,
    BatchEnsemble,
    Members,
    Merge,
    Packed,
    ParallelDense,
    ScaledSplit,
    Split,
    TabM,
    TabMMini,
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
    "MEMBERS",
    "NORMALIZATIONS",
    "PBLD",
    "Activate",
    "AlphaDropout",
    "BaseDropout",
    "BasisLayer",
    "BatchEnsemble",
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
    "Members",
    "Merge",
    "Normalization",
    "Packed",
    "ParallelDense",
    "Periodic",
    "PiecewiseLinear",
    "RMSNorm",
    "Room",
    "Rows",
    "Scale",
    "ScaledSplit",
    "Split",
    "Step",
    "TabM",
    "TabMMini",
    "as_dropout",
    "shape_of",
]
