"""Order and mixing: every row once, and a function of seed and pass."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sknn.streaming.blocks import Block
from sknn.streaming.passes import Passes, block_order, mixed
from sknn.streaming.sources import as_source

X = np.arange(25.0).reshape(25, 1)


def flat(lists):
    return [row for rows in lists for row in rows]


def rows_of(passes, number):
    with passes.shuffled(number) as blocks:
        return [block.X.ravel().astype(int).tolist() for block in blocks]


def test_without_shuffling_blocks_are_as_stored():
    passes = Passes(as_source(X, block_rows=10), shuffle=False)
    assert rows_of(passes, 0) == rows_of(passes, 1)
    assert flat(rows_of(passes, 0)) == list(range(25))


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=8), st.integers(1, 9), st.integers(0, 2**32)
)
def test_mixing_keeps_rows_and_sizes(sizes, window, seed):
    starts = np.cumsum([0, *sizes])
    rows = np.arange(starts[-1])[:, np.newaxis]
    source = [rows[a:b] for a, b in pairwise(starts)]
    blocks = list(mixed((Block(x, x[:, 0]) for x in source), window, np.random.default_rng(seed)))
    assert [block.n_rows for block in blocks] == sizes
    for at in range(0, len(sizes), window):  # rows stay within their window
        found = np.concatenate([block.X for block in blocks[at : at + window]]).ravel()
        assert sorted(found) == list(range(starts[at], starts[min(at + window, len(sizes))]))
    assert all((block.X[:, 0] == block.y).all() for block in blocks)


@pytest.mark.parametrize("window", [1, 2, 9])
def test_shuffling_is_a_function_of_seed_and_pass(window):
    def passes(seed):
        return Passes(as_source(X, block_rows=4), shuffle=True, window=window, seed=[seed])

    assert rows_of(passes(1), 3) == rows_of(passes(1), 3)
    assert rows_of(passes(1), 3) != rows_of(passes(1), 4)
    assert rows_of(passes(1), 3) != rows_of(passes(2), 3)
    assert sorted(flat(rows_of(passes(1), 3))) == list(range(25))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.integers(0, 2**32))
def test_blocks_of_a_piece_stay_together(pieces, seed):
    pieces = np.sort(pieces)
    order = block_order(pieces, np.random.default_rng(seed))
    assert sorted(order) == list(range(len(pieces)))
    changes = np.count_nonzero(np.diff(pieces[order]))
    assert changes == len(np.unique(pieces)) - 1


def test_all_orders_are_drawn():
    orders = {tuple(block_order(np.arange(3), np.random.default_rng(k))) for k in range(100)}
    assert len(orders) == 6


def test_some_of_the_blocks():
    passes = Passes(as_source(X, block_rows=5), np.array([0, 3]), shuffle=True)
    assert sorted(flat(rows_of(passes, 0))) == [0, 1, 2, 3, 4, 15, 16, 17, 18, 19]
    assert len(passes.shuffled(0)) == 2


def test_blocks_of_a_function_keep_their_order():
    passes = Passes(as_source(lambda: ((X[k : k + 5],) for k in range(0, 25, 5))), shuffle=True)
    rows = rows_of(passes, 0)
    assert [sorted(block) for block in rows] == np.arange(25).reshape(5, 5).tolist()
    assert flat(rows) != list(range(25))
