"""The regressor."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from sknn.estimators.base import BaseMLP, can_train_in_parts
from sknn.estimators.docstring import documented
from sknn.estimators.offered import offered_if
from sknn.estimators.runs import Start
from sknn.estimators.sklearn_callbacks import with_callbacks
from sknn.estimators.state import all_or_nothing
from sknn.estimators.targets import as_column_free, numbers
from sknn.estimators.validation import REGRESSOR_RULES
from sknn.nn.links import LINKS
from sknn.nn.losses import REGRESSION_LOSSES, Loss
from sknn.nn.losses.base import Target
from sknn.nn.typing import Array

__all__ = ["MLPRegressorX"]


@documented
class MLPRegressorX(RegressorMixin, BaseMLP):
    """Multi-layer perceptron regressor: scikit-learn's ``MLPRegressor``, and more.

    With scikit-learn's parameters alone, a seed gives scikit-learn's model to rounding. It
    minimizes the mean loss of the targets plus alpha / (2 n) \\|W\\|^2 by backpropagation.

    Parameters
    ----------
    loss : {"squared_error", "poisson"} or RegressionLoss, default="squared_error"
        What training makes small: half the squared error, summed over the outputs, or half the
        Poisson deviance, which needs ``y >= 0`` and predicts with a logarithmic link.

    {common}

    standardize_y : bool, default=False
        Train on targets of mean 0 and variance 1; predictions are in the units of ``y``.

    Attributes
    ----------
    {attributes}

    See Also
    --------
    MLPClassifierX : The classifier.

    Notes
    -----
    ``tol`` is absolute, as in scikit-learn: standardize ``y``, for example with
    :class:`sklearn.compose.TransformedTargetRegressor`.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sknn import MLPRegressorX
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = MLPRegressorX(hidden_layer_sizes=5, alpha=1.0, solver="lbfgs", random_state=0)
    >>> net.set_params(max_iter=500).fit(10 * X, (y - 152) / 77).score(10 * X, (y - 152) / 77) > 0.5
    True
    """

    __module__ = "sknn"
    _parameter_rules = REGRESSOR_RULES

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
        normalization=None,
        dropout=0.0,
        input_dropout=0.0,
        l1=0.0,
        max_norm=None,
        gradient_clip=None,
        averaging=None,
        sampling=None,
        early_stopping_scoring=None,
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
            A validation set of one's own. Its R^2 is recorded in ``validation_scores_`` after
            each epoch, and early stopping watches it in place of a part of X.

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
        y : array of shape (n_samples,) or (n_samples, n_outputs)
        """
        mean = self._raw_output(X)
        LINKS[self.out_activation_].inverse(mean, out=mean)
        return mean[:, 0] if mean.shape[1] == 1 else mean

    # -- what the base class asks -----------------------------------------------------------------

    def _meet_target(self, y: Any, start: Start, classes: Any = None) -> Any:
        y = as_column_free(y)
        if self._loss().positive_target and (np.asarray(y) < 0).any():
            raise ValueError(
                f"loss={self.loss!r} requires y >= 0. Got a smallest target of {np.min(y)} instead."
            )
        return y

    def _encode(self, y: Any, dtype: Any) -> Target:
        return numbers(y, dtype)

    def _n_outputs(self, y: Any) -> int:
        return 1 if y.ndim == 1 else y.shape[1]

    def _loss(self) -> Loss:
        return REGRESSION_LOSSES.resolve(self.loss)

    def _out_activation(self) -> str:
        return self._loss().link(exclusive=False).name

    def _score_raw(self, raw: Array, y: Target, weight: Array | None) -> float:
        LINKS[self._out_activation()].inverse(raw, out=raw)
        if not np.isfinite(raw).all():
            return float("nan")
        return float(r2_score(y, raw, sample_weight=weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        needs_positive = self.loss == "poisson" or (
            isinstance(self.loss, Loss) and self.loss.positive_target
        )
        tags.target_tags.positive_only = needs_positive
        # scikit-learn judges by R^2 on |standardized| targets, which are no counts or rates
        tags.regressor_tags.poor_score = needs_positive
        return tags
