"""Neural networks for scikit-learn users, on NumPy alone."""

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
from sknn.persist import (
    SKOPS_TRUSTED_TYPES,
    from_sklearn,
    load,
    register_skl2onnx,
    save,
    to_onnx,
    to_python,
    to_sklearn,
    to_torch,
)
from sknn.version import __version__

__all__ = [
    "SKOPS_TRUSTED_TYPES",
    "Layers",
    "MLPClassifierX",
    "MLPRegressorX",
    "TabularMLPClassifierX",
    "TabularMLPRegressorX",
    "__version__",
    "compile_predictor",
    "diagnose",
    "from_sklearn",
    "load",
    "register_skl2onnx",
    "save",
    "to_onnx",
    "to_python",
    "to_sklearn",
    "to_torch",
    "use_engine",
    "warm_up",
]
