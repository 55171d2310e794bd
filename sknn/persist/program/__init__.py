"""A fitted estimator as a small graph of operations, of which other programs are made."""

from sknn.persist.program.build import PRECISION, program_of
from sknn.persist.program.graph import Column, Node, Program
from sknn.persist.program.numpy import NumpyOps, evaluate
from sknn.persist.program.symbol import Symbol

__all__ = [
    "PRECISION", "Column", "Node", "NumpyOps", "Program", "Symbol", "evaluate", "program_of",
]  # fmt: skip
