"""From a raw table to the numbers that a network takes."""

from sknn.preprocessing.encoder import TableEncoder
from sknn.preprocessing.scaler import SmoothClipScaler

__all__ = ["SmoothClipScaler", "TableEncoder"]
