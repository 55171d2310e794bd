"""Members: several networks in one, each with heads of its own, averaged in prediction."""

from sknn.nn.layers.members.base import Members, Packed
from sknn.nn.layers.members.dense import BatchEnsemble, ParallelDense
from sknn.nn.layers.members.merge import Merge
from sknn.nn.layers.members.split import ScaledSplit, Split
from sknn.nn.layers.members.tabm import TabM, TabMMini
from sknn.registry import Registry

__all__ = [
    "MEMBERS",
    "BatchEnsemble",
    "Members",
    "Merge",
    "Packed",
    "ParallelDense",
    "ScaledSplit",
    "Split",
    "TabM",
    "TabMMini",
]

MEMBERS: Registry[Members] = Registry(
    "members",
    Members,  # type: ignore[type-abstract]
    tabm=TabM,
    tabm_mini=TabMMini,
    packed=Packed,
)
