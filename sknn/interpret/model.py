"""What is explained: any estimator, pipeline, search or function, as rows in and numbers out."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.origins import origins
from sknn.interpret.players import Players
from sknn.interpret.table import Table

__all__ = ["CHUNK", "Model", "plain_columns"]

Array = npt.NDArray[Any]

OUTPUTS = ("auto", "logit", "proba", "raw", "prediction")

#: Rows that are handed to a model at a time.
CHUNK = 16384

#: Rows on which it is tried whether two ways to an answer agree.
TRIED = 64

#: Probabilities are kept this far from 0 and 1, so that the log-odds of a forest stay finite.
EDGE = 1e-9


class Model:
    """A model as a function from rows to numbers on a chosen scale.

    Make one with :meth:`of`. The scales are

    - ``"logit"``: for two classes the log-odds log(p_1 / p_0) of the second; for several exclusive
      ones the centred log-probability log p_c - mean_j log p_j of each, which is the raw output of
      a softmax less its mean; for labels that exclude nothing the log-odds of each.
    - ``"proba"``: the probability of the second of two classes, or of each class or label.
    - ``"raw"``: ``decision_function``, or what a function returns.
    - ``"prediction"``: ``predict`` of a regressor.

    Attributes
    ----------
    estimator : estimator or callable
    kind : {"classifier", "regressor", "callable"}
    output : str
        The scale, never ``"auto"``.
    output_names : list of str
        What each number stands for: a class, or ``y0``, ``y1`` and so on.
    n_outputs : int
    single : bool
        Whether there is one number for each row, so that results have no axis of outputs.
    classes : array or None
    network : estimator or None
        The estimator at the end, if it tells its ``input_gradient``.
    sample : Table
        The first of the rows that it was made with.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = load_iris(return_X_y=True)
    >>> model = Model.of(LogisticRegression(max_iter=1000).fit(X, y), X)
    >>> model.output, model.output_names
    ('logit', ['0', '1', '2'])
    >>> model(X).shape
    (150, 3)
    """

    def __init__(self, estimator: Any, table: Table, output: str) -> None:
        self.estimator = estimator
        self.sample = table.take(np.arange(min(table.n_rows, TRIED)))
        self.classes: Any = None
        self._multilabel = False
        if not hasattr(estimator, "predict"):
            self.kind = "callable"
        else:
            self.kind = "classifier" if is_classifier(estimator) else "regressor"
        if self.kind == "classifier":
            self._meet_classes()
        self.output = self._chosen(output)
        self._answer = self._way()
        answer = self(self.sample)
        self.n_outputs = answer.shape[1]
        self.single = self.n_outputs == 1
        self.output_names = self._names()

    @classmethod
    def of(cls, estimator: Any, X: Any, *, output: str = "auto") -> "Model":
        """Take what is to be explained.

        Parameters
        ----------
        estimator : fitted estimator, pipeline or search, callable, or Model
            A callable gets rows of the kind of ``X`` and returns one or more numbers for each. A
            ``Model`` is returned as it is.
        X : table
            Some rows, on which it is tried what the model can tell.
        output : {"auto", "logit", "proba", "raw", "prediction"}, default="auto"
            The scale. ``"auto"`` is ``"logit"`` for classifiers with probabilities, ``"raw"`` for
            others and for callables, ``"prediction"`` for regressors.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        InvalidParameterError
            If the model does not offer this scale, or is none.
        """
        if isinstance(estimator, Model):
            return estimator
        if isinstance(estimator, type) or not (
            hasattr(estimator, "predict") or callable(estimator)
        ):
            name = estimator.__name__ if isinstance(estimator, type) else repr(estimator)
            raise InvalidParameterError(
                "What is explained must be a fitted estimator, a pipeline or a function from rows "
                f"to numbers. Got {name} instead."
            )
        if hasattr(estimator, "predict"):
            check_is_fitted(estimator)
        return cls(estimator, Table.of(X), output)

    def __call__(self, rows: Any) -> Array:
        """The numbers for some rows, shape (n_rows, n_outputs)."""
        table = Table.of(rows)
        if table.n_rows <= CHUNK:
            return self._answer(table.native)
        return np.concatenate([self._answer(part.native) for part in table.chunks(CHUNK)])

    def predict(self, rows: Any) -> Any:
        """What the estimator itself predicts: classes or numbers, or a callable's numbers."""
        native = Table.of(rows).native
        return self.estimator.predict(native) if self.kind != "callable" else self(native)

    @property
    def exclusive(self) -> bool:
        """Whether each row has one of several classes, so that all their numbers move together."""
        several = self.classes is not None and len(self.classes) > 2
        return self.kind == "classifier" and several and not self._multilabel

    # -- inside of a pipeline ---------------------------------------------------------------------

    @cached_property
    def _last(self) -> Any:
        """The estimator at the end of searches and pipelines, and the steps before it."""
        estimator, before = self.estimator, []
        while True:
            if isinstance(estimator, Pipeline):
                before += [step for _, step in estimator.steps[:-1]]
                estimator = estimator.steps[-1][1]
            elif hasattr(estimator, "best_estimator_"):
                estimator = estimator.best_estimator_
            else:
                return estimator, [s for s in before if s is not None and s != "passthrough"]

    @property
    def last(self) -> Any:
        """The estimator at the end of searches and pipelines."""
        return self._last[0]

    @property
    def network(self) -> Any:
        """The estimator at the end, if it tells its ``input_gradient``; else None."""
        last = self.last
        known = getattr(last, "out_activation_", None) in ("identity", "logistic", "softmax", "exp")
        return last if hasattr(last, "input_gradient") and known else None

    def encode(self, rows: Any) -> Array:
        """What the estimator at the end sees: the rows after all steps before it, as floats."""
        encoded = Table.of(rows).native
        for step in self._last[1]:
            encoded = step.transform(encoded)
        array = Table.of(encoded).values()
        dtype = getattr(encoded, "dtype", None)
        kept = np.float32 if dtype == np.float32 else np.float64
        return np.ascontiguousarray(array, dtype=kept)

    @cached_property
    def encoded_columns(self) -> list[npt.NDArray[np.intp]] | None:
        """For each raw column, the encoded columns that come from it; None if some mix several."""
        found = [frozenset([j]) for j in range(self.sample.n_columns)]
        names: Any = self.sample.names
        for step in self._last[1]:
            here = origins(step, len(found), names)
            found = [frozenset().union(*(found[j] for j in of)) for of in here]
            names = None
        if len(found) != self.encode(self.sample).shape[1] or any(len(of) != 1 for of in found):
            return None
        owner = np.array([next(iter(of)) for of in found], dtype=np.intp)
        return [np.flatnonzero(owner == j) for j in range(self.sample.n_columns)]

    @property
    def encoded_players(self) -> Players | None:
        """The raw columns as players whose columns are the encoded ones; None where those mix."""
        columns = self.encoded_columns
        return None if columns is None else Players(self.sample.names, columns)

    @cached_property
    def encoded_names(self) -> list[str]:
        """Names of the encoded columns: those that the steps tell, else made from the raw ones."""
        names: Any = np.asarray(self.sample.names, dtype=object)
        n_encoded = self.encode(self.sample).shape[1]
        try:
            for step in self._last[1]:
                names = step.get_feature_names_out(names)
        except (AttributeError, TypeError, ValueError):  # a step that tells no names
            names = []
        if len(names) == n_encoded:
            return [str(name) for name in names]
        made = [f"encoded {j}" for j in range(n_encoded)]
        for raw, own in zip(self.sample.names, self.encoded_columns or [], strict=False):
            for i, j in enumerate(own):
                made[j] = raw if len(own) == 1 else f"{raw} [{i}]"
        return made

    def of_encoded(self, encoded: Array) -> Array:
        """The numbers for encoded rows, by the network at the end alone."""
        with plain_columns():
            ask = (
                self.network.decision_function
                if self.kind == "classifier"
                else self.network.predict
            )
            answer = _columns(ask(encoded))
        return self.from_raw(answer) if self.kind == "classifier" else answer

    def from_raw(self, raw: Array) -> Array:
        """From the raw output of a network, shape (n, q), to the chosen scale."""
        if self.output in ("raw", "prediction"):
            link = getattr(self.network, "out_activation_", "identity")
            return np.exp(raw) if self.kind == "regressor" and link == "exp" else raw
        if self.output == "logit":
            return self._centred(raw)
        return softmax(raw, axis=1) if self._excludes(raw) else expit(raw)

    @cached_property
    def linear(self) -> tuple[Array, Array] | None:
        """Coefficients (p, k) on encoded columns and intercepts (k,), if the model is linear.

        What an estimator calls ``coef_`` is believed only if it gives the model's own answers.
        """
        last = self.last
        coef, intercept = getattr(last, "coef_", None), getattr(last, "intercept_", None)
        if coef is None or intercept is None or self.kind == "callable":
            return None
        try:
            weights = np.atleast_2d(np.asarray(coef, dtype=float)).T
            encoded = self.encode(self.sample)
            bias = np.broadcast_to(np.asarray(intercept, dtype=float), weights.shape[1])
            if self.output == "logit":
                weights, bias = self._centred(weights), self._centred(bias[np.newaxis])[0]
            told, own = encoded @ weights + bias, self(self.sample)
        except (TypeError, ValueError):  # of another meaning, as in support vector machines
            return None
        if told.shape != own.shape or not np.allclose(told, own, rtol=1e-7, atol=1e-9):
            return None
        return weights, np.array(bias)

    # -- how the model answers --------------------------------------------------------------------

    def _meet_classes(self) -> None:
        classes = getattr(self.estimator, "classes_", None)
        first = self.sample.take([0]).native
        self._multilabel = np.ndim(self.estimator.predict(first)) == 2
        if isinstance(classes, list):
            if any(len(labels) > 2 for labels in classes):
                raise InvalidParameterError(
                    "A classifier that predicts several targets of more than two classes each "
                    "cannot be explained at once. Explain the estimator of each target by itself, "
                    "for example those in MultiOutputClassifier.estimators_."
                )
            classes = np.arange(len(classes))
        self.classes = None if classes is None else np.asarray(classes)

    def _chosen(self, output: str) -> str:
        if output not in OUTPUTS:
            raise InvalidParameterError(
                f"output must be one of {', '.join(map(repr, OUTPUTS))}. Got {output!r} instead."
                f"{nearest(output, OUTPUTS)}"
            )
        offered = {
            "callable": ["raw"],
            "regressor": ["prediction"],
            "classifier": [
                *["logit", "proba"] * hasattr(self.estimator, "predict_proba"),
                *["raw"] * hasattr(self.estimator, "decision_function"),
            ],
        }[self.kind]
        if not offered:
            raise InvalidParameterError(
                f"{type(self.estimator).__name__} has neither predict_proba nor decision_function, "
                "so that there are no numbers to explain."
            )
        if output == "auto":
            return offered[0]
        if output not in offered:
            raise InvalidParameterError(
                f"output={output!r} is not offered by this {self.kind}. "
                f"It offers {' and '.join(map(repr, offered))}."
            )
        return output

    def _way(self) -> Callable[[Any], Array]:
        """The function from native rows to numbers on the chosen scale."""
        if self.kind == "callable":
            return lambda rows: _columns(self.estimator(rows))
        if self.output == "prediction":
            return lambda rows: _columns(self.estimator.predict(rows))
        if self.output == "raw":
            return lambda rows: _columns(self.estimator.decision_function(rows))
        if self.output == "proba":
            return self._probability
        by_decision = self._logit_by_decision
        if hasattr(self.estimator, "decision_function"):
            rows = self.sample.native
            p = self._probability(rows)  # where it is near 0 or 1, rounding and EDGE are seen
            told, own = by_decision(rows), self._log_odds(p)
            inner = ((p > 1e-6) & (p < 1 - 1e-6)).all(axis=1)
            if told.shape == own.shape and np.allclose(told[inner], own[inner], 1e-4, 1e-4):
                return by_decision
        return self._logit_by_probability

    def _probability(self, rows: Any) -> Array:
        p = self.estimator.predict_proba(rows)
        if isinstance(p, list):  # one table for each target
            return np.stack([_last_column(part) for part in p], axis=1)
        p = _columns(p)
        return p[:, 1:] if p.shape[1] == 2 and not self._multilabel else p

    def _logit_by_probability(self, rows: Any) -> Array:
        return self._log_odds(self._probability(rows))

    def _log_odds(self, p: Array) -> Array:
        p = np.clip(p.astype(np.float64), EDGE, 1 - EDGE)
        if self._excludes(p):
            return self._centred(np.log(p))
        odds: Array = np.log(p) - np.log1p(-p)
        return odds

    def _logit_by_decision(self, rows: Any) -> Array:
        return self._centred(_columns(self.estimator.decision_function(rows)))

    def _excludes(self, numbers: Array) -> bool:
        """Whether these numbers are of classes that exclude each other, one column for each."""
        return numbers.shape[1] > 1 and not self._multilabel

    def _centred(self, numbers: Array) -> Array:
        """Numbers of exclusive classes less their mean, which says nothing of any class."""
        return numbers - numbers.mean(axis=1, keepdims=True) if self._excludes(numbers) else numbers

    def _names(self) -> list[str]:
        classes = self.classes
        owner = getattr(self.estimator, "__self__", None)  # of a method such as predict_proba
        if self.kind == "callable" and owner is not None:
            classes = getattr(owner, "classes_", None)
            classes = classes if classes is not None and len(classes) == self.n_outputs else None
        if classes is not None and len(classes) == self.n_outputs:
            return [str(label) for label in classes]
        if classes is not None and self.single:
            return [str(classes[-1])]
        if self.single:
            return ["prediction" if self.kind == "regressor" else "output"]
        return [f"y{i}" for i in range(self.n_outputs)]


@contextmanager
def plain_columns() -> Iterator[None]:
    """Hand a network an array, though it was fitted with names of columns."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "X does not have valid feature names", UserWarning)
        yield


def _columns(answer: Any) -> Array:
    """An answer as a table of floats, one row for each row."""
    array = np.asarray(answer)
    if array.dtype.kind not in "fiub":
        raise InvalidParameterError(
            "What is explained must return numbers. Got an array of the type "
            f"{array.dtype} instead. For classes, pass predict_proba or the estimator itself."
        )
    array = array if array.dtype.kind == "f" else array.astype(np.float64)
    return array.reshape(len(array), -1)


def _last_column(p: Any) -> Array:
    """How probable the second class is; of a single class that was seen, nothing is."""
    return np.asarray(p[:, 1] if p.shape[1] > 1 else np.zeros(len(p)))
