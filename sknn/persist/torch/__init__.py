"""PyTorch: a module that predicts, and can be trained further."""

from sknn.persist.torch.convert import to_torch

__all__ = ["to_torch"]
