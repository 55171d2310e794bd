"""Explanations by the slopes of a network: fast, and for networks of this package only.

Integrated gradients and the exact linear model around a row have functions of their own; DeepLIFT
and expected gradients are methods of :func:`~sknn.interpret.shap_values`.
"""

from sknn.interpret.gradients.deep import deep_values
from sknn.interpret.gradients.expected import expected_gradients
from sknn.interpret.gradients.integrated import integrated_gradients
from sknn.interpret.gradients.linear_region import LocalLinearModel, local_linear_model

__all__ = [
    "LocalLinearModel",
    "deep_values",
    "expected_gradients",
    "integrated_gradients",
    "local_linear_model",
]
