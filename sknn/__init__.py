"""Neural networks for scikit-learn users, on NumPy alone."""

from typing import TYPE_CHECKING, Any

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
from sknn.train.threads import use_threads
from sknn.version import __version__

if TYPE_CHECKING:
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
    "use_threads",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    """Import files and exports when they are first asked for, since that takes 20 ms."""
    if name not in __all__:
        raise AttributeError(f"module 'sknn' has no attribute {name!r}")
    from sknn import persist

    return getattr(persist, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
