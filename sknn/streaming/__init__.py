"""Streaming: training on data that are larger than memory."""

from sknn.streaming.average import average_fit
from sknn.streaming.fit import fit_stream

__all__ = ["average_fit", "fit_stream"]
