"""Rows dealt to threads get what one thread gives them, and no more threads help than there are."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_array_equal

import sknn.train.prediction
from sknn import MLPClassifierX, MLPRegressorX, use_threads
from sknn.train.prediction import of_rows

rng = np.random.RandomState(0)
X = rng.normal(size=(5000, 12))


@pytest.fixture
def found(monkeypatch):
    """Sets how many threads there are, and makes little work worth one."""

    def of(number):
        monkeypatch.setattr(sknn.train.prediction, "n_threads_found", lambda: number)
        monkeypatch.setattr(sknn.train.prediction, "WORTH", 1000)

    return of


@pytest.fixture(scope="module")
def net():
    net = MLPRegressorX(hidden_layer_sizes=(300, 300), random_state=0)
    return net.partial_fit(X[:300], X[:300, 0])


@pytest.fixture(autouse=True)
def all_helpers_come_back():
    yield
    assert sknn.train.prediction._helpers.busy == 0


@pytest.mark.parametrize("number", [2, 3, 5, 64])
@pytest.mark.parametrize("rows", [X, X.astype("f4"), scipy.sparse.csc_array(X), X[::-1], X[:513]])
def test_the_same_bits(net, found, number, rows):
    expected = net.predict(rows), net.input_gradient(rows)
    found(number)
    assert_array_equal(net.predict(rows), expected[0])
    assert_array_equal(net.input_gradient(rows), expected[1])


def test_members(found):
    net = MLPClassifierX((9,), members="tabm", random_state=0)
    net.partial_fit(X[:300], X[:300, 0] > 0, classes=[False, True])
    expected = net._member_raw(X)
    found(3)
    assert_array_equal(net._member_raw(X), expected)


def threads_of(network, n_rows=5000):
    """The threads that worked, and for how many rows each."""
    seen = {}

    def call(rows):
        seen[threading.get_ident()] = len(rows)
        return network.raw_output(rows)

    of_rows(call, network, X[:n_rows])
    return seen


def test_whole_blocks_in_equal_shares(net, found):
    network = net._fitted_network()
    assert network.block_rows == 512
    found(2)
    shares = threads_of(network)
    assert sorted(shares.values()) == [4 * 512 + 5000 % 512, 5 * 512]
    assert threading.get_ident() in shares
    found(64)
    assert len(threads_of(network, 1023)) == 1  # of two blocks one is not whole
    assert len(threads_of(network, 1024)) == 2


def test_little_work_is_for_one_thread(net, found, monkeypatch):
    found(2)
    monkeypatch.setattr(sknn.train.prediction, "WORTH", 10**12)
    assert len(threads_of(net._fitted_network())) == 1


def test_as_many_as_blas_had(net, monkeypatch):
    monkeypatch.setattr(sknn.train.prediction, "WORTH", 1000)
    with use_threads(1):
        assert len(threads_of(net._fitted_network())) == 1


def test_callers_in_many_threads_share_the_helpers(net, found):
    network, expected = net._fitted_network(), net.predict(X)
    found(3)
    most, busy = threading.Semaphore(10 + 2), []

    def call(rows):
        assert most.acquire(blocking=False)
        busy.append(sknn.train.prediction._helpers.busy)
        try:
            return network.raw_output(rows)
        finally:
            most.release()

    with ThreadPoolExecutor(10) as pool:
        for raw in pool.map(lambda _: of_rows(call, network, X), range(30)):
            assert_array_equal(raw.ravel(), expected)
    assert max(busy) == 2


@pytest.mark.parametrize("bad", [0, 4999])
def test_an_error_is_told_and_the_helpers_come_back(net, found, bad):
    network = net._fitted_network()
    found(2)

    def call(rows):
        if (rows == X[bad]).all(axis=1).any():
            raise MemoryError("too much")
        return network.raw_output(rows)

    with pytest.raises(MemoryError, match="too much"):
        of_rows(call, network, X)


def test_numpys_warnings_are_those_of_the_caller(net, found):
    found(2)

    def overflows(rows):
        return rows * 1e308 if threading.get_ident() != here else rows

    here, network = threading.get_ident(), net._fitted_network()
    with np.errstate(over="ignore"):
        of_rows(overflows, network, X)  # warns of nothing
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        of_rows(overflows, network, X)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_has_helpers_again(found):
    found(3)
    assert sknn.train.prediction._helpers.take(2) == 2
    child = os.fork()
    if not child:
        os._exit(sknn.train.prediction._helpers.take(5))
    _, status = os.waitpid(child, 0)
    sknn.train.prediction._helpers.give_back(2)
    assert os.waitstatus_to_exitcode(status) == 2
