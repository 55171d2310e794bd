"""ONNX: models for onnxruntime, and for every other program that reads them."""

from sknn.persist.onnx.convert import to_onnx
from sknn.persist.onnx.pipelines import register_skl2onnx

__all__ = ["register_skl2onnx", "to_onnx"]
