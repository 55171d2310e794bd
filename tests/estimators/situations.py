"""Data that estimators refuse, one row for each situation, and what no call may change."""

import os
import pickle
import random
import warnings
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import joblib
import numpy as np
import pandas as pd
import scipy.sparse
from threadpoolctl import ThreadpoolController

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX

rng = np.random.RandomState(0)
X = rng.normal(size=(60, 4))
LABELS = (X[:, 0] > 0).astype(int)
NUMBERS = X[:, 0] * 2 + 1
WEIGHTS = rng.uniform(0.5, 2.0, size=60)
COUNTS = np.arange(120).reshape(60, 2)
NA = pd.array([pd.NA] * 60, "Float64")

PLAIN = {MLPClassifierX: LABELS, MLPRegressorX: NUMBERS}
TABULAR = {TabularMLPClassifierX: LABELS, TabularMLPRegressorX: NUMBERS}
ALL = PLAIN | TABULAR
CLASSIFIERS = [MLPClassifierX, TabularMLPClassifierX]
REGRESSORS = [MLPRegressorX, TabularMLPRegressorX]


def make(cls, **params):
    """An estimator that is fitted in a moment."""
    quick = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0}
    return cls(**(quick | ({"effort": "fast"} if cls in TABULAR else {}) | params))


def changed(array, value, place=(3, 1)):
    array = np.array(array, dtype=object if isinstance(value, (str, Decimal)) else None)
    array[place] = value
    return array


def frame(**columns):
    return pd.DataFrame(X, columns=list("abcd")).assign(**columns)


def named(names):
    table = pd.DataFrame(X)
    table.columns = list(names)
    return table


def changed_to_none():
    return np.where(np.arange(60) == 7, None, NUMBERS)


def sparse(array):
    return scipy.sparse.csr_matrix(array)


def as_matrix(array):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.matrix(array)


class Row(NamedTuple):
    """A situation, what is given in it, and how it ends."""

    situation: str
    given: dict
    error: type | tuple
    message: str
    of: object = ALL


DATES = np.full((60, 4), "2020-01-01", "datetime64[s]")
MIXED, GAPS = (np.array([a, b] * 30, object) for a, b in [(1, "a"), ("a", None)])

#: Tables for the tabular estimators may have texts, gaps, dates and infinite numbers.
DATA = [
    Row("X NaN", {"X": changed(X, np.nan)}, ValueError, "Input X contains NaN", PLAIN),
    Row("X infinite", {"X": changed(X, np.inf)}, ValueError, "Input X contains infinity", PLAIN),
    Row("X sparse NaN", {"X": sparse(changed(X, np.nan))}, ValueError, "contains NaN", PLAIN),
    Row("X sparse table", {"X": sparse(X)}, TypeError, "[Ss]parse data", TABULAR),
    Row("X 1-D", {"X": X[:, 0]}, ValueError, "Expected 2D array, got 1D array instead"),
    Row("X 0-D", {"X": np.array(3.0)}, ValueError, "Expected 2D array, got scalar array"),
    Row("X 3-D", {"X": X[:, :, None]}, ValueError, "Found array with dim 3"),
    Row("X no rows", {"X": X[:0], "rows": 0}, ValueError, r"Found array with 0 sample\(s\)"),
    Row("X no columns", {"X": X[:, :0]}, ValueError, r"0 feature\(s\)"),
    Row("X missing", {"X": None}, ValueError, "Expected 2D array"),
    Row("X complex", {"X": X.astype(complex)}, ValueError, "Complex data not supported"),
    Row("X matrix", {"X": as_matrix(X)}, TypeError, "np.matrix is not supported"),
    Row("X letters", {"X": changed(X, "a")}, ValueError, "string to float: 'a'", PLAIN),
    Row("X pd.NA", {"X": frame(a=NA)}, ValueError, "contains NaN", PLAIN),
    Row("X column of dates", {"X": frame(a=DATES[:, 0])}, TypeError, "X holds.*datetime64", PLAIN),
    Row("X dates", {"X": DATES}, TypeError, r"X holds values of the type datetime64\[s\]", PLAIN),
    Row("X durations", {"X": DATES - DATES}, TypeError, r"type timedelta64\[s\]", PLAIN),
    Row("X Decimal", {"X": np.full((60, 4), Decimal(1))}, TypeError, "type Decimal", PLAIN),
    Row("X list of dates", {"X": [[date(2020, 1, 1)]] * 60}, TypeError, "type date", PLAIN),
    Row("X huge int", {"X": changed(X.astype(object), 10**400)}, ValueError, "X.* too large"),
    Row("X masked", {"X": np.ma.masked_array(X, X > 1)}, ValueError, "masked entries", PLAIN),
    Row("X equal names", {"X": named("aabc")}, ValueError, "[Uu]nique|[Dd]uplicate"),
    Row("X mixed names", {"X": named(["a", 1, "b", "c"])}, TypeError, "have string names"),
    Row("y missing", {"y": None}, ValueError, "requires y to be passed, but the target y is None"),
    Row("y NaN", {"y": changed(NUMBERS, np.nan, 7)}, ValueError, "Input y contains NaN"),
    Row("y infinite", {"y": changed(NUMBERS, np.inf, 7)}, ValueError, "Input y contains inf"),
    Row("y too short", {"y": LABELS[:50]}, ValueError, r"numbers of samples: \[60, 50\]"),
    Row("y 3-D", {"y": np.zeros((60, 2, 2))}, ValueError, "dim 3"),
    Row("y complex", {"y": NUMBERS + 1j}, ValueError, "Complex data not supported"),
    Row("y ragged", {"y": [[1], [1, 2]] * 30}, ValueError, "inhomogeneous"),
    Row("y continuous", {"y": NUMBERS}, ValueError, "Unknown label type", CLASSIFIERS),
    Row(
        "y mixed labels",
        {"y": MIXED},
        TypeError,
        "labels in y must be of one type. Got int, str",
        CLASSIFIERS,
    ),
    Row("y None for a label", {"y": GAPS}, TypeError, "type. Got NoneType, str", CLASSIFIERS),
    Row("y of several classes", {"y": COUNTS % 3}, ValueError, "Multioutput target", CLASSIFIERS),
    Row("y of texts", {"y": LABELS.astype(str)}, ValueError, "numbers in y", REGRESSORS),
    Row("y of bytes", {"y": LABELS.astype("S")}, ValueError, "numbers in y", REGRESSORS),
    Row("y of dates", {"y": DATES[:, 0]}, TypeError, "y holds values.*datetime64", REGRESSORS),
    Row("y None", {"y": changed_to_none()}, ValueError, "Input y contains NaN", REGRESSORS),
    Row(
        "y pd.NA",
        {"y": pd.Series(["a", pd.NA] * 30, dtype="string")},
        ValueError,
        "Input y contains NaN",
    ),
    Row("y huge int", {"y": [10**400] * 60}, ValueError, "too large|Unknown label", ALL),
    Row(
        "y None and 1",
        {"y": np.array([1, None] * 30, object)},
        TypeError,
        "type. Got NoneType, int",
        CLASSIFIERS,
    ),
    Row(
        "y all None",
        {"y": np.full((60, 2), None)},
        TypeError,
        "numbers or texts. Got the type NoneType",
        CLASSIFIERS,
    ),
    Row(
        "class weights of no label",
        {"params": {"class_weight": [1.0]}},
        ValueError,
        "'class_weight' parameter must be a dict or 'balanced'.*This y has 1",
        CLASSIFIERS,
    ),
    Row(
        "class weights that are numbers",
        {"params": {"class_weight": [2, 1]}, "y": COUNTS % 2},
        ValueError,
        "must be a list of dicts.*Got 2|must go on as it began",
        CLASSIFIERS,
    ),
    Row("y of raw bytes", {"y": np.zeros(60, "V4")}, TypeError, r"Got the dtype \|V4", CLASSIFIERS),
    Row("y masked", {"y": np.ma.masked_array(NUMBERS, X[:, 0] > 1)}, ValueError, "y has masked"),
    Row("weights too short", {"weight": WEIGHTS[:50]}, ValueError, r"\(50,\), expected \(60,\)!"),
    Row("weights 2-D", {"weight": WEIGHTS[:, None]}, ValueError, "1D array or scalar"),
    Row("weights NaN", {"weight": WEIGHTS * np.nan}, ValueError, "sample_weight contains NaN"),
    Row("weights infinite", {"weight": WEIGHTS * np.inf}, ValueError, "sample_weight contains inf"),
    Row("weights all 0", {"weight": WEIGHTS * 0}, ValueError, "at least one non-zero number"),
    Row("weight below 0", {"weight": changed(WEIGHTS, -1.0, 3)}, ValueError, "Negative values in"),
    Row("weights that cancel", {"weight": np.tile([1.0, -1.0], 30)}, ValueError, "Negative value"),
    Row("weights too small", {"weight": WEIGHTS * 1e-320}, ValueError, "must lie between 1e-30"),
    Row("weights too large", {"weight": WEIGHTS * 1e307}, ValueError, "must lie between 1e-30"),
    Row(
        "weights masked",
        {"weight": np.ma.masked_array(WEIGHTS, X[:, 0] > 1)},
        ValueError,
        "sample_weight has masked entries",
    ),
    Row("weights of dates", {"weight": DATES[:, 0]}, TypeError, "sample_weight holds.*datetime64"),
    Row("weight huge int", {"weight": [10**400] * 60}, ValueError, "sample_weight .* too large"),
    Row("weights pd.NA", {"weight": NA}, ValueError, "sample_weight contains NaN"),
    Row("weights of texts", {"weight": ["heavy"] * 60}, ValueError, "could not convert string"),
    Row("half a validation set", {"X_val": X}, ValueError, "X_val and y_val must be given toget"),
    Row(
        "y_val of other outputs",
        {"X_val": X, "y_val": COUNTS % 2},
        ValueError,
        "y_val must have as many|`y` must go on as it began|y_val",
        ALL,
    ),
    Row("other columns", {"X_val": X[:, :2], "y_val": 0}, ValueError, "X has 2 features"),
]

PARAMETERS = [
    Row("wrong type", {"params": {"max_iter": 2.5}}, ValueError, "'max_iter' .* Got 2.5 instead"),
    Row("out of range", {"params": {"validation_fraction": 2}}, ValueError, "n' .* Got 2 instead"),
    Row("no units", {"params": {"hidden_layer_sizes": (5, 0)}}, ValueError, r"got \[5, 0\]"),
    Row("misspelt", {"params": {"loss": "hubber"}}, ValueError, "Got 'hubber' instead"),
    Row("seed", {"params": {"random_state": -1}}, ValueError, "'random_state' parameter"),
    *(  # a warm start says at once that the size has changed
        Row(
            f"{units:.0e} units",
            {"params": {"hidden_layer_sizes": units}},
            (MemoryError, ValueError),
            "hidden_layer_sizes=1.* does not fit into memory|hidden_layer_sizes changed from",
        )
        for units in (10**15, 10**30)
    ),
    Row("no such float", {"params": {"learning_rate_init": 10**400}}, ValueError, "Got 1000"),
    Row("fraction", {"params": {"validation_fraction": Fraction(1, 2)}}, ValueError, "Fraction"),
    Row("no jobs", {"params": {"n_jobs": 0}}, ValueError, "'n_jobs' .* Got 0 instead", TABULAR),
    *(
        Row(
            f"class_weight {value}",
            {"params": {"class_weight": {0: value, 1: 1.0}}},
            ValueError,
            f"finite float >= 0. Got {value} for 0 instead",
            CLASSIFIERS,
        )
        for value in (-1, np.nan, np.inf, None)
    ),
    Row(
        "class_weight of none",
        {"params": {"class_weight": {0: 0.0, 1: 0.0}}},
        ValueError,
        "'class_weight' .* must give some row a weight",
        CLASSIFIERS,
    ),
    Row(
        "class_weight huge",
        {"params": {"class_weight": {0: 1e308, 1: 1e308}}},
        ValueError,
        "sample_weight times class_weight",
        CLASSIFIERS,
    ),
    Row(
        "class_weight for others",
        {"params": {"class_weight": {2: 1.0}}},
        ValueError,
        "not in class_weight",
        CLASSIFIERS,
    ),
    Row("y for another loss", {"params": {"loss": "poisson"}}, ValueError, "y >= 0", REGRESSORS),
]

ROWS = [*DATA, *PARAMETERS]


def arguments(cls, row):
    """What is handed to ``fit`` in a situation."""
    given = {"X": X, "y": ALL[cls], "weight": WEIGHTS} | row.given
    more = {name: given[name] for name in ("X_val", "y_val") if name in given}
    if isinstance(more.get("y_val"), int):
        more["y_val"] = ALL[cls]
    if "rows" in given:
        return (given["X"], given["y"][: given["rows"]]), more
    return (given["X"], given["y"], given["weight"]), more


def fingerprint(value):
    """What is in an argument."""
    if hasattr(value, "columns"):
        return list(value.columns), repr(value.to_numpy(object).tolist())
    if hasattr(value, "isna"):
        return repr(list(value))
    return joblib.hash(np.asarray(value) if np.ma.isMaskedArray(value) else value)


BLAS = ThreadpoolController()


def world():
    """What belongs to all, and is not to be touched."""
    numbers = np.random.get_state()[1].tobytes(), random.getstate()
    threads = [library.num_threads for library in BLAS.lib_controllers]
    return numbers, threads, np.geterr(), list(warnings.filters), os.getcwd(), dict(os.environ)


def content(net):
    """All that an estimator is: the objects it has, and what is in them."""
    state = {k: v for k, v in vars(net).items() if k != "_in_double"}
    return {k: id(v) for k, v in state.items()}, pickle.dumps(net)
