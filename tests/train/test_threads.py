"""One BLAS thread for small networks, and the number of before when the last has finished."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import sknn.train.threads
from sknn.train.loop import train
from sknn.train.threads import single_thread_if_small

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
    threads, taken = blas_threads(), sknn.train.threads._in_charge.locked()
    threadpool_limits(max(ALL), user_api="blas")  # what went wrong is not for the tests to come
    with threadpool_limits(max(ALL), user_api="blas"):
        pass  # gives up the control that threadpoolctl 3.8 lends to a thread
    assert threads == ALL
    assert not taken


@pytest.fixture
def network(make_run):
    return make_run().network


def test_small_networks_have_one_thread(network):
    with single_thread_if_small(network, SMALL):
        assert blas_threads() == {1}
    assert blas_threads() == ALL


def test_large_networks_are_left_alone(network):
    with single_thread_if_small(network, LARGE):
        assert blas_threads() == ALL


def test_the_least_work_that_is_worth_it(network):
    with single_thread_if_small(network, TINY, at_least=sknn.train.threads.TINY):
        assert blas_threads() == ALL
    with single_thread_if_small(network, TINY):
        assert blas_threads() == {1}


def test_large_within_small_and_small_within_large(network):
    with single_thread_if_small(network, SMALL), single_thread_if_small(network, LARGE):
        assert blas_threads() == {1}
    with single_thread_if_small(network, LARGE), single_thread_if_small(network, SMALL):
        assert blas_threads() == {1}


def test_nested(network):
    with single_thread_if_small(network, SMALL):
        with single_thread_if_small(network, SMALL):
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == ALL


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("n_rows", [TINY, SMALL, LARGE])
def test_restored_after_an_error(network, error, n_rows):
    with pytest.raises(error), single_thread_if_small(network, n_rows):
        raise error
    assert blas_threads() == ALL


@pytest.mark.parametrize("first_to_leave", [0, 1])
@pytest.mark.parametrize("first_to_enter", [0, 1])
def test_overlapping_in_two_threads(network, first_to_enter, first_to_leave):
    """Two threads that both live on: who came first is in charge, and no limit is left behind."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        blocks = [(pool, single_thread_if_small(network, SMALL)) for pool in (one, other)]
        for i in (first_to_enter, 1 - first_to_enter):
            pool, block = blocks[i]
            pool.submit(block.__enter__).result()
            assert blas_threads() == {1}
        pool, block = blocks[first_to_leave]
        pool.submit(block.__exit__, None, None, None).result()
        assert blas_threads() == (ALL if first_to_leave == first_to_enter else {1})
        pool, block = blocks[1 - first_to_leave]
        pool.submit(block.__exit__, None, None, None).result()
        assert blas_threads() == ALL
    with single_thread_if_small(network, SMALL):
        assert blas_threads() == {1}, "and it can be done again"


def test_a_limit_of_the_users_own_comes_back(network):
    with threadpool_limits(1, user_api="blas"):
        with single_thread_if_small(network, SMALL):
            pass
        assert blas_threads() == {1}


def test_training_runs_with_one_thread(make_run):
    seen = set()
    run = make_run(validate=lambda: seen.update(blas_threads()) or 0.0)
    train(run, warn=False)
    assert seen == {1}
    assert blas_threads() == ALL
