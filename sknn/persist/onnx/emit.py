"""From a program to the nodes of an ONNX graph."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sknn.exceptions import InvalidParameterError
from sknn.optional import require
from sknn.persist.program import Column, Node, Program

__all__ = ["LACKING", "Emitter"]

#: Operations that ONNX, or onnxruntime in double precision, does not have.
LACKING = "erf", "log1p", "expm1"
#: Operations whose node has another name and nothing else to tell.
NAMES = {
    "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "tanh": "Tanh", "sin": "Sin", "cos": "Cos",
    "abs": "Abs", "floor": "Floor", "isnan": "IsNaN", "negative": "Neg", "add": "Add",
    "subtract": "Sub", "multiply": "Mul", "divide": "Div", "maximum": "Max", "minimum": "Min",
    "matmul": "MatMul", "greater": "Greater", "greater_equal": "GreaterOrEqual", "less": "Less",
    "less_equal": "LessOrEqual", "equal": "Equal", "logical_and": "And", "where": "Where",
}  # fmt: skip
#: The domain of what models of tables need.
ML = "ai.onnx.ml"


class Emitter:
    """Writes the nodes of a program down as those of ONNX.

    Parameters
    ----------
    program : Program
        Without the operations of ``LACKING``.
    opset : int
        The version of the operators.

    Attributes
    ----------
    nodes, initializers, inputs : list
        Parts of the graph.
    """

    def __init__(self, program: Program, opset: int) -> None:
        onnx = require("onnx", extra="onnx", purpose="to_onnx")
        self.helper, self.types, self._numpy = onnx.helper, onnx.TensorProto, onnx.numpy_helper
        self.program, self.opset = program, opset
        self.float_type = self.helper.np_dtype_to_tensor_dtype(program.dtype)
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.inputs = [self._input(place, column) for place, column in enumerate(program.inputs)]
        self._names = [self._name(number, node) for number, node in enumerate(program.nodes)]
        for number, node in enumerate(program.nodes):
            if node.op != "input":
                self._emit(number, node)

    def name_of(self, output: str) -> str:
        """The name of the result that an output of the program has."""
        return self._names[self.program.outputs[output]]

    def add(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """A node with one result; gives its name."""
        self.nodes.append(self.helper.make_node(op, inputs, [output], **attributes))
        return output

    def constant(self, name: str, value: Any) -> str:
        """An array that is part of the model; gives its name."""
        array = np.asarray(value)
        if array.dtype.kind in "UO":
            texts = [str(text).encode("utf-8") for text in array.ravel()]
            tensor = self.helper.make_tensor(name, self.types.STRING, array.shape, texts)
        else:
            tensor = self._numpy.from_array(np.ascontiguousarray(array).reshape(array.shape), name)
        self.initializers.append(tensor)
        return name

    def _name(self, number: int, node: Node) -> str:
        if node.op == "input":
            place: int = node.settings["place"]
            return self.program.inputs[place].name
        return f"{node.op}_{number}"

    def _input(self, place: int, column: Column) -> Any:
        kind = self.float_type if column.kind != "category" else self._type_of_category(place)
        return self.helper.make_tensor_value_info(column.name, kind, [None, column.width])

    def _emit(self, number: int, node: Node) -> None:
        inputs, name = [self._names[i] for i in node.inputs], self._names[number]
        if node.op in NAMES:
            self.add(NAMES[node.op], inputs, name)
        else:
            emit: Callable[..., None] = getattr(self, f"_emit_{node.op}")
            emit(name, *inputs, **node.settings)

    # -- operations with settings -----------------------------------------------------------------

    def _emit_constant(self, name: str, value: Any, learned: str = "") -> None:
        self.constant(name, value)

    def _emit_sum(self, name: str, x: str, axis: int) -> None:
        self._reduce("ReduceSum", name, x, axis, input_from=13)

    def _emit_mean(self, name: str, x: str, axis: int) -> None:
        self._reduce("ReduceMean", name, x, axis)

    def _emit_max(self, name: str, x: str, axis: int) -> None:
        self._reduce("ReduceMax", name, x, axis)

    def _reduce(self, op: str, name: str, x: str, axis: int, input_from: int = 18) -> None:
        """A reduction, whose axis is an input from some version on, and an attribute before."""
        if self.opset >= input_from:
            self.add(op, [x, self._whole(name, [axis])], name, keepdims=1)
        else:
            self.add(op, [x], name, axes=[axis], keepdims=1)

    def _emit_argmax(self, name: str, x: str, axis: int) -> None:
        self.add("ArgMax", [x], name, axis=axis, keepdims=0)

    def _emit_columns(self, name: str, x: str, places: tuple[int, ...]) -> None:
        self.add("Gather", [x, self._whole(name, places)], name, axis=-1)

    def _emit_concat(self, name: str, *parts: str, axis: int) -> None:
        self.add("Concat", list(parts), name, axis=axis)

    def _emit_reshape(self, name: str, x: str, shape: tuple[int, ...]) -> None:
        self.add("Reshape", [x, self._whole(name, shape)], name)

    def _emit_transpose(self, name: str, x: str, axes: tuple[int, ...]) -> None:
        self.add("Transpose", [x], name, perm=axes)

    def _emit_take(self, name: str, table: str, places: str) -> None:
        self.add("Gather", [table, places], name, axis=0)

    def _emit_to_int(self, name: str, x: str) -> None:
        self.add("Cast", [x], name, to=self.types.INT64)

    def _emit_to_float(self, name: str, x: str) -> None:
        self.add("Cast", [x], name, to=self.float_type)

    def _emit_round_to(self, name: str, x: str, dtype: str) -> None:
        kind = self.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        rounded = self.add("Cast", [x], f"{name}_rounded", to=kind)
        self.add("Cast", [rounded], name, to=self.float_type)

    def _emit_labels(self, name: str, places: str, classes: Any) -> None:
        table = np.asarray(classes)
        if table.dtype.kind in "iu":
            table = table.astype(np.int64)
        self.add("Gather", [self.constant(f"{name}_classes", table), places], name, axis=0)

    def _emit_levels(self, name: str, x: str, known: Any, missing: int) -> None:
        keys, codes = [key for key, _ in known], [code for _, code in known]
        column = next(c for c in self.program.inputs if c.name == x)
        if _are(keys, str):
            keys, codes = ["", *keys], [missing, *codes]
            options = {"keys_strings": keys, "values_int64s": codes, "default_int64": 0}
            self.add("LabelEncoder", [x], name, domain=ML, **options)
            return
        if not (_are(keys, (int, float, np.number))):
            raise InvalidParameterError(_mixed(column.name, keys))
        options = {"keys_floats": [float(key) for key in keys], "default_float": 0.0}
        options["values_floats"] = [float(code) for code in codes]
        gap = self.add("IsNaN", [x], f"{name}_gap")
        zero = self.constant(f"{name}_zero", np.float32(0.0))
        filled = self.add("Where", [gap, zero, x], f"{name}_filled")
        found = self.add("LabelEncoder", [filled], f"{name}_found", domain=ML, **options)
        instead = self.constant(f"{name}_missing", np.float32(missing))
        code = self.add("Where", [gap, instead, found], f"{name}_code")
        self.add("Cast", [code], name, to=self.types.INT64)

    def _type_of_category(self, place: int) -> int:
        """Texts where all levels are texts; else numbers of single precision, NaN for gaps."""
        nodes = enumerate(self.program.nodes)
        number = next(i for i, n in nodes if n.op == "input" and n.settings["place"] == place)
        known = next(n.settings["known"] for n in self.program.nodes if n.inputs == (number,))
        text: int = self.types.STRING
        single: int = self.types.FLOAT
        return text if _are([key for key, _ in known], str) else single

    def _whole(self, name: str, numbers: Any) -> str:
        return self.constant(f"{name}_numbers", np.array(list(numbers), dtype=np.int64))


def _are(keys: list[Any], types: Any) -> bool:
    return all(isinstance(key, types) and not (types is str and key == "") for key in keys)


def _mixed(column: str, keys: list[Any]) -> str:
    kinds = sorted({type(key).__name__ for key in keys})
    return (
        f"A column of categories must be of texts or of numbers to become part of an ONNX model, "
        f"and no text may be empty. Got levels of the types {', '.join(kinds)} in {column!r}; make "
        "them texts before fit."
    )
