"""How many tables are put one under another for one prediction."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sknn.interpret.table import Table

__all__ = ["replaced", "tables_at_once"]

#: Rows of an array whose hidden values still fit a processor's cache, and rows of a frame, for
#: which a pipeline's fixed cost of each call weighs more.
ROWS_OF_ARRAY, ROWS_OF_FRAME = 1024, 16384


def tables_at_once(table: Table) -> int:
    """How many tables of this size are predicted at once; one at least.

    >>> tables_at_once(Table.of([[1.0], [2.0]]))
    512
    """
    rows = ROWS_OF_FRAME if table.is_frame else ROWS_OF_ARRAY
    return max(rows // table.n_rows, 1)


def replaced(table: Table, times: int, values: Mapping[int, npt.NDArray[Any]]) -> Table:
    """The table so many times, one under another, with columns replaced."""
    array = table.array
    columns = [] if array is None else [array, *values.values()]
    if array is None or any(column.dtype.kind != "f" for column in columns):
        return (table.tile(times) if times > 1 else table).replaced(values)
    cells = np.tile(array, (times, 1))  # one copy instead of two
    for j, column in values.items():
        cells[:, j] = column
    return Table.of(cells, names=table.names)
