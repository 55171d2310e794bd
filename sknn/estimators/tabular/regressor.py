"""The regressor for raw tables."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin

from sknn.estimators.offered import offered_if
from sknn.estimators.regressor import MLPRegressorX
from sknn.estimators.tabular.base import BaseTabularMLP
from sknn.estimators.tabular.docstring import documented
from sknn.estimators.tabular.held_out import HeldOutRows
from sknn.estimators.tabular.rules import TABULAR_REGRESSOR_RULES
from sknn.estimators.targets import as_column_free, numbers, weight_of_score
from sknn.exceptions import NotOfferedError
from sknn.nn.links import ExpLink
from sknn.nn.losses import Quantile
from sknn.nn.typing import Array
from sknn.preprocessing.odd_rows import accidents_are_told
from sknn.uncertainty import CrossConformalIntervals, spread

__all__ = ["TabularMLPRegressorX"]

OWN = """
loss : str, RegressionLoss or callable, default="squared_error"
    What training makes small, of targets with mean 0 and variance 1 where the loss has no
    logarithmic link.

clip : bool, default=True
    Keep predictions of each member within the range of the training targets. A row far outside the
    training data then has no absurd prediction.
"""


def has_one_prediction(estimator: Any) -> None:
    """Raise where several quantiles of each target are predicted."""
    loss = estimator.loss
    if isinstance(loss, Quantile) and len(loss.levels) > 1:
        raise NotOfferedError(
            f"loss={loss!r} predicts several quantiles of each target, and no single number that "
            "an interval could be around. Use another loss, such as 'squared_error'."
        )


@documented(OWN, "MLPRegressorX", "loss")
class TabularMLPRegressorX(RegressorMixin, BaseTabularMLP):
    """Regressor for raw tables: an ensemble of networks that needs no preparation of the data.

    ``fit(df, y)`` takes a DataFrame with strings, categories, gaps and columns of any scale, and
    targets of any scale. All that is done to them is part of the estimator, so that one object goes
    into production. Each member is a network trained on other rows; the rows it does not see pick
    its best epoch, and tell how far predictions are off.

    Parameters
    ----------
    {common}

    Attributes
    ----------
    {attributes}

    See Also
    --------
    TabularMLPClassifierX : The classifier.
    MLPRegressorX : A single network for numbers that are prepared.

    {notes}

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sknn import TabularMLPRegressorX
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> net = TabularMLPRegressorX(effort="fast", random_state=0).fit(X, y)
    >>> net.score(X, y) > 0.4
    True
    >>> net.predict_interval(X.iloc[:3], coverage=0.8).shape
    (3, 2)
    """

    __module__ = "sknn"
    _parameter_rules = TABULAR_REGRESSOR_RULES
    _Member = MLPRegressorX

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
        scoring="loss",
        loss="squared_error",
        clip=True,
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
    ) -> "TabularMLPRegressorX":
        """Train the ensemble on the table X and the targets y.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The raw table; never changed.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            The targets.
        sample_weight : array-like of shape (n_samples,), optional
            A row of weight 2 is the same as the row twice, one of weight 0 as none.
        X_val, y_val, sample_weight_val : as above, optional
            A validation set of one's own, in place of folds. All members train on all of X.

        Returns
        -------
        self : TabularMLPRegressorX

        Raises
        ------
        InvalidParameterError
            If a parameter is out of its range, before any work.
        ValueError
            If the data cannot be used.
        """
        return self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val))

    def predict(self, X) -> Array:
        """The expected target of each row: the mean of the members' predictions.

        Returns
        -------
        y : array of shape (n_samples,) or (n_samples, n_targets)
            With several quantiles they are on the last axis.
        """
        return self.predict_members(X).mean(axis=0)

    def predict_members(self, X) -> Array:
        """What each member predicts.

        Returns
        -------
        y : array of shape (n_members, n_samples) or (n_members, n_samples, n_targets)
        """
        return self._outputs(X)

    @offered_if(has_one_prediction)
    def predict_interval(self, X, coverage=0.9) -> Array:
        """An interval for each row that holds its target as often as asked.

        From the errors of the members on rows they never saw, whatever the distribution is (CV+).

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
        coverage : float in (0, 1), default=0.9
            Share of targets to hold.

        Returns
        -------
        interval : array of shape (n_samples, 2) or (n_samples, n_targets, 2)
            Lower and upper ends, in the unit of y; of several targets each has the coverage by
            itself.

        Raises
        ------
        ValueError
            If the table was too small to hold rows out, or for a coverage that so few rows cannot
            give.

        References
        ----------
        Barber, Candès, Ramdas, Tibshirani (2021), "Predictive inference with the jackknife+",
        arXiv:1905.02928, section 3.
        """
        members = self.predict_members(X)
        self._need_held_out(self._intervals, "predict_interval")
        assert self._intervals is not None
        if self._held_out_is_shared:
            members = members.mean(axis=0, keepdims=True)
        # a limit of time may have left members of a cut into folds that is not complete
        return self._intervals.interval(members[: self._intervals.n_members], coverage)

    def score(self, X, y, sample_weight=None) -> float:
        """R^2 of the prediction.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        score : float
        """
        with accidents_are_told("y"):
            return float(super().score(X, y, weight_of_score(sample_weight, y)))

    @offered_if(has_one_prediction)
    def predict_spread(self, X) -> Array:
        """How far the members disagree: the standard deviation of their predictions.

        It tells where the table says little, not how large errors are: see ``predict_interval``.

        Returns
        -------
        spread : array of shape (n_samples,) or (n_samples, n_targets)
            In the unit of y; 0 for a single member.
        """
        members = self.predict_members(X)
        return spread(members) if len(members) > 1 else np.zeros_like(members[0])

    # -- what the base class asks ------------------------------------------------------------------

    def _meet_target(self, y: Any) -> Any:
        y = as_column_free(y)
        values = numbers(y, np.float64)
        self._range = values.min(axis=0), values.max(axis=0)
        return y

    def _numbers(self, y: Any) -> Array:
        return numbers(y, np.float64)

    def _own_params(self) -> dict[str, Any]:
        link = MLPRegressorX(loss=self.loss)._output_link()
        return {"loss": self.loss, "standardize_y": not isinstance(link, ExpLink)}

    def _output(self, member: Any, raw: Array) -> Array:
        each = member._in_units(raw.astype(np.float64), member._fitted_link)
        if self.clip:
            low, high = self._range
            np.clip(each, low[:, np.newaxis], high[:, np.newaxis], out=each)
        by_target = each if each.shape[2] > 1 else each[:, :, 0]
        return by_target[:, 0] if each.shape[1] == 1 else by_target

    def _calibrate(self, held_out: HeldOutRows | None) -> None:
        self._intervals, self._held_out_is_shared = None, False
        if held_out is None or self.estimators_[0]._fitted_link.per_target > 1:
            return
        self._held_out_is_shared = held_out.shared
        prediction, y, member, weight = held_out.one_by_one()
        self._intervals = CrossConformalIntervals.fit(
            prediction, y.astype(np.float64), member, weight
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
