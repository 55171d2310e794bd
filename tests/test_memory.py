"""How much memory it takes, on top of the rows; nothing is kept of them, and nothing grows."""

import gc
import os
import tracemalloc

import numpy as np
import pytest

from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX
from sknn.exceptions import InvalidParameterError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
MB = 1e6


def peak(function):
    """The most memory, in bytes, that a function asks for at a time."""
    gc.collect()
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def rows():
    X = np.random.RandomState(0).standard_normal((20_000, 100))
    return X, (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize(
    ("params", "share"),
    [
        ({}, 0.25),
        ({"solver": "sgd"}, 0.25),
        ({"early_stopping": True}, 0.45),
        ({"early_stopping": True, "refit": True}, 0.45),
        ({"solver": "lbfgs"}, 0.35),
        ({"normalization": "batch", "dropout": 0.1}, 0.25),
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_fit_takes_a_part_of_its_rows(rows, params, share, dtype):
    X, y = rows[0].astype(dtype), rows[1]
    share *= 1 if dtype == np.float64 else 1.6  # of rows that take half
    net = MLPClassifierX(hidden_layer_sizes=(50,), max_iter=1, **params)
    assert peak(lambda: net.fit(X, y)) < share * X.nbytes


def test_prediction_works_in_blocks(rows):
    X, y = rows
    net = MLPClassifierX(max_iter=1).fit(X[:1000], y[:1000])
    for method in (net.predict, net.predict_proba, net.decision_function):
        assert peak(lambda method=method: method(X)) < 4 * MB


def test_many_classes_are_numbers_and_never_a_table():
    X, y = np.random.RandomState(0).standard_normal((8_000, 10)), np.arange(8_000) % 1000
    table = 8 * 8_000 * 1000
    for params in ({}, {"early_stopping": True}, {"solver": "lbfgs"}):
        net = MLPClassifierX((4,), max_iter=1, **params)
        assert peak(lambda net=net: net.fit(X, y)) < 0.35 * table
    assert peak(lambda: net.predict(X)) < 0.4 * table
    assert peak(lambda: net.predict_proba(X)) < 1.25 * table  # which is what it returns


def test_predictions_of_many_classes_are_those_of_blocks(monkeypatch):
    X, y = np.random.RandomState(0).standard_normal((50, 3)), np.arange(50) % 5
    net = MLPClassifierX((4,), solver="lbfgs", max_iter=500, random_state=0).fit(X, y)
    whole = net.predict(X)
    labels = MLPClassifierX((4,), max_iter=1).fit(X, np.eye(5, dtype=int)[y])
    of_labels = labels.predict(X)
    monkeypatch.setattr("sknn.estimators.classifier.MOST_RAW", 35)
    assert net.predict(X).tolist() == whole.tolist()
    assert labels.predict(X).tolist() == of_labels.tolist()


def test_a_model_keeps_no_rows(rows):
    X, y = rows[0].copy(), rows[1]
    gc.collect()
    tracemalloc.start()
    net = MLPClassifierX((5,), max_iter=1, early_stopping=True).fit(X, y)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < 0.3 * MB
    assert net.n_parameters_ < 1000


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux")
def test_nothing_grows():
    """Fits, failed fits, partial fits and predictions, again and again."""
    X = np.random.RandomState(0).standard_normal((40, 5))
    y = (X[:, 0] > 0).astype(int)
    table = TabularMLPClassifierX(effort="fast", max_iter=1, hidden_layer_sizes=(4,)).fit(X, y)

    def everything():
        net = MLPClassifierX((10,), max_iter=2).fit(X, y)
        net.partial_fit(X, y)
        net.predict_proba(X)
        table.predict(X[:1])
        with pytest.raises(InvalidParameterError):
            MLPRegressorX(alpha=-1).fit(X, y)
        with pytest.raises(ValueError, match="NaN"):
            net.fit(np.full_like(X, np.nan), y)

    for _ in range(30):
        everything()
    gc.collect()
    before = resident()
    for _ in range(300):
        everything()
    gc.collect()
    assert resident() - before < 20 * MB


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="needs Linux")
def test_a_memory_map_is_not_read_into_memory(tmp_path):
    """A file of zeros that takes no place on the disk; pages of files do not count as memory."""
    X = np.memmap(tmp_path / "X", np.float32, "w+", shape=(600_000, 100))  # 240 MB
    y = np.arange(len(X)) % 2

    net = MLPClassifierX((10,), max_iter=1, batch_size=10_000, shuffle=False)
    assert peak(lambda: net.fit(X, y)) < 40 * MB
    net = MLPClassifierX((10,), max_iter=1, batch_size=10_000)
    assert peak(lambda: net.fit(X, y)) < 40 * MB
    assert peak(lambda: net.predict(X)) < 20 * MB
