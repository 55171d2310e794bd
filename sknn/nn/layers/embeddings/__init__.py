"""Embeddings: single columns as several learned numbers, before the first dense layer."""

from sknn.nn.layers.embeddings.base import BasisLayer, Embedding
from sknn.nn.layers.embeddings.category import Category
from sknn.nn.layers.embeddings.embed import Embed, settle
from sknn.nn.layers.embeddings.periodic import PBLD, Periodic
from sknn.nn.layers.embeddings.piecewise import PiecewiseLinear
from sknn.registry import Registry

__all__ = [
    "EMBEDDINGS",
    "PBLD",
    "BasisLayer",
    "Category",
    "Embed",
    "Embedding",
    "Periodic",
    "PiecewiseLinear",
    "settle",
]

EMBEDDINGS: Registry[Embedding] = Registry(
    "embedding",
    Embedding,  # type: ignore[type-abstract]
    pbld=PBLD,
    periodic=Periodic,
    piecewise_linear=PiecewiseLinear,
    category=Category,
)
