"""From a raw table with numbers, categories and gaps to one matrix of numbers."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from sknn.config import AnyOf, DType, Exactly, Flag, Range, Rule, check_value
from sknn.preprocessing.columns import Columns
from sknn.preprocessing.levels import Levels
from sknn.preprocessing.one_hot import OneHot
from sknn.preprocessing.scaler import SmoothClipScaler, smooth_clip
from sknn.preprocessing.scalers import IsScaler, fit_scaler
from sknn.preprocessing.selection import categorical_mask
from sknn.preprocessing.weights import check_sample_weight

__all__ = ["TableEncoder"]

Array = npt.NDArray[Any]

_RULES: dict[str, Rule] = {
    "max_one_hot": AnyOf(Range(0, None, integer=True), Exactly(None)),
    "missing_indicator": Flag(),
    "numeric": IsScaler(),
    "scale_one_hot": Flag(),
    "dtype": DType(),
}


class TableEncoder(TransformerMixin, BaseEstimator):
    """Turn a raw table into one matrix of numbers that a network can take.

    Numbers are scaled and clipped, gaps are filled and marked, categories become one-hot columns,
    or whole numbers for an embedding where they have many levels. The columns of the result are, in
    this order: numbers, marks of gaps, one-hot columns, codes.

    Parameters
    ----------
    categorical_features : "from_dtype", array-like of bool, int or str, or None, \
default="from_dtype"
        The columns that are categories: a mask, indices, names, or None for none of them.
        ``"from_dtype"`` takes strings, objects, categories and booleans of pandas and polars for
        categories, and in arrays of objects each column that holds anything but numbers. Dates and
        durations are numbers, in seconds.
    max_one_hot : int >= 0 or None, default=8
        The most levels that become one-hot columns. A category with more becomes one column of
        codes: 0 for unknown, then 1, 2, ... in the order of ``categories_``. None: never codes.
    missing_indicator : bool, default=True
        Add a column of 0 and 1 for each numeric column that had a gap in ``fit``. Gaps themselves
        become 0 after scaling, which is the median under ``"smooth_clip"``.
    numeric : {"smooth_clip", "standard", "quantile"} or transformer, default="smooth_clip"
        What scales numeric columns: :class:`SmoothClipScaler`, to mean 0 and variance 1, or to a
        normal distribution by ranks; or an object with ``fit`` and ``transform`` that keeps the
        number of columns and bears NaN. Only ``"smooth_clip"`` allows infinite numbers, which end
        at the bounds -3 and 3; ``"quantile"`` takes no sample weights.
    scale_one_hot : bool, default=False
        Scale and clip the one-hot columns too, as RealMLP does [1]_: a level in less than a quarter
        of the rows is 1.664 in place of 1.
    dtype : {"float32", "float64"}, default="float32"
        The type of the result.

    Attributes
    ----------
    is_categorical_ : array of bool of shape (n_features_in_,)
        Which columns are categories.
    numeric_, categorical_ : arrays of int
        The indices of numeric and of categorical columns.
    categories_ : list of arrays
        The levels of each categorical column, sorted. None at the end is what was missing.
    n_numeric_out_, n_indicators_, n_one_hot_, n_codes_ : int
        How many columns of each kind come out, in this order.
    cardinalities_ : list of int
        For each column of codes, how many different codes there are: levels and 1 for unknown.
    origins_ : array of int
        For each column that comes out, the index of the column that it is made from.
    scaler_ : object or None
        What scales the numeric columns; None where there are none.
    n_features_in_ : int
        Number of columns in ``fit``.
    feature_names_in_ : array of shape (n_features_in_,)
        Their names, where all are strings.

    See Also
    --------
    SmoothClipScaler : What is done to numeric columns.

    Notes
    -----
    A category never seen in ``fit`` is 0 in all its one-hot columns, or has code 0, and so has one
    that is missing where none was missing in ``fit``. Two levels without gaps share one column with
    1 and -1.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by Default: Strong Pre-Tuned MLPs and
       Boosted Trees on Tabular Data", NeurIPS 2024, https://arxiv.org/abs/2407.04491

    Examples
    --------
    >>> from sknn.preprocessing import TableEncoder
    >>> X = [[38, "Rome"], [None, "Oslo"], [54, "Rome"], [21, "Lima"]]
    >>> encoder = TableEncoder().fit(X)
    >>> encoder.get_feature_names_out()
    array(['x0', 'x0_missing', 'x1_Lima', 'x1_Oslo', 'x1_Rome'], dtype=object)
    >>> encoder.transform([[38, "Rome"], [float("nan"), "Paris"]])
    array([[0., 0., 0., 0., 1.],
           [0., 1., 0., 0., 0.]], dtype=float32)
    """

    scaler_: Any

    def __init__(
        self,
        categorical_features="from_dtype",
        *,
        max_one_hot=8,
        missing_indicator=True,
        numeric="smooth_clip",
        scale_one_hot=False,
        dtype="float32",
    ):
        self.categorical_features = categorical_features
        self.max_one_hot = max_one_hot
        self.missing_indicator = missing_indicator
        self.numeric = numeric
        self.scale_one_hot = scale_one_hot
        self.dtype = dtype

    def fit(self, X, y=None, sample_weight=None):
        """Learn the scale of numeric columns and the levels of categorical ones.

        Parameters
        ----------
        X : array-like or DataFrame of shape (n_samples, n_features)
            The raw table, with None, NaN, NaT, NA or null for gaps.
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional
            A weight of 2 is the same as the row twice, 0 the same as no row.

        Returns
        -------
        self : TableEncoder

        Raises
        ------
        InvalidParameterError
            If a parameter is not allowed, or the scaler takes no weights.
        ValueError
            If X is no table, or a numeric column holds something else than numbers.
        """
        for name, rule in _RULES.items():
            check_value(name, type(self).__name__, getattr(self, name), rule)
        columns = self._columns(X, reset=True)
        weight = check_sample_weight(sample_weight, columns.shape[0], np.float64)
        self.is_categorical_ = categorical_mask(self.categorical_features, columns)
        self.numeric_ = np.flatnonzero(~self.is_categorical_)
        self.categorical_ = np.flatnonzero(self.is_categorical_)
        self._fit_numeric(columns.numbers(self.numeric_), weight)
        self._levels = [Levels(*c, weight) for c in columns.categories(self.categorical_)]
        self.categories_ = [levels.values for levels in self._levels]
        self._one_hots = [self._one_hot(levels) for levels in self._levels]
        self._describe_output()
        return self

    def _fit_numeric(self, numbers: Array, weight: Array | None) -> None:
        if weight is not None:
            if not weight.all():
                numbers, weight = numbers[weight > 0], weight[weight > 0]
            weight = None if (weight == weight[0]).all() else weight
        self._has_gaps = np.isnan(numbers).any(axis=0) & bool(self.missing_indicator)
        some = numbers.shape[1] > 0
        self.scaler_ = fit_scaler(self.numeric, numbers, weight) if some else None

    def _one_hot(self, levels: Levels) -> OneHot | None:
        few = self.max_one_hot is None or len(levels) <= self.max_one_hot
        return OneHot(levels, self.scale_one_hot) if few else None

    def _describe_output(self) -> None:
        one_hot = [(j, o) for j, o in zip(self.categorical_, self._one_hots, strict=True) if o]
        coded = np.array([one_hot is None for one_hot in self._one_hots], dtype=bool)
        origins = [self.numeric_, self.numeric_[self._has_gaps]]
        origins += [np.repeat(j, one_hot.width) for j, one_hot in one_hot]
        origins += [self.categorical_[coded]]
        self.origins_ = np.concatenate(origins)
        self.n_numeric_out_ = len(self.numeric_)
        self.n_indicators_ = int(self._has_gaps.sum())
        self.n_one_hot_ = sum(one_hot.width for _, one_hot in one_hot)
        self.n_codes_ = int(coded.sum())
        pairs = zip(self._levels, coded, strict=True)
        self.cardinalities_ = [len(levels) + 1 for levels, is_coded in pairs if is_coded]

    def transform(self, X):
        """Turn rows into numbers.

        Parameters
        ----------
        X : array-like or DataFrame of shape (n_samples, n_features)
            Rows with the columns of ``fit``.

        Returns
        -------
        X_new : array of shape (n_samples, n_features_out)
            Numbers without gaps.

        Raises
        ------
        ValueError
            If the columns are not those of ``fit``, or a numeric column holds something else than
            numbers.
        """
        return self.encode(X)

    def encode(self, X: Any) -> Array:
        """Do the same as ``transform``, and always make an array, whatever ``set_output`` asks for.

        Raises
        ------
        ValueError
            As ``transform`` does.
        """
        if "origins_" not in vars(self):  # asked first, since scikit-learn takes 10 us to see it
            check_is_fitted(self)
        columns = self._columns(X, reset=False)
        out = np.empty((columns.shape[0], len(self.origins_)), self.dtype)
        if self.n_numeric_out_:
            self._write_numeric(columns.numbers(self.numeric_), out)
        start = self.n_numeric_out_ + self.n_indicators_
        code_at = start + self.n_one_hot_
        read = columns.categories(self.categorical_)
        for levels, one_hot, found in zip(self._levels, self._one_hots, read, strict=True):
            codes = levels.encode(*found)
            if one_hot is None:
                out[:, code_at] = codes
                code_at += 1
            else:
                one_hot.write(codes, out[:, start : start + one_hot.width])
                start += one_hot.width
        return out

    def _write_numeric(self, numbers: Array, out: Array) -> None:
        scaled, scaler = out[:, : self.n_numeric_out_], self.scaler_
        if type(scaler) is SmoothClipScaler:  # whose own checks take longer than a row
            smooth_clip(numbers, scaler.center_, scaler.scale_, scaler.max_abs, scaled)
        else:
            scaled[:] = scaler.transform(numbers)
        gaps = np.isnan(scaled)
        np.copyto(scaled, 0, where=gaps)
        if self.n_indicators_:
            at = self.n_numeric_out_
            out[:, at : at + self.n_indicators_] = np.isnan(numbers[:, self._has_gaps])

    def _columns(self, X: Any, reset: bool) -> Columns:
        """The columns of a table that is checked; what is masked is missing."""
        if np.ma.isMaskedArray(X):
            mask, X = np.ma.getmaskarray(X), np.array(X, dtype=object)
            X[mask] = None
        if Columns.are_in(X):
            columns = Columns.of(X, types=reset)
            if 0 in columns.shape:
                check_array(np.empty(columns.shape), estimator=self)  # raises
            names = None if reset else vars(self).get("feature_names_in_")
            if names is None or names.tolist() != columns.names:
                validate_data(self, X, skip_check_array=True, reset=reset)
            return columns
        if not reset and self._is_plain(X):
            return Columns.of(X)
        if not hasattr(X, "dtype"):
            array = np.asarray(X)
            # NumPy turns the numbers of a list into text where there is text
            X = np.asarray(X, dtype=object) if array.dtype.kind in "US" else array
        options = {"dtype": None, "ensure_all_finite": False, "reset": reset}
        return Columns.of(validate_data(self, X, **options))

    def _is_plain(self, X: Any) -> bool:
        """Whether X is an array of numbers or objects that needs no further check."""
        return (
            type(X) is np.ndarray
            and X.dtype.kind in "fiuO"
            and X.ndim == 2
            and X.shape[1] == self.n_features_in_
            and X.shape[0] > 0
            and not hasattr(self, "feature_names_in_")
        )

    def get_feature_names_out(self, input_features=None):
        """The names of the columns that come out.

        Parameters
        ----------
        input_features : array-like of str, optional
            Names of the columns in ``fit``, where they had none.

        Returns
        -------
        names : array of str
            ``age`` for a number, ``age_missing`` for the mark of its gaps, ``city_Paris`` for a
            level, ``street_code`` for codes. A name that comes again gets a number.

        Raises
        ------
        ValueError
            If ``input_features`` are not the names, or not the number of the columns in ``fit``.
        """
        check_is_fitted(self)
        names = OneToOneFeatureMixin.get_feature_names_out(self, input_features)
        levels = [level for one_hot in self._one_hots if one_hot for level in one_hot.levels]
        endings = [""] * self.n_numeric_out_ + ["_missing"] * self.n_indicators_
        endings += ["_missing" if level is None else f"_{level}" for level in levels]
        endings += ["_code"] * self.n_codes_
        full = [names[j] + ending for j, ending in zip(self.origins_, endings, strict=True)]
        return np.array(_distinct(full), dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _distinct(names: list[str]) -> list[str]:
    """Names of which none comes twice, the later ones with a number."""
    seen: Counter[str] = Counter()
    taken, result = set(names), []
    for name in names:
        seen[name] += 1
        new = name
        while seen[name] > 1 and new in taken:
            new = f"{name}_{seen[name]}"
            seen[name] += new in taken
        taken.add(new)
        result.append(new)
    return result
