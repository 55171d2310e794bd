"""Links: from the raw output of a network to what it predicts."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from scipy.special import expit, log_expit

from sknn.nn.activations import Activation, Identity, Logistic
from sknn.nn.express import (
    Ops,
    log_mean_exp,
    log_softmax,
    logistic,
    missing,
    own_formula,
    softplus,
)
from sknn.nn.typing import Array

__all__ = [
    "LINKS",
    "ExpLink",
    "IdentityLink",
    "IncreasingLink",
    "Link",
    "LogisticLink",
    "SoftmaxLink",
]


#: Classes up to which :class:`SoftmaxLink` is faster with classes downwards.
FEW_CLASSES = 32


class Link(ABC):
    """The output function of a network; ``name`` is scikit-learn's ``out_activation_``.

    Attributes
    ----------
    per_target : int
        Raw outputs, and so predictions, for each target; those of a target lie side by side.
    activation : Activation or None
        The same function as an activation, where each prediction depends on one raw output.
    """

    name: str
    per_target: int = 1
    activation: Activation | None = None

    @abstractmethod
    def inverse(self, raw: Array, out: Array) -> None:
        """Write the prediction for the raw output into ``out``, which may be ``raw`` itself."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own_formula(cls, Link, "inverse", "express")
        own_formula(cls, Link, "merge", "express_merge")

    def express(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        """The prediction for the raw output as a formula; see :mod:`sknn.nn.express`."""
        raise missing(self, "express(ops, raw, n_outputs)")

    def express_merge(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        """What :meth:`merge` gives as a formula."""
        raise missing(self, "express_merge(ops, raw, n_outputs)")

    @abstractmethod
    def merge(self, raw: Array) -> Array:
        """The raw output whose prediction is the mean of the predictions of several networks.

        From shape (k, n, q) to (n, q), without overflow or loss of small probabilities.
        """

    @abstractmethod
    def unmerge(self, raw: Array, grad: Array) -> Array:
        """From the gradient at ``merge(raw)`` to that at ``raw``, in a new array."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), self.per_target))

    def __repr__(self) -> str:
        return repr(self.name)


class IdentityLink(Link):
    """The prediction is the raw output."""

    name = "identity"
    activation = Identity()

    def inverse(self, raw: Array, out: Array) -> None:
        if out is not raw:
            np.copyto(out, raw)

    def express(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        return raw

    def express_merge(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        return ops.reshape(ops.mean(raw, 0), (-1, n_outputs))

    def merge(self, raw: Array) -> Array:
        merged: Array = np.mean(raw, axis=0)
        return merged

    def unmerge(self, raw: Array, grad: Array) -> Array:
        each: Array = np.repeat((grad / len(raw))[np.newaxis], len(raw), axis=0)
        return each


class LogisticLink(Link):
    """The prediction is 1 / (1 + exp(-raw)): a probability for each output by itself."""

    name = "logistic"
    activation = Logistic()

    def inverse(self, raw: Array, out: Array) -> None:
        expit(raw, out=out)

    def express(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        return logistic(ops, raw)

    def express_merge(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        yes = log_mean_exp(ops, -softplus(ops, -raw), n_outputs)
        return yes - log_mean_exp(ops, -softplus(ops, raw), n_outputs)

    def merge(self, raw: Array) -> Array:
        return _log_mean_exp(log_expit(raw)) - _log_mean_exp(log_expit(-raw))

    def unmerge(self, raw: Array, grad: Array) -> Array:
        log_p, log_rest = log_expit(raw), log_expit(-raw)
        each: Array = _shares(log_p) * np.exp(log_rest) + _shares(log_rest) * np.exp(log_p)
        each *= grad
        return each


class SoftmaxLink(Link):
    """The prediction is exp(raw_k) / sum_j exp(raw_j): one probability shared by all classes.

    Few classes are put downwards, so that their sums are sums of long rows: of 1000 rows and 10
    classes in 23 microseconds instead of 80.
    """

    name = "softmax"

    def inverse(self, raw: Array, out: Array) -> None:
        if raw.shape[1] > FEW_CLASSES:
            if out is not raw:
                np.copyto(out, raw)
            self._normalize(out, axis=1)
            return
        p = np.array(raw.T, order="C")
        self._normalize(p, axis=0)
        np.copyto(out, p.T)

    def _normalize(self, p: Array, axis: int) -> None:
        p -= np.maximum.reduce(p, axis=axis, keepdims=True)
        np.exp(p, out=p)
        p /= np.add.reduce(p, axis=axis, keepdims=True)

    def express(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        p = ops.exp(raw - ops.max(raw, -1))
        return p / ops.sum(p, -1)

    def express_merge(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        return log_mean_exp(ops, log_softmax(ops, raw), n_outputs)

    def merge(self, raw: Array) -> Array:
        return _log_mean_exp(_log_softmax(raw))

    def unmerge(self, raw: Array, grad: Array) -> Array:
        log_p = _log_softmax(raw)
        each: Array = _shares(log_p) * grad
        each -= np.exp(log_p) * each.sum(axis=-1, keepdims=True)
        return each


class _Exp(Activation):
    """f(x) = exp(x) = f'(x)."""

    def forward(self, x: Array, out: Array) -> None:
        np.exp(x, out=out)

    def backward(self, x: Array, y: Array, grad: Array) -> None:
        grad *= y


class ExpLink(Link):
    """The prediction is exp(raw): a positive mean."""

    name = "exp"
    activation = _Exp()

    def inverse(self, raw: Array, out: Array) -> None:
        np.exp(raw, out=out)

    def express(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        return ops.exp(raw)

    def express_merge(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        return log_mean_exp(ops, raw, n_outputs)

    def merge(self, raw: Array) -> Array:
        return _log_mean_exp(raw)

    def unmerge(self, raw: Array, grad: Array) -> Array:
        each: Array = _shares(raw) * grad
        return each


class IncreasingLink(Link):
    """The predictions of a target are increasing: each next one adds a positive amount.

    With m raw outputs r a target, q_1 = r_1 and q_k = q_(k-1) + log(1 + exp(r_k)). So quantiles
    cannot cross, whatever the network gives. Sums of increments that cannot be negative are how
    Park et al. (2022), "Learning Quantile Functions without Quantile Crossing for
    Distribution-free Time Series Forecasting", keep quantiles in order; that the increment is a
    softplus of the raw output is this package's choice.

    Parameters
    ----------
    per_target : int
        How many predictions each target has.

    Examples
    --------
    >>> raw = np.array([[1.0, 0.0, -9.0]])
    >>> IncreasingLink(3).inverse(raw, out=raw)
    >>> raw.round(4)
    array([[1.    , 1.6931, 1.6933]])
    """

    name = "increasing"

    def __init__(self, per_target: int) -> None:
        self.per_target = per_target

    def inverse(self, raw: Array, out: Array) -> None:
        IdentityLink().inverse(raw, out)
        m = self.per_target
        for k in range(1, m):
            increment = out[:, k::m]  # of all targets
            np.logaddexp(0.0, increment, out=increment)
            increment += out[:, k - 1 :: m]

    def express(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        m = self.per_target
        each = [ops.columns(raw, range(0, n_outputs, m))]
        for k in range(1, m):
            each.append(each[-1] + softplus(ops, ops.columns(raw, range(k, n_outputs, m))))
        return self._interleaved(ops, each, n_outputs)

    def express_merge(self, ops: Ops, raw: Any, n_outputs: int) -> Any:
        m = self.per_target
        mean = ops.reshape(ops.mean(raw, 0), (-1, n_outputs))
        increments = ops.reshape(ops.mean(softplus(ops, raw), 0), (-1, n_outputs))
        each = [ops.columns(mean, range(0, n_outputs, m))]
        for k in range(1, m):
            increment = ops.columns(increments, range(k, n_outputs, m))
            each.append(increment + ops.log(-ops.expm1(-increment)))
        return self._interleaved(ops, each, n_outputs)

    def merge(self, raw: Array) -> Array:
        m = self.per_target
        merged: Array = np.mean(raw, axis=0)
        for k in range(1, m):
            mean = self._mean_increment(raw[..., k::m])
            merged[:, k::m] = mean + np.log(-np.expm1(-mean))  # log(exp(mean) - 1)
        return merged

    def unmerge(self, raw: Array, grad: Array) -> Array:
        m = self.per_target
        each: Array = np.repeat((grad / len(raw))[np.newaxis], len(raw), axis=0)
        for k in range(1, m):
            mean = self._mean_increment(raw[..., k::m])
            each[..., k::m] *= expit(raw[..., k::m]) / -np.expm1(-mean)
        return each

    def _interleaved(self, ops: Ops, each: list[Any], n_outputs: int) -> Any:
        """The k-th predictions of all targets, put side by side for each target."""
        n_targets = n_outputs // self.per_target
        places = np.arange(n_outputs).reshape(self.per_target, n_targets).T.ravel()
        return ops.columns(ops.concat(each, -1), places)

    def _mean_increment(self, raw: Array) -> Array:
        """Means over networks of log(1 + exp(raw)), which are kept above 0."""
        mean = np.logaddexp(0.0, raw).mean(axis=0)
        kept: Array = np.maximum(mean, np.finfo(raw.dtype).tiny)
        return kept

    def backward(self, raw: Array, grad: Array) -> None:
        """Turn the gradient at the predictions into that at the raw output, in place."""
        m = self.per_target
        for k in range(m - 1, 0, -1):  # a prediction moves with all increments up to its own
            grad[:, k - 1 :: m] += grad[:, k::m]
            grad[:, k::m] *= expit(raw[:, k::m])


LINKS: dict[str, Link] = {
    link.name: link for link in (IdentityLink(), LogisticLink(), SoftmaxLink(), ExpLink())
}


def _log_softmax(raw: Array) -> Array:
    shifted: Array = raw - raw.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


def _log_mean_exp(logs: Array) -> Array:
    """The logarithm of the mean of exp(logs) along the first axis."""
    most = logs.max(axis=0)
    mean: Array = np.log(np.exp(logs - most).mean(axis=0))
    mean += most
    return mean


def _shares(logs: Array) -> Array:
    """What each number has of the sum of exp(logs) along the first axis."""
    shares: Array = np.exp(logs - logs.max(axis=0))
    shares /= shares.sum(axis=0)
    return shares
