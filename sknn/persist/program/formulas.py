"""Operations that some programs lack, by others that all have."""

from collections.abc import Callable
from typing import Any

__all__ = ["SPELLED_OUT"]

#: Coefficients of erf(x) / x as a quotient of polynomials in x^2 for small x, and of
#: exp(x^2) erfc(x) in x for others, with the highest power first.
SMALL = (
    (1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2,
     3.20937758913846947e3),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
     2.84423683343917062e3),
)  # fmt: skip
OTHER = (
    (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
     2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
     1.23033935479799725e3),
    (1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
     1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3,
     1.23033935480374942e3),
)  # fmt: skip


def erf(ops: Any, x: Any) -> Any:
    """The error function, to 1e-15.

    References
    ----------
    Cody (1969), "Rational Chebyshev approximations for the error function", Mathematics of
    Computation 23, 631-637: the first two of his three intervals. Beyond 4, where he has a third
    one, erfc is below 2e-8, and the second is good enough.

    Examples
    --------
    >>> import numpy as np
    >>> from sknn.persist.program import NumpyOps
    >>> erf(NumpyOps("float64"), np.array([0.1, -1.0, 3.0])).round(6)
    array([ 0.112463, -0.842701,  0.999978])
    """
    size = ops.minimum(ops.abs(x), 6.0)  # from where on erf is 1
    small = size * _quotient(SMALL, size * size)
    other = 1.0 - ops.exp(-size * size) * _quotient(OTHER, size)
    found = ops.where(size <= 0.46875, small, other)
    return ops.where(x < 0.0, -found, found)


def _quotient(coefficients: Any, x: Any) -> Any:
    above, below = coefficients
    return _polynomial(above, x) / _polynomial(below, x)


def _polynomial(coefficients: Any, x: Any) -> Any:
    first, *others = coefficients
    value = first * x + others[0]
    for coefficient in others[1:]:
        value = value * x + coefficient
    return value


#: What each of these operations is in terms of others.
SPELLED_OUT: dict[str, Callable[[Any, Any], Any]] = {
    "erf": erf,
    "log1p": lambda ops, x: ops.log(x + 1.0),
    "expm1": lambda ops, x: ops.exp(x) - 1.0,
    "cos": lambda ops, x: 1.0 - 2.0 * ops.sin(x * 0.5) * ops.sin(x * 0.5),
}
