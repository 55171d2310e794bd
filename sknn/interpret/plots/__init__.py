"""Pictures of explanations, in the manner of scikit-learn's displays.

A display is made from a result, or with ``from_estimator``; it keeps what it draws and draws it
again, elsewhere, with ``plot(ax)``. ``result.plot()`` is the short way.
"""

from sknn.interpret.plots.ale import ALEDisplay
from sknn.interpret.plots.attribution import AttributionDisplay
from sknn.interpret.plots.counterfactual import CounterfactualDisplay
from sknn.interpret.plots.evaluation import EvaluationDisplay
from sknn.interpret.plots.importance import ImportanceDisplay
from sknn.interpret.plots.interaction import InteractionDisplay
from sknn.interpret.plots.linear import LocalLinearDisplay
from sknn.interpret.plots.partial import PartialDependenceDisplay
from sknn.interpret.plots.tree import SurrogateTreeDisplay

__all__ = [
    "ALEDisplay",
    "AttributionDisplay",
    "CounterfactualDisplay",
    "EvaluationDisplay",
    "ImportanceDisplay",
    "InteractionDisplay",
    "LocalLinearDisplay",
    "PartialDependenceDisplay",
    "SurrogateTreeDisplay",
]
