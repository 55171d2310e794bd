"""One BLAS thread for small networks, and the number of before when the last has finished."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import sknn.train.threads
from sknn.exceptions import InvalidParameterError
from sknn.train.loop import train
from sknn.train.threads import (
    one_thread,
    threads_for_prediction,
    threads_for_training,
    use_threads,
)

#: Rows for which a network of 3-4-1 is tiny (BLAS itself uses one thread), small and large.
TINY, SMALL, LARGE = 10, 100_000, 10**9


def blas_threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


ALL = blas_threads()
pytestmark = pytest.mark.skipif(
    max(ALL, default=1) == 1, reason="BLAS has one thread from the start"
)


@pytest.fixture(autouse=True)
def all_threads_come_back():
    assert blas_threads() == ALL
    yield
    threads, taken = blas_threads(), bool(sknn.train.threads._limits.wanted)
    threadpool_limits(max(ALL), user_api="blas")  # what went wrong is not for the tests to come
    with threadpool_limits(max(ALL), user_api="blas"):
        pass  # gives up the control that threadpoolctl 3.8 lends to a thread
    assert threads == ALL
    assert not taken


@pytest.fixture
def network(make_run):
    return make_run().network


def test_small_networks_have_one_thread(network):
    with threads_for_training(network, SMALL):
        assert blas_threads() == {1}
    assert blas_threads() == ALL


def test_one_thread_for_all_libraries():
    with one_thread():
        assert blas_threads() == {1}
    assert blas_threads() == ALL
    with pytest.raises(RuntimeError, match="in the block"), one_thread():
        raise RuntimeError("in the block")
    assert blas_threads() == ALL


def test_one_thread_stays_in_charge(network):
    with one_thread():
        with threads_for_training(network, LARGE), one_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {1}


def library_threads():
    """The number of threads of NumPy's own BLAS, and the numbers of the others."""
    libraries = {which: sknn.train.threads._blas(which) for which in ("numpy", "others")}
    return [{lib.num_threads for lib in libs} for libs in libraries.values()]


def test_large_networks_have_all_threads_of_one_library(network):
    """NumPy's own multiplies matrices, and SciPy's does for compiled kernels."""
    numpys, others = library_threads()
    one = {1} if others else set()
    with threads_for_training(network, LARGE):
        assert library_threads() == [numpys, one]
    with threads_for_training(network, LARGE, compiled=True):
        assert library_threads() == [{1}, others]
    assert blas_threads() == ALL


def test_predictions(make_run):
    """One thread, unless BLAS itself uses no more."""
    numpys, others = library_threads()
    for width, n_rows, expected in (
        (10, 1000, numpys),  # tiny
        (10, LARGE, {1}),
        (10_000, 1, {1}),  # a long dot product
        (200, 4, numpys),  # tiny, too
        (200, 200, {1}),
        (200, LARGE, {1}),
        (300, 100, {1}),
        (300, LARGE, {1}),
    ):
        network = make_run(sizes=(width, min(width, 300))).network
        with threads_for_prediction(network, n_rows):
            assert library_threads() == [expected, others]
    assert blas_threads() == ALL


def test_large_within_small_and_small_within_large(network):
    """A small network has one thread, whatever goes on beside it."""
    with threads_for_training(network, SMALL), threads_for_training(network, LARGE):
        assert blas_threads() == {1}
    with threads_for_training(network, LARGE):
        first = library_threads()
        with threads_for_training(network, SMALL):
            assert blas_threads() == {1}
        assert library_threads() == first


def test_wide_networks_have_one_thread_where_that_is_asked_for(network, make_run, monkeypatch):
    wide = make_run(sizes=(300, 300)).network
    with use_threads(1):
        with threads_for_training(network, LARGE):
            assert blas_threads() == {1}
        with threads_for_prediction(wide, LARGE):
            assert library_threads()[0] == {1}
        with use_threads("auto"), threads_for_training(network, LARGE):
            assert library_threads()[0] != {1}
    monkeypatch.setenv("SKNN_THREADS", "1")
    with threads_for_training(network, LARGE):
        assert blas_threads() == {1}


@pytest.mark.parametrize("number", [0, 2, "one", True, None])
def test_other_numbers_of_threads(number):
    with pytest.raises(InvalidParameterError, match="must be 'auto' or 1"), use_threads(number):
        pass


def test_where_all_share_one_library(network, monkeypatch):
    """As from conda: then that one has all threads for a large network."""
    monkeypatch.setattr(sknn.train.threads, "_libraries", {})
    monkeypatch.setattr(sknn.train.threads, "_is_numpys", lambda path: False)
    with threads_for_training(network, LARGE):
        assert blas_threads() == ALL


@pytest.mark.parametrize(
    ("path", "numpys"),
    [
        ("/env/lib/python3.11/site-packages/numpy.libs/libscipy_openblas64_.so", True),
        ("/env/lib/python3.11/site-packages/numpy/.dylibs/libscipy_openblas64_.dylib", True),
        ("/env/lib/python3.11/site-packages/scipy.libs/libscipy_openblas.so", False),
        ("/env/lib/libopenblas.so", False),
    ],
)
def test_whose_library_it_is(path, numpys):
    assert sknn.train.threads._is_numpys(path) is numpys


def test_nested(network):
    with threads_for_training(network, SMALL):
        with threads_for_training(network, SMALL):
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == ALL


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("n_rows", [TINY, SMALL, LARGE])
def test_restored_after_an_error(network, error, n_rows):
    with pytest.raises(error), threads_for_training(network, n_rows):
        raise error
    assert blas_threads() == ALL


@pytest.mark.parametrize("first_to_leave", [0, 1])
@pytest.mark.parametrize("first_to_enter", [0, 1])
def test_overlapping_in_two_threads(network, first_to_enter, first_to_leave):
    """Two threads that both live on: the last to leave takes the limit back."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        blocks = [(pool, threads_for_training(network, SMALL)) for pool in (one, other)]
        for i in (first_to_enter, 1 - first_to_enter):
            pool, block = blocks[i]
            pool.submit(block.__enter__).result()
            assert blas_threads() == {1}
        pool, block = blocks[first_to_leave]
        pool.submit(block.__exit__, None, None, None).result()
        assert blas_threads() == {1}
        pool, block = blocks[1 - first_to_leave]
        pool.submit(block.__exit__, None, None, None).result()
        assert blas_threads() == ALL
    with threads_for_training(network, SMALL):
        assert blas_threads() == {1}, "and it can be done again"


def test_a_limit_of_the_users_own_comes_back(network):
    with threadpool_limits(1, user_api="blas"):
        with threads_for_training(network, SMALL):
            pass
        assert blas_threads() == {1}


def test_training_runs_with_one_thread(make_run):
    seen = set()
    run = make_run(validate=lambda: seen.update(blas_threads()) or 0.0)
    train(run, warn=False)
    assert seen == {1}
    assert blas_threads() == ALL
