"""What each estimator refuses, in one table: with which error, and nothing is changed by it.

Parameters that are wrong by themselves are in ``test_bad_input.py``; here is one of each kind.
"""

import copy
import os
import pickle
import random
import warnings
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.exceptions import NotFittedError

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX, TabularMLPRegressorX
from sknn.exceptions import DivergenceError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

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


@pytest.fixture(scope="module")
def fitted_once():
    return {cls: make(cls).fit(X, y) for cls, y in ALL.items()}


@pytest.fixture
def fitted(fitted_once):
    return {cls: copy.deepcopy(net) for cls, net in fitted_once.items()}


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
    Row("weights of texts", {"weight": ["heavy"] * 60}, ValueError, "could not convert string"),
    Row("half a validation set", {"X_val": X}, ValueError, "X_val and y_val must be given toget"),
    Row("other columns", {"X_val": X[:, :2], "y_val": 0}, ValueError, "X has 2 features"),
]

PARAMETERS = [
    Row("wrong type", {"params": {"max_iter": 2.5}}, ValueError, "'max_iter' .* Got 2.5 instead"),
    Row("out of range", {"params": {"validation_fraction": 2}}, ValueError, "n' .* Got 2 instead"),
    Row("no units", {"params": {"hidden_layer_sizes": (5, 0)}}, ValueError, r"got \[5, 0\]"),
    Row("misspelt", {"params": {"loss": "hubber"}}, ValueError, "Got 'hubber' instead"),
    Row("seed", {"params": {"random_state": -1}}, ValueError, "'random_state' parameter"),
    Row("too large", {"params": {"hidden_layer_sizes": 10**15}}, MemoryError, "hidden_layer_sizes"),
    Row("y for another loss", {"params": {"loss": "poisson"}}, ValueError, "y >= 0", REGRESSORS),
]

ROWS = [*DATA, *PARAMETERS]
CASES = [
    pytest.param(row, cls, id=f"{row.situation}-{cls.__name__}") for row in ROWS for cls in row.of
]


def arguments(cls, row):
    """What is handed to ``fit`` in a situation."""
    given = {"X": X, "y": ALL[cls], "weight": WEIGHTS} | row.given
    more = {name: given[name] for name in ("X_val", "y_val") if name in given}
    if "y_val" in more:
        more["y_val"] = ALL[cls]
    if "rows" in given:
        return (given["X"], given["y"][: given["rows"]]), more
    return (given["X"], given["y"], given["weight"]), more


def fingerprint(value):
    """What is in an argument."""
    if hasattr(value, "columns"):
        return list(value.columns), repr(value.to_numpy(object).tolist())
    return joblib.hash(np.asarray(value) if np.ma.isMaskedArray(value) else value)


def world():
    """What belongs to all, and is not to be touched."""
    numbers = np.random.get_state()[1].tobytes(), random.getstate()
    return numbers, np.geterr(), list(warnings.filters), os.getcwd(), dict(os.environ)


def content(net):
    """All that an estimator is: the objects it has, and what is in them."""
    state = {k: v for k, v in vars(net).items() if k != "_in_double"}
    return {k: id(v) for k, v in state.items()}, pickle.dumps(net)


@pytest.mark.parametrize(("row", "cls"), CASES)
def test_refused(fitted, row, cls):
    args, more = arguments(cls, row)
    unfitted, old = make(cls, **row.given.get("params", {})), fitted[cls]
    old.set_params(**row.given.get("params", {}))
    inputs, outside = [*map(fingerprint, (*args, *more.values()))], world()
    for net in (unfitted, old):
        before, params = content(net), net.get_params()
        with pytest.raises(row.error, match=row.message) as caught:
            net.fit(*args, **more)
        assert not isinstance(
            caught.value, (IndexError, AttributeError, ZeroDivisionError, KeyError)
        )
        assert "ufunc" not in str(caught.value)
        assert content(net) == before
        assert net.get_params() == params
    with pytest.raises(NotFittedError, match="instance is not fitted yet"):
        unfitted.predict(X)
    assert [*map(fingerprint, (*args, *more.values()))] == inputs
    assert world() == outside


# -- prediction -----------------------------------------------------------------------------------

TO_PREDICT = [row for row in DATA if row.situation.startswith("X") and "names" not in row.situation]


@pytest.mark.parametrize(
    ("row", "cls"),
    [pytest.param(r, c, id=f"{r.situation}-{c.__name__}") for r in TO_PREDICT for c in r.of],
)
@pytest.mark.filterwarnings("ignore:X has feature names")
def test_refused_at_prediction(fitted, row, cls):
    net, wrong = fitted[cls], row.given["X"]
    if row.situation == "X durations" and cls in TABULAR:
        return
    before = content(net)
    for method in (
        "predict",
        "predict_proba",
        "decision_function",
        "predict_set",
        "predict_spread",
    ):
        if hasattr(net, method):
            with pytest.raises(row.error, match=row.message):
                getattr(net, method)(wrong)
    assert content(net) == before


@pytest.mark.parametrize("cls", ALL)
def test_other_columns_at_prediction(fitted, cls):
    name = "MLP\\w+X|TableEncoder"
    with pytest.raises(
        ValueError, match=rf"X has 3 features, but ({name}) is expecting 4 features"
    ):
        fitted[cls].predict(X[:, :3])
    net = make(cls).fit(frame(), ALL[cls])
    for wrong in (frame()[list("bacd")], frame().rename(columns={"a": "z"})):
        with pytest.raises(ValueError, match="feature names should match those that were passed"):
            net.predict(wrong)


@pytest.mark.parametrize("cls", ALL)
def test_huge_numbers_at_prediction(fitted, cls):
    net, huge = fitted[cls], np.full((2, 4), 1e308)
    if cls in REGRESSORS and cls in PLAIN:
        huge = huge / 1e10
    for method in ("predict_proba", "predict_log_proba", "predict"):
        if hasattr(net, method):
            assert np.isfinite(getattr(net, method)(huge)).all()


@pytest.mark.parametrize("cls", ALL)
def test_scores(fitted, cls):
    net = fitted[cls]
    for wrong in (None, ALL[cls][:50], *([np.full(60, np.nan)] if cls in REGRESSORS else [])):
        with pytest.raises((ValueError, TypeError), match=r"y|None|NaN|samples"):
            net.score(X, wrong)


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", ALL)
def test_unknown_words(cls):
    with pytest.raises(TypeError, match="alpah"):
        cls(alpah=1)
    with pytest.raises(ValueError, match=f"Invalid parameter 'alpah' for estimator {cls.__name__}"):
        cls().set_params(alpah=1)
    with pytest.raises(TypeError, match="sample_wieght"):
        cls().fit(X, ALL[cls], sample_wieght=WEIGHTS)


@pytest.mark.parametrize("cls", ALL)
def test_before_fit(cls):
    for method in (
        "predict",
        "score",
        "predict_proba",
        "summary",
        "predict_interval",
        "input_gradient",
    ):
        if hasattr(cls, method):
            args = {"score": (X, ALL[cls]), "summary": ()}.get(method, (X,))
            with pytest.raises(NotFittedError, match=f"This {cls.__name__} instance is not fitted"):
                getattr(cls(), method)(*args)


# -- going on -------------------------------------------------------------------------------------

GOING_ON = [
    ("fewer columns", lambda y: (X[:, :3], y), "X has 3 features"),
    ("more outputs", lambda y: (X, np.stack([y, y], axis=1)), "outputs|multilabel"),
    ("a gap", lambda y: (changed(X, np.nan), y), "NaN"),
]


@pytest.mark.parametrize("cls", PLAIN)
@pytest.mark.parametrize(("situation", "given", "message"), GOING_ON, ids=lambda v: str(v)[:12])
def test_partial_fit_and_warm_start_refuse(fitted, cls, situation, given, message):
    net = fitted[cls]
    for call in (net.partial_fit, net.set_params(warm_start=True).fit):
        before = content(net)
        with pytest.raises(ValueError, match=message):
            call(*given(PLAIN[cls]))
        assert content(net) == before


def test_partial_fit_of_fewer_outputs():
    net = make(MLPRegressorX).fit(X, np.stack([NUMBERS, NUMBERS], axis=1))
    with pytest.raises(ValueError, match="outputs changed from 2 to 1"):
        net.partial_fit(X, NUMBERS)


def test_classes_of_partial_fit():
    net = MLPClassifierX()
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        net.partial_fit(X, LABELS)
    with pytest.raises(ValueError, match="classes not in"):
        net.partial_fit(X, LABELS, classes=[0, 2])
    assert not hasattr(net, "classes_")
    net.partial_fit(X, LABELS, classes=[0, 1])
    with pytest.raises(ValueError, match="is not the same as on last call to partial_fit"):
        net.partial_fit(X, LABELS, classes=[0, 1, 2])


@pytest.mark.parametrize(
    "change", [{"hidden_layer_sizes": (7,)}, {"hidden_layer_sizes": (4, 4)}, {"activation": "tanh"}]
)
@pytest.mark.parametrize("cls", PLAIN)
def test_warm_start_of_another_network(fitted, cls, change):
    net = fitted[cls].set_params(warm_start=True, **change)
    with pytest.raises(ValueError, match=f"{next(iter(change))} changed from"):
        net.fit(X, PLAIN[cls])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"solver": "lbfgs"}, {"solver": "adam"}),
        ({"solver": "adam"}, {"solver": "lbfgs"}),
        ({"early_stopping": True}, {"early_stopping": False}),
        ({"early_stopping": False}, {"early_stopping": True}),
    ],
)
@pytest.mark.parametrize("cls", PLAIN)
def test_warm_start_takes_another_way_of_training(cls, first, then):
    net = make(cls, warm_start=True, **first).fit(X, PLAIN[cls])
    net.set_params(**then).fit(X, PLAIN[cls])
    assert np.isfinite(net.loss_)


@pytest.mark.parametrize("cls", PLAIN)
@pytest.mark.parametrize("solver", ["sgd", "lbfgs"])
def test_divergence(fitted, cls, solver):
    given = (X, np.full(60, 1e300)) if cls is MLPRegressorX else (X * 1e307, LABELS)
    rate = {"learning_rate_init": 1e300} if solver == "sgd" else {}
    net = make(cls, solver=solver, max_iter=50, **rate)
    with pytest.raises(DivergenceError, match=r"loss was .* in epoch \d+ with the learning rate"):
        net.fit(*given)
    with pytest.raises(NotFittedError):
        net.predict(X)


def test_a_validation_part_that_cannot_be():
    few = np.array([0] * 59 + [1])
    with pytest.raises(ValueError, match=r"least populated class"):
        make(MLPClassifierX, early_stopping=True).fit(X, few)
    with pytest.raises(ValueError, match="validation set is too small"):
        make(MLPRegressorX, early_stopping=True).fit(X[:2], NUMBERS[:2])
