"""How a part says what it predicts, so that other programs can be made of it.

``forward`` works in place on arrays. For export a part says the same once more as a formula, in its
method ``express(ops, x)``: with Python's operators (``+ - * / @ < <= > >= == &``, and ``**`` with
whole exponents) and the operations of :class:`Ops`. It does not know what ``x`` is. Where x is an
array it gets an array, and a test compares that with ``forward``; where x is a symbol it gets a
graph, of which ONNX models, Python modules and PyTorch modules are made.
"""

from collections.abc import Sequence
from typing import Any, Protocol

__all__ = ["Ops", "log_mean_exp", "log_softmax", "logistic", "missing", "own_formula", "softplus"]


class Ops(Protocol):
    """The operations that a formula may use, besides operators.

    x, y are arrays or symbols, whose shapes broadcast as in NumPy; numbers may take their place,
    and take the precision of the other operand. Beside floats, truths and whole numbers are floats,
    and so are numbers alone. Axes that are reduced stay, with length 1.
    """

    def constant(self, value: Any, learned: str = "") -> Any:
        """An array as it is known now, in the precision of the computation if it has floats.

        ``learned`` is what it is called where it was learned: a program that can be trained
        further goes on learning it.
        """

    def exp(self, x: Any) -> Any: ...

    def log(self, x: Any) -> Any: ...

    def log1p(self, x: Any) -> Any:
        """log(1 + x)."""

    def expm1(self, x: Any) -> Any:
        """exp(x) - 1."""

    def sqrt(self, x: Any) -> Any: ...

    def tanh(self, x: Any) -> Any: ...

    def sin(self, x: Any) -> Any: ...

    def cos(self, x: Any) -> Any: ...

    def erf(self, x: Any) -> Any:
        """2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""

    def abs(self, x: Any) -> Any: ...

    def floor(self, x: Any) -> Any: ...

    def isnan(self, x: Any) -> Any: ...

    def maximum(self, x: Any, y: Any) -> Any: ...

    def minimum(self, x: Any, y: Any) -> Any: ...

    def where(self, condition: Any, x: Any, y: Any) -> Any: ...

    def equal(self, x: Any, y: Any) -> Any: ...

    def logical_and(self, x: Any, y: Any) -> Any: ...

    def matmul(self, x: Any, y: Any) -> Any: ...

    def sum(self, x: Any, axis: int) -> Any: ...

    def mean(self, x: Any, axis: int) -> Any: ...

    def max(self, x: Any, axis: int) -> Any: ...

    def argmax(self, x: Any, axis: int) -> Any:
        """The position of the first of the largest values; the axis goes."""

    def columns(self, x: Any, places: Any) -> Any:
        """Some entries of the last axis."""

    def concat(self, parts: Sequence[Any], axis: int) -> Any: ...

    def reshape(self, x: Any, shape: Sequence[int]) -> Any:
        """Another shape, in which -1 is what is left."""

    def transpose(self, x: Any, axes: Sequence[int]) -> Any: ...

    def take(self, table: Any, places: Any) -> Any:
        """Rows of a table, at whole numbers as :meth:`to_int` gives them."""

    def to_int(self, x: Any) -> Any:
        """Whole numbers that are floats, or truths, as integers."""

    def to_float(self, x: Any) -> Any:
        """Integers or truths in the precision of the computation."""


def missing(part: object, method: str) -> NotImplementedError:
    """The error that says which formula a part does not have."""
    return NotImplementedError(
        f"{type(part).__name__} cannot be exported: it has no method {method}, which says as a "
        "formula what it predicts."
    )


def own_formula(cls: type, base: type, computes: str, says: str) -> None:
    """Take from a new class a formula that it has only inherited, if it computes anew.

    A subclass that changes ``forward`` and not ``express`` would be exported as what its parent is.
    It gets the ``express`` of ``base``, which tells what is missing.
    """
    if computes in vars(cls) and says not in vars(cls):
        setattr(cls, says, vars(base)[says])


def softplus(ops: Ops, x: Any) -> Any:
    """log(1 + exp(x)), without overflow."""
    return ops.maximum(x, 0.0) + ops.log1p(ops.exp(-ops.abs(x)))


def logistic(ops: Ops, x: Any) -> Any:
    """1 / (1 + exp(-x)), with all digits of small values."""
    return ops.exp(ops.minimum(x, 0.0)) / (1.0 + ops.exp(-ops.abs(x)))


def log_softmax(ops: Ops, x: Any) -> Any:
    """The logarithm of the softmax over the last axis."""
    shifted = x - ops.max(x, -1)
    return shifted - ops.log(ops.sum(ops.exp(shifted), -1))


def log_mean_exp(ops: Ops, logs: Any, n_outputs: int) -> Any:
    """The logarithm of the mean of exp(logs) over the first axis, which goes.

    From shape (k, n, n_outputs) to (n, n_outputs).
    """
    most = ops.max(logs, 0)
    mean = ops.log(ops.mean(ops.exp(logs - most), 0)) + most
    return ops.reshape(mean, (-1, n_outputs))
