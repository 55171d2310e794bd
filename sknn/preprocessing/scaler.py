"""A scaler that outliers cannot stretch: by median and quartiles, with a smooth clip."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from sknn.config import Range, check_value
from sknn.preprocessing.odd_rows import accidents_are_told, check_numbers_only
from sknn.preprocessing.weights import check_sample_weight, quantiles

__all__ = ["SmoothClipScaler", "center_and_scale", "smooth_clip"]

Array = npt.NDArray[Any]
_FLOATS = [np.float64, np.float32]
_BLOCK = 32768  # numbers that stay in the cache from the first step of the formula to the last
_LARGEST = float(np.finfo(np.float32).max)
STEEPEST = 1e18  # x / sqrt(1 + x^2) is 1 from here on, and the square is a float32 still


class SmoothClipScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Scale each column by its median and quartiles, and clip it smoothly.

    With the quartiles q1, q2, q3 of a column, ``z = s * (x - q2)`` becomes
    ``z / sqrt(1 + (z / max_abs)^2)``, where s is ``1 / (q3 - q1)``, or ``2 / (max - min)`` if the
    two quartiles are equal, or 0 if the column is constant. So the middle half of the rows is left
    almost as it is, and no outlier gets beyond ``max_abs``.

    NaN stays NaN, and masked entries become it. Infinite numbers become ``-max_abs`` and
    ``max_abs``, and 0 where s is 0. Neither counts in ``fit``.

    Parameters
    ----------
    max_abs : float > 0, default=3.0
        The bound of what comes out.

    Attributes
    ----------
    center_ : array of shape (n_features_in_,)
        The median of each column.
    scale_ : array of shape (n_features_in_,)
        The factor s of each column.
    n_features_in_ : int
        Number of columns in ``fit``.
    feature_names_in_ : array of shape (n_features_in_,)
        Their names, where all are strings.

    See Also
    --------
    TableEncoder : Does this to the numbers of a table that also has categories.
    sklearn.preprocessing.RobustScaler : Median and quartiles without a clip.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by Default: Strong Pre-Tuned MLPs and
       Boosted Trees on Tabular Data", NeurIPS 2024, https://arxiv.org/abs/2407.04491

    Examples
    --------
    >>> from sknn.preprocessing import SmoothClipScaler
    >>> X = [[1.0], [2.0], [3.0], [4.0], [1000.0]]
    >>> SmoothClipScaler().fit_transform(X).round(2).ravel()
    array([-0.95, -0.49,  0.  ,  0.49,  3.  ])
    """

    center_: Array
    scale_: Array

    def __init__(self, max_abs=3.0):
        self.max_abs = max_abs

    def fit(self, X, y=None, sample_weight=None):
        """Find the median and the scale of each column.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers; NaN and infinite ones are left out.
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional
            A weight of 2 is the same as the row twice, 0 the same as no row.

        Returns
        -------
        self : SmoothClipScaler

        Raises
        ------
        InvalidParameterError
            If ``max_abs`` is not a number above 0.
        ValueError
            If X is no table of numbers, or a weight is negative.
        """
        check_value("max_abs", type(self).__name__, self.max_abs, Range(0, None, closed="neither"))
        X = self._table(X, reset=True)
        weight = check_sample_weight(sample_weight, X.shape[0], np.float64)
        found = [center_and_scale(column, weight) for column in X.T]
        self.center_, self.scale_ = np.array(found, dtype=np.float64).T.copy()
        # so that their quotient is finite
        np.minimum(self.scale_, np.finfo(np.float64).max * min(self.max_abs, 1), out=self.scale_)
        return self

    def transform(self, X):
        """Scale and clip.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            float32 stays float32, all else becomes float64.

        Returns
        -------
        X_new : array of shape (n_samples, n_features)
            Numbers from ``-max_abs`` to ``max_abs``, and NaN.

        Raises
        ------
        ValueError
            If X is no table of numbers, or has other columns than in ``fit``.
        """
        check_is_fitted(self)
        X = self._table(X, reset=False)
        return smooth_clip(X, self.center_, self.scale_, self.max_abs, np.empty_like(X))

    def inverse_transform(self, X):
        """Undo ``transform``.

        With ``t = x / max_abs`` this is ``q2 + max_abs / s * t / sqrt(1 - t^2)``, and the median
        where s is 0. The bounds themselves become infinite.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers from ``-max_abs`` to ``max_abs``, or NaN; beyond the bounds counts as on them.

        Returns
        -------
        X_original : array of shape (n_samples, n_features)
            Numbers in the units of ``fit``.

        Raises
        ------
        ValueError
            If X is no table of numbers, or has another number of columns than in ``fit``.
        """
        check_is_fitted(self)
        X = filled(X)
        check_numbers_only(X)
        with accidents_are_told("X"):
            X = check_array(X, dtype=_FLOATS, ensure_all_finite=False)
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )
        share = np.clip(X / self.max_abs, -1, 1)
        with np.errstate(divide="ignore", over="ignore"):
            stretched = share / np.sqrt(1 - share**2)
            width = np.divide(
                self.max_abs, self.scale_, where=self.scale_ != 0, out=self.scale_ * 0
            )
            moved = np.where((width == 0) & ~np.isnan(share), 0, stretched) * width
            return (self.center_ + moved).astype(X.dtype)

    def _table(self, X: Any, reset: bool) -> Array:
        """X as floats, checked; what is masked is missing."""
        X = filled(X)
        check_numbers_only(X)
        with accidents_are_told("X"):
            options = {"dtype": _FLOATS, "ensure_all_finite": False, "reset": reset}
            table: Array = validate_data(self, X, **options)
        return table

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def filled(X: Any) -> Any:
    """A masked array as one with NaN; anything else as it is."""
    if not np.ma.isMaskedArray(X):
        return X
    return np.ma.filled(X if X.dtype.kind == "f" else X.astype(np.float64), np.nan)


def center_and_scale(values: Array, weight: Array | None = None) -> tuple[float, float]:
    """The median of a column and the factor s, of its finite numbers; 0 and 0 if it has none.

    Examples
    --------
    >>> center_and_scale(np.array([0.0, 0.0, 0.0, 0.0, 1.0]))
    (0.0, 2.0)
    """
    counts = np.isfinite(values)
    if weight is not None:
        counts &= weight > 0
        weight = weight[counts]
    values = values[counts].astype(np.float64)
    if not values.size:
        return 0.0, 0.0
    q1, q2, q3 = quantiles(values, [0.25, 0.5, 0.75], weight)
    middle, all_of_it = q3 / 2 - q1 / 2, values.max() / 2 - values.min() / 2  # halves: no overflow
    with np.errstate(over="ignore"):
        scale = 0.5 / middle if middle else 1 / all_of_it if all_of_it else 0.0
    return float(q2), float(min(scale, np.finfo(np.float64).max))


def smooth_clip(X: Array, center: Array, scale: Array, max_abs: float, out: Array) -> Array:
    """Scale and clip the columns of an array of float32 or float64 into another one.

    Examples
    --------
    >>> X = np.array([[0.0, 4.0], [np.inf, np.nan]])
    >>> smooth_clip(X, np.zeros(2), np.array([0.0, 1.0]), 3.0, np.empty((2, 2)))
    array([[0. , 2.4],
           [0. , nan]])
    """
    factor = scale / max_abs
    if X.dtype == np.float32:
        center, factor = (np.clip(a, -_LARGEST, _LARGEST).astype(X.dtype) for a in (center, factor))
    constant = np.flatnonzero(factor == 0)
    step = max(1, _BLOCK // X.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, X.shape[0], step):
            rows = X[start : start + step]
            part = rows - center
            part *= factor
            if constant.size:  # infinity times 0 is NaN
                part[:, constant] = np.where(np.isnan(rows[:, constant]), np.nan, 0)
            np.maximum(part, -STEEPEST, out=part)
            np.minimum(part, STEEPEST, out=part)
            square = part * part
            square += 1
            part /= np.sqrt(square, out=square)
            np.multiply(part, max_abs, out=out[start : start + step], casting="same_kind")
    return out
