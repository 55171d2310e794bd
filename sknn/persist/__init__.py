"""Fitted estimators as files and as other programs."""

from sknn.persist.archive import load, save
from sknn.persist.onnx import register_skl2onnx, to_onnx
from sknn.persist.python import to_python
from sknn.persist.sklearn import from_sklearn, to_sklearn
from sknn.persist.skops import SKOPS_TRUSTED_TYPES
from sknn.persist.torch import to_torch

__all__ = [
    "SKOPS_TRUSTED_TYPES",
    "from_sklearn",
    "load",
    "register_skl2onnx",
    "save",
    "to_onnx",
    "to_python",
    "to_sklearn",
    "to_torch",
]
