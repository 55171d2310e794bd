"""Links: values, extreme inputs, and working in place."""

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.links import LINKS

FORMULAS = {
    "identity": lambda raw: raw,
    "logistic": lambda raw: 1.0 / (1.0 + np.exp(-raw)),
    "softmax": lambda raw: scipy.special.softmax(raw, axis=1),
    "exp": np.exp,
}


@pytest.mark.parametrize("name", LINKS)
def test_in_place_is_the_same_and_float32_stays(name):
    raw = np.random.RandomState(0).normal(size=(6, 3)).astype("float32")
    out, here = np.empty_like(raw), raw.copy()
    LINKS[name].inverse(raw, out)
    LINKS[name].inverse(here, here)
    assert_array_equal(out, here)
    assert LINKS[name].name == name


@pytest.mark.parametrize("name", FORMULAS)
def test_values(name):
    raw = np.random.RandomState(1).normal(size=(6, 3))
    out = np.empty_like(raw)
    LINKS[name].inverse(raw, out)
    assert_allclose(out, FORMULAS[name](raw), rtol=1e-14)


@pytest.mark.parametrize("name", ["logistic", "softmax"])
def test_probabilities_survive_extreme_inputs(name):
    raw = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]])
    with np.errstate(over="raise", invalid="raise"):
        LINKS[name].inverse(raw, raw)
    assert np.isfinite(raw).all()
    assert raw.min() >= 0
    assert raw.max() <= 1
