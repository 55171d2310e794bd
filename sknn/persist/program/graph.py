"""The graph: nodes that each name an operation, written down by symbols.

A formula is called with symbols in place of arrays. Each operation on a symbol adds a node to the
program, and gives the symbol of its result. Nodes come in an order in which they can be computed,
and equal ones are there once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sknn.persist.program.formulas import SPELLED_OUT
from sknn.persist.program.symbol import Symbol

__all__ = ["Column", "Node", "Program"]

#: Operations of one operand, of two, and of one along an axis. Besides these there are "input",
#: "constant", "where", "columns", "concat", "reshape", "transpose", "take", "levels", "round_to"
#: and "labels".
UNARY = (
    "exp", "log", "log1p", "expm1", "sqrt", "tanh", "sin", "cos", "erf", "abs", "floor", "isnan",
    "negative", "to_int", "to_float",
)  # fmt: skip
BINARY = (
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "matmul",
    "greater", "greater_equal", "less", "less_equal", "equal", "logical_and",
)  # fmt: skip
REDUCING = "sum", "mean", "max", "argmax"
#: Operations that give truths, whole numbers or labels, whatever they are given.
NO_FLOATS = (
    "isnan", "greater", "greater_equal", "less", "less_equal", "equal", "logical_and", "to_int",
    "argmax", "levels", "labels",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """An input of a program.

    Parameters
    ----------
    name : str
        What it is called.
    kind : {"matrix", "number", "category"}
        All columns as one matrix of floats, or one column of numbers or categories, shape (n, 1).
    width : int
        Columns of a matrix, else 1.
    """

    name: str
    kind: str
    width: int = 1


@dataclass(frozen=True)
class Node:
    """An operation.

    Parameters
    ----------
    op : str
        Its name, as in :class:`~sknn.nn.express.Ops`.
    inputs : tuple of int
        The numbers of the nodes that it works on.
    settings : dict
        All else: ``axis``, ``shape``, ``value`` of a constant, ...
    """

    op: str
    inputs: tuple[int, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


class Program:
    """A graph of operations, from the inputs to named outputs.

    It is also the ``ops`` with which formulas are called; see :class:`~sknn.nn.express.Ops`.

    Parameters
    ----------
    dtype : {"float32", "float64"}
        The precision of the computation.
    lacking : sequence of str, default=()
        Operations that it is not to have, out of erf, log1p, expm1 and cos: others take their
        place.

    Attributes
    ----------
    nodes : list of Node
        In an order in which they can be computed.
    inputs : list of Column
        What it takes.
    outputs : dict of int
        The nodes of what it gives, by name.
    scope : str
        What the names of learned constants begin with.

    Examples
    --------
    >>> program = Program("float64")
    >>> x = program.input(Column("X", "matrix", 2))
    >>> program.outputs["y"] = program.maximum(x * 2.0, 0.0).number
    >>> [node.op for node in program.nodes]
    ['input', 'constant', 'multiply', 'constant', 'maximum']
    """

    def __init__(self, dtype: str, lacking: Sequence[str] = ()) -> None:
        self.dtype, self.lacking = np.dtype(dtype), lacking
        self.nodes: list[Node] = []
        self.inputs: list[Column] = []
        self.outputs: dict[str, int] = {}
        self.scope = ""
        self._known: dict[Any, int] = {}
        self._of_floats: list[bool] = []
        self._learned: set[str] = set()

    def input(self, column: Column) -> Symbol:
        """A new input."""
        self.inputs.append(column)
        return self._add("input", place=len(self.inputs) - 1)

    def constant(self, value: Any, learned: str = "") -> Symbol:
        """A number or array as it is now; floats take the precision of the program.

        One that was learned is a node of its own, though another one may have the same values.
        """
        if isinstance(value, Symbol):
            return value
        array = np.array(value)
        if array.dtype.kind == "f":
            array = array.astype(self.dtype)
        if learned:
            name = first = f"{self.scope}{learned}"
            while name in self._learned:
                name = f"{first}_{len(self._learned)}"
            self._learned.add(name)
            return self._add("constant", value=array, learned=name)
        return self._add("constant", value=array)

    def where(self, condition: Any, x: Any, y: Any) -> Symbol:
        return self._add("where", condition, *self._of_one_type(x, y))

    def columns(self, x: Symbol, places: Any) -> Symbol:
        return self._add("columns", x, places=tuple(map(int, places)))

    def concat(self, parts: Sequence[Symbol], axis: int) -> Symbol:
        return (
            parts[0]
            if len(parts) == 1
            else self._add("concat", *self._of_one_type(*parts), axis=axis)
        )

    def reshape(self, x: Symbol, shape: Sequence[int]) -> Symbol:
        return self._add("reshape", x, shape=tuple(map(int, shape)))

    def transpose(self, x: Symbol, axes: Sequence[int]) -> Symbol:
        return self._add("transpose", x, axes=tuple(axes))

    def take(self, table: Any, places: Symbol) -> Symbol:
        return self._add("take", table, places)

    def levels(self, x: Symbol, known: dict[Any, int], missing: int) -> Symbol:
        """The numbers of the levels of a category; 0 for others, ``missing`` for gaps."""
        return self._add("levels", x, known=tuple(known.items()), missing=missing)

    def round_to(self, x: Symbol, dtype: str) -> Symbol:
        """Rounded to another precision, and back."""
        return self._add("round_to", x, dtype=dtype)

    def labels(self, places: Symbol, classes: Any) -> Symbol:
        """The classes at some places."""
        return self._add("labels", places, classes=classes)

    def __getattr__(self, op: str) -> Callable[..., Symbol]:
        """The operations that have no settings, or an axis only."""
        if op in vars(self).get("lacking", ()):
            formula = SPELLED_OUT[op]
            return lambda x: formula(self, x)
        if op in REDUCING:
            return lambda x, axis: self._add(op, x, axis=axis)
        if op in BINARY:
            return lambda x, y: self._add(op, *self._of_one_type(x, y))
        if op in UNARY:
            return lambda x: self._add(op, x)
        raise AttributeError(f"There is no operation {op!r} in a program.")

    def inputs_of(self, node: Node) -> Iterator[Node]:
        """The nodes that a node works on."""
        return (self.nodes[number] for number in node.inputs)

    def _of_one_type(self, *operands: Any) -> list[Symbol]:
        """Operands that are all floats if one is: NumPy mixes types, and other programs do not.

        Numbers alone are floats, too.
        """
        given = [x if isinstance(x, Symbol) else np.array(x) for x in operands]
        has_symbols = any(isinstance(x, Symbol) for x in given)
        if has_symbols and not any(map(self._has_floats, given)):
            return [self.constant(x) for x in given]
        return list(map(self._as_floats, given))

    def _as_floats(self, operand: Any) -> Symbol:
        if isinstance(operand, Symbol):
            return operand if self._has_floats(operand) else self._add("to_float", operand)
        return self.constant(operand.astype(self.dtype))

    def _has_floats(self, operand: Any) -> bool:
        if isinstance(operand, Symbol):
            return self._of_floats[operand.number]
        return bool(operand.dtype.kind == "f")

    def _gives_floats(self, node: Node) -> bool:
        if node.op == "input":
            place: int = node.settings["place"]
            return self.inputs[place].kind != "category"
        if node.op == "constant":
            return self._has_floats(node.settings["value"])
        of_floats = any(self._of_floats[number] for number in node.inputs)
        return node.op == "to_float" or (of_floats and node.op not in NO_FLOATS)

    def _add(self, op: str, *operands: Any, **settings: Any) -> Symbol:
        inputs = tuple(self.constant(operand).number for operand in operands)
        key = op, inputs, *((name, _key(value)) for name, value in settings.items())
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append(Node(op, inputs, settings))
            self._of_floats.append(self._gives_floats(self.nodes[-1]))
        return Symbol(self, self._known[key])


def _key(value: Any) -> Any:
    """Something that is equal for equal settings."""
    if not isinstance(value, np.ndarray):
        return type(value), value
    content = tuple(value.ravel().tolist()) if value.dtype == object else value.tobytes()
    return value.dtype.str, value.shape, content
