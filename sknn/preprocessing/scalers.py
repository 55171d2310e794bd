"""What may scale the numeric columns of a table: scalers by name, or a transformer."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.utils.validation import has_fit_parameter

from sknn.config import nearest
from sknn.exceptions import InvalidParameterError
from sknn.preprocessing.scaler import SmoothClipScaler

__all__ = ["SCALERS", "IsScaler", "fit_scaler"]

#: The scalers by name, made for a number of rows.
SCALERS = {
    "smooth_clip": lambda n_rows: SmoothClipScaler(),
    "standard": lambda n_rows: StandardScaler(),
    "quantile": lambda n_rows: QuantileTransformer(
        n_quantiles=min(1000, n_rows), output_distribution="normal", subsample=None
    ),
}


class IsScaler:
    """Accepts the name of a scaler, or a transformer object."""

    def accepts(self, value: object) -> bool:
        if isinstance(value, str):
            return value in SCALERS
        return hasattr(value, "transform") and not isinstance(value, type)

    def describe(self) -> str:
        return f"a str among {{{', '.join(map(repr, SCALERS))}}} or a transformer object"

    def hint(self, value: object) -> str:
        if isinstance(value, type):
            return f" Did you mean {value.__name__}()?"
        return nearest(value, SCALERS)


def fit_scaler(
    numeric: Any, numbers: npt.NDArray[Any], weight: npt.NDArray[Any] | None = None
) -> Any:
    """A fitted scaler of a name, or a fitted copy of a transformer.

    Raises
    ------
    InvalidParameterError
        If it takes no sample weights and there are some, or changes the number of columns.

    Examples
    --------
    >>> fit_scaler("standard", np.array([[1.0], [3.0]])).mean_
    array([2.])
    """
    empty = np.isnan(numbers).all(axis=0)
    if empty.any():
        numbers = np.where(empty, 0.0, numbers)  # scikit-learn's scalers warn of them
    named = isinstance(numeric, str)
    scaler = SCALERS[numeric](len(numbers)) if named else clone(numeric)
    if weight is None:
        scaler.fit(numbers)
    elif has_fit_parameter(scaler, "sample_weight"):
        scaler.fit(numbers, sample_weight=weight)
    else:
        raise InvalidParameterError(
            f"numeric={numeric!r} takes no sample weights, but some were given that differ. "
            "Use 'smooth_clip' or 'standard', or fit without sample_weight."
        )
    shape = np.shape(scaler.transform(numbers[:1]))
    if shape != (1, numbers.shape[1]):
        raise InvalidParameterError(
            f"numeric={numeric!r} must keep the number of columns. It makes an array of shape "
            f"{shape} of one row with {numbers.shape[1]} numbers."
        )
    return scaler
