"""Penalties: value and gradient."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.optimizers import base
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
    assert_array_equal(grads, 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_l1_adds_to_the_gradient_in_place(dtype, monkeypatch):
    monkeypatch.setattr(base, "BLOCK", 3)
    vector = np.array([-3, 2, 0, -1, 4, 5, 6], dtype)
    grads = np.ones(7, dtype)
    value = L1(l1=0.5).add(vector[:5], grads[:5], total=4.0)
    assert_allclose(value, 0.5 * 10 / 4, rtol=1e-6)
    assert_allclose(grads[:5], 1 + 0.125 * np.array([-1, 1, 0, -1, 1]), rtol=1e-6)
    assert_array_equal(grads[5:], 1)
    assert grads.dtype == dtype


def test_no_l1_no_penalty():
    grads = np.ones(3)
    assert L1().add(np.ones(3), grads, total=2.0) == 0
    assert_array_equal(grads, 1)
