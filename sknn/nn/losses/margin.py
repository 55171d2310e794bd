"""Losses of the margin: how clearly the right class wins. They give no probabilities."""

import numpy as np

from sknn.nn.links import LINKS, Link
from sknn.nn.losses.base import ClassificationLoss, Target
from sknn.nn.typing import Array

__all__ = ["Hinge", "SquaredHinge"]


class Hinge(ClassificationLoss):
    """How much the margin of the right answer falls short of 1: the loss of the linear SVM.

    Yes/no outputs: l = sum_k max(0, 1 - s_k raw_k) with s_k = 1 for yes and -1 for no. Several
    exclusive classes: l = max(0, 1 - raw_c + max_{j != c} raw_j) for the true class c, as
    :func:`sklearn.metrics.hinge_loss` computes it.
    The raw output is a margin, not a log-odds, so there are no probabilities.

    Examples
    --------
    >>> raw, grad = np.array([[0.25, 1.0, -3.0]]), np.empty((1, 3))
    >>> Hinge().value_and_grad(raw, np.array([0]), None, grad), grad.tolist()
    (1.75, [[-1.0, 1.0, 0.0]])

    References
    ----------
    Cortes, Vapnik (1995), "Support-Vector Networks"; for several classes Crammer, Singer (2001),
    "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines".
    """

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        missing = _shortfall(raw, y, grad)
        if y.ndim == 1:
            grad *= (missing > 0)[:, np.newaxis]
            return missing
        grad *= missing > 0
        loss: Array = missing.sum(axis=1)
        return loss


class SquaredHinge(ClassificationLoss):
    """The square of the hinge loss: smooth, and harder on answers that are far off.

    Yes/no outputs: l = sum_k max(0, 1 - s_k raw_k)^2 with s_k = 1 for yes and -1 for no. Several
    exclusive classes: l = max(0, 1 - raw_c + max_{j != c} raw_j)^2 for the true class c.
    The raw output is a margin, not a log-odds, so there are no probabilities.

    Examples
    --------
    >>> raw, grad = np.array([[-1.0]]), np.empty((1, 1))
    >>> SquaredHinge().value_and_grad(raw, np.array([[True]]), None, grad), grad.tolist()
    (4.0, [[-4.0]])

    References
    ----------
    Tang (2013), "Deep Learning using Linear Support Vector Machines": the L2-SVM.
    """

    def link(self, exclusive: bool | None) -> Link:
        return LINKS["identity"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        missing = _shortfall(raw, y, grad)
        if y.ndim == 1:
            grad *= 2.0 * missing[:, np.newaxis]
            loss: Array = np.square(missing, out=missing)
            return loss
        grad *= missing
        grad *= 2.0
        loss = np.einsum("ij,ij->i", missing, missing)
        return loss


def _shortfall(raw: Array, y: Target, grad: Array) -> Array:
    """What the margins miss to 1, shape of ``y``, with the slope of each into ``grad``."""
    if y.ndim == 2:
        grad[...] = 1.0
        np.negative(grad, out=grad, where=y)
        missing: Array = raw * grad
        missing += 1.0
        return np.maximum(missing, 0.0, out=missing)
    rows = np.arange(len(y))
    np.copyto(grad, raw)
    grad[rows, y] = -np.inf  # the true class is not its own rival
    rival = grad.argmax(axis=1)
    missing = 1.0 - raw[rows, y] + raw[rows, rival]
    grad[...] = 0.0
    grad[rows, y] = -1.0
    grad[rows, rival] = 1.0
    return np.maximum(missing, 0.0, out=missing)
