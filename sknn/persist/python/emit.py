"""From a program to lines of Python, one for each operation."""

import heapq
from collections.abc import Iterator
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.persist.program import Node, Program
from sknn.persist.program.graph import UNARY

__all__ = ["Lines", "literal"]

#: How an operation is written: with its operands in the place of {0}, {1}, ...
WRITTEN = {
    "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}", "divide": "{0} / {1}",
    "negative": "-{0}", "matmul": "{0} @ {1}", "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}", "less": "{0} < {1}", "less_equal": "{0} <= {1}",
    "equal": "{0} == {1}", "logical_and": "{0} & {1}", "maximum": "np.maximum({0}, {1})",
    "minimum": "np.minimum({0}, {1})", "where": "np.where({0}, {1}, {2})", "take": "{0}[{1}]",
    "to_int": "{0}.astype(np.int64)", "to_float": "{0}.astype(DTYPE)",
    "round_to": "{0}.astype(np.{dtype}).astype(DTYPE)", "labels": "{classes}[{0}]",
    "sum": "{0}.sum(axis={axis}, keepdims=True)", "mean": "{0}.mean(axis={axis}, keepdims=True)",
    "max": "{0}.max(axis={axis}, keepdims=True)", "argmax": "{0}.argmax(axis={axis})",
    "reshape": "{0}.reshape({shape})", "transpose": "{0}.transpose({axes})",
    "columns": "{0}[..., {places}]",
} | {
    op: f"np.{op}({{0}})"
    for op in UNARY
    if op not in ("negative", "to_int", "to_float", "erf")
}  # fmt: skip


class Lines:
    """The lines that compute an output, and the constants that they need.

    Parameters
    ----------
    program : Program
        Without ``erf``, which NumPy does not have.

    Attributes
    ----------
    arrays : list of array
        The constants that are arrays, ``A0``, ``A1``, ...
    tables : list of str
        Literals of the classes and of the levels of categories, ``T0``, ``T1``, ...
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.arrays: list[Any] = []
        self.tables: list[str] = []
        self._array_of: dict[int, str] = {}
        self._table_of: dict[int, str] = {}
        self._variable_of: dict[int, int] = {}

    def of(self, output: str) -> Iterator[str]:
        """The lines for one output, without those that only others need; the last returns it.

        A variable is used again once nothing needs what it holds, so that only a few arrays are
        there at a time, in memory that is in the cache: it would take three times as long if each
        operation had a variable of its own.
        """
        last = self.program.outputs[output]
        needed = sorted(self._needed(last))
        last_use = {i: number for number in needed for i in self.program.nodes[number].inputs}
        free = list(range(len(needed)))  # sorted, and so a heap
        self._variable_of = {}
        for number in needed:
            node = self.program.nodes[number]
            if node.op in ("input", "constant"):
                continue
            written = self._written(number, node)
            for operand in set(node.inputs):
                if last_use[operand] == number and operand in self._variable_of:
                    heapq.heappush(free, self._variable_of[operand])
            self._variable_of[number] = variable = heapq.heappop(free)
            yield f"v{variable} = {written}"
        yield f"return {self._operand(last)}"

    def _needed(self, last: int) -> set[int]:
        found, waiting = set(), [last]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting += self.program.nodes[number].inputs
        return found

    def _operand(self, number: int) -> str:
        """A node as it is named where it is used."""
        node = self.program.nodes[number]
        if node.op == "input":
            return f"x[{node.settings['place']}]"
        if node.op != "constant":
            return f"v{self._variable_of[number]}"
        value = node.settings["value"]
        if value.ndim == 0:
            return literal(value.item())
        if number not in self._array_of:
            self._array_of[number] = f"A{len(self.arrays)}"
            self.arrays.append(value)
        return self._array_of[number]

    def _written(self, number: int, node: Node) -> str:
        operands = [self._operand(i) for i in node.inputs]
        if node.op == "concat":
            return f"np.concatenate(({', '.join(operands)}), axis={node.settings['axis']})"
        if node.op == "levels":
            table = self._table(number, _levels(dict(node.settings["known"])))
            return f"_codes({operands[0]}, {table}, {node.settings['missing']})"
        settings = dict(node.settings)
        if node.op == "labels":
            settings["classes"] = self._table(number, _classes(settings["classes"]))
        if node.op == "columns":
            settings["places"] = _slice(settings["places"])
        return WRITTEN[node.op].format(*operands, **settings)

    def _table(self, number: int, text: str) -> str:
        if number not in self._table_of:
            self._table_of[number] = f"T{len(self.tables)}"
            self.tables.append(text)
        return self._table_of[number]


def literal(value: Any) -> str:
    """A number as Python reads it; infinite ones have no literal of their own.

    >>> literal(0.5), literal(float("-inf")), literal(True)
    ('0.5', "float('-inf')", 'True')
    """
    if isinstance(value, float) and not np.isfinite(value):
        return f"float('{value}')"
    return repr(value)


def _slice(places: tuple[int, ...]) -> str:
    """Places that are side by side as a slice, which copies nothing."""
    first, last = places[0], places[-1]
    side_by_side = places == tuple(range(first, last + 1))
    return f"{first}:{last + 1}" if side_by_side else repr(list(places))


def _classes(classes: Any) -> str:
    kind = "object" if classes.dtype == object else f"np.dtype({classes.dtype.str!r})"
    return f"np.array({classes.tolist()!r}, dtype={kind})"


def _levels(known: dict[Any, int]) -> str:
    """The numbers of levels as the literal of a dict."""
    plain = {k.item() if isinstance(k, np.generic) else k: code for k, code in known.items()}
    odd = sorted({type(k).__name__ for k in plain if type(k) not in (str, int, float, bool)})
    if odd:
        raise InvalidParameterError(
            "The levels of a category must be texts or numbers to be written as Python. Got levels "
            f"of the type {', '.join(odd)}; make them texts before fit."
        )
    return "{" + ", ".join(f"{literal(k)}: {code}" for k, code in plain.items()) + "}"
