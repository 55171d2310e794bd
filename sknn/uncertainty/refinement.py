"""The loss of a classifier that is left when it is as sure as it ought to be."""

from typing import Any

import numpy as np
from scipy.special import expit, log_expit, logsumexp, softmax

__all__ = ["refined_loss"]

#: Steps of Newton's method, the factor by which one may change beta, and when it has arrived.
STEPS, LARGEST_STEP, ARRIVED = 20, 2.0, 1e-4
#: Where beta is looked for.
SMALLEST, LARGEST = 1e-3, 1e3


def refined_loss(raw: Any, y: Any, weight: Any = None) -> float:
    r"""Mean log-loss of logits after they were divided by the temperature that suits them best.

    .. math:: \min_\beta \; \sum_i w_i \, (-\ln p_{y_i}(\beta z_i)) / \sum_i w_i

    It judges how well a classifier tells rows apart, whether or not it is too sure of it. A network
    in training becomes too sure long before it stops to learn.

    Parameters
    ----------
    raw : array of shape (m, n_outputs)
        Logits, of classes that exclude each other or of one or several labels.
    y : array of int of shape (m,), or of 0 and 1 of shape (m, n_outputs)
        Numbers of the classes, or the labels.
    weight : array of shape (m,), optional
        A row of weight 2 counts as two.

    Returns
    -------
    loss : float
        In nats; of several labels their sum. NaN for logits that are not finite.

    Notes
    -----
    The sum is convex in beta = 1 / T, and Newton's method finds its minimum in a few steps.

    References
    ----------
    Berta, Holzmüller, Jordan, Bach (2025), "Rethinking early stopping: refine, then calibrate",
    arXiv:2501.19195.

    Examples
    --------
    >>> z = np.array([[2.0], [-1.0], [1.0], [-2.0]])
    >>> y = np.array([[1], [0], [0], [0]])
    >>> round(refined_loss(z, y), 3), round(refined_loss(100 * z, y), 3)
    (0.47, 0.47)
    """
    z = np.asarray(raw, dtype=np.float64)
    if not np.isfinite(z).all():
        return float("nan")
    share = np.full(len(z), 1.0 / len(z)) if weight is None else weight / weight.sum()
    if y.ndim == 1:
        true = np.take_along_axis(z, y[:, np.newaxis].astype(np.intp), axis=1)
    else:
        true = z * (2.0 * y - 1.0)
    beta = 1.0
    for _ in range(STEPS):
        if y.ndim == 1:
            p = softmax(beta * z, axis=1)
            mean = (p * z).sum(axis=1, keepdims=True)
            slope, curve = mean - true, (p * z * z).sum(axis=1, keepdims=True) - mean**2
        else:
            p = expit(-beta * true)
            slope, curve = -true * p, true**2 * p * (1.0 - p)
        first, second = float(share @ slope.sum(axis=1)), float(share @ curve.sum(axis=1))
        wanted = beta - first / second if second > 0.0 else beta * LARGEST_STEP
        after = min(max(wanted, beta / LARGEST_STEP), beta * LARGEST_STEP)
        after = min(max(after, SMALLEST), LARGEST)
        arrived, beta = abs(after - beta) <= ARRIVED * beta, after
        if arrived:
            break
    if y.ndim == 1:
        loss = logsumexp(beta * z, axis=1, keepdims=True) - beta * true
    else:
        loss = -log_expit(beta * true)
    return float(share @ loss.sum(axis=1))
