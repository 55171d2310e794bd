"""Normalization layers: keep the inputs of the next activation, or of the next layer, in one scale.

By the columns of a batch (each unit over the rows) or by its rows (the units of one row).
"""

from sknn.nn.layers.normalization.base import Normalization
from sknn.nn.layers.normalization.batch import BatchNorm
from sknn.nn.layers.normalization.rows import GroupNorm, LayerNorm, RMSNorm
from sknn.registry import Registry

__all__ = ["NORMALIZATIONS", "BatchNorm", "GroupNorm", "LayerNorm", "Normalization", "RMSNorm"]

NORMALIZATIONS: Registry[Normalization] = Registry(
    "normalization",
    Normalization,  # type: ignore[type-abstract]
    batch=BatchNorm,
    layer=LayerNorm,
    group=GroupNorm,
    rms=RMSNorm,
)
