"""Explanations of any fitted scikit-learn estimator, pipeline or function (`sknn[interpret]`).

Rows are those that the user knows: an array, or a frame with strings, categories, booleans and
missing values that a pipeline turns into numbers. Networks of this package are explained faster
and more exactly, since they tell their gradients.
"""

from sknn.interpret import frames as _frames  # noqa: F401 - adds the kinds of frames
from sknn.interpret.attribution import Explanation
from sknn.interpret.gradients import (
    LocalLinearModel,
    integrated_gradients,
    local_linear_model,
)
from sknn.interpret.result import Result
from sknn.interpret.shapley import shap_values

__all__ = [
    "Explanation",
    "LocalLinearModel",
    "Result",
    "integrated_gradients",
    "local_linear_model",
    "shap_values",
]
