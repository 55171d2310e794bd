"""LIME: a linear model that stands for another one near a row."""

from sknn.interpret.local.surrogate import LimeExplanation, lime

__all__ = ["LimeExplanation", "lime"]
