"""The flat vector: who lies where."""

import numpy as np
from numpy.testing import assert_array_equal

from sknn.nn.params import FlatVector, Param

WISHES = [
    Param((2, 3), "weight"),
    Param((3,), "bias"),
    Param((3,), "constant", fill=1.0),
    Param((3, 1), "weight"),
    Param((1,), "bias"),
]


def test_weights_come_first_and_the_rest_in_order():
    flat = FlatVector(WISHES)
    assert flat.size == 6 + 3 + 3 + 3 + 1
    assert flat.n_weights == 9
    first, bias, constant, second, last = flat.views(np.arange(16.0))
    assert_array_equal(first, np.arange(6).reshape(2, 3))
    assert_array_equal(second, [[6], [7], [8]])
    assert_array_equal(bias, [9, 10, 11])
    assert_array_equal(constant, [12, 13, 14])
    assert_array_equal(last, [15])


def test_views_share_memory_and_do_not_overlap():
    flat = FlatVector(WISHES)
    vector = flat.zeros("float32")
    assert vector.dtype == np.float32
    assert vector.sum() == 3  # the constants are filled
    for number, view in enumerate(flat.views(vector)):
        assert view.flags.c_contiguous
        view[...] = number
    assert_array_equal(np.bincount(vector.astype(int)), [6, 3, 3, 3, 1])


def test_an_empty_vector():
    flat = FlatVector([])
    assert flat.size == flat.n_weights == len(flat.zeros("float64")) == 0
    assert flat.views(np.empty(0)) == []
