"""Neural networks for scikit-learn users, on NumPy alone."""

__version__ = "0.1.0"

from sknn.diagnostics import diagnose
from sknn.estimators import (
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
)
from sknn.estimators.predictor import compile_predictor
from sknn.nn.blueprint import Layers
from sknn.nn.engine import use_engine, warm_up

__all__ = [
    "Layers",
    "MLPClassifierX",
    "MLPRegressorX",
    "TabularMLPClassifierX",
    "TabularMLPRegressorX",
    "__version__",
    "compile_predictor",
    "diagnose",
    "use_engine",
    "warm_up",
]
