"""What is refused when training goes on, and how it ends where it cannot."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import DivergenceError

from .situations import LABELS, NUMBERS, PLAIN, X, changed, content, make

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

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
    for classes, message in {
        (): "Got none",
        (None, "a"): "labels in classes must be of one type. Got NoneType, str",
        ("0", "1"): "`y` has classes not in",
        ((1,), (2,)): r"classes must be a list of labels. Got the shape \(2, 1\)",
    }.items():
        with pytest.raises((ValueError, TypeError), match=message):
            net.partial_fit(X, LABELS, classes=list(classes))
    with pytest.raises(ValueError, match="`y` has classes not in"):
        net.partial_fit(X, LABELS.astype(str), classes=[0, 1])
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
    by_rate = "; standardize" if solver == "lbfgs" else " with the learning rate .* or lower"
    with pytest.raises(DivergenceError, match=rf"loss was .* in epoch \d+{by_rate}"):
        net.fit(*given)
    with pytest.raises(NotFittedError):
        net.predict(X)


def test_a_validation_part_that_cannot_be():
    few = np.array([0] * 59 + [1])
    with pytest.raises(ValueError, match=r"least populated class"):
        make(MLPClassifierX, early_stopping=True).fit(X, few)
    with pytest.raises(ValueError, match="validation set is too small"):
        make(MLPRegressorX, early_stopping=True).fit(X[:2], NUMBERS[:2])


def test_a_size_that_has_changed_is_told_before_anything_is_built():
    net = make(MLPRegressorX).partial_fit(X, NUMBERS).set_params(hidden_layer_sizes=10**15)
    with pytest.raises(ValueError, match="hidden_layer_sizes changed from"):
        net.partial_fit(X, NUMBERS)
