"""Same parameters and seed as scikit-learn, same model to rounding: compared live, over a grid."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import is_classifier
from sklearn.datasets import make_classification, make_multilabel_classification, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from sknn import MLPClassifierX, MLPRegressorX

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

N_SAMPLES = 150
CURVES = ["loss_curve_", "validation_scores_"]
NUMBERS = ["loss_", "best_loss_", "best_validation_score_"]
COUNTS = ["n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"]


def table(target):
    """X and y of each kind of target."""
    if target == "multilabel":
        return make_multilabel_classification(N_SAMPLES, 8, n_classes=4, random_state=0)
    if target in ("binary", "multiclass"):
        n_classes = 2 if target == "binary" else 4
        X, y = make_classification(
            N_SAMPLES, 8, n_informative=6, n_classes=n_classes, random_state=0
        )
        return X, np.array(["ham", "spam", "eggs", "ants"])[y]
    X, y = make_regression(
        N_SAMPLES, 8, n_targets=3 if target == "outputs" else 1, noise=5.0, random_state=0
    )
    y = y / y.std(axis=0)
    return X, (np.round(np.exp(y)) if target == "counts" else y)


TARGETS = {
    "binary": (MLPClassifier, MLPClassifierX, {}),
    "multiclass": (MLPClassifier, MLPClassifierX, {}),
    "multilabel": (MLPClassifier, MLPClassifierX, {}),
    "number": (MLPRegressor, MLPRegressorX, {}),
    "counts": (MLPRegressor, MLPRegressorX, {"loss": "poisson"}),
}


def pair(target, **params):
    """scikit-learn's estimator and ours, with the same parameters."""
    theirs, ours, extra = TARGETS[target]
    params = {"hidden_layer_sizes": (12, 7), "max_iter": 25, "random_state": 3} | extra | params
    return theirs(**params), ours(**params)


def assert_same(theirs, ours, X, rtol=1e-6, curves=True):
    """The same weights, curves, counts and predictions."""
    for name in ("coefs_", "intercepts_"):
        for mine, reference in zip(getattr(ours, name), getattr(theirs, name), strict=True):
            assert mine.dtype == reference.dtype
            assert_allclose(mine, reference, rtol=rtol, atol=rtol * np.abs(reference).max())
    names = [*NUMBERS, *CURVES] if curves else ["loss_"]
    for name in names:
        mine, reference = getattr(ours, name), getattr(theirs, name)
        assert (mine is None) == (reference is None), name
        if reference is not None:
            assert_allclose(mine, reference, rtol=rtol, err_msg=name)
    for name in COUNTS if curves else set(COUNTS) - {"t_"}:
        assert getattr(ours, name) == getattr(theirs, name), name
    if is_classifier(theirs):
        assert_array_equal(ours.classes_, theirs.classes_)
        assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=rtol, atol=1e-12)
        assert_array_equal(ours.predict(X), theirs.predict(X))
    else:
        assert_allclose(ours.predict(X), theirs.predict(X), rtol=rtol, atol=1e-9)
    assert ours.predict(X).dtype == theirs.predict(X).dtype


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_solvers_and_activations(target, activation, solver):
    X, y = table(target)
    theirs, ours = pair(target, activation=activation, solver=solver, learning_rate_init=0.01)
    # L-BFGS of scikit-learn keeps no curves and counts no rows
    assert_same(theirs.fit(X, y), ours.fit(X, y), X, curves=solver != "lbfgs")


@pytest.mark.parametrize("learning_rate", ["constant", "invscaling", "adaptive"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("nesterovs_momentum", [True, False])
def test_schedules_and_momentum(learning_rate, momentum, nesterovs_momentum):
    X, y = table("multiclass")
    theirs, ours = pair(
        "multiclass",
        solver="sgd",
        learning_rate=learning_rate,
        learning_rate_init=0.05,
        momentum=momentum,
        nesterovs_momentum=nesterovs_momentum,
        tol=0.05,  # so that the adaptive schedule moves
        n_iter_no_change=2,
        max_iter=60,
    )
    assert_same(theirs.fit(X, y), ours.fit(X, y), X)


@pytest.mark.parametrize("learning_rate", ["invscaling", "adaptive"])
def test_adam_ignores_the_names_of_schedules(learning_rate):
    X, y = table("binary")
    theirs, ours = pair("binary", learning_rate=learning_rate)
    assert_same(theirs.fit(X, y), ours.fit(X, y), X)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("weighted", [False, True])
def test_early_stopping(target, solver, weighted):
    X, y = table(target)
    weight = np.random.RandomState(0).uniform(0.5, 2.0, N_SAMPLES) if weighted else None
    theirs, ours = pair(
        target,
        solver=solver,
        early_stopping=True,
        validation_fraction=0.2,
        n_iter_no_change=4,
        learning_rate_init=0.01,
        max_iter=40,
    )
    theirs.fit(X, y, sample_weight=weight)
    assert_same(theirs, ours.fit(X, y, sample_weight=weight), X)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_sample_weight(target, solver):
    X, y = table(target)
    weight = np.random.RandomState(0).exponential(size=N_SAMPLES)
    theirs, ours = pair(target, solver=solver, learning_rate_init=0.01, alpha=0.1)
    theirs.fit(X, y, sample_weight=weight)
    assert_same(theirs, ours.fit(X, y, sample_weight=weight), X, curves=solver != "lbfgs")


@pytest.mark.parametrize("container", ["csr_matrix", "csr_array", "csc_matrix", "csc_array"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_sparse(container, solver, early_stopping):
    X, y = table("multiclass")
    X = np.where(np.abs(X) > 1, X, 0.0)
    X_sparse = getattr(scipy.sparse, container)(X)
    theirs, ours = pair("multiclass", solver=solver, early_stopping=early_stopping)
    theirs.fit(X_sparse, y)
    assert_same(theirs, ours.fit(X_sparse, y), X_sparse, curves=solver != "lbfgs")


@pytest.mark.parametrize("batch_size", [1, 7, 50, 150])
@pytest.mark.parametrize("shuffle", [True, False])
def test_batches(batch_size, shuffle):
    X, y = table("number")
    theirs, ours = pair("number", batch_size=batch_size, shuffle=shuffle, max_iter=20)
    assert_same(theirs.fit(X, y), ours.fit(X, y), X)


@pytest.mark.parametrize("hidden_layer_sizes", [(), 5, [4, 3, 2], np.array([6])])
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_shapes_and_penalty(hidden_layer_sizes, alpha):
    X, y = table("binary")
    theirs, ours = pair("binary", hidden_layer_sizes=hidden_layer_sizes, alpha=alpha)
    assert_same(theirs.fit(X, y), ours.fit(X, y), X)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_warm_start(solver):
    X, y = table("multiclass")
    theirs, ours = pair("multiclass", solver=solver, warm_start=True, max_iter=12)
    for _ in range(3):
        theirs.fit(X, y)
        ours.fit(X, y)
        assert_same(theirs, ours, X, curves=solver != "lbfgs")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shuffle", [False, True])
def test_partial_fit(target, solver, weighted, shuffle):
    X, y = table(target)
    weight = np.random.RandomState(0).uniform(0.5, 2.0, N_SAMPLES) if weighted else None
    told = {}
    if is_classifier(TARGETS[target][0]()):
        told = {"classes": np.arange(4) if target == "multilabel" else np.unique(y)}
    theirs, ours = pair(target, solver=solver, learning_rate_init=0.01, batch_size=20)
    if shuffle:
        theirs.set_params(random_state=np.random.RandomState(5))
        ours.set_params(random_state=np.random.RandomState(5))
    else:
        theirs.set_params(shuffle=False)
        ours.set_params(shuffle=False)
    for _ in range(20):
        theirs.partial_fit(X, y, sample_weight=weight, **told)
        ours.partial_fit(X, y, sample_weight=weight, **told)
    assert_same(theirs, ours, X)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_fit_then_partial_fit(solver):
    X, y = table("binary")
    theirs, ours = pair("binary", solver=solver, shuffle=False, max_iter=10)
    theirs.fit(X, y)
    ours.fit(X, y)
    for start in (0, 40, 80):
        theirs.partial_fit(X[start : start + 40], y[start : start + 40])
        ours.partial_fit(X[start : start + 40], y[start : start + 40])
    assert_same(theirs, ours, X)


def test_adaptive_rate_is_kept_between_partial_fits():
    X, y = table("binary")
    theirs, ours = pair(
        "binary", solver="sgd", learning_rate="adaptive", shuffle=False, tol=0.1, n_iter_no_change=2
    )
    for _ in range(20):
        theirs.partial_fit(X, y, classes=np.unique(y))
        ours.partial_fit(X, y, classes=np.unique(y))
    assert ours._optimizer.learning_rate == theirs._optimizer.learning_rate < 0.001
    assert_same(theirs, ours, X)


def test_the_global_random_state_is_used_alike():
    X, y = table("number")
    theirs, ours = pair("number", random_state=None)
    np.random.seed(11)
    theirs.fit(X, y)
    np.random.seed(11)
    assert_same(theirs, ours.fit(X, y), X)


def test_a_random_state_instance_is_advanced_alike():
    X, y = table("number")
    theirs, ours = pair("number")
    theirs.set_params(random_state=np.random.RandomState(5))
    ours.set_params(random_state=np.random.RandomState(5))
    for _ in range(2):  # the second fit starts where the first has left the generator
        assert_same(theirs.fit(X, y), ours.fit(X, y), X)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_float32(target, solver):
    X, y = table(target)
    X = X.astype(np.float32)
    y = y.astype(np.float32) if y.dtype.kind == "f" else y
    theirs, ours = pair(target, solver=solver, max_iter=5)
    assert_same(theirs.fit(X, y), ours.fit(X, y), X, rtol=1e-3)


def test_stopping_by_tolerance():
    X, y = table("multiclass")
    theirs, ours = pair("multiclass", tol=0.02, n_iter_no_change=3, max_iter=300)
    assert_same(theirs.fit(X, y), ours.fit(X, y), X)
    assert ours.n_iter_ < 300


def test_larger_data_over_many_steps():
    X, y = make_classification(3000, 20, n_informative=10, n_classes=5, random_state=1)
    theirs, ours = pair("multiclass", hidden_layer_sizes=(30,))
    assert_same(theirs.fit(X, y), ours.fit(X, y), X)


def test_printed_progress(capsys):
    X, y = table("binary")
    for params in ({}, {"early_stopping": True}, {"solver": "sgd", "learning_rate": "adaptive"}):
        theirs, ours = pair("binary", verbose=True, tol=0.1, n_iter_no_change=2, **params)
        theirs.fit(X, y)
        expected = capsys.readouterr().out
        ours.fit(X, y)
        assert capsys.readouterr().out == expected
