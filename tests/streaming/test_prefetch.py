"""Reading ahead: items in order, errors where they belong, no thread left behind."""

import threading

import pytest

from sknn.streaming.prefetch import Prefetched


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.mark.parametrize("ahead", [0, 1, 5])
def test_items_in_order(ahead):
    with Prefetched(lambda: iter(range(100)), ahead) as items:
        assert list(items) == list(range(100))


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_an_error_comes_after_the_items_before_it(ahead):
    def failing():
        yield 1
        yield 2
        raise ZeroDivisionError("mine")

    seen = []

    def collect():
        with Prefetched(failing, ahead) as items:
            for item in items:
                seen.append(item)

    with pytest.raises(ZeroDivisionError, match="mine"):
        collect()
    assert seen == [1, 2]


@pytest.mark.parametrize("ahead", [0, 1, 3])
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_leaving_early_ends_the_thread(ahead, error):
    def endless():
        number = 0
        while True:
            yield (number := number + 1)

    def leave():
        with Prefetched(endless, ahead) as items:
            for item in items:
                if item == 10:
                    raise error

    with pytest.raises(error):
        leave()


def test_no_more_is_read_than_there_is_room_for():
    made = []
    full = threading.Semaphore(0)

    def items():
        for number in range(100):
            made.append(number)
            full.release()
            yield number

    with Prefetched(items, 3) as ahead:
        for _ in range(4):  # three that wait, and one in hand
            assert full.acquire(timeout=30)
        assert not full.acquire(timeout=0.05)
        assert made == [0, 1, 2, 3]
        assert next(iter(ahead)) == 0
        assert full.acquire(timeout=30)


def test_length():
    assert len(Prefetched(lambda: iter([1]), 1, length=1)) == 1
    with pytest.raises(TypeError, match="not known"):
        len(Prefetched(lambda: iter([1]), 1))
