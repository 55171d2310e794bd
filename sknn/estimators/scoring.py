"""What early stopping watches: accuracy or R^2, the validation loss, or any scikit-learn scorer."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import get_scorer, get_scorer_names

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError, NotOfferedError
from sknn.nn.losses.base import Target
from sknn.nn.network import Network
from sknn.nn.typing import Array, IndexArray
from sknn.uncertainty import refined_loss

__all__ = ["HeldOut", "IsScorer", "Rows", "loss_of", "validator"]


#: What is no scorer of scikit-learn.
OWN = ("loss", "refined_loss")


class IsScorer:
    """Accepts ``"loss"``, ``"refined_loss"``, a scikit-learn scorer's name, or a callable one."""

    def accepts(self, value: object) -> bool:
        if isinstance(value, str):
            return value in OWN or value in get_scorer_names()
        return callable(value) and not isinstance(value, type) and not _is_metric(value)

    def describe(self) -> str:
        return (
            "'loss', 'refined_loss', a str among sklearn.metrics.get_scorer_names(), a callable "
            "scorer(estimator, X, y)"
        )

    def hint(self, value: object) -> str:
        if _is_metric(value):
            return f" Did you mean make_scorer({value.__name__})?"  # type: ignore[attr-defined]
        return nearest(value, [*OWN, *get_scorer_names()])


class Rows:
    """Some rows of a table, which are gathered a slice at a time, so that they take no memory.

    Parameters
    ----------
    table : array of shape (n, n_features)
        Its rows should lie one after another, as in a file.
    numbers : array of int
        Which rows.

    Examples
    --------
    >>> Rows(np.array([[1.0], [2.0], [3.0]]), np.array([2, 0]))[0:1]
    array([[3.]])
    """

    def __init__(self, table: Array, numbers: IndexArray) -> None:
        self.table, self.numbers = table, numbers
        self.shape = (len(numbers), *table.shape[1:])

    def __getitem__(self, part: slice) -> Array:
        return self.table[self.numbers[part]]

    @classmethod
    def of(cls, table: Any, numbers: IndexArray) -> Any:
        """The rows, or a copy of them where gathering them again and again would be slow."""
        quick = isinstance(table, np.ndarray) and table.flags.c_contiguous
        return cls(table, numbers) if quick else table[numbers]


@dataclass(frozen=True)
class HeldOut:
    """Rows to validate on.

    Parameters
    ----------
    X : array, CSR or Rows of shape (n_samples, n_features)
        The rows.
    y : array
        Their targets as the user gave them, which scorers are handed.
    target : array
        The same encoded for the loss; numbers in the units of ``y``.
    weight : array of shape (n_samples,) or None
        Sample weights.
    """

    X: Any
    y: Any
    target: Target
    weight: Array | None


def validator(estimator: Any, network: Network, held_out: HeldOut) -> Callable[[], float]:
    """A function that scores the network as it is, by the estimator's ``early_stopping_scoring``.

    It returns NaN where the raw output is no longer finite.
    """
    scoring = estimator.early_stopping_scoring
    X, weight = held_out.X, held_out.weight
    if scoring is None:
        return lambda: estimator._score_raw(network.raw_output(X), held_out.target, weight)
    if isinstance(scoring, str) and scoring in OWN:
        if scoring == "refined_loss" and gives_logits(estimator):
            target = held_out.target
            return lambda: -refined_loss(network.raw_output(X), target, weight)
        mean_loss = loss_of(estimator, network, held_out)
        return lambda: -mean_loss()
    return _ScorerCall(estimator, network, held_out)


def loss_of(estimator: Any, network: Network, held_out: HeldOut) -> Callable[[], float]:
    """A function that returns the mean loss of the network as it is, without penalty."""
    loss, target = estimator._loss(), estimator._scaled(held_out.target, network.dtype)

    def mean_loss() -> float:
        raw = network.raw_output(held_out.X)
        return float(loss.value_and_grad(raw, target, held_out.weight, np.empty_like(raw)))

    return mean_loss


def gives_logits(estimator: Any) -> bool:
    """Whether the raw output is that of a classifier, to be made probabilities of."""
    return is_classifier(estimator) and estimator._output_link().name in ("logistic", "softmax")


class _ScorerCall:
    """Calls a scorer with an estimator that predicts by the network as it is."""

    def __init__(self, estimator: Any, network: Network, held_out: HeldOut) -> None:
        scoring = estimator.early_stopping_scoring
        self.words = f"early_stopping_scoring={scoring!r}"
        self.scorer = get_scorer(scoring) if isinstance(scoring, str) else scoring
        self.estimator, self.network, self.held_out = estimator, network, held_out
        X = held_out.X  # a scorer may do anything with it
        self.X = X[:] if isinstance(X, Rows) else X
        self.weighted = held_out.weight is not None

    def __call__(self) -> float:
        estimator = _as_it_is(self.estimator, self.network)
        try:
            score = self._call(estimator)
        except Exception as error:
            if self._has_left_the_finite_numbers():
                return float("nan")
            if isinstance(error, AttributeError) and not hasattr(estimator, "predict_proba"):
                raise NotOfferedError(
                    f"{self.words} asks for what this estimator does not have: {error}"
                ) from error
            raise
        if not isinstance(score, Real) or np.isnan(float(score)):
            if self._has_left_the_finite_numbers():
                return float("nan")
            raise InvalidParameterError(
                f"{self.words} must give a number for the {self.X.shape[0]} validation "
                f"rows. Got {score!r} instead."
            )
        return float(score)

    def _call(self, estimator: Any) -> Any:
        X, y = self.X, self.held_out.y
        if self.weighted:
            try:
                return self.scorer(estimator, X, y, sample_weight=self.held_out.weight)
            except TypeError as error:  # there is no public way to ask a scorer beforehand
                if "sample_weight" not in str(error):
                    raise
                self.weighted = False
        return self.scorer(estimator, X, y)

    def _has_left_the_finite_numbers(self) -> bool:
        return not np.isfinite(self.network.raw_output(self.X)).all()


def _as_it_is(estimator: Any, network: Network) -> Any:
    """The estimator as if training had ended here; it shares the weights that are in training."""
    light = object.__new__(type(estimator))
    light.__dict__.update(vars(estimator))
    light.__dict__.update(estimator._network_attributes(network))
    light.__dict__.update(estimator._output_attributes(network))
    light.__dict__.pop("feature_names_in_", None)  # the rows are an array by now
    return light


def _is_metric(value: object) -> bool:
    """Whether it is a function of (y_true, y_pred), which is no scorer."""
    module = getattr(value, "__module__", None) or ""
    return inspect.isfunction(value) and module.startswith("sklearn.metrics.")
