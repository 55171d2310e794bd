"""Constraints: what weights may not be, whatever the gradient says."""

import numpy as np

from sknn.config import Config, Range, param
from sknn.nn.network import Network

__all__ = ["MaxNorm"]


class MaxNorm(Config):
    """Shorten the vector of incoming weights of each hidden unit to a largest length.

    w <- w * min(1, limit / |w|) for each column of each hidden layer's weights, after each step.
    With it, large learning rates and dropout go well together.

    Parameters
    ----------
    limit : float > 0, default=3.0
        The largest length.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014), "Dropout: a simple way to
    prevent neural networks from overfitting", section 5.1, which finds 3 to 4 good.
    """

    limit: float = param(3.0, Range(0, None, closed="neither"))

    def apply(self, network: Network) -> None:
        """Shorten the weights of a network in place; the output layer is left alone."""
        for weight in network.coefs[:-1]:
            length = np.sqrt(np.einsum("ij,ij->j", weight, weight))
            if length.max() > self.limit:
                weight *= self.limit / np.maximum(length, self.limit)
