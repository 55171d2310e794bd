"""Normalization layers: keep the inputs of the next layer in one scale, one registry."""

from sknn.nn.layers.normalization.base import Normalization, NormalizationLayer
from sknn.nn.layers.normalization.batch import BatchNorm, BatchNormLayer
from sknn.nn.layers.normalization.rows import GroupNorm, LayerNorm, RMSNorm, RowNormLayer
from sknn.registry import Registry

__all__ = [
    "NORMALIZATIONS",
    "BatchNorm",
    "BatchNormLayer",
    "GroupNorm",
    "LayerNorm",
    "Normalization",
    "NormalizationLayer",
    "RMSNorm",
    "RowNormLayer",
]

NORMALIZATIONS: Registry[Normalization] = Registry(
    "normalization",
    Normalization,  # type: ignore[type-abstract]
    batch=BatchNorm,
    layer=LayerNorm,
    group=GroupNorm,
    rms=RMSNorm,
)
