"""Streaming: training on data that are larger than memory."""

from sknn.streaming.fit import fit_stream

__all__ = ["fit_stream"]
