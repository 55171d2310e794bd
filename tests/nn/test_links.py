"""Links: values, extreme inputs, and working in place."""

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.links import LINKS, IncreasingLink

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


@pytest.mark.parametrize("n_classes", [2, 32, 33, 100])
def test_few_classes_are_summed_like_many(n_classes):
    raw = np.random.RandomState(2).normal(size=(50, n_classes))
    out = np.empty_like(raw)
    LINKS["softmax"].inverse(raw, out)
    assert_allclose(out, FORMULAS["softmax"](raw), rtol=1e-13)
    assert_allclose(out.sum(axis=1), 1.0, rtol=1e-14)


@pytest.mark.parametrize("name", ["logistic", "softmax"])
def test_probabilities_survive_extreme_inputs(name):
    raw = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]])
    with np.errstate(over="raise", invalid="raise"):
        LINKS[name].inverse(raw, raw)
    assert np.isfinite(raw).all()
    assert raw.min() >= 0
    assert raw.max() <= 1


# -- several predictions for each target -------------------------------------------------------


def test_increasing_predictions():
    raw = np.random.RandomState(2).normal(size=(6, 2 * 3))
    out = np.empty_like(raw)
    IncreasingLink(3).inverse(raw, out)
    for k in (0, 3):  # the two targets
        expected = raw[:, k].copy()
        assert_allclose(out[:, k], expected)
        for j in (1, 2):
            expected += np.log1p(np.exp(raw[:, k + j]))
            assert_allclose(out[:, k + j], expected, rtol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_increasing_predictions_never_cross(dtype):
    rng = np.random.RandomState(3)
    raw = (10.0 ** rng.uniform(-6, 6, size=(200, 5)) * rng.choice([-1, 1], (200, 5))).astype(dtype)
    before, here = raw.copy(), raw.copy()
    with np.errstate(over="raise", invalid="raise"):
        IncreasingLink(5).inverse(here, here)
    assert here.dtype == dtype
    assert np.isfinite(here).all()
    assert (np.diff(here) >= 0).all()
    out = np.empty_like(raw)
    IncreasingLink(5).inverse(raw, out)
    assert_array_equal(out, here)
    assert_array_equal(raw, before)


def test_increasing_gradient_agrees_with_differences():
    rng, link = np.random.RandomState(4), IncreasingLink(3)
    raw, upstream = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    grad, out = upstream.copy(), np.empty_like(raw)
    link.backward(raw, grad)
    for i in np.ndindex(raw.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = raw.copy()
            moved[i] += step
            link.inverse(moved, out)
            ends.append((out * upstream).sum())
        assert_allclose(grad[i], (ends[0] - ends[1]) / 2e-6, rtol=1e-6, atol=1e-8)


def test_predictions_for_each_target():
    assert [link.per_target for link in LINKS.values()] == [1, 1, 1, 1]
    assert IncreasingLink(4).per_target == 4


# -- the mean of several predictions ---------------------------------------------------------------

ALL = {**LINKS, "increasing": IncreasingLink(2)}


def predicted(link, raw):
    out = np.empty_like(raw)
    for each, own in zip(raw, out, strict=True):
        link.inverse(each, own)
    return out


@pytest.mark.parametrize("link", ALL.values(), ids=ALL)
def test_the_merged_output_predicts_the_mean(link):
    raw = np.random.RandomState(3).normal(scale=3.0, size=(5, 6, 4))
    merged = link.merge(raw)
    expected = predicted(link, raw).mean(axis=0)
    assert_allclose(predicted(link, merged[np.newaxis])[0], expected, rtol=1e-12)
    assert link.merge(raw.astype("float32")).dtype == "float32"
    alike = np.repeat(merged[np.newaxis], 3, axis=0)
    assert_allclose(predicted(link, link.merge(alike)[np.newaxis])[0], expected, rtol=1e-12)


@pytest.mark.parametrize("link", ALL.values(), ids=ALL)
def test_the_gradient_goes_back_to_each(link):
    rng = np.random.RandomState(4)
    raw, upstream, step = rng.normal(scale=2.0, size=(3, 2, 4)), rng.normal(size=(2, 4)), 1e-6
    before = raw.copy()
    gradient = link.unmerge(raw, upstream)
    assert_array_equal(raw, before)
    for i in np.ndindex(raw.shape):
        above, below = raw.copy(), raw.copy()
        above[i] += step
        below[i] -= step
        slope = ((link.merge(above) - link.merge(below)) * upstream).sum() / (2 * step)
        assert gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("name", ["logistic", "softmax", "increasing"])
def test_merging_survives_extreme_outputs(name):
    raw = np.array([[[800.0, -800.0]], [[-700.0, 900.0]], [[1e4, -1e4]]])
    for dtype in ("float32", "float64"):
        own, link = raw.astype(dtype), ALL[name]
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            merged = link.merge(own)
            gradient = link.unmerge(own, np.ones_like(merged))
        assert np.isfinite(merged).all()
        assert np.isfinite(gradient).all()
    far = -600.0 - np.zeros((2, 1, 1))  # a probability of 1e-261
    assert_allclose(LINKS["logistic"].merge(far), [[-600.0]])


def test_links_of_one_kind_are_equal():
    assert IncreasingLink(2) == IncreasingLink(2) != IncreasingLink(3)
    assert LINKS["softmax"] == type(LINKS["softmax"])() != LINKS["logistic"]
    assert len({IncreasingLink(2), IncreasingLink(2)}) == 1
