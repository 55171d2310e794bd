"""One number that makes the probabilities of a classifier as sure as they ought to be."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, logsumexp

from sknn.config import AnyOf, Choice, Exactly, Range, check_value
from sknn.exceptions import InvalidParameterError
from sknn.uncertainty.arguments import Floats, class_codes, finite, row_weights

__all__ = ["Temperature", "fit_temperature"]

KINDS = Choice(("multiclass", "binary", "multilabel"))
#: Where log T is looked for: T from 1/1000 to 1000.
BOUNDS = (-math.log(1000), math.log(1000))


@dataclass(frozen=True)
class Temperature:
    r"""A number that divides logits.

    .. math:: p = \operatorname{softmax}(z / T)

    Attributes
    ----------
    value : float > 0
        T. Above 1 the classifier was too sure, below 1 not sure enough.

    Raises
    ------
    InvalidParameterError
        If the value is not positive.

    Examples
    --------
    >>> Temperature(2.0).apply(np.array([1.0, -3.0]))
    array([ 0.5, -1.5])
    """

    value: float

    def __post_init__(self) -> None:
        check_value("value", "Temperature", self.value, Range(0, None, closed="neither"))

    def apply(self, raw: Any) -> Any:
        """Divide raw outputs, which keep their dtype and stay finite.

        Parameters
        ----------
        raw : array
            Logits of one member or of all; divide before the members are averaged.

        Returns
        -------
        raw : array of the same shape
        """
        raw = np.asarray(raw)
        if raw.dtype.kind != "f":
            raw = raw.astype(np.float64)
        largest = np.finfo(raw.dtype).max
        with np.errstate(over="ignore"):
            return np.clip(raw / raw.dtype.type(self.value), -largest, largest)


def fit_temperature(
    raw: Any, y: Any, weight: Any = None, kind: str = "multiclass", n_members: int | None = None
) -> Temperature:
    r"""Find the temperature with the least log-loss on rows that the classifier did not see.

    With :math:`\beta = 1/T`, weights :math:`w_i` and raw outputs :math:`z_i` it minimises

    .. math:: -\sum_i w_i \ln p_{y_i}(\beta z_i) + (\beta - 1 - \ln \beta),
              \qquad p(z) = \operatorname{softmax}(z) \text{ or } 1 / (1 + e^{-z}).

    The last term counts about as much as one row. It is the prior of a gamma distribution of
    :math:`\beta` with its mode at 1, so a few rows that are all right do not lead to T = 0.

    Parameters
    ----------
    raw : array of shape (m, n_outputs) or (n_repeats, m, n_outputs)
        Logits by members that did not see the row; of shape (m,) or one output for "binary".
        Several for each row, from folds that were drawn anew, are averaged as probabilities.
    y : array of int of shape (m,), or (m, n_outputs) of 0 and 1 for "multilabel"
        Numbers of the classes, from 0 on.
    weight : array of shape (m,), optional
        A row of weight 2 counts as two.
    kind : {"multiclass", "binary", "multilabel"}, default="multiclass"
        What the raw outputs are. Labels share one temperature.
    n_members : int >= 1, optional
        How many members will be averaged at new rows; as many as repeats if it is not given. It
        takes at least 2 repeats to have an effect.

    Returns
    -------
    temperature : Temperature
        Of each member, before their probabilities are averaged.

    Raises
    ------
    InvalidParameterError
        For arrays that do not fit each other, or logits that are not finite.

    Notes
    -----
    An average of probabilities is less sure than its members, so the temperature of single
    members makes it too timid. With repeats both :math:`T_1` of single members and :math:`T_r`
    of the average of r are known, and log T is taken to go on in a straight line over 1/k:

    .. math:: \ln T_k = \ln T_1 + \frac{1 - 1/k}{1 - 1/r} (\ln T_r - \ln T_1).

    With one temperature for one model the sum is convex in :math:`\beta`.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017), "On calibration of modern neural networks",
    arXiv:1706.04599, section 4.2; Rahaman, Thiery (2021), "Uncertainty quantification and deep
    ensembles", arXiv:2007.08792, for the average that is too timid.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> z = rng.normal(scale=2, size=4000)
    >>> y = (rng.logistic(size=4000) < z).astype(int)
    >>> round(fit_temperature(3 * z, y, kind="binary").value, 1)
    3.0
    """
    check_value("kind", "fit_temperature", kind, KINDS)
    at_least_one = AnyOf(Range(1, None, integer=True), Exactly(None))
    check_value("n_members", "fit_temperature", n_members, at_least_one)
    z = _repeats(raw, kind)
    n_repeats, n_rows, n_outputs = z.shape
    weight = row_weights(weight, n_rows)
    shape = (n_rows, n_outputs) if kind == "multilabel" else (n_rows,)
    codes = class_codes(y, n_outputs if kind == "multiclass" else 2, shape)

    if kind == "multiclass":
        z = z - z.max(axis=-1, keepdims=True)  # the exponential does not overflow, whatever beta
        true = np.take_along_axis(z, codes[None, :, None], axis=-1)
    else:
        true = z * (2 * codes.reshape(n_rows, -1) - 1)

    def log_p(beta: float) -> Floats:
        """Log-probabilities of what came true, of shape (n_repeats, n_rows, labels)."""
        if kind == "multiclass":
            found: Floats = beta * true - np.log(np.exp(beta * z).sum(axis=-1, keepdims=True))
        else:
            found = log_expit(beta * true)
        return found

    def single(beta: float) -> float:
        return -float(weight @ log_p(beta).mean(axis=0).sum(axis=-1))

    def averaged(beta: float) -> float:
        mean = logsumexp(log_p(beta), axis=0) - math.log(n_repeats)
        return -float(weight @ mean.sum(axis=-1))

    if n_repeats == 1:
        return Temperature(math.exp(_least(single)))
    of_one, of_repeats = _least(single), _least(averaged)
    further = (1 - 1 / (n_members or n_repeats)) / (1 - 1 / n_repeats)
    return Temperature(math.exp(of_one + further * (of_repeats - of_one)))


def _repeats(raw: Any, kind: str) -> Floats:
    """Logits of shape (n_repeats, n_rows, n_outputs)."""
    widths: dict[str, int | str] = {
        "multiclass": "n_classes",
        "binary": 1,
        "multilabel": "n_labels",
    }
    width = widths[kind]
    flat: list[tuple[int | str, ...]] = [("m",)] if kind == "binary" else []
    z = finite("raw", raw, *flat, ("m", width), ("n_repeats", "m", width))
    if z.size == 0 or (kind == "multiclass" and z.shape[-1] < 2):
        raise InvalidParameterError(
            "raw must hold at least one row, and two classes or more if they exclude each other. "
            f"Got shape {z.shape} for kind={kind!r}; one logit for two classes is kind='binary'."
        )
    if z.ndim == 1:
        z = z[:, None]
    return z if z.ndim == 3 else z[None]


def _least(loss: Any) -> float:
    """The log T with the least loss, the prior included."""

    def penalised(log_t: float) -> float:
        beta = math.exp(-log_t)
        return float(loss(beta)) + beta - 1 + log_t

    least = minimize_scalar(penalised, bounds=BOUNDS, method="bounded", options={"xatol": 1e-5})
    return float(least.x)
