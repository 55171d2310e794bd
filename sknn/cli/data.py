"""The table to learn from: scikit-learn's breast cancer data, or a CSV file of the user's own."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer

from sknn.cli.columns import tidy_columns
from sknn.cli.errors import InputError
from sknn.config import nearest
from sknn.optional import require

__all__ = ["Table", "load_table", "names"]

MIN_ROWS, MAX_ROWS = 20, 5000
MAX_COLUMNS = 100
MAX_INTEGER_CLASSES = 20
MIN_CLASS_ROWS = 5  # so that each class is in the test set and in every fold


@dataclass
class Table:
    """A table that is ready for a pipeline, and what was done to make it so."""

    title: str
    target: str
    X: Any  # DataFrame: float64 columns, and object columns of str and NaN
    y: Any  # array: class labels (str or int) or float64
    is_classification: bool
    notes: list[str] = field(default_factory=list)

    @property
    def numeric(self) -> list[str]:
        """Names of the numeric columns."""
        return [name for name in self.X if self.X[name].dtype.kind == "f"]

    @property
    def categorical(self) -> list[str]:
        """Names of the other columns."""
        return [name for name in self.X if self.X[name].dtype.kind != "f"]


def load_table(data: Path | None, target: str | None, seed: int, *, sampled: bool = True) -> Table:
    """The table of the ``demo`` and ``tune`` commands.

    Parameters
    ----------
    data : Path or None
        A CSV file, or None for scikit-learn's breast cancer data.
    target : str or None
        The column to predict; given with ``data``, and only then.
    seed : int
        Seed of the sample that is drawn from a large table.
    sampled : bool, default=True
        Draw a sample from a large table; all rows and columns otherwise.

    Raises
    ------
    InputError
        If the file cannot be read, or its table cannot be learned from.
    """
    require("pandas", extra="cli", purpose="The demo")
    if data is None and target is None:
        bunch = load_breast_cancer(as_frame=True)
        labels = np.array(bunch.target_names, dtype=object)[bunch.target]
        frame = bunch.data.assign(diagnosis=labels)
        return table_from(frame, "diagnosis", "breast cancer (scikit-learn)", seed, sampled)
    if data is None:
        raise InputError(
            f"--target {target!r} needs --data FILE too: the table which has that column"
        )
    frame = read_csv(data)
    if target is None:
        raise InputError(
            f"--data needs --target COLUMN too: the column to predict, one of {names(frame)}"
        )
    if target not in frame.columns:
        raise InputError(
            f"{data.name} has no column {target!r}.{nearest(target, frame.columns)} "
            f"Its columns are {names(frame)}"
        )
    return table_from(frame, target, data.name, seed, sampled)


def read_csv(path: Path) -> Any:
    """Read a CSV file with a header line, or raise one clear error."""
    if not path.exists():
        raise InputError(f"there is no file {str(path)!r}")
    if not path.is_file():
        raise InputError(f"{str(path)!r} is not a file; --data takes one CSV file")
    pandas = require("pandas", extra="cli", purpose="The demo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pandas.errors.ParserWarning)
            for separator in ",;\t|":  # the first that splits the lines
                frame = pandas.read_csv(path, sep=separator, index_col=False, low_memory=False)
                if frame.shape[1] > 1:
                    break
    except pandas.errors.EmptyDataError:
        raise InputError(f"{path.name} is empty; a CSV file with a header line is needed") from None
    except UnicodeError:
        raise InputError(f"{path.name} is not a CSV file in UTF-8 text") from None
    except (ValueError, OSError, EOFError, pandas.errors.ParserWarning) as error:
        raise InputError(f"{path.name} cannot be read as a CSV file: {error}") from None
    if frame.shape[1] < 2:
        raise InputError(
            f"{path.name} has one column only ({names(frame)}); a target and at least one other "
            "column, parted by commas, are needed"
        )
    frame.columns = [str(name) for name in frame.columns]
    return frame


def table_from(frame: Any, target: str, title: str, seed: int, sampled: bool) -> Table:
    """Choose rows, columns and the task."""
    notes: list[str] = []
    y = frame[target].replace([np.inf, -np.inf, "", " "], np.nan)
    missing = int(y.isna().sum())
    if missing:
        notes.append(f"{count(missing, 'row')} without a value of {target!r} left out")
        frame, y = frame[y.notna()], y.dropna()
    if len(frame) < MIN_ROWS:
        raise InputError(
            f"{title} has {count(len(frame), 'row')} with a value of {target!r}; "
            f"at least {MIN_ROWS} are needed"
        )
    is_classification = looks_like_classes(y)
    if y.nunique() < 2:
        raise InputError(
            f"the target {target!r} is {names(y.unique().tolist())} in every row; "
            "two or more values are needed"
        )
    if sampled and len(frame) > MAX_ROWS:
        notes.append(f"a random sample of {MAX_ROWS} of the {len(frame)} rows is used")
        y = y.sample(MAX_ROWS, random_state=seed).sort_index()
        frame = frame.loc[y.index]
    X, more = tidy_columns(frame.drop(columns=target))
    notes += more
    if not X.shape[1]:
        raise InputError(f"{title} has no column to learn {target!r} from. {'; '.join(notes)}")
    if sampled and X.shape[1] > MAX_COLUMNS:
        notes.append(f"a random sample of {MAX_COLUMNS} of the {X.shape[1]} columns is used")
        chosen = np.random.RandomState(seed).permutation(X.shape[1])[:MAX_COLUMNS]
        X = X.iloc[:, np.sort(chosen)]
    labels = class_labels(y, target) if is_classification else y.to_numpy(np.float64)
    return Table(title, target, X.reset_index(drop=True), labels, is_classification, notes)


def looks_like_classes(y: Any) -> bool:
    """Whether a target is strings, booleans or a few whole numbers."""
    if y.dtype.kind not in "iuf":
        return True
    whole = bool((y == y.round()).all())
    return whole and y.nunique() <= MAX_INTEGER_CLASSES


def class_labels(y: Any, target: str) -> Any:
    """The labels as int or str, each of them in enough rows."""
    y = y.astype(np.int64) if y.dtype.kind in "iuf" else y.map(lambda v: str(v).strip())
    rows = y.value_counts()
    if len(rows) < 2:
        raise InputError(
            f"the target {target!r} is {rows.index.tolist()[0]!r} in every row that is used"
        )
    rare = rows[rows < MIN_CLASS_ROWS]
    if len(rare):
        raise InputError(
            f"each class of {target!r} needs at least {MIN_CLASS_ROWS} rows, but "
            f"{len(rare)} of {len(rows)} have fewer: {names(rare.index.tolist())}. "
            "Merge or remove them, or name another --target"
        )
    return y.to_numpy(dtype=np.int64 if y.dtype.kind == "i" else object)


def names(values: Iterable[Any], most: int = 10) -> str:
    """Some values as a list in words, cut where it gets long."""
    shown = [repr(value) for value in values]
    rest = len(shown) - most
    return ", ".join(shown[:most]) + (f" and {rest} more" if rest > 0 else "")


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "row"), count(2, "row")
    ('1 row', '2 rows')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
