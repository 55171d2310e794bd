"""Scores of many tables from one prediction, and the part that each row has in a score."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    RegressorMixin,
    is_classifier,
    is_regressor,
)
from sklearn.metrics import check_scoring
from sklearn.pipeline import Pipeline

from sknn.exceptions import InvalidParameterError

__all__ = ["PARTS", "Function", "Remembered", "score_of_parts", "scorers_of", "scores_of"]

Array = npt.NDArray[Any]

RESPONSES = ("predict", "predict_proba", "predict_log_proba", "decision_function")


class Function(RegressorMixin, BaseEstimator):
    """A function from rows to numbers in the shape of a regressor, so that scorers take it."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def fit(self, X: Any, y: Any = None) -> "Function":
        """Nothing is to be fitted."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, X: Any) -> Array:
        """What the function says."""
        answer = np.asarray(self.function(X))
        return answer[:, 0] if answer.ndim == 2 and answer.shape[1] == 1 else answer


class Remembered:
    """An estimator that answers about several tables by one prediction of all of them.

    Parameters
    ----------
    estimator : fitted estimator
    stacked : frame or array
        The tables, one under another, each of ``n_rows`` rows.
    blocks : list of frame or array
        The same tables by themselves; a scorer is handed one of these.
    """

    def __init__(self, estimator: Any, stacked: Any, blocks: list[Any], n_rows: int) -> None:
        self._estimator = estimator
        self._stacked = stacked
        self._start = {id(block): i * n_rows for i, block in enumerate(blocks)}
        self._blocks = blocks  # kept, so that no other object gets the id of one of them
        self._n_rows = n_rows
        self._known: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__sklearn_tags__":
            raise AttributeError(name)
        found = getattr(self._estimator, name)
        return self._told(name, found) if name in RESPONSES else found

    def _told(self, name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(ask)
        def answer(X: Any, **how: Any) -> Any:
            start = self._start.get(id(X))
            if start is None or how:
                return ask(X, **how)
            if name not in self._known:
                self._known[name] = ask(self._stacked)
            rows = slice(start, start + self._n_rows)
            known = self._known[name]
            return [part[rows] for part in known] if isinstance(known, list) else known[rows]

        return answer


class OwnScore:
    """The score that an estimator has itself.

    Accuracy and R2 are recognised by their name or by their number, and then taken from
    predictions alone.
    """

    def __init__(self, estimator: Any, X: Any, y: Any) -> None:
        self.name, self.plain = "score", None
        last = estimator
        while isinstance(last, Pipeline):
            last = last.steps[-1][1]
        kinds = (("accuracy", ClassifierMixin, is_classifier), ("r2", RegressorMixin, is_regressor))
        for name, mixin, is_kind in kinds:
            if not is_kind(estimator):
                continue
            plain = mixin.score
            if getattr(type(last), "score", None) is plain or plain(
                estimator, X, y
            ) == estimator.score(X, y):
                self.name, self.plain = name, plain

    def __call__(self, estimator: Any, X: Any, y: Any, **weights: Any) -> Any:
        if self.plain is not None:
            return self.plain(estimator, X, y, **weights)
        return estimator.score(X, y, **weights)


def scorers_of(estimator: Any, scoring: Any, X: Any, y: Any) -> dict[str, Any] | Any:
    """One scorer, or a dict of several, from what ``scoring`` may be in scikit-learn.

    Raises
    ------
    InvalidParameterError
        For names that are no scores, or are given twice.
    """
    if isinstance(scoring, (list, tuple, set)):
        if not scoring or not all(isinstance(name, str) for name in scoring):
            raise InvalidParameterError(
                f"A list of scores must hold their names. Got {scoring!r} instead. "
                "Give scorers of your own as a dict from names to scorers."
            )
        if len(set(scoring)) != len(scoring):
            raise InvalidParameterError(f"scoring must not name a score twice. Got {scoring!r}.")
        scoring = {name: name for name in scoring}
    if isinstance(scoring, Mapping):
        if not scoring:
            raise InvalidParameterError("scoring must hold one score at least. Got an empty dict.")
        return {str(name): check_scoring(estimator, scoring=s) for name, s in scoring.items()}
    scorer = check_scoring(estimator, scoring=scoring)
    return OwnScore(estimator, X, y) if scoring is None else scorer


def scores_of(
    scorers: Any, estimator: Any, asked: Any, X: Any, y: Any, sample_weight: Any
) -> dict[str, float]:
    """The scores of one table by name; ``""`` for a single one.

    ``asked`` is the estimator that remembers; scorers of other makers than scikit-learn get the
    estimator itself, of which they may want more than predictions.
    """
    weights = {} if sample_weight is None else {"sample_weight": sample_weight}
    out: dict[str, float] = {}
    for name, scorer in (scorers if isinstance(scorers, dict) else {"": scorers}).items():
        of_sklearn = isinstance(scorer, OwnScore) or hasattr(scorer, "_score_func")
        score = scorer(asked if of_sklearn else estimator, X, y, **weights)
        if isinstance(score, Mapping):
            out.update({str(key): float(value) for key, value in score.items()})
        else:
            out[name] = float(score)
    return out


#: From an estimator, rows, targets and weights that sum to 1 to two arrays of shape
#: (n_rows, n_ratios): the score is the mean over ratios of mean(first) / mean(second).
Parts = Callable[[Any, Any, Any, Array], tuple[Array, Array]]


def score_of_parts(parts: tuple[Array, Array], weight: Array) -> float:
    """The score itself."""
    above, below = parts
    return float(((weight @ above) / (weight @ below)).mean())


def _accuracy(asked: Any, X: Any, y: Any, weight: Array) -> tuple[Array, Array]:
    right = np.asarray(asked.predict(X)) == y
    right = right.reshape(len(right), -1).all(axis=1, keepdims=True)
    return right.astype(float), np.ones((len(right), 1))


def _errors(asked: Any, X: Any, y: Any) -> tuple[Array, Array]:
    told = np.asarray(asked.predict(X), dtype=float)
    true = np.asarray(y, dtype=float)
    return true.reshape(len(true), -1), told.reshape(len(told), -1)


def _squared(asked: Any, X: Any, y: Any, weight: Array) -> tuple[Array, Array]:
    true, told = _errors(asked, X, y)
    return -((true - told) ** 2), np.ones(true.shape)


def _absolute(asked: Any, X: Any, y: Any, weight: Array) -> tuple[Array, Array]:
    true, told = _errors(asked, X, y)
    return -np.abs(true - told), np.ones(true.shape)


def _r2(asked: Any, X: Any, y: Any, weight: Array) -> tuple[Array, Array]:
    true, told = _errors(asked, X, y)
    spread = (true - weight @ true) ** 2
    return spread - (true - told) ** 2, spread


def _log_loss(asked: Any, X: Any, y: Any, weight: Array) -> tuple[Array, Array]:
    p = np.asarray(asked.predict_proba(X), dtype=float)
    tiny = np.finfo(p.dtype).eps
    chosen = p[np.arange(len(p)), np.searchsorted(asked.classes_, y)]
    return np.log(np.clip(chosen, tiny, 1 - tiny))[:, np.newaxis], np.ones((len(p), 1))


#: Of the scores that are means over rows, by their names in scikit-learn.
PARTS: dict[str, Parts] = {
    "accuracy": _accuracy,
    "neg_mean_squared_error": _squared,
    "neg_mean_absolute_error": _absolute,
    "neg_log_loss": _log_loss,
    "r2": _r2,
}
