"""Targets: from what the user calls the classes to the numbers a loss works with, and back."""

from numbers import Number
from typing import Any, Literal

import numpy as np
import scipy.sparse
from sklearn.base import ClassifierMixin
from sklearn.utils import assert_all_finite
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import column_or_1d

from sknn.config import Range
from sknn.exceptions import InvalidParameterError
from sknn.nn.losses.base import Target
from sknn.nn.typing import Array, is_sparse
from sknn.preprocessing.odd_rows import check_numbers_only
from sknn.preprocessing.weights import check_sample_weight

__all__ = [
    "Labels",
    "ScoresLabels",
    "as_column_free",
    "class_weighted",
    "mean_and_scale",
    "numbers",
    "weight_of_score",
]

Kind = Literal["binary", "multiclass", "multilabel"]


def as_column_free(y: Any) -> Any:
    """A column vector as a flat one, with scikit-learn's ``DataConversionWarning``."""
    if y.ndim == 2 and y.shape[1] == 1:
        return column_or_1d(y, warn=True)
    return y


def numbers(y: Any, dtype: Any) -> Array:
    """The regression targets as an array of shape (n_samples, n_outputs).

    Raises
    ------
    ValueError
        If ``y`` does not hold real numbers.
    """
    if y.dtype.kind not in "biuf":
        raise ValueError(f"A regressor needs numbers in y. Got the dtype {y.dtype} instead.")
    with np.errstate(over="ignore", invalid="ignore"):
        table = np.ascontiguousarray(y.reshape(len(y), -1), dtype=dtype)
        if not np.isfinite(table.sum()):
            assert_all_finite(table, input_name="y")  # too large for float32
    return table


def mean_and_scale(y: Array, weight: Array | None) -> tuple[Array, Array]:
    """Mean and standard deviation of each column, weighted; a constant one has the scale 1.

    Examples
    --------
    >>> mean_and_scale(np.array([[1.0, 5.0], [3.0, 5.0]]), None)
    (array([2., 5.]), array([1., 1.]))
    """
    if weight is not None:
        y, weight = y[weight > 0], weight[weight > 0]
    mean = np.average(y, axis=0, weights=weight)
    centered = y - mean
    # squares of the largest and smallest numbers do not overflow or vanish relative to this
    largest = np.abs(centered).max(axis=0)
    centered /= np.where(largest > 0, largest, 1.0)
    scale = largest * np.sqrt(np.average(centered**2, axis=0, weights=weight))
    varies = (y.min(axis=0) < y.max(axis=0)) & (scale > 0)
    return mean, np.where(varies, scale, 1.0)


def class_weighted(y: Any, class_weight: Any, weight: Array | None) -> Array:
    """Sample weights multiplied with the weights of the classes.

    ``"balanced"`` gives each class c the weight n / (n_classes n_c), where n and n_c count rows
    by their sample weight, so that a row of weight 2 still equals two rows.

    Raises
    ------
    InvalidParameterError
        Where a class has no weight, one below 0, or one that is not finite, or where no row is left
        with a weight above 0.
    """
    _check_class_weight(class_weight, y)
    if class_weight == "balanced" and y.ndim == 1:
        _, number = np.unique(y, return_inverse=True)
        counts = np.bincount(number, weights=weight)
        balance = counts.sum() / (np.count_nonzero(counts) * np.where(counts, counts, 1.0))
        by_class = balance[number]
    else:
        by_class = compute_sample_weight(class_weight, y)
    with np.errstate(over="ignore"):
        both = by_class if weight is None else (by_class * weight).astype(weight.dtype, copy=False)
    if not both.any():
        raise InvalidParameterError(
            "The 'class_weight' parameter must give some row a weight above 0. "
            f"Got {class_weight!r} instead."
        )
    return check_sample_weight(both, len(both), both.dtype, "sample_weight times class_weight")


def _check_class_weight(class_weight: Any, y: Any) -> None:
    """Raise for weights that are no weights, or not those of each label."""
    is_list = isinstance(class_weight, list)
    if is_list and (y.ndim == 1 or len(class_weight) != y.shape[1]):
        n_labels = 1 if y.ndim == 1 else y.shape[1]
        raise InvalidParameterError(
            "The 'class_weight' parameter must be a dict or 'balanced', or where a row has several "
            f"labels a list of one for each. This y has {n_labels}. Got {class_weight!r} instead."
        )
    for table in class_weight if is_list else [class_weight]:
        if table == "balanced":
            continue
        if not isinstance(table, dict):
            raise InvalidParameterError(
                "The 'class_weight' parameter must be a list of dicts, or of 'balanced'. Got "
                f"{table!r} among them instead."
            )
        for label, value in table.items():
            if not Range(0.0, None).accepts(value):
                raise InvalidParameterError(
                    "The 'class_weight' parameter must be 'balanced', or give each class a finite "
                    f"float >= 0. Got {value!r} for {label!r} instead."
                )


def _check_kinds(y: Any, name: str = "y") -> None:
    """Raise for labels that cannot be compared with each other."""
    if is_sparse(y):
        return
    if y.dtype.kind not in "biufOSUc":
        raise TypeError(f"The labels in {name} must be numbers or texts. Got the dtype {y.dtype}.")
    kinds = set(map(type, y.ravel().tolist())) if y.dtype == object else set()
    odd = sorted(kind.__name__ for kind in kinds if not issubclass(kind, (Number, str, bytes)))
    if len(kinds) == len(odd) == 1:
        raise TypeError(f"The labels in {name} must be numbers or texts. Got the type {odd[0]}.")
    if len(kinds) > 1 and not all(issubclass(kind, Number) for kind in kinds):
        names = sorted(kind.__name__ for kind in kinds)
        raise TypeError(f"The labels in {name} must be of one type. Got {', '.join(names)}.")


def _are_texts(labels: Any) -> bool:
    return labels.dtype.kind == "U" or (labels.dtype == object and isinstance(labels[0], str))


def weight_of_score(weight: Any, y: Any) -> Any:
    """Weights of the rows that are scored; they and y are checked as those that are trained on."""
    check_numbers_only(y, "y")
    shape = np.shape(y)
    return check_sample_weight(weight, shape[0], np.float64, of_any_size=True) if shape else weight


class ScoresLabels(ClassifierMixin):  # type: ignore[misc]
    """A classifier's score, with labels checked as ``fit`` checks them."""

    def score(self, X, y, sample_weight=None) -> float:
        """The share of rows whose label is predicted: the accuracy.

        Of several yes/no labels, all must be right.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), or indicator matrix of shape (n_samples, n_labels)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        score : float

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError, TypeError
            If X cannot be used, or y holds no labels of the kind that is predicted.
        """
        sample_weight = weight_of_score(sample_weight, y)
        if y is not None and not is_sparse(y):
            _check_kinds(np.asarray(y))
        with np.errstate(invalid="ignore"):  # scikit-learn rounds large numbers to see
            return float(super().score(X, y, sample_weight))


class Labels:
    """The classes of a classifier and how they are encoded.

    Two classes are one output with y of shape (n, 1), several exclusive classes are one output
    each with class numbers of shape (n,), and yes/no answers (multilabel) one output each with
    y of shape (n, k).

    Parameters
    ----------
    classes : array of shape (n_classes,)
        The sorted labels.
    kind : {"binary", "multiclass", "multilabel"}
        What a row's label is.
    sparse : bool
        Predict a sparse indicator matrix, as the one seen at fit.

    Examples
    --------
    >>> labels = Labels.of(np.array(["no", "yes", "no"]))
    >>> labels.encode(np.array(["yes", "no"])).ravel()
    array([ True, False])
    """

    def __init__(self, classes: Any, kind: Kind, sparse: bool = False) -> None:
        self.classes = classes
        self.kind = kind
        self.sparse = sparse

    @classmethod
    def of(cls, y: Any, classes: Any = None) -> "Labels":
        """The encoding for targets like ``y``; ``classes`` may name more than occur in it.

        Raises
        ------
        ValueError
            If ``y`` does not hold labels, or holds several exclusive ones per row.
        """
        _check_kinds(y)
        with np.errstate(invalid="ignore"):  # scikit-learn rounds large numbers to see
            check_classification_targets(y)
            target = type_of_target(y, input_name="y")
        if target == "multiclass-multioutput":
            raise ValueError("Multioutput target data is not supported with label binarization")
        if target == "multilabel-indicator":
            return cls(np.arange(y.shape[1]), "multilabel", is_sparse(y))
        if classes is not None:
            each = np.asarray(classes)
            if each.ndim > 1:
                raise ValueError(f"classes must be a list of labels. Got the shape {each.shape}.")
            _check_kinds(each, "classes")
        with np.errstate(invalid="ignore"):
            classes = unique_labels(y if classes is None else classes)
        if not len(classes):
            raise ValueError("classes must hold all labels that will ever occur. Got none.")
        return cls(classes, "multiclass" if len(classes) > 2 else "binary")

    @property
    def exclusive(self) -> bool:
        """Whether each row has exactly one of more than two classes."""
        return self.kind == "multiclass"

    @property
    def n_outputs(self) -> int:
        return 1 if self.kind == "binary" else len(self.classes)

    def check(self, y: Any, complete: bool = False) -> None:
        """Raise ValueError where ``y`` has other labels than these.

        With ``complete``, as a warm start wants it, all of them must occur.
        """
        if not complete and self._knows_all(y):
            return
        other = Labels.of(y)
        if "multilabel" in (self.kind, other.kind):
            if (self.kind, self.n_outputs) != (other.kind, other.n_outputs):
                raise ValueError(
                    f"`y` must go on as it began, as {self.kind} with {len(self.classes)} "
                    f"classes. Got {other.kind} with {len(other.classes)} classes instead."
                )
        elif complete and set(other.classes) != set(self.classes):
            raise ValueError(
                "warm_start can only be used where `y` has the same "
                "classes as in the previous call to fit. Previously "
                f"got {self.classes}, `y` has {other.classes}"
            )
        elif _are_texts(other.classes) != _are_texts(self.classes) or len(
            np.setdiff1d(other.classes, self.classes, assume_unique=True)
        ):
            raise ValueError(
                "`y` has classes not in `self.classes_`. "
                f"`self.classes_` has {self.classes}. 'y' has {other.classes}."
            )

    def _knows_all(self, y: Any) -> bool:
        """Whether ``y`` is a plain column of known labels.

        Spares scikit-learn's look at the kind of target, which takes longer than a step of
        training when rows come one by one.
        """
        plain = type(y) is np.ndarray and y.ndim == 1 and y.dtype == self.classes.dtype
        if self.kind == "multilabel" or not plain or y.dtype.kind not in "biufUS":
            return False
        place = np.searchsorted(self.classes, y)
        place[place == len(self.classes)] = 0
        return bool((self.classes[place] == y).all())

    def encode(self, y: Any) -> Target:
        """The targets as the losses want them; labels must be among ``classes``."""
        if self.kind == "multilabel":
            dense = y.toarray() if is_sparse(y) else y
            return np.ascontiguousarray(dense, dtype=bool)
        number = np.searchsorted(self.classes, y)
        if self.kind == "multiclass":
            return number
        return (number == 1)[:, np.newaxis]

    def decode(self, raw: Array) -> Any:
        """The labels that a raw output of shape (n, n_outputs) stands for."""
        if self.kind == "multiclass":
            return self.classes[raw.argmax(axis=1)]
        if self.kind == "multilabel":
            indicator = (raw > 0).astype(int)
            return scipy.sparse.csr_matrix(indicator) if self.sparse else indicator
        if len(self.classes) == 1:
            return np.repeat(self.classes, len(raw))
        return self.classes[(raw[:, 0] > 0).astype(int)]
