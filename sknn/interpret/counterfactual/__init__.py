"""Counterfactuals: the smallest changes of a row after which something else is predicted."""

from sknn.interpret.counterfactual.counterfactuals import Counterfactuals, counterfactuals

__all__ = ["Counterfactuals", "counterfactuals"]
