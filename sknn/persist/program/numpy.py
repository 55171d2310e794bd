"""The operations on arrays: what a formula or a program means."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from sknn.persist.program.graph import Program
from sknn.preprocessing.columns import is_missing

__all__ = ["NumpyOps", "evaluate"]

Array = npt.NDArray[Any]


class NumpyOps:
    """The operations of formulas, done at once.

    Parameters
    ----------
    dtype : dtype
        The precision of constants.

    Examples
    --------
    >>> from sknn.nn.activations import Mish
    >>> Mish().express(NumpyOps("float64"), np.array([-1.0, 2.0])).round(3)
    array([-0.303,  1.944])
    """

    exp, log, log1p, expm1 = np.exp, np.log, np.log1p, np.expm1
    sqrt, tanh, sin, cos, erf = np.sqrt, np.tanh, np.sin, np.cos, staticmethod(erf)
    abs, floor, isnan, negative = np.abs, np.floor, np.isnan, np.negative
    add, subtract, multiply, divide = np.add, np.subtract, np.multiply, np.divide
    maximum, minimum, matmul = np.maximum, np.minimum, np.matmul
    greater, greater_equal, less, less_equal = np.greater, np.greater_equal, np.less, np.less_equal
    equal, logical_and = np.equal, np.logical_and

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self.dtype = np.dtype(dtype)

    def constant(self, value: Any, learned: str = "") -> Array:
        array = np.asarray(value)
        return array.astype(self.dtype) if array.dtype.kind == "f" else array

    def to_int(self, x: Array) -> Array:
        return x.astype(np.int64)

    def to_float(self, x: Array) -> Array:
        return x.astype(self.dtype)

    def round_to(self, x: Array, dtype: str) -> Array:
        return x.astype(dtype).astype(self.dtype)

    def where(self, condition: Any, x: Any, y: Any) -> Array:
        arrays = [part for part in (x, y) if isinstance(part, np.ndarray)]
        of = np.result_type(*arrays) if arrays else self.dtype
        return np.where(condition, np.asarray(x, of), np.asarray(y, of))

    def sum(self, x: Array, axis: int) -> Array:
        total: Array = x.sum(axis=axis, keepdims=True)
        return total

    def mean(self, x: Array, axis: int) -> Array:
        mean: Array = x.mean(axis=axis, keepdims=True)
        return mean

    def max(self, x: Array, axis: int) -> Array:
        largest: Array = x.max(axis=axis, keepdims=True)
        return largest

    def argmax(self, x: Array, axis: int) -> Array:
        place: Array = x.argmax(axis=axis)
        return place

    def columns(self, x: Array, places: Any) -> Array:
        return x[..., list(places)]

    def concat(self, parts: Any, axis: int) -> Array:
        return np.concatenate(parts, axis=axis)

    def reshape(self, x: Array, shape: Any) -> Array:
        return x.reshape(shape)

    def transpose(self, x: Array, axes: Any) -> Array:
        return x.transpose(axes)

    def take(self, table: Array, places: Array) -> Array:
        return table[places]

    def levels(self, x: Array, known: dict[Any, int], missing: int) -> Array:
        codes = [
            missing if is_missing(value) else known.get(value, 0) for value in x.ravel().tolist()
        ]
        return np.array(codes, dtype=np.int64).reshape(x.shape)

    def labels(self, places: Array, classes: Any) -> Array:
        chosen: Array = classes[places]
        return chosen


def evaluate(program: Program, inputs: list[Array]) -> dict[str, Array]:
    """What a program gives for its inputs: the meaning that all other forms of it have.

    Examples
    --------
    >>> from sknn.persist.program.graph import Column
    >>> program = Program("float64")
    >>> x = program.input(Column("X", "matrix", 2))
    >>> program.outputs["y"] = program.maximum(x * 2.0, 1.0).number
    >>> evaluate(program, [np.array([[0.0, 4.0]])])["y"]
    array([[1., 8.]])
    """
    ops = NumpyOps(program.dtype)
    results: list[Any] = []
    with np.errstate(all="ignore"):
        for node in program.nodes:
            operands = [results[number] for number in node.inputs]
            settings = dict(node.settings)
            if node.op == "input":
                value = inputs[settings["place"]]
                is_number = program.inputs[settings["place"]].kind != "category"
                result = value.astype(program.dtype) if is_number else value
            elif node.op == "constant":
                result = settings["value"]
            elif node.op == "concat":
                result = ops.concat(operands, **settings)
            elif node.op == "levels":
                result = ops.levels(operands[0], dict(settings["known"]), settings["missing"])
            else:
                result = getattr(ops, node.op)(*operands, **settings)
            results.append(result)
    return {name: results[number] for name, number in program.outputs.items()}
