"""Neural networks for scikit-learn users, on NumPy alone."""

__version__ = "0.1.0"

from sknn.diagnostics import diagnose
from sknn.estimators import MLPClassifierX, MLPRegressorX

__all__ = ["MLPClassifierX", "MLPRegressorX", "__version__", "diagnose"]
