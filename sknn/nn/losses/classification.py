"""Losses for class labels."""

import numpy as np
from scipy.special import expit

from sknn.nn.links import LINKS, Link
from sknn.nn.losses.base import ClassificationLoss, Target
from sknn.nn.typing import Array

__all__ = ["LogLoss", "LogisticSquaredError"]


class LogLoss(ClassificationLoss):
    """The negative log-likelihood of the labels: cross-entropy.

    Exclusive classes: l = -log p_c for the true class c, p = softmax(raw), gradient p - onehot(c).
    Yes/no outputs: l = sum_k -log(y_k ? p_k : 1 - p_k), p = logistic(raw), gradient p - y.
    As in scikit-learn, the probability inside the logarithm is kept within [eps, 1 - eps] with
    the machine epsilon of the dtype, so that one hopeless row cannot make the loss infinite.

    Examples
    --------
    >>> raw, grad = np.array([[0.0, 0.0]]), np.empty((1, 2))
    >>> round(LogLoss().value_and_grad(raw, np.array([1]), None, grad), 4), grad.tolist()
    (0.6931, [[0.5, -0.5]])

    References
    ----------
    Bishop (2006), "Pattern Recognition and Machine Learning", eq. 4.90 and 4.108.
    """

    def link(self, exclusive: bool) -> Link:
        return LINKS["softmax" if exclusive else "logistic"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        if y.ndim == 1:
            LINKS["softmax"].inverse(raw, out=grad)
            rows = np.arange(len(y))
            loss = _negative_log(grad[rows, y])
            grad[rows, y] -= 1.0
            return loss
        expit(raw, out=grad)
        loss = _negative_log(np.where(y, grad, 1.0 - grad))
        grad -= y
        return loss[:, 0] if loss.shape[1] == 1 else loss.sum(axis=1)


class LogisticSquaredError(ClassificationLoss):
    """Half the squared error of logistic outputs: the classic lesson on backpropagation.

    l = 1/2 sum_k (p_k - y_k)^2 with p = logistic(raw), gradient (p - y) p (1 - p). Exclusive
    classes are trained one against the rest.

    Examples
    --------
    >>> raw, grad = np.array([[0.0]]), np.empty((1, 1))
    >>> LogisticSquaredError().value_and_grad(raw, np.array([[True]]), None, grad), grad.tolist()
    (0.125, [[-0.125]])

    References
    ----------
    Rumelhart, Hinton, Williams (1986), "Learning representations by back-propagating errors".
    """

    def link(self, exclusive: bool) -> Link:
        return LINKS["logistic"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        p = expit(raw)
        np.copyto(grad, p)
        if y.ndim == 1:
            grad[np.arange(len(y)), y] -= 1.0
        else:
            grad -= y
        loss: Array = 0.5 * np.einsum("ij,ij->i", grad, grad)
        grad *= p
        grad *= 1.0 - p
        return loss


def _negative_log(p: Array) -> Array:
    eps = np.finfo(p.dtype).eps
    result: Array = np.clip(p, eps, 1 - eps, out=p)
    np.log(result, out=result)
    return np.negative(result, out=result)
