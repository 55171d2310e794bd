"""A module of PyTorch that runs a program. Only imported where torch is."""

from collections.abc import Callable
from typing import Any

import torch

from sknn.persist.program import Node, Program

__all__ = ["ProgramModule"]

#: The operations that PyTorch has, by the names of programs.
OPERATIONS: dict[str, Callable[..., Any]] = {
    op: getattr(torch, op)
    for op in (
        "exp", "log", "log1p", "expm1", "sqrt", "tanh", "sin", "cos", "erf", "abs", "floor",
        "isnan", "negative", "add", "subtract", "multiply", "divide", "maximum", "minimum",
        "matmul", "logical_and",
    )
} | {
    "greater": torch.gt, "greater_equal": torch.ge, "less": torch.lt, "less_equal": torch.le,
    "equal": torch.eq, "where": torch.where,
    "sum": lambda x, axis: x.sum(dim=axis, keepdim=True),
    "mean": lambda x, axis: x.mean(dim=axis, keepdim=True),
    "max": lambda x, axis: x.amax(dim=axis, keepdim=True),
    "columns": lambda x, places: x[..., list(places)],
    "reshape": lambda x, shape: x.reshape(shape),
    "transpose": lambda x, axes: x.permute(axes),
    "take": lambda table, places: table[places],
    "to_int": lambda x: x.to(torch.int64),
}  # fmt: skip


class ProgramModule(torch.nn.Module):
    """The operations of a program, with its learned constants as parameters.

    Parameters
    ----------
    program : Program
        With one matrix as input.
    output : str
        The output that it gives.
    """

    def __init__(self, program: Program, output: str) -> None:
        super().__init__()
        last = program.outputs[output]
        needed = _needed(program, last)
        self._steps: list[tuple[int, Node]] = []
        self._kept: dict[int, str] = {}
        self._last = last
        for number in needed:
            node = program.nodes[number]
            if node.op != "constant":
                self._steps.append((number, node))
                continue
            name = node.settings.get("learned", f"constant_{number}")
            value = torch.tensor(node.settings["value"])
            if "learned" in node.settings:
                self.register_parameter(name, torch.nn.Parameter(value))
            else:
                self.register_buffer(name, value)
            self._kept[number] = name

    def forward(self, x: Any) -> Any:
        """The output for rows, a tensor of shape (n, n_features)."""
        results = {number: getattr(self, name) for number, name in self._kept.items()}
        dtype = next((r.dtype for r in results.values() if r.is_floating_point()), x.dtype)
        for number, node in self._steps:
            operands = [results[i] for i in node.inputs]
            if node.op == "input":
                results[number] = x.to(dtype)
            elif node.op == "to_float":
                results[number] = operands[0].to(dtype)
            elif node.op == "concat":
                results[number] = torch.cat(operands, dim=node.settings["axis"])
            else:
                results[number] = OPERATIONS[node.op](*operands, **node.settings)
        return results[self._last]


def _needed(program: Program, last: int) -> list[int]:
    """The nodes that a node depends on, in their order."""
    found, waiting = {last}, [last]
    while waiting:
        for number in program.nodes[waiting.pop()].inputs:
            if number not in found:
                found.add(number)
                waiting.append(number)
    return sorted(found)
