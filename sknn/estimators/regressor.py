"""The regressor."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from sknn.estimators.base import BaseMLP, can_train_in_parts
from sknn.estimators.docstring import documented
from sknn.estimators.far_rows import check_finite
from sknn.estimators.losses import regression_loss
from sknn.estimators.offered import offered_if
from sknn.estimators.runs import Start
from sknn.estimators.sklearn_callbacks import with_callbacks
from sknn.estimators.state import all_or_nothing
from sknn.estimators.targets import as_column_free, mean_and_scale, numbers, weight_of_score
from sknn.estimators.validation import REGRESSOR_RULES
from sknn.nn.links import Link
from sknn.nn.losses import REGRESSION_LOSSES, RegressionLoss
from sknn.nn.losses.base import Target
from sknn.nn.typing import Array
from sknn.preprocessing.odd_rows import accidents_are_told

__all__ = ["MLPRegressorX"]


@documented
class MLPRegressorX(RegressorMixin, BaseMLP):
    """Multi-layer perceptron regressor: scikit-learn's ``MLPRegressor``, and more.

    With scikit-learn's parameters alone, a seed gives scikit-learn's model to rounding. It
    minimizes the mean loss of the targets plus alpha / (2 n) \\|W\\|^2 by backpropagation.

    Parameters
    ----------
    loss : str, RegressionLoss or callable, default="squared_error"
        What training makes small: half the squared error, summed over the outputs;
        ``"absolute_error"``, ``"huber"`` (``Huber(delta=1.35)``) and ``"log_cosh"``, which outliers
        move less; ``"quantile"`` (``Quantile(0.5)``, or several that never cross, as
        ``Quantile((0.1, 0.5, 0.9))``); half the deviance ``"poisson"`` (y >= 0), ``"gamma"``
        (y > 0) or ``"tweedie"`` (``Tweedie(power=1.5)``), which predict with a logarithmic link.
        A function ``(raw, y) -> (loss of each row, gradient)`` is a loss of one's own:
        :class:`~sknn.nn.losses.CustomLoss` says what it is given.

    {common}

    standardize_y : bool, default=False
        Train on targets of mean 0 and variance 1, weighted by ``sample_weight``, of the rows that
        are trained on; predictions and scores are in the units of ``y``, ``loss_`` and what has
        units inside a loss (``Huber(delta)``) in those of the standardized targets. The scale is
        that of the first ``partial_fit``, or of the ``fit`` that a warm start goes on from. Not
        for losses with a logarithmic link.

    Attributes
    ----------
    y_mean_, y_scale_ : array of shape (n_targets,) or None
        Mean and standard deviation of the targets; None without ``standardize_y``.

    quantiles_ : tuple of float or None
        Levels of the predicted quantiles; None unless the loss is a ``Quantile``.

    {attributes}

    See Also
    --------
    MLPClassifierX : The classifier.

    Notes
    -----
    ``tol`` and the learning rate are absolute, as in scikit-learn: where the targets are small,
    training stops too early, and where they are large, it does not arrive. ``standardize_y=True``
    makes both independent of the units of ``y``.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sknn import MLPRegressorX
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = MLPRegressorX(hidden_layer_sizes=5, alpha=1.0, solver="lbfgs", random_state=0)
    >>> net.set_params(max_iter=500, standardize_y=True).fit(10 * X, y).score(10 * X, y) > 0.5
    True
    """

    __module__ = "sknn"
    _parameter_rules = REGRESSOR_RULES
    y_mean_: Any
    y_scale_: Any

    def __init__(
        self,
        loss="squared_error",
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
        standardize_y=False,
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
    ) -> "MLPRegressorX":
        """Train the network on X and the numbers y.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training data; never changed.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target values.
        sample_weight : array-like of shape (n_samples,), optional
            A row of weight 2 counts as two rows.
        X_val, y_val, sample_weight_val : as above, optional
            A validation set of one's own. Its score is recorded in ``validation_scores_``
            after each epoch, and early stopping watches it in place of a part of X.

        Returns
        -------
        self : MLPRegressorX

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
    def partial_fit(self, X, y, sample_weight=None) -> "MLPRegressorX":
        """Go on training for one epoch over the given rows.

        Not offered (``hasattr`` is False) for ``solver="lbfgs"`` and ``early_stopping=True``.
        k calls on the same rows equal one ``fit`` with ``max_iter=k``.

        Parameters
        ----------
        X, y, sample_weight : as in ``fit``

        Returns
        -------
        self : MLPRegressorX

        Raises
        ------
        ValueError
            If the data cannot be used, or has other columns or outputs than before.
        """
        return self._train(X, y, sample_weight, incremental=True)

    def predict(self, X) -> Array:
        """The expected target of each row.

        Returns
        -------
        y : array of shape (n_samples,) or (n_samples, n_targets)
            With several quantiles, shape (n_samples, n_quantiles) for one target and
            (n_samples, n_targets, n_quantiles) for several.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X cannot be used, or a prediction is beyond the largest floating-point number.
        """
        network, X = self._network_and_rows(X)
        with np.errstate(over="ignore", invalid="ignore"):
            predicted = self._prediction(self._raw_of(network, X))
        check_finite(predicted, X)
        return predicted

    def _prediction(self, raw: Array) -> Array:
        each = self._in_units(raw, self._fitted_link)
        by_target = each if each.shape[2] > 1 else each[:, :, 0]
        return by_target[:, 0] if each.shape[1] == 1 else by_target

    def score(self, X, y, sample_weight=None) -> float:
        """R^2 of the prediction; of several quantiles, the one nearest to 0.5 (the lower of two).

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        score : float
        """
        predicted = self.predict(X)
        if self._fitted_link.per_target > 1:
            predicted = predicted[..., self._middle]
        with accidents_are_told("y"):
            return r2_score(y, predicted, sample_weight=weight_of_score(sample_weight, y))

    # -- what the base class asks -----------------------------------------------------------------

    def _answers(self) -> dict[str, Callable[[Array], Any]]:
        """From the raw output to what each method returns."""
        return {"predict": self._prediction}

    def _meet_target(self, y: Any, start: Start, classes: Any = None) -> Any:
        self.quantiles_ = getattr(self._loss(), "levels", None)
        return as_column_free(y)

    def _encode(self, y: Any, dtype: Any) -> Target:
        y = numbers(y, np.float64 if self.standardize_y else dtype)
        support = self._loss().support
        if (support != "real" and y.min() < 0) or (support == "positive" and y.min() == 0):
            raise ValueError(
                f"loss={self.loss!r} requires y {'>' if support == 'positive' else '>='} 0. "
                f"Got a smallest target of {y.min()} instead."
            )
        return y

    def _learn_scale(self, y: Target, weight: Array | None, rows: Any, start: Start) -> None:
        if start.continuing:
            before = vars(self).get("y_mean_") is not None
            if before != self.standardize_y:
                raise ValueError(
                    f"{type(self).__name__} goes on training its network, but standardize_y "
                    f"changed from {before} to {self.standardize_y}. Change it back, or start anew "
                    "with a warm_start=False fit."
                )
        elif self.standardize_y:
            if rows is not None:
                y, weight = y[rows], None if weight is None else weight[rows]
            self.y_mean_, self.y_scale_ = mean_and_scale(y, weight)
        else:
            self.y_mean_, self.y_scale_ = None, None

    def _scaled(self, y: Target, dtype: Any) -> Target:
        if vars(self).get("y_mean_") is None:
            return y
        with np.errstate(over="ignore"):
            return numbers((y - self.y_mean_) / self.y_scale_, dtype)

    def _in_units(self, raw: Array, link: Link) -> Array:
        """Predictions of shape (n, n_targets, per target), in place of the raw output."""
        link.inverse(raw, out=raw)
        each = raw.reshape(len(raw), -1, link.per_target)
        if vars(self).get("y_mean_") is not None:
            each *= self.y_scale_[:, np.newaxis]
            each += self.y_mean_[:, np.newaxis]
        return each

    @property
    def _middle(self) -> int:
        """Which of several predictions for a target is scored."""
        levels = vars(self).get("quantiles_") or (0.5,)
        return int(np.argmin([abs(level - 0.5) for level in levels]))

    def _n_outputs(self, y: Any) -> int:
        return self._loss().outputs_per_target * (1 if y.ndim == 1 else y.shape[1])

    def _loss(self) -> RegressionLoss:
        return regression_loss(self)

    def _output_link(self) -> Link:
        return self._loss().link(exclusive=None)

    def _score_raw(self, raw: Array, y: Target, weight: Array | None) -> float:
        predicted = self._in_units(raw, self._output_link())[:, :, self._middle]
        if not np.isfinite(predicted).all():
            return float("nan")
        return float(r2_score(y, predicted, sample_weight=weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        loss = self.loss
        if isinstance(loss, str) and loss in REGRESSION_LOSSES:
            loss = REGRESSION_LOSSES[loss]()
        needs_positive = isinstance(loss, RegressionLoss) and loss.support != "real"
        tags.target_tags.positive_only = needs_positive
        # scikit-learn judges by R^2 on |standardized| targets, which are no counts or rates
        tags.regressor_tags.poor_score = needs_positive
        return tags
