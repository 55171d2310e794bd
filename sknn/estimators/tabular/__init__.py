"""Networks for raw tables, with strong defaults: encoder, members and calibration in one."""

from sknn.estimators.tabular.classifier import TabularMLPClassifierX
from sknn.estimators.tabular.regressor import TabularMLPRegressorX

__all__ = ["TabularMLPClassifierX", "TabularMLPRegressorX"]
