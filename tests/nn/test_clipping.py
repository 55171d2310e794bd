"""Clipping: the bounds on the gradient."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.clipping import CLIPPINGS, ClipNorm, ClipValue


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_long_gradient_is_shortened_and_keeps_its_direction(dtype):
    g = np.random.RandomState(0).normal(size=1000).astype(dtype)
    clipped = g.copy()
    ClipNorm(max_norm=2.0).clip(clipped)
    assert_allclose(np.linalg.norm(clipped), 2.0, rtol=1e-6)
    assert_allclose(clipped / clipped[0], g / g[0], rtol=1e-5)
    assert clipped.dtype == dtype


def test_a_short_gradient_stays_as_it_is():
    g = np.array([0.3, -0.4])
    ClipNorm(max_norm=0.5).clip(g)
    assert_array_equal(g, [0.3, -0.4])
    ClipNorm().clip(zeros := np.zeros(3))
    assert_array_equal(zeros, 0)


def test_a_length_beyond_the_largest_number_is_no_overflow():
    g = np.full(4, 1e200)
    with np.errstate(all="raise"):
        ClipNorm(max_norm=1.0).clip(g)
    assert_allclose(g, 0.5)


def test_values_are_cut():
    g = np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
    ClipValue(limit=0.5).clip(g)
    assert_array_equal(g, [-0.5, -0.5, 0.0, 0.5, 0.5])


@pytest.mark.parametrize("name", CLIPPINGS)
def test_what_is_not_finite_is_not_hidden(name):
    g = np.array([1.0, np.nan])
    CLIPPINGS[name]().clip(g)
    assert np.isnan(g).any()
