"""Explanations of any fitted scikit-learn estimator, pipeline or function (`sknn[interpret]`).

Rows are those that the user knows: an array, or a frame with strings, categories, booleans and
missing values that a pipeline turns into numbers. Networks of this package are explained faster
and more exactly, since they tell their gradients.
"""

from sknn.interpret import frames as _frames  # noqa: F401 - adds the kinds of frames
from sknn.interpret.attribution import Explanation
from sknn.interpret.counterfactual import Counterfactuals, counterfactuals
from sknn.interpret.dependence import (
    AccumulatedLocalEffects,
    FriedmanH,
    PartialDependence,
    accumulated_local_effects,
    friedman_h,
    partial_dependence,
)
from sknn.interpret.evaluation import Evaluation, evaluate
from sknn.interpret.gradients import (
    LocalLinearModel,
    integrated_gradients,
    local_linear_model,
)
from sknn.interpret.importance import (
    PermutationImportance,
    SageImportance,
    permutation_importance,
    sage_importance,
)
from sknn.interpret.local import LimeExplanation, lime
from sknn.interpret.plots import (
    ALEDisplay,
    AttributionDisplay,
    CounterfactualDisplay,
    EvaluationDisplay,
    ImportanceDisplay,
    InteractionDisplay,
    LocalLinearDisplay,
    PartialDependenceDisplay,
    SurrogateTreeDisplay,
)
from sknn.interpret.reasons import ReasonCodes, reason_codes
from sknn.interpret.report import ModelReport
from sknn.interpret.result import Result
from sknn.interpret.shapley import shap_values
from sknn.interpret.surrogate import SurrogateTree, surrogate_tree

__all__ = [
    "ALEDisplay",
    "AccumulatedLocalEffects",
    "AttributionDisplay",
    "CounterfactualDisplay",
    "Counterfactuals",
    "Evaluation",
    "EvaluationDisplay",
    "Explanation",
    "FriedmanH",
    "ImportanceDisplay",
    "InteractionDisplay",
    "LimeExplanation",
    "LocalLinearDisplay",
    "LocalLinearModel",
    "ModelReport",
    "PartialDependence",
    "PartialDependenceDisplay",
    "PermutationImportance",
    "ReasonCodes",
    "Result",
    "SageImportance",
    "SurrogateTree",
    "SurrogateTreeDisplay",
    "accumulated_local_effects",
    "counterfactuals",
    "evaluate",
    "friedman_h",
    "integrated_gradients",
    "lime",
    "local_linear_model",
    "partial_dependence",
    "permutation_importance",
    "reason_codes",
    "sage_importance",
    "shap_values",
    "surrogate_tree",
]
