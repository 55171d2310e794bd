"""What each module begins with, whatever the model."""

__all__ = ["FRAME", "MATRIX", "TABLE"]

#: The module. Texts that come from the user's data are put in by ``repr``, so that a name of a
#: column is never more than a name.
FRAME = '''\
"""{title}.

One file that needs only NumPy. Each line of the functions at the end is one operation.
"""

import base64
import datetime

import numpy as np

__all__ = {names!r}

#: Names of the columns, or None; how many there are; which of them are numbers.
COLUMNS = {columns!r}
N_COLUMNS = {n_columns}
NUMBERS = {numbers!r}
#: The precision of all arithmetic.
DTYPE = np.dtype("{dtype}")

#: Rows that are computed at a time.
BLOCK = 512

# labels of the classes, and numbers of the levels of categories
{tables}


def _arrays(text, layout):
    """The constants: bytes one behind the other, written as letters."""
    data, start = base64.b64decode(text), 0
    for dtype, shape in layout:
        count = int(np.prod(shape))
        yield np.frombuffer(data, dtype, count, start).reshape(shape)
        start += count * np.dtype(dtype).itemsize


def _has_names(X):
    """Whether X is a dict or a DataFrame whose columns are to be found by name."""
    return COLUMNS is not None and (isinstance(X, dict) or hasattr(X, "columns"))


def _named(X):
    """The columns of X in the order of COLUMNS."""
    absent = [name for name in COLUMNS if name not in X]
    if absent:
        raise ValueError("X has no columns %r." % absent)
    return [X[name] for name in COLUMNS]


def _in_blocks(compute, inputs):
    """An output for all rows, some at a time, so that what lies between stays in the cache."""
    n_rows = len(inputs[0])
    if n_rows <= BLOCK:
        return compute(inputs)
    starts = range(0, n_rows, BLOCK)
    return np.concatenate([compute([x[i : i + BLOCK] for x in inputs]) for i in starts])

{inputs}

{functions}


_LAYOUT = [{layout}]
_DATA = """
{data}
"""
[{arrays}] = _arrays(_DATA, _LAYOUT)
'''

#: How rows of numbers are taken.
MATRIX = '''
def _inputs(X):
    """X as a matrix of numbers."""
    if _has_names(X):
        X = np.stack([np.asarray(c, dtype=DTYPE).reshape(-1) for c in _named(X)], axis=1)
    X = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=DTYPE)
    if X.ndim != 2 or X.shape[1] != N_COLUMNS:
        raise ValueError("X must have the shape (n, %d). Got %r." % (N_COLUMNS, X.shape))
    return [X]
'''

#: How raw rows are taken.
TABLE = '''
def _inputs(X):
    """The columns of a raw table, each of shape (n, 1)."""
    if _has_names(X):
        columns = [_column(c, is_number) for c, is_number in zip(_named(X), NUMBERS)]
    else:
        if not (isinstance(X, np.ndarray) and X.dtype.kind in "fiub"):
            X = np.asarray(X, dtype=object)
        if X.ndim != 2 or X.shape[1] != N_COLUMNS:
            raise ValueError("X must have the shape (n, %d). Got %r." % (N_COLUMNS, X.shape))
        columns = list(X.T)
    return [
        (_numbers(c) if is_number else c).reshape(-1, 1) for c, is_number in zip(columns, NUMBERS)
    ]


def _column(values, is_number):
    """A column, or a single value, as an array.

    NumPy would make texts of the gaps in a list of texts, and floats of the whole numbers of a
    category that has gaps.
    """
    keeps_type = is_number and hasattr(values, "dtype")
    return np.asarray(values, None if keeps_type else object).reshape(-1)


def _numbers(column):
    """A column as floats: gaps are NaN, and times are in seconds, dates since 1970."""
    if column.dtype.kind == "M":
        column = column - np.datetime64(0, "s")
    if column.dtype.kind == "m":
        return column / np.timedelta64(1, "s")
    if column.dtype.kind != "O":
        return column.astype(float)
    return np.array([_number(value) for value in column.tolist()], dtype=float)


def _number(value):
    if _is_missing(value):
        return np.nan
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    elif isinstance(value, datetime.date):
        if getattr(value, "tzinfo", None) is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        value = np.datetime64(value)
    elif isinstance(value, datetime.timedelta):
        value = np.timedelta64(value)
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return _numbers(np.array([value]))[0]
    return float(value)


def _is_missing(value):
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (float, np.floating, np.datetime64, np.timedelta64)) and value != value


def _codes(column, known, missing):
    """The number of the level of each row; 0 for others."""
    values = column.ravel().tolist()
    codes = [known.get(value) for value in values]
    if None in codes:
        others = [missing if _is_missing(value) else 0 for value in values]
        codes = [other if code is None else code for code, other in zip(codes, others)]
    return np.array(codes, dtype=np.int64).reshape(column.shape)
'''
