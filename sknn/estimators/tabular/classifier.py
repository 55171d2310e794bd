"""The classifier for raw tables."""

import itertools
from typing import Any

import numpy as np

from sknn.config import Choice, check_value
from sknn.estimators.classifier import MLPClassifierX
from sknn.estimators.losses import has_probabilities
from sknn.estimators.offered import offered_if
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.estimators.tabular.docstring import documented
from sknn.estimators.tabular.held_out import HeldOutRows
from sknn.estimators.tabular.rules import TABULAR_CLASSIFIER_RULES
from sknn.estimators.targets import Labels, ScoresLabels, as_column_free, class_weighted
from sknn.nn.typing import Array, is_sparse
from sknn.uncertainty import CrossConformalSets, Entropies, Temperature, entropies, fit_temperature

__all__ = ["TabularMLPClassifierX"]

#: How well a class fits, as :class:`~sknn.uncertainty.CrossConformalSets` may be told.
SCORES = ("threshold", "adaptive")

OWN = """
loss : str, ClassificationLoss or callable, default="log_loss"
    What training makes small.

class_weight : dict, list of dict or "balanced", default=None
    Weight of each class, multiplied with ``sample_weight``.

label_smoothing : float in [0, 1), default=0.0
    Share of the target that is spread evenly over the classes. It lowers the error a little and
    spoils the probabilities.

calibrate : bool, default=True
    Divide the logits of the members by a temperature that was found on rows they never saw.
"""


@documented(OWN, "MLPClassifierX", "refined_loss")
class TabularMLPClassifierX(ScoresLabels, BaseTabularMLP):
    """Classifier for raw tables: an ensemble of networks that needs no preparation of the data.

    ``fit(df, y)`` takes a DataFrame with strings, categories, gaps and columns of any scale. All
    that is done to it is part of the estimator, so that one object goes into production. Each
    member is a network trained on other rows; the rows it does not see pick its best epoch, and
    calibrate the probabilities of the ensemble, which are the mean of the members'.

    Parameters
    ----------
    {common}

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        The class labels, sorted.

    temperature_ : float
        What the logits of the members are divided by.

    {attributes}

    See Also
    --------
    TabularMLPRegressorX : The regressor.
    MLPClassifierX : A single network for numbers that are prepared.

    {notes}

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sknn import TabularMLPClassifierX
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> net = TabularMLPClassifierX(effort="fast", random_state=0).fit(X, y)
    >>> net.score(X, y) > 0.9
    True
    >>> net.predict_set(X.iloc[:1]).tolist()
    [[True, False, False]]
    """

    __module__ = "sknn"
    _parameter_rules = TABULAR_CLASSIFIER_RULES
    _Member = MLPClassifierX

    def __init__(
        self,
        effort="default",
        *,
        categorical_features="from_dtype",
        max_one_hot=8,
        hidden_layer_sizes="auto",
        activation="auto",
        embedding="auto",
        dropout="auto",
        weight_decay="auto",
        learning_rate="auto",
        learning_rate_init="auto",
        batch_size="auto",
        max_iter="auto",
        n_iter_no_change="auto",
        n_folds="auto",
        n_repeats="auto",
        validation_fraction=0.2,
        scoring="refined_loss",
        loss="log_loss",
        class_weight=None,
        label_smoothing=0.0,
        calibrate=True,
        time_limit=None,
        n_jobs=None,
        random_state=None,
        verbose=False,
        callbacks=None,
        member_params=None,
    ):
        self._take(locals())

    def fit(
        self, X, y, sample_weight=None, *, X_val=None, y_val=None, sample_weight_val=None
    ) -> "TabularMLPClassifierX":
        """Train the ensemble on the table X and the labels y.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The raw table; never changed.
        y : array-like of shape (n_samples,), or indicator matrix of shape (n_samples, n_labels)
            One label per row (numbers or strings), or yes/no for each of several labels.
        sample_weight : array-like of shape (n_samples,), optional
            A row of weight 2 is the same as the row twice, one of weight 0 as none.
        X_val, y_val, sample_weight_val : as above, optional
            A validation set of one's own, in place of folds. All members train on all of X.

        Returns
        -------
        self : TabularMLPClassifierX

        Raises
        ------
        InvalidParameterError
            If a parameter is out of its range, before any work.
        ValueError
            If the data cannot be used.
        """
        return self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val))

    def predict(self, X) -> Any:
        """The most probable class of each row, or that of the largest mean margin.

        Returns
        -------
        y : array of shape (n_samples,), or indicator matrix of shape (n_samples, n_labels)
        """
        logits = self._logits(X)  # first, since it tells whether the estimator is fitted
        return self._labels.decode(logits)

    @offered_if(has_probabilities)
    def predict_proba(self, X) -> Array:
        """The probability of each class, or of each label by itself: the mean of the members'.

        Not offered (``hasattr`` is False) for the hinge losses.

        Returns
        -------
        probability : array of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        return self._probabilities(X).mean(axis=0)

    @offered_if(has_probabilities)
    def predict_log_proba(self, X) -> Array:
        """The logarithm of ``predict_proba``; offered where that is.

        Returns
        -------
        log_probability : array of shape (n_samples, n_classes)
        """
        return np.log(self.predict_proba(X))

    def decision_function(self, X) -> Array:
        """Log-odds of the ensemble's probabilities, or the mean margin of the hinge losses.

        Returns
        -------
        raw : array of shape (n_samples,) for two classes, else (n_samples, n_classes)
            For several classes that exclude each other the logarithm of the probabilities.
        """
        raw = self._logits(X)
        return raw[:, 0] if self._labels.kind == "binary" else raw

    @offered_if(has_probabilities)
    def predict_set(self, X, coverage=0.9, *, score="threshold", by_class=False) -> Any:
        """The classes that each row may have: a set that holds the true one as often as asked.

        From the errors of the members on rows they never saw, whatever the distribution is.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
        coverage : float in (0, 1), default=0.9
            Share of rows whose class is to be in the set.
        score : {"threshold", "adaptive"}, default="threshold"
            ``"threshold"`` gives the smallest sets, ``"adaptive"`` a coverage that is more alike
            in easy and hard rows.
        by_class : bool, default=False
            Give the coverage to each class by itself.

        Returns
        -------
        sets : array of bool of shape (n_samples, n_classes), or (n_samples, n_labels, 2)
            Whether each class is in the set; of labels whether it may be absent, and present. Never
            empty.

        Raises
        ------
        ValueError
            If the table was too small to hold rows out.

        References
        ----------
        Vovk (2015), "Cross-conformal predictors", arXiv:1208.0806.
        """
        check_value("score", "predict_set", score, Choice(SCORES))
        proba = self._probabilities(X)
        self._need_held_out(self._sets, "predict_set")
        if self._held_out_is_shared:
            proba = proba.mean(axis=0, keepdims=True)
        calibrated = self._sets[score, bool(by_class)]
        # a limit of time may have left members of a cut into folds that is not complete
        return calibrated.sets(proba[: calibrated.n_members], coverage)

    @offered_if(has_probabilities)
    def predict_entropy(self, X) -> Entropies:
        """How unsure the ensemble is, and how much of that is because its members disagree.

        Returns
        -------
        entropies : Entropies
            A tuple of ``total``, ``aleatoric`` (the mean of the members' entropies: noise in the
            data) and ``epistemic`` (the rest: more data would lower it), each of shape
            (n_samples,) or (n_samples, n_labels), in nats.
        """
        return entropies(self._probabilities(X), self._kind_of_sets)

    # -- what the base class asks ------------------------------------------------------------------

    def _meet_target(self, y: Any) -> Any:
        y = as_column_free(y)
        labels = Labels.of(y)
        self.classes_, self._label_kind, self._sparse_labels = (
            labels.classes,
            labels.kind,
            labels.sparse,
        )
        return y.toarray() if is_sparse(y) else y

    @property
    def _kind_of_sets(self) -> str:
        """Whether probabilities are told for classes that exclude each other."""
        return "multilabel" if self._label_kind == "multilabel" else "multiclass"

    @property
    def _labels(self) -> Labels:
        return Labels(self.classes_, self._label_kind, self._sparse_labels)

    def _numbers(self, y: Any) -> Array:
        codes = self._labels.encode(y)
        return codes.reshape(len(codes), -1).astype(np.float64)

    def _weigh(self, y: Any, weight: Array | None) -> Array | None:
        if self.class_weight is None:
            return weight
        weight = class_weighted(y, self.class_weight, weight)
        if self._label_kind != "multilabel" and not weight.all():
            self._meet_target(y[weight > 0])  # a class of weight 0 is none
        return weight

    def _own_params(self) -> dict[str, Any]:
        return {"loss": self.loss, "label_smoothing": self.label_smoothing}

    def _calibrate(self, held_out: HeldOutRows | None) -> None:
        self.temperature_, self._sets, self._held_out_is_shared = 1.0, {}, False
        if held_out is None or len(self.classes_) < 2 or not hasattr(self, "predict_proba"):
            return
        kind = self._label_kind
        codes = self._labels.encode(held_out.y)
        if kind == "binary":
            codes = codes[:, 0]
        codes, n_members = codes.astype(int), len(self.estimators_)
        are_logits = self.estimators_[0].out_activation_ in ("logistic", "softmax")
        # that of single members, where no other is known, would make their mean too timid
        if self.calibrate and are_logits and (len(held_out.outputs) > 1 or n_members == 1):
            fitted = fit_temperature(held_out.outputs, codes, held_out.weight, kind, n_members)
            self.temperature_ = fitted.value
        self._held_out_is_shared = held_out.shared
        proba, _, member, weight = held_out.one_by_one(self._probability_of)
        codes = np.concatenate([codes] * (len(proba) // len(codes)))
        for score, by_class in itertools.product(SCORES, (False, True)):
            self._sets[score, by_class] = CrossConformalSets.fit(
                proba, codes, member, weight, score, by_class, self._kind_of_sets
            )

    # -- from raw outputs --------------------------------------------------------------------------

    def _output(self, member: Any, raw: Array) -> Array:
        return raw

    def _probability_of(self, raw: Array) -> Array:
        """The probabilities that the raw output of a member stands for."""
        raw = Temperature(self.temperature_).apply(raw.astype(np.float64))
        return self.estimators_[0]._probability(raw)

    def _probabilities(self, X: Any) -> Array:
        """The probabilities by each member, shape (n_members, n_samples, n_classes)."""
        return self._probabilities_of(self._outputs(X))

    def _probabilities_of(self, outputs: Array) -> Array:
        """The probabilities of each member from its outputs, by one call for all."""
        flat = self._probability_of(outputs.reshape(-1, outputs.shape[2]))
        return flat.reshape(*outputs.shape[:2], -1)

    def _logits(self, X: Any) -> Array:
        """The raw output that the ensemble's probabilities would have, or the mean margin."""
        if not hasattr(self, "predict_proba"):
            return self._outputs(X).mean(axis=0)
        p = self.predict_proba(X)
        if len(self.classes_) == 1:
            return np.zeros_like(p)
        if self._labels.kind == "multiclass":
            return np.log(p)
        if self._labels.kind == "binary":
            return np.log(p[:, 1:]) - np.log(p[:, :1])
        p = np.minimum(p, 1.0 - np.finfo(p.dtype).epsneg)  # a mean may be rounded to 1
        return np.log(p) - np.log1p(-p)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
