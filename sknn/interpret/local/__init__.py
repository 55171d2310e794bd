"""LIME: a linear model that stands for another one near a row."""

from sknn.interpret.local.explanation import LimeExplanation
from sknn.interpret.local.surrogate import lime

__all__ = ["LimeExplanation", "lime"]
