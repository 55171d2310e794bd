"""From a program to the nodes of an ONNX graph."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sknn.optional import require
from sknn.persist.onnx.levels import dtype_of_levels
from sknn.persist.program import Column, Node, Program

__all__ = ["LACKING", "OUTPUTS", "Emitter", "labels_of"]

#: Operations that ONNX, or onnxruntime in double precision, does not have; cos
#: of doubles is not in its older versions.
LACKING = "erf", "log1p", "expm1", "cos"
#: Operations whose node has another name and nothing else to tell.
NAMES = {
    "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "tanh": "Tanh", "sin": "Sin",
    "abs": "Abs", "floor": "Floor", "isnan": "IsNaN", "negative": "Neg", "add": "Add",
    "subtract": "Sub", "multiply": "Mul", "divide": "Div", "maximum": "Max", "minimum": "Min",
    "matmul": "MatMul", "greater": "Greater", "greater_equal": "GreaterOrEqual", "less": "Less",
    "less_equal": "LessOrEqual", "equal": "Equal", "logical_and": "And", "where": "Where",
}  # fmt: skip
#: What the outputs of a model are called.
OUTPUTS = "label", "probabilities", "scores", "variable"
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
        self._input_names = _names_of_inputs(program.inputs)
        self._dtype_of = self._dtypes_of_inputs()
        self.inputs = [
            self.helper.make_tensor_value_info(
                name, self.helper.np_dtype_to_tensor_dtype(dtype), [None, column.width]
            )
            for (name, dtype), column in zip(self._dtype_of.items(), program.inputs, strict=True)
        ]
        self._mark = "/"  # what names of results begin with, and no name of a column
        while any(name.startswith(self._mark) for name in self._input_names):
            self._mark += "/"
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
            return self._input_names[place]
        return f"{self._mark}{node.op}_{number}"

    def _dtypes_of_inputs(self) -> dict[str, np.dtype[Any]]:
        """The type of each input, by its name: that of its levels, or that of all arithmetic."""
        dtypes = dict.fromkeys(self._input_names, self.program.dtype)
        for node in self.program.nodes:
            if node.op == "levels":
                (source,) = self.program.inputs_of(node)
                place = source.settings["place"]
                keys, missing = dict(node.settings["known"]), node.settings["missing"]
                column = self.program.inputs[place].name
                dtypes[self._input_names[place]] = dtype_of_levels(list(keys), missing > 0, column)
        return dtypes

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
        table = self.constant(f"{name}_classes", labels_of(classes))
        self.add("Gather", [table, places], name, axis=0)

    def _emit_levels(self, name: str, x: str, known: Any, missing: int) -> None:
        keys, codes = [key for key, _ in known], [code for _, code in known]
        dtype = self._dtype_of[x]
        if dtype.kind == "O":
            if "" not in keys:
                keys, codes = ["", *keys], [missing, *codes]
            options = {"keys_strings": keys, "values_int64s": codes, "default_int64": 0}
            self.add("LabelEncoder", [x], name, domain=ML, **options)
            return
        look_up = self._hashed if dtype == np.float32 else self._compared
        gap = self.add("IsNaN", [x], f"{name}_gap")
        found = look_up(name, x, gap, keys, codes)
        instead = self.constant(f"{name}_missing", np.float32(missing))
        code = self.add("Where", [gap, instead, found], f"{name}_code")
        self.add("Cast", [code], name, to=self.types.INT64)

    def _hashed(self, name: str, x: str, gap: str, keys: list[Any], codes: list[int]) -> str:
        """Codes of levels that float32 tells apart; runtimes differ in what they do with NaN."""
        zero = self.constant(f"{name}_zero", np.float32(0.0))
        filled = self.add("Where", [gap, zero, x], f"{name}_filled")
        options = {"keys_floats": [float(key) for key in keys], "default_float": 0.0}
        options["values_floats"] = [float(code) for code in codes]
        return self.add("LabelEncoder", [filled], f"{name}_found", domain=ML, **options)

    def _compared(self, name: str, x: str, gap: str, keys: list[Any], codes: list[int]) -> str:
        """Codes of levels in float64, for which old runtimes have no table."""
        levels = self.constant(f"{name}_levels", np.array(keys, dtype=np.float64))
        column = self.constant(f"{name}_codes", np.array(codes, dtype=np.float32)[:, np.newaxis])
        equal = self.add("Equal", [x, levels], f"{name}_equal")
        hits = self.add("Cast", [equal], f"{name}_hits", to=self.types.FLOAT)
        return self.add("MatMul", [hits, column], f"{name}_found")

    def _whole(self, name: str, numbers: Any) -> str:
        return self.constant(f"{name}_numbers", np.array(list(numbers), dtype=np.int64))


def labels_of(classes: Any) -> Any:
    """The classes of a classifier as an array of a type that ONNX has."""
    labels = np.asarray(classes)
    if labels.dtype.kind in "UO":
        return labels.astype(object)
    is_small = labels.dtype.kind in "iu" and labels.dtype != np.uint64
    return labels.astype(np.int64) if is_small else labels


def _names_of_inputs(columns: list[Column]) -> list[str]:
    """The names of the columns; one that is taken by an output, or empty, gets underscores."""
    own, names = {column.name for column in columns}, []
    for column in columns:
        name = column.name
        while not name or name in OUTPUTS or (name != column.name and name in own):
            name += "_"
        own.add(name)
        names.append(name)
    return names
