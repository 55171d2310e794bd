"""Targets: from what the user calls the classes to the numbers a loss works with, and back."""

from typing import Any, Literal

import numpy as np
import scipy.sparse
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import column_or_1d

from sknn.nn.losses.base import Target
from sknn.nn.typing import Array, is_sparse

__all__ = ["Labels", "as_column_free", "class_weighted", "mean_and_scale", "numbers"]

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
    return np.ascontiguousarray(y.reshape(len(y), -1), dtype=dtype)


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
    """
    if class_weight == "balanced" and y.ndim == 1:
        _, number = np.unique(y, return_inverse=True)
        counts = np.bincount(number, weights=weight)
        balance = counts.sum() / (np.count_nonzero(counts) * np.where(counts, counts, 1.0))
        by_class = balance[number]
    else:
        by_class = compute_sample_weight(class_weight, y)
    if weight is None:
        return by_class
    return (by_class * weight).astype(weight.dtype, copy=False)


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
        kinds = set(map(type, y.ravel().tolist())) if y.dtype == object else set()
        if str in kinds and len(kinds) > 1:
            names = sorted(kind.__name__ for kind in kinds)
            raise TypeError(f"The labels in y must be of one type. Got {', '.join(names)}.")
        check_classification_targets(y)
        target = type_of_target(y, input_name="y")
        if target == "multiclass-multioutput":
            raise ValueError("Multioutput target data is not supported with label binarization")
        if target == "multilabel-indicator":
            return cls(np.arange(y.shape[1]), "multilabel", is_sparse(y))
        classes = unique_labels(y if classes is None else classes)
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
        elif len(np.setdiff1d(other.classes, self.classes, assume_unique=True)):
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
