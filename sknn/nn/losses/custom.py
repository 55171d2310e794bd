"""A loss from a plain function of the user's."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from sknn.config import AnyOf, Choice, Config, Exactly, param
from sknn.exceptions import InvalidParameterError
from sknn.nn.links import LINKS, Link
from sknn.nn.losses.base import ClassificationLoss, RegressionLoss, Target
from sknn.nn.typing import Array

__all__ = ["CustomLoss", "IsFunction"]


class IsFunction:
    """Accepts a function; classes and parts of a network are none, though they can be called."""

    def accepts(self, value: object) -> bool:
        return callable(value) and not isinstance(value, (type, Config))

    def describe(self) -> str:
        return "a function (raw, y) -> (loss of each row, gradient)"

    def hint(self, value: object) -> str:
        return ""


class CustomLoss(ClassificationLoss, RegressionLoss):
    """A loss that a plain NumPy function computes, for a classifier or a regressor.

    ``loss=my_function`` is short for ``loss=CustomLoss(my_function)``. Weights of the rows, the
    mean over them and regularization are not the function's business.

    Parameters
    ----------
    function : callable
        ``function(raw, y)`` returns the loss of each row, shape (n,), and its gradient with
        respect to ``raw``, shape (n, k). Both arguments are tables of floats of that same shape
        (n, k), read-only: ``raw`` is the output of the last dense layer before any link function,
        and ``y`` holds the targets of a regressor, or for a classifier 1 for each class or label
        that is true and 0 for the others. Two classes are one column, which is 1 for the second
        of ``classes_``. To be pickled, the function must be defined in a module.
    out_activation : {"identity", "logistic", "exp"} or None, default=None
        The link, from ``raw`` to the prediction, as the fitted ``out_activation_`` names it. None
        is the usual: the identity for a regressor, probabilities (the softmax of several
        exclusive classes, else the logistic function) for a classifier. A classifier with
        ``"identity"`` has no probabilities, and with ``"logistic"`` it takes several classes one
        against the rest; ``"exp"`` is for regressors.

    Raises
    ------
    InvalidParameterError
        In the first batch, if the function returns something else.

    Examples
    --------
    >>> def cubic(raw, y):
    ...     r = raw - y
    ...     return (abs(r) ** 3).sum(axis=1), 3 * r * abs(r)
    >>> raw, grad = np.array([[3.0]]), np.empty((1, 1))
    >>> CustomLoss(cubic).value_and_grad(raw, np.array([[1.0]]), None, grad), grad.tolist()
    (8.0, [[12.0]])
    """

    function: Callable[[Array, Array], Any] = param(None, IsFunction())
    out_activation: Literal["identity", "logistic", "exp"] | None = param(
        None, AnyOf(Choice(("identity", "logistic", "exp")), Exactly(None))
    )

    def link(self, exclusive: bool | None) -> Link:
        if self.out_activation is not None:
            return LINKS[self.out_activation]
        return LINKS["identity" if exclusive is None else "softmax" if exclusive else "logistic"]

    def pointwise(self, raw: Array, y: Target, grad: Array) -> Array:
        raw = raw.view()
        if y.ndim == 1:
            table = np.zeros_like(raw)
            table[np.arange(len(y)), y] = 1.0
        else:
            table = y.astype(raw.dtype, copy=False).view()
        raw.flags.writeable = table.flags.writeable = False
        loss, gradient = self._checked(self.function(raw, table), raw.shape)
        np.copyto(grad, gradient, casting="same_kind")
        return loss.astype(raw.dtype, copy=False)

    def _checked(self, returned: Any, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """The two arrays that the function returned, or the one error that says what is wrong."""
        pair = isinstance(returned, (tuple, list)) and len(returned) == 2
        arrays = [np.asarray(part) for part in returned] if pair else []
        expected = [shape[:1], shape]
        if pair and all(
            array.shape == wanted and array.dtype.kind in "fiu"
            for array, wanted in zip(arrays, expected, strict=True)
        ):
            return arrays[0], arrays[1]
        got = (
            " and ".join(f"{array.dtype} of shape {array.shape}" for array in arrays)
            if pair
            else f"{type(returned).__name__}, which is no pair"
        )
        name = getattr(self.function, "__name__", repr(self.function))
        raise InvalidParameterError(
            f"The function {name!r} given as loss must return two arrays of real numbers, the loss "
            f"of each row with the shape {expected[0]} and its gradient with the shape "
            f"{expected[1]}. Got {got} instead."
        )
