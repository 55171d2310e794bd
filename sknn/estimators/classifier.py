"""The classifier."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse
from sklearn.metrics import accuracy_score
from sklearn.utils.multiclass import unique_labels

from sknn.estimators.base import BaseMLP, can_train_in_parts
from sknn.estimators.docstring import documented
from sknn.estimators.far_rows import without_overflow
from sknn.estimators.losses import classification_loss, has_probabilities
from sknn.estimators.offered import offered_if
from sknn.estimators.runs import Start
from sknn.estimators.sklearn_callbacks import with_callbacks
from sknn.estimators.state import all_or_nothing
from sknn.estimators.targets import Labels, ScoresLabels, as_column_free, class_weighted
from sknn.estimators.validation import CLASSIFIER_RULES
from sknn.nn.links import Link
from sknn.nn.losses import Loss
from sknn.nn.losses.base import Target
from sknn.nn.network import Network
from sknn.nn.typing import Array, is_sparse

__all__ = ["MLPClassifierX"]

#: Raw outputs that ``predict`` has in memory at a time.
MOST_RAW = 1 << 21
#: The smallest and the largest probability that is told. Arrays without axes are the quickest.
CERTAIN = {
    np.dtype(kind): (np.array(np.finfo(kind).tiny), np.array(1 - np.finfo(kind).epsneg))
    for kind in (np.float32, np.float64)
}


@documented
class MLPClassifierX(ScoresLabels, BaseMLP):
    """Multi-layer perceptron classifier: scikit-learn's ``MLPClassifier``, and more.

    With scikit-learn's parameters alone, a seed gives scikit-learn's model to rounding. It
    minimizes the mean loss of the labels plus alpha / (2 n) |W|^2 by backpropagation.

    Parameters
    ----------
    {common}
    loss : str, ClassificationLoss or callable, default="log_loss"
        What training makes small: ``"log_loss"``; ``"focal"``, which turns to the hard rows
        (``Focal(gamma=2.0)``); ``"squared_error"`` of logistic outputs, one class against the
        rest; ``"hinge"`` and ``"squared_hinge"``, which have a ``decision_function`` but no
        probabilities. A function ``(raw, y) -> (loss of each row, gradient)`` is a loss of one's
        own: :class:`~sknn.nn.losses.CustomLoss` says what it is given.

    class_weight : dict, list of dict or "balanced", default=None
        Weight of each class, multiplied with ``sample_weight``. ``"balanced"`` weighs the
        classes alike.

    label_smoothing : float in [0, 1), default=0.0
        Share of the target that is spread evenly over the classes, so that the network has no
        reason to become ever more certain. For ``loss="log_loss"``; the accuracy that early
        stopping watches is that of the labels as they are.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        The class labels, sorted.
    {attributes}

    See Also
    --------
    MLPRegressorX : The regressor.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import MLPClassifierX
    >>> X, y = load_iris(return_X_y=True)
    >>> net = MLPClassifierX(hidden_layer_sizes=(20,), solver="lbfgs", random_state=0).fit(X, y)
    >>> net.predict_proba(X[:1]).round(2)
    array([[1., 0., 0.]])
    >>> net.score(X, y) > 0.97
    True
    """

    __module__ = "sknn"
    _parameter_rules = CLASSIFIER_RULES

    def __init__(
        self,
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        max_fun=15000,
        loss="log_loss",
        class_weight=None,
        label_smoothing=0.0,
        initializer="auto",
        bias_initializer=None,
        embedding=None,
        members=None,
        parametrization="standard",
        normalization=None,
        dropout=0.0,
        input_dropout=0.0,
        input_scaling=False,
        l1=0.0,
        max_norm=None,
        gradient_clip=None,
        averaging=None,
        sampling=None,
        early_stopping_scoring=None,
        refit=False,
        on_divergence="raise",
        dtype=None,
        callbacks=None,
    ):
        self._take(locals())

    @all_or_nothing
    @with_callbacks
    def fit(
        self, X, y, sample_weight=None, *, X_val=None, y_val=None, sample_weight_val=None
    ) -> "MLPClassifierX":
        """Train the network on X and the labels y.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training data; never changed.
        y : array-like of shape (n_samples,), or indicator matrix of shape (n_samples, n_labels)
            One label per row (numbers or strings), or yes/no for each of several labels.
        sample_weight : array-like of shape (n_samples,), optional
            A row of weight 2 counts as two rows.
        X_val, y_val, sample_weight_val : as above, optional
            A validation set of one's own. Its score is recorded in ``validation_scores_``
            after each epoch, and early stopping watches it in place of a part of X.

        Returns
        -------
        self : MLPClassifierX

        Raises
        ------
        InvalidParameterError
            If a parameter is out of its range, before any work.
        ValueError
            If the data cannot be used, or training leaves the finite numbers.
        """
        validation = (X_val, y_val, sample_weight_val)
        return self._train(X, y, sample_weight, validation=validation)

    @offered_if(can_train_in_parts)
    @all_or_nothing
    def partial_fit(self, X, y, sample_weight=None, classes=None) -> "MLPClassifierX":
        """Go on training for one epoch over the given rows.

        Not offered (``hasattr`` is False) for ``solver="lbfgs"`` and ``early_stopping=True``.
        k calls on the same rows equal one ``fit`` with ``max_iter=k``.

        Parameters
        ----------
        X, y, sample_weight : as in ``fit``
        classes : array-like of shape (n_classes,), optional
            All labels that will ever occur; needed in the first call.

        Returns
        -------
        self : MLPClassifierX

        Raises
        ------
        ValueError
            If the first call has no ``classes``, a later one has others, or y has a label that
            is not among them.
        """
        known = vars(self).get("classes_")
        if known is None and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        if not (
            known is None
            or classes is None
            or np.array_equal(known, classes)
            or np.array_equal(known, unique_labels(classes))
        ):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: "
                f"{known!r}"
            )
        return self._train(X, y, sample_weight, incremental=True, classes=classes)

    def predict(self, X) -> Any:
        """The most probable class of each row, or that of the largest margin.

        Returns
        -------
        y : array of shape (n_samples,), or indicator matrix of shape (n_samples, n_labels)
        """
        network, X = self._network_and_rows(X)  # first, since it tells whether this is fitted
        size = max(MOST_RAW // network.n_outputs, 1)
        if X.shape[0] <= size:
            return self._labels.decode(self._raw_of(network, X))
        X = X.tocsr() if is_sparse(X) else X  # so that many classes take little memory
        blocks = (X[start : start + size] for start in range(0, X.shape[0], size))
        decoded = [self._labels.decode(self._raw_of(network, block)) for block in blocks]
        return scipy.sparse.vstack(decoded) if is_sparse(decoded[0]) else np.concatenate(decoded)

    @offered_if(has_probabilities)
    def predict_proba(self, X) -> Array:
        """The probability of each class, or of each label by itself.

        Rounding never makes it exactly 0 or 1. Not offered (``hasattr`` is False) for the hinge
        losses, whose output is a margin.

        Returns
        -------
        probability : array of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        return self._probability(self._raw_output(X))

    @offered_if(has_probabilities)
    def predict_log_proba(self, X) -> Array:
        """The logarithm of ``predict_proba``, always finite; offered where that is.

        Returns
        -------
        log_probability : array of shape (n_samples, n_classes)
        """
        p = self.predict_proba(X)
        return np.log(p, out=p)

    def decision_function(self, X) -> Array:
        """The raw output: log-odds for ``loss="log_loss"``, margins for the hinge losses.

        Returns
        -------
        raw : array of shape (n_samples,) for two classes, else (n_samples, n_classes)
        """
        return self._margin(self._raw_output(X))

    def _raw_of(self, network: Network, X: Any) -> Array:
        raw = super()._raw_of(network, X)
        with np.errstate(over="ignore", invalid="ignore"):
            finite = np.isfinite(np.add.reduce(raw, axis=None))
            return raw if finite else without_overflow(network, X, raw)

    def _margin(self, raw: Array) -> Array:
        return raw[:, 0] if self._labels.kind == "binary" else raw

    def _probability(self, raw: Array) -> Array:
        """Probabilities from the raw output, which is overwritten."""
        labels = self._labels
        with np.errstate(over="ignore"):  # the distance of two classes may be infinite
            self._fitted_link.inverse(raw, out=raw)
        p = raw
        if len(self.classes_) == 1:
            return np.ones_like(p)
        if labels.kind == "binary":
            p = np.empty((len(raw), 2), raw.dtype)
            np.subtract(1.0, raw, out=p[:, :1])
            p[:, 1:] = raw
        # rounding must not make the network certain: its logarithm and its odds stay finite
        np.clip(p, *CERTAIN[p.dtype], out=p)
        if labels.exclusive and self.out_activation_ != "softmax":
            p /= p.sum(axis=1, keepdims=True)
        return p

    # -- what the base class asks -----------------------------------------------------------------

    def _answers(self) -> dict[str, Callable[[Array], Any]]:
        """From the raw output to what each method returns."""
        answers: dict[str, Callable[[Array], Any]] = {
            "predict": self._labels.decode,
            "decision_function": self._margin,
        }
        if hasattr(self, "predict_proba"):
            answers["predict_proba"] = self._probability
        return answers

    @property
    def _labels(self) -> Labels:
        return Labels(
            self.classes_,
            vars(self).get("_label_kind", "multiclass" if len(self.classes_) > 2 else "binary"),
            vars(self).get("_sparse_labels", False),
        )

    def _meet_target(self, y: Any, start: Start, classes: Any = None) -> Any:
        y = as_column_free(y)
        if start.continuing and hasattr(self, "classes_"):
            self._labels.check(y, complete=self.warm_start and not start.incremental)
        else:
            labels = Labels.of(y, classes)
            self.classes_ = labels.classes
            self._label_kind, self._sparse_labels = labels.kind, labels.sparse
            labels.check(y)
        return y

    def _encode(self, y: Any, dtype: Any) -> Target:
        return self._labels.encode(y)

    def _n_outputs(self, y: Any) -> int:
        return self._labels.n_outputs

    def _loss(self) -> Loss:
        return classification_loss(self)

    def _output_link(self) -> Link:
        return self._loss().link(self._labels.exclusive)

    def _strata(self, y: Target) -> Any:
        if self._labels.kind != "binary":
            return None  # as in scikit-learn
        # the texts that scikit-learn makes of yes and no, row by row: half the time of a short fit
        return np.where(y.ravel(), "True", "False")

    def _score_raw(self, raw: Array, y: Target, weight: Array | None) -> float:
        if not np.isfinite(raw).all():
            return float("nan")
        predicted = raw.argmax(axis=1) if y.ndim == 1 else raw > 0
        return float(accuracy_score(y, predicted, sample_weight=weight))

    def _weigh(self, y: Any, weight: Array | None) -> Array | None:
        if self.class_weight is None:
            return weight
        return class_weighted(y, self.class_weight, weight)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
