"""Tables of categories: which row a code takes, and how many levels there are."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import Category
from sknn.nn.layers.embeddings import settle

from .conftest import bound


def test_each_column_has_a_table():
    layer = bound(Category(n_levels=(3, 2), n_outputs=2).layer(), 2)
    table = layer.values["table"]
    assert table.shape == (5, 2)
    x = np.array([[2.0, 0.0], [1.0, 1.0]])
    y = layer.forward(x, layer.room(2, x.dtype, False), None)
    assert_array_equal(y, [[*table[2], *table[3]], [*table[1], *table[4]]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("code", [-1, 0.5, 3, 3e30, -3e30, np.inf, np.nan, 2.0000002])
def test_other_numbers_are_unknown(code, dtype):
    layer = bound(Category(n_levels=3, n_outputs=2).layer(), 1, dtype)
    x = np.array([[code]], dtype)
    y = layer.forward(x, layer.room(1, x.dtype, False), None)
    assert_array_equal(y[0], layer.values["table"][0])


def test_gradients_of_one_level_add_up():
    rng = np.random.RandomState(0)
    layer = bound(Category(n_levels=(4, 3), n_outputs=3).layer(), 2)
    x = np.stack([rng.randint(0, 4, 50), rng.randint(0, 3, 50)], axis=1).astype(float)
    room, grad = layer.room(50, x.dtype, True), rng.normal(size=(50, 6))
    for _ in range(2):  # not on top of the last ones
        layer.forward(x, room, None)
        layer.backward(grad.copy(), room, False)
    expected = np.zeros((7, 3))
    np.add.at(expected, x[:, 0].astype(int), grad[:, :3])
    np.add.at(expected, x[:, 1].astype(int) + 4, grad[:, 3:])
    assert_allclose(layer.grads["table"], expected, rtol=1e-12)


def test_levels_are_found_in_the_data():
    X = np.array([[0.0, 2.0, -1.0], [5.0, 1.5, -2.0]])
    (settled,) = settle([Category()], 3, X)
    assert settled.n_levels == (6, 3, 1)
    (again,) = settle([Category()], 3, X + 10, before=[settled])
    assert again == settled


def test_an_int_holds_for_all_columns():
    assert settle([Category(n_levels=4)], 2)[0].n_levels == (4, 4)


@pytest.mark.parametrize(
    ("part", "X", "words"),
    [
        (Category(n_levels=(3, 4, 5)), None, r"one entry per column \(2\)"),
        (Category(), None, "needs training rows"),
        (Category(), np.array([[0.0, 1.0e9]]), "Column 1 has codes up to 1,000,000,000"),
    ],
)
def test_errors(part, X, words):
    with pytest.raises(InvalidParameterError, match=words):
        settle([part], 2, X)
