"""What fits and predictions need beside X is bounded, and nothing of it stays."""

import gc
import os
import pickle
import sys
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

MB = 2**20
N_ROWS, N_COLUMNS = 20_000, 200


@pytest.fixture(scope="module")
def X():
    """15 megabytes in single precision."""
    return np.random.default_rng(0).standard_normal((N_ROWS, N_COLUMNS), np.float32)


@pytest.fixture(scope="module")
def y(X):
    return (X[:, 0] > 0).astype(int) + (X[:, 1] > 1)


def peak(call, *args):
    """The most bytes that a call holds at once, beside what was there."""
    gc.collect()
    tracemalloc.start()
    try:
        call(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("params", "most"),
    [
        ({}, 0.15),
        ({"solver": "sgd"}, 0.15),
        ({"early_stopping": True}, 0.3),
        ({"solver": "lbfgs"}, 0.35),
        ({"dropout": 0.2, "normalization": "layer"}, 0.15),
        ({"shuffle": False}, 0.1),
    ],
    ids=str,
)
def test_fits(X, y, params, most):
    """In tables X; scikit-learn's need 0.1, 0.1, 1.1 and 0.6 of it with the first four."""
    MLPClassifierX((32,), max_iter=1, **params).fit(X[:200], y[:200])  # what is imported late
    net = MLPClassifierX((32,), max_iter=1, random_state=0, **params)
    assert peak(net.fit, X, y) < most * X.nbytes


def test_held_out_rows_are_not_copied(X, y):
    """Not even half of all: they are gathered in blocks of at most 2048 rows."""
    net = MLPClassifierX((8,), max_iter=1, early_stopping=True, validation_fraction=0.5)
    net.fit(X[:200], y[:200])  # what is imported late
    assert peak(net.fit, X, y) < 0.35 * X.nbytes


def test_sample_weight_and_own_validation_set_are_not_copied(X, y):
    net = MLPClassifierX((32,), max_iter=1, random_state=0)
    weight = np.ones(N_ROWS)

    def fit():
        net.fit(X, y, weight, X_val=X, y_val=y)

    assert peak(fit) < 0.25 * X.nbytes


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_predictions_go_in_blocks(X, y, method):
    """scikit-learn keeps the activations of all rows."""
    net = MLPClassifierX((512,), max_iter=1, random_state=0).fit(X[:500], y[:500])
    assert peak(getattr(net, method), X) < 0.35 * X.nbytes < N_ROWS * 512 * 4


def test_tabular_predictions_go_in_blocks(X, y):
    net = TabularMLPClassifierX(
        hidden_layer_sizes=512, max_iter=1, n_folds=2, n_repeats=1, random_state=0
    )
    X = X[:, :20]
    net.fit(X[:300], y[:300])
    few = peak(net.predict_proba, X[:10_000])
    assert peak(net.predict_proba, X) - few < 10_000 * (20 * 8 + 100)


@pytest.mark.parametrize("loss", ["log_loss", "focal", "hinge", "squared_error"])
def test_many_classes_are_not_spread_out(loss):
    """A matrix of 20 000 x 2000 numbers has 305 MB, and scikit-learn takes 343."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((N_ROWS, 5))
    y = np.arange(N_ROWS) % 2000
    net = MLPClassifierX((2,), loss=loss, max_iter=1, random_state=0, batch_size=500)
    assert peak(net.fit, X, y) < 60 * MB


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_predictions_of_many_classes_are_those_of_blocks(monkeypatch):
    X, y = np.random.RandomState(0).standard_normal((50, 3)), np.arange(50) % 5
    net = MLPClassifierX((4,), solver="lbfgs", max_iter=500, random_state=0).fit(X, y)
    labels = MLPClassifierX((4,), max_iter=1).fit(X, np.eye(5, dtype=int)[y])
    whole = net.predict(X).tolist(), labels.predict(X).tolist()
    monkeypatch.setattr("sknn.estimators.classifier.MOST_RAW", 35)
    assert (net.predict(X).tolist(), labels.predict(X).tolist()) == whole


def test_labels_take_a_byte_each():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((N_ROWS, 5)), rng.integers(0, 2, (N_ROWS, 100))
    net = MLPClassifierX((2,), max_iter=1, random_state=0, batch_size=500)
    assert peak(net.fit, X, y) < 1.1 * y.nbytes


# -- a table in a file ----------------------------------------------------------------------------


@pytest.fixture
def mapped(tmp_path):
    """A file of 320 megabytes, all zeros, that takes no room on the disk."""
    path = tmp_path / "table"
    n_rows = 400_000
    with open(path, "wb") as file:
        file.truncate(n_rows * N_COLUMNS * 4)
    return np.memmap(path, np.float32, "r", shape=(n_rows, N_COLUMNS))


@pytest.mark.parametrize("params", [{}, {"early_stopping": True}], ids=str)
def test_mapped_tables(mapped, params):
    """So many bytes a row, however many columns there are, and a batch."""
    y = np.arange(len(mapped), dtype=np.int32) % 3
    net = MLPClassifierX((4,), max_iter=1, batch_size=4096, random_state=0, **params)
    batch = 4096 * N_COLUMNS * 4
    assert peak(net.fit, mapped, y) < (150 if params else 50) * len(mapped) + 3 * batch
    assert peak(net.predict, mapped) < 50 * len(mapped) + 3 * batch


def test_mapped_rows_give_the_same_network(tmp_path, X, y):
    path = tmp_path / "table.npy"
    np.save(path, X)
    rows = np.load(path, mmap_mode="r")
    for params in ({}, {"early_stopping": True}, {"solver": "lbfgs"}):
        nets = [
            MLPClassifierX((4,), max_iter=2, random_state=0, **params).fit(table, y)
            for table in (X, rows)
        ]
        assert_array_equal(nets[0].coefs_[0], nets[1].coefs_[0])
        assert_array_equal(nets[0].predict_proba(rows), nets[0].predict_proba(X))


@pytest.mark.parametrize("order", ["C", "F"])
def test_held_out_rows_are_those_of_the_split(X, y, order):
    """Gathered block by block, or once where columns lie one after another."""
    X = np.asarray(X[:3000, :20], order=order)
    target = X[:, 0].astype(float)
    net = MLPRegressorX(max_iter=2, early_stopping=True, random_state=3, alpha=0.0)
    net.fit(X, target)
    of_scorer = MLPRegressorX(
        max_iter=2, early_stopping=True, random_state=3, alpha=0.0, early_stopping_scoring="r2"
    )
    of_scorer.fit(X, target)
    assert_allclose(of_scorer.validation_scores_, net.validation_scores_, rtol=1e-4)


# -- what stays -----------------------------------------------------------------------------------


def test_models_hold_no_rows(X, y):
    for params in ({}, {"early_stopping": True}, {"solver": "lbfgs"}):
        net = MLPClassifierX((4,), max_iter=1, random_state=0, **params).fit(X, y)
        assert len(pickle.dumps(net)) < X.nbytes / 50
        n_references = sys.getrefcount(X)
        other = net.fit(X, y)
        assert sys.getrefcount(X) == n_references, "and no circle keeps them until it is found"
        assert other is net


def resident():
    """Bytes of memory that this process has."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fails(X, y):
    with pytest.raises(ValueError, match="NaN"):
        MLPClassifierX((20,)).fit(np.full_like(X, np.nan), y)


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs /proc")
@pytest.mark.parametrize("what", ["fit", "fail", "partial_fit", "predict"])
def test_no_growth(what):
    """Over 300 calls; 20 MB are allowed, a single leak of X would be 45."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 100)), rng.integers(0, 3, 200)
    net = MLPClassifierX((20,), max_iter=1, random_state=0).fit(X, y)
    call = {
        "fit": lambda: MLPClassifierX((20,), max_iter=1).fit(X, y),
        "fail": lambda: fails(X, y),
        "partial_fit": lambda: net.partial_fit(X, y),
        "predict": lambda: net.predict(X),
    }[what]
    for _ in range(20):
        call()
    gc.collect()
    before = resident()
    gc.disable()  # circles would be growth, too
    try:
        for _ in range(300):
            call()
    finally:
        gc.enable()
    assert resident() - before < 20 * MB
