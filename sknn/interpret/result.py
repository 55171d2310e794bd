"""What every explanation returns: numbers by name, and a sentence on how they came about."""

import importlib
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.utils import Bunch, check_random_state

from sknn.exceptions import InvalidParameterError
from sknn.optional import require

__all__ = ["Result", "generator", "plain", "weighted_mean", "weights_of"]


class Result(Bunch):  # type: ignore[misc]
    """Named numbers, reached as attributes or as keys, like those of scikit-learn.

    Attributes
    ----------
    method : str
        In words: what was estimated, from how many rows, with what error, what to beware of.
    """

    #: The display for results of this kind, as ``module.Name``.
    display: ClassVar[str | None] = None

    def __init__(self, **numbers: Any) -> None:
        super().__init__(**numbers)

    @property
    def values(self) -> Any:
        """The numbers themselves where a result has such, else the method of a dict."""
        return self["values"] if "values" in self.keys() else super().values

    def to_frame(self) -> Any:
        """The main numbers as a tidy ``pandas.DataFrame``.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain lists, numbers and strings that JSON can hold; NaN becomes None."""
        return {name: plain(value) for name, value in self.items()}

    def plot(self, **how: Any) -> Any:
        """Draw it with the display for results of this kind.

        Parameters
        ----------
        **how
            As in the display's ``plot``.

        Raises
        ------
        MissingExtraError
            If Matplotlib is not installed.
        """
        if self.display is None:
            raise NotImplementedError(f"There is no display for {type(self).__name__}.")
        module, name = self.display.rsplit(".", 1)
        display = getattr(importlib.import_module(module), name)  # only when something is drawn
        return display(self).plot(**how)

    def _frame(self, columns: dict[str, Any]) -> Any:
        pandas = require("pandas", extra="interpret", purpose=f"{type(self).__name__}.to_frame")
        return pandas.DataFrame(columns)


def plain(value: Any) -> Any:
    """A value in the types that JSON knows.

    >>> plain({"a": np.array([1.0, np.nan]), "b": np.int64(3)})
    {'a': [1.0, None], 'b': 3}
    """
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")  # without lone surrogates
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if hasattr(value, "to_dict") and hasattr(value, "columns"):  # a frame
        return {str(name): plain(list(value[name])) for name in value.columns}
    return str(value)


def generator(random_state: Any) -> np.random.Generator:
    """A source of random numbers: an int gives the same ones each time, None new ones.

    Parameters
    ----------
    random_state : int, Generator, RandomState or None

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> int(generator(0).integers(100)) == int(generator(0).integers(100))
    True
    """
    if random_state is None or isinstance(random_state, np.random.Generator):
        return np.random.default_rng(random_state)
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(0, 2**31, size=4))
    check_random_state(random_state)  # says what is allowed
    return np.random.default_rng(int(random_state))


def weights_of(sample_weight: Any, n_rows: int) -> npt.NDArray[np.float64]:
    """The weights of rows as numbers that sum to 1; equal ones for None.

    Raises
    ------
    InvalidParameterError
        If there is not one for each row, if one is negative or not finite, or if all are 0.

    Examples
    --------
    >>> weights_of([1, 3], 2)
    array([0.25, 0.75])
    """
    if sample_weight is None:
        return np.full(n_rows, 1.0 / n_rows)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n_rows,):
        raise InvalidParameterError(
            f"sample_weight must hold one number for each of the {n_rows} rows. Got the shape "
            f"{weight.shape} instead."
        )
    if not np.isfinite(weight).all() or weight.min() < 0 or not weight.any():
        raise InvalidParameterError(
            "sample_weight must hold finite numbers >= 0 that are not all 0. Got a smallest one "
            f"of {weight.min()} and a largest one of {weight.max()} instead."
        )
    weight = weight / weight.max()  # so that the sum of the largest numbers does not overflow
    share: npt.NDArray[np.float64] = weight / weight.sum()
    return share


def weighted_mean(values: Any, weight: npt.NDArray[np.float64], axis: int = 0) -> npt.NDArray[Any]:
    """The mean along an axis with weights that sum to 1."""
    mean: npt.NDArray[Any] = np.tensordot(np.moveaxis(np.asarray(values), axis, -1), weight, axes=1)
    return mean
