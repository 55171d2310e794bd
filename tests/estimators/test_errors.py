"""What each estimator refuses, in one table: with which error, and nothing is changed by it.

Parameters that are wrong by themselves are in ``test_bad_input.py``; here is one of each kind.
"""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import InvalidParameterError

from .situations import (
    ALL,
    LABELS,
    NUMBERS,
    PLAIN,
    ROWS,
    TABULAR,
    WEIGHTS,
    X,
    arguments,
    content,
    fingerprint,
    make,
    world,
)

#: Parameters that are counts, and may be as large as they like; what a dict may be of.
TAKES = {
    int: {
        "hidden_layer_sizes", "batch_size", "max_iter", "n_iter_no_change", "max_fun", "verbose",
        "max_one_hot", "n_folds", "n_repeats", "n_jobs",
    },
}  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CASES = [
    pytest.param(row, cls, id=f"{row.situation}-{cls.__name__}") for row in ROWS for cls in row.of
]


def ways_to_train(unfitted, old, given):
    """Each method that trains, and the estimator that it is called on."""
    yield unfitted, unfitted.fit
    yield old, old.fit
    if type(old) in PLAIN:
        if not given.keys() & {"params", "X_val"}:
            yield old, old.partial_fit
        warm = old.set_params(warm_start=True)
        yield warm, warm.fit


@pytest.mark.filterwarnings("ignore:X has feature names")
@pytest.mark.parametrize(("row", "cls"), CASES)
def test_refused(fitted, row, cls):
    args, more = arguments(cls, row)
    unfitted, old = make(cls, **row.given.get("params", {})), fitted[cls]
    old.set_params(**row.given.get("params", {}))
    inputs, outside = [*map(fingerprint, (*args, *more.values()))], world()
    for net, call in ways_to_train(unfitted, old, {**row.given}):
        before, params = content(net), net.get_params()
        with pytest.raises(row.error, match=row.message) as caught:
            call(*args, **more)
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


@pytest.mark.parametrize("value", [object(), np.nan, 10**400, Fraction(1, 2), {"no": "part"}])
@pytest.mark.parametrize("cls", ALL)
def test_every_parameter_is_checked_by_name(cls, value):
    for name in make(cls).get_params():
        if name in TAKES.get(type(value), ()):
            continue
        net = make(cls, **{name: value})
        with pytest.raises(InvalidParameterError, match=name):
            net.fit(X, ALL[cls])
        assert not [attribute for attribute in vars(net) if attribute.endswith("_")]


def test_targets_too_large_for_single_precision():
    message = r"Input y contains infinity or a value too large for dtype\('float32'\)"
    for net in (make(MLPRegressorX), make(MLPRegressorX, standardize_y=True)):
        y = np.where(np.arange(60) < 50, NUMBERS, NUMBERS * 1e100)
        validation = {"X_val": X, "y_val": y} if net.standardize_y else {}
        with pytest.raises(ValueError, match=message):
            net.fit(X.astype(np.float32), NUMBERS if validation else y, **validation)


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


@pytest.mark.parametrize("value", [np.array([3, 2]), pd.Series([1]), pd.NA, np.array([])])
@pytest.mark.parametrize("name", ["solver", "early_stopping", "class_weight"])
def test_what_is_offered_can_be_asked_whatever_the_parameters_are(name, value):
    net = MLPClassifierX(**{name: value})
    assert hasattr(net, "partial_fit")
    with pytest.raises(ValueError, match=f"The '{name}' parameter of MLPClassifierX"):
        net.fit(X, LABELS)


@pytest.mark.parametrize("cls", TABULAR)
def test_sizes_may_be_an_array(cls):
    net = make(cls, hidden_layer_sizes=np.array([3, 2])).fit(X, TABULAR[cls])
    assert [len(bias) for bias in net.estimators_[0].intercepts_][:2] == [3, 2]
