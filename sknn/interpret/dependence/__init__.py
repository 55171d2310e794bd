"""How predictions depend on one column or two."""

from sknn.interpret.dependence.ale import AccumulatedLocalEffects, accumulated_local_effects
from sknn.interpret.dependence.interaction import FriedmanH, friedman_h
from sknn.interpret.dependence.partial import PartialDependence, partial_dependence

__all__ = [
    "AccumulatedLocalEffects",
    "FriedmanH",
    "PartialDependence",
    "accumulated_local_effects",
    "friedman_h",
    "partial_dependence",
]
