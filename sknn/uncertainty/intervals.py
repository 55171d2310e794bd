"""Intervals for numbers, from the errors that members made on rows they did not see."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.uncertainty.arguments import (
    Floats,
    finite,
    fold_numbers,
    open_share,
    positive,
    row_weights,
)
from sknn.uncertainty.folds import FoldScores, tail_rank

__all__ = ["CrossConformalIntervals"]


@dataclass(frozen=True)
class CrossConformalIntervals:
    r"""Intervals that hold the target of a new row as often as asked (CV+).

    With :math:`\mu_j` the members, :math:`j(i)` the member that did not see calibration row i,
    :math:`R_i = |y_i - \mu_{j(i)}(x_i)|` its error and :math:`\ell = \lfloor \alpha (m + 1)
    \rfloor` for :math:`\alpha = 1 - \text{coverage}` and m calibration rows,

    .. math:: C(x) = \Big[\,\ell\text{-th smallest of } \mu_{j(i)}(x) - R_i,\;\;
              \ell\text{-th largest of } \mu_{j(i)}(x) + R_i \Big].

    With a scale the errors are relative, :math:`R_i = |y_i - \mu_{j(i)}(x_i)| / s(x_i)`, and
    count times the scale of the new row, so that intervals are wider where it is larger.

    Attributes
    ----------
    folds : tuple of FoldScores
        For each output the sorted errors of each member.
    n_members : int
        Members of the ensemble.
    single : bool
        Whether there is one output, and no axis for it.
    scaled : bool
        Whether errors are relative to a scale.

    See Also
    --------
    CrossConformalSets : The same for classes.

    Notes
    -----
    If rows come in random order and folds are drawn once, an interval holds a new target with
    probability at least 1 - 2 alpha, less at most ``sqrt(2 / m)``; in practice it is close to
    1 - alpha. That is over all rows, not for each kind of row. With one member it is the split
    conformal interval, and the probability is at least 1 - alpha.

    References
    ----------
    Barber, Candès, Ramdas, Tibshirani (2021), "Predictive inference with the jackknife+", Annals
    of Statistics 49(1), arXiv:1905.02928, section 3; Lei, G'Sell, Rinaldo, Tibshirani, Wasserman
    (2018), "Distribution-free predictive inference for regression", arXiv:1604.04173, section
    5.2, for the scale.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.normal(size=200)
    >>> fold = np.arange(200) % 2
    >>> intervals = CrossConformalIntervals.fit(np.zeros(200), y, fold)
    >>> intervals.interval([[0.0], [0.5]], coverage=0.8).round(2)
    array([[-1.  ,  1.59]])
    """

    folds: tuple[FoldScores, ...]
    n_members: int
    single: bool
    scaled: bool

    @classmethod
    def fit(
        cls, prediction: Any, y: Any, fold: Any, weight: Any = None, scale: Any = None
    ) -> "CrossConformalIntervals":
        """Sort the errors of out-of-fold predictions.

        Parameters
        ----------
        prediction : array of shape (m,) or (m, n_outputs)
            For each calibration row the prediction of the member that did not see it.
        y : array of the same shape
            Targets.
        fold : array of int of shape (m,)
            The number of that member, from 0 on.
        weight : array of shape (m,), optional
            A row of weight 2 counts as two. A row with r out-of-fold predictions comes r times,
            each time with weight 1 / r.
        scale : array of the shape of ``prediction``, optional
            Sizes of error to expect, by the same member or by a model that did not see the row.

        Returns
        -------
        intervals : CrossConformalIntervals

        Raises
        ------
        InvalidParameterError
            For arrays that do not fit each other, numbers that are not finite, or a scale that
            is not positive.
        """
        prediction = finite("prediction", prediction, ("m",), ("m", "n_outputs"))
        y = finite("y", y, prediction.shape)
        fold = fold_numbers(fold, len(prediction))
        weight = row_weights(weight, len(prediction))
        error = np.abs(y - prediction).reshape(len(y), -1)
        if scale is not None:
            scale = finite("scale", scale, prediction.shape)
            error = error / positive("scale", scale).reshape(len(y), -1)
        n_members = int(fold.max()) + 1
        folds = tuple(FoldScores.of(column, fold, weight, n_members) for column in error.T)
        return cls(folds, n_members, prediction.ndim == 1, scale is not None)

    def interval(self, prediction: Any, coverage: float = 0.9, scale: Any = None) -> Floats:
        """Intervals at new rows.

        Parameters
        ----------
        prediction : array of shape (n_members, n_rows) or (n_members, n_rows, n_outputs)
            What each member predicts.
        coverage : float, default=0.9
            The share of targets to hold, above 0 and at most m / (m + 1).
        scale : array of the shape of ``prediction``, or without its first axis, optional
            Sizes of error to expect, which are needed if calibration had them.

        Returns
        -------
        interval : array of shape (n_rows, 2) or (n_rows, n_outputs, 2)
            Lower and upper ends; each output has the coverage by itself.

        Raises
        ------
        InvalidParameterError
            For a coverage that so few calibration rows cannot give, a scale that is missing or
            not expected, or arrays of another shape.
        """
        rank = self._rank(coverage)
        outputs = () if self.single else (len(self.folds),)
        center = finite("prediction", prediction, (self.n_members, "n_rows", *outputs))
        spread = self._scale(scale, center.shape)
        if self.single:
            center, spread = center[..., None], spread[..., None]
        ends = np.empty((*center.shape[1:], 2))
        for output, folds in enumerate(self.folds):
            c, s = center[:, :, output], spread[:, :, output]
            ends[:, output, 0] = -folds.upper_ends(-c, s, rank)
            ends[:, output, 1] = folds.upper_ends(c, s, rank)
        ends.sort(axis=-1)  # below a coverage of 1/2 the ends may cross where members disagree
        return ends[:, 0] if self.single else ends

    def _rank(self, coverage: float) -> int:
        coverage = open_share("coverage", "interval", coverage)
        total = self.folds[0].total
        rank = tail_rank(coverage, total)
        if rank < 1:
            needed = np.ceil(coverage / (1 - coverage) - 1e-9)
            raise InvalidParameterError(
                f"coverage={coverage:g} needs at least {needed:g} calibration rows. "
                f"Got {total:g}, which can give at most {total / (total + 1):.6g}."
            )
        return rank

    def _scale(self, scale: Any, shape: tuple[int, ...]) -> Floats:
        if (scale is not None) != self.scaled:
            given, wanted = ("no", "a") if self.scaled else ("a", "no")
            raise InvalidParameterError(
                f"Calibration had {wanted} scale, so interval must get {wanted} scale. "
                f"Got {given} scale."
            )
        if scale is None:
            return np.ones(shape)
        scale = positive("scale", finite("scale", scale, shape, shape[1:]))
        return np.broadcast_to(scale, shape)
