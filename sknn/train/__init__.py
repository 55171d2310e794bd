"""Training: from a network, a loss and data to fitted weights."""

from sknn.train.callbacks import PrintProgress
from sknn.train.run import Callback, Run

__all__ = ["Callback", "PrintProgress", "Run"]
