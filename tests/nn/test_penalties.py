"""Penalties: value and gradient."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.optimizers.base import BLOCK
from sknn.nn.penalties import L1, L2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_l2_adds_to_the_gradient_in_place(dtype):
    vector = np.arange(1, 8, dtype=dtype)
    grads = np.ones(7, dtype)
    value = L2(alpha=0.5).add(vector[:5], grads[:5], total=4.0)
    assert_allclose(value, 0.5 * 0.5 * 55 / 4, rtol=1e-6)
    assert_allclose(grads[:5], 1 + 0.5 * vector[:5] / 4, rtol=1e-6)
    assert_array_equal(grads[5:], 1)
    assert_array_equal(vector, np.arange(1, 8))
    assert grads.dtype == dtype
    assert isinstance(value, float)


def test_no_alpha_no_penalty():
    grads = np.ones(3)
    assert L2(alpha=0).add(np.ones(3), grads, total=2.0) == 0
    assert L1(l1=0).add(np.ones(3), grads, total=2.0) == 0
    assert_array_equal(grads, 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_l1_adds_to_the_gradient_in_place(dtype):
    vector = np.array([1.0, -2.0, 0.0, 4.0, -5.0, 6.0], dtype)
    before, grads = vector.copy(), np.ones(6, dtype)
    value = L1(l1=0.5).add(vector[:5], grads[:5], total=4.0)
    assert_allclose(value, 0.5 * 12 / 4, rtol=1e-6)
    assert_allclose(grads, [1.125, 0.875, 1, 1.125, 0.875, 1], rtol=1e-6)
    assert_array_equal(vector, before)
    assert grads.dtype == dtype
    assert isinstance(value, float)


def test_l1_of_more_than_one_block():
    weights = np.random.RandomState(0).normal(size=2 * BLOCK + 5)
    grads = np.zeros_like(weights)
    assert_allclose(L1(l1=2.0).add(weights, grads, total=1.0), 2 * abs(weights).sum())
    assert_array_equal(grads, 2 * np.sign(weights))


@pytest.mark.parametrize("penalty", [L1(0.3), L2(0.3)], ids=repr)
def test_gradient_agrees_with_differences(penalty):
    weights, h = np.array([0.5, -1.5, 2.0]), 1e-6
    grads = np.zeros(3)
    penalty.add(weights, grads, total=7.0)
    for i in range(3):
        step = h * np.eye(3)[i]
        above, below = (penalty.add(weights + s, np.zeros(3), 7.0) for s in (step, -step))
        assert_allclose((above - below) / (2 * h), grads[i], rtol=1e-6)
