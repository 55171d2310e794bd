"""Shapley values: the difference to the mean prediction, shared out fairly among the columns."""

from sknn.interpret.shapley.values import shap_values

__all__ = ["shap_values"]
