"""Symbols: what formulas are called with in place of arrays."""

import functools
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sknn.persist.program.graph import Program

__all__ = ["Symbol"]


def _no(used: str, instead: str) -> Callable[..., NoReturn]:
    """A method that tells what a formula does in the place of an operator."""

    def refuse(*operands: Any) -> NoReturn:
        raise TypeError(
            f"A formula (express) cannot use {used}: for exports it is called with symbols, whose "
            f"values are not known. Use {instead}."
        )

    return refuse


def _binary(op: str) -> Callable[[Any, Any], "Symbol"]:
    """The method of an operator."""
    return lambda self, other: getattr(self.program, op)(self, other)


def _reflected(op: str) -> Callable[[Any, Any], "Symbol"]:
    """The method of an operator where the symbol is on its right."""
    return lambda self, other: getattr(self.program, op)(other, self)


class Symbol:
    """The result of a node, which stands in for an array in formulas.

    Parameters
    ----------
    program : Program
        Where it belongs to.
    number : int
        The number of its node.
    """

    __array_ufunc__ = None  # so that NumPy leaves operators to this class

    def __init__(self, program: "Program", number: int) -> None:
        self.program, self.number = program, number

    __add__, __radd__ = _binary("add"), _reflected("add")
    __sub__, __rsub__ = _binary("subtract"), _reflected("subtract")
    __mul__, __rmul__ = _binary("multiply"), _reflected("multiply")
    __truediv__, __rtruediv__ = _binary("divide"), _reflected("divide")
    __matmul__, __rmatmul__ = _binary("matmul"), _reflected("matmul")
    __and__, __rand__ = _binary("logical_and"), _reflected("logical_and")
    __gt__, __ge__ = _binary("greater"), _binary("greater_equal")
    __lt__, __le__ = _binary("less"), _binary("less_equal")
    __eq__ = _binary("equal")  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> "Symbol":
        return self.program.negative(self)

    def __pos__(self) -> "Symbol":
        return self

    def __abs__(self) -> "Symbol":
        return self.program.abs(self)

    def __pow__(self, exponent: Any) -> "Symbol":
        """A product, for whole exponents up to 16."""
        if isinstance(exponent, Symbol) or exponent not in range(1, 17):
            _no(f"** {exponent!r}", "ops.sqrt(x), 1.0 / x, or ops.exp(ops.log(x) * exponent)")()
        return functools.reduce(operator.mul, [self] * int(exponent))

    __bool__ = _no(
        "if, and, or, not, max, min, or a comparison of three such as a < x < b",
        "ops.where(condition, x, y), ops.logical_and(a < x, x < b), ops.maximum and ops.minimum",
    )
    __ne__ = _no("!=", "==, with the cases of ops.where the other way round")  # type: ignore[assignment]
    __invert__ = _no("~", "ops.where with its cases the other way round")
    __or__ = __ror__ = _no("|", "ops.where(a, x, ops.where(b, x, y))")
    __rpow__ = _no("** with x as exponent", "ops.exp(x * math.log(base))")
    __floordiv__ = __rfloordiv__ = _no("//", "ops.floor(x / y)")
    __mod__ = __rmod__ = _no("%", "x - y * ops.floor(x / y)")
    __getitem__ = _no("[]", "ops.columns(x, places)")
