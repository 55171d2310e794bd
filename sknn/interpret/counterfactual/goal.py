"""What a prediction shall become."""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.interpret.model import Model
from sknn.interpret.table import Table
from sknn.interpret.words import number

__all__ = ["Goal"]

Array = npt.NDArray[Any]


class Goal:
    """A class, or a range of numbers, that a prediction shall reach.

    Parameters
    ----------
    model : Model
    row : Table
        Of one row.
    target : object
        A class, a number to reach, a pair of ends, or None for the other class.

    Attributes
    ----------
    target : object
        The class, or the pair (low, high).
    prediction : object
        What is predicted for the row now.

    Raises
    ------
    InvalidParameterError
        For a target that the model does not have or that is reached already, or several outputs.
    """

    def __init__(self, model: Model, row: Table, target: Any) -> None:
        self.model = model
        self.prediction = np.asarray(model.predict(row)).reshape(1, -1)[0]
        if len(self.prediction) > 1 or (model.kind != "classifier" and not model.single):
            raise InvalidParameterError(
                "counterfactuals are for one class or one number. This model predicts "
                f"{max(len(self.prediction), model.n_outputs)} at once; pass a function of one of "
                "them, such as lambda rows: model.predict(rows)[:, 0], or the estimator of one "
                "target."
            )
        self.prediction = self.prediction[0]
        if model.kind == "classifier":
            self._choose_class(row, target)
        else:
            self._choose_range(target)

    def _choose_class(self, row: Table, target: Any) -> None:
        classes = np.asarray(self.model.classes).tolist()
        if len(classes) < 2:
            raise InvalidParameterError(
                f"The model knows one class only, {classes[0]!r}, so that nothing can become "
                "another."
            )
        now = classes.index(self._own(self.prediction))
        if target is None:
            numbers = self.model(row)[0]
            order = [1 - now] if len(classes) == 2 else np.argsort(-numbers, kind="stable")
            target = next(classes[i] for i in order if i != now)
        if self._own(target) not in classes:
            raise InvalidParameterError(
                f"target must be a class of the model: {', '.join(map(repr, classes[:10]))}. Got "
                f"{target!r} instead.{nearest(str(target), [str(c) for c in classes])}"
            )
        if self._own(target) == classes[now]:
            raise InvalidParameterError(
                f"target={target!r} is what the model predicts for this row already. Another "
                "class, or another row, has a counterfactual."
            )
        self.target, self.which = self._own(target), classes.index(self._own(target))

    @staticmethod
    def _own(label: Any) -> Any:
        return label.item() if isinstance(label, np.generic) else label

    def _choose_range(self, target: Any) -> None:
        now = float(self.prediction)
        if target is None:
            raise InvalidParameterError(
                "target is needed for a model that predicts numbers: a number to reach, or a pair "
                f"(low, high) to fall into. The prediction is {number(now)} now."
            )
        pair = isinstance(target, (tuple, list)) and len(target) == 2
        try:
            ends = [float(end) for end in (target if pair else [target])]
        except (TypeError, ValueError):
            ends = [np.nan]
        if pair:
            low, high = ends if len(ends) == 2 else (np.nan, np.nan)
        else:
            low, high = (ends[0], np.inf) if ends[0] > now else (-np.inf, ends[0])
        if not low <= high:
            raise InvalidParameterError(
                "target must be a number to reach, or a pair (low, high) of numbers. Got "
                f"{target!r} instead."
            )
        if low <= now <= high:
            raise InvalidParameterError(
                f"The prediction, {number(now)}, is at target={target!r} already. Another target, "
                "or another row, has a counterfactual."
            )
        self.target = (low, high)

    @cached_property
    def sign_tells(self) -> bool:
        """Whether a margin above 0 means that the goal is reached, as it is without a threshold."""
        rows = self.model.sample
        margin = self.margin(self.model(rows).astype(float))
        sure = np.abs(margin) > 1e-9
        return bool((self.reached(rows) == (margin > 0))[sure].all())

    def reached(self, rows: Table) -> Array:
        """Whether the estimator itself predicts what it shall, for each row."""
        told = np.asarray(self.model.predict(rows))
        told = told.reshape(len(told), -1)[:, 0]
        if self.model.kind == "classifier":
            return np.asarray(told == self.target)
        return np.asarray((told >= self.target[0]) & (told <= self.target[1]))

    def margin(self, numbers: Array) -> Array:
        """How far numbers of the model, shape (n, k), are beyond the goal; negative before it."""
        if self.model.kind != "classifier":
            low, high = self.target
            return np.asarray(np.minimum(numbers[:, 0] - low, high - numbers[:, 0]))
        if self.model.single:
            return np.asarray(numbers[:, 0] * (1.0 if self.which == 1 else -1.0))
        others = np.delete(numbers, self.which, axis=1)
        return np.asarray(numbers[:, self.which] - others.max(axis=1))

    def slope(self, numbers: Array, slopes: Array) -> Array:
        """The slope of the margin at one point, from numbers (k,) and their slopes (d, k)."""
        if self.model.kind != "classifier":
            low_is_nearer = numbers[0] - self.target[0] <= self.target[1] - numbers[0]
            return slopes[:, 0] if low_is_nearer else -slopes[:, 0]
        if self.model.single:
            return slopes[:, 0] if self.which == 1 else -slopes[:, 0]
        others = numbers.copy()
        others[self.which] = -np.inf
        return np.asarray(slopes[:, self.which] - slopes[:, int(np.argmax(others))])

    def words(self) -> str:
        """The goal in words: "the prediction would be yes"."""
        if self.model.kind == "classifier":
            return f"the prediction would be {self.target}"
        low, high = self.target
        if np.isinf(high):
            return f"the prediction would be {number(low)} or more"
        if np.isinf(low):
            return f"the prediction would be {number(high)} or less"
        return f"the prediction would be from {number(low)} to {number(high)}"
