"""A report on a model: one page for those who use, build or validate it."""

from sknn.interpret.report.content import Check, Section
from sknn.interpret.report.report import ModelReport

__all__ = ["Check", "ModelReport", "Section"]
