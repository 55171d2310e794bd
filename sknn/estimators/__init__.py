"""The scikit-learn face: estimators that validate, encode and delegate."""

from sknn.estimators.classifier import MLPClassifierX
from sknn.estimators.regressor import MLPRegressorX
from sknn.estimators.tabular import TabularMLPClassifierX, TabularMLPRegressorX

__all__ = [
    "MLPClassifierX",
    "MLPRegressorX",
    "TabularMLPClassifierX",
    "TabularMLPRegressorX",
]
