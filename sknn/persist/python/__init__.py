"""Python: a module of one file that predicts with NumPy alone."""

from sknn.persist.python.convert import to_python

__all__ = ["to_python"]
