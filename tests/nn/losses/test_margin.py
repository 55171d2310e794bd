"""Hinge losses, against scikit-learn's metric."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import hinge_loss

from sknn.nn.losses import Hinge, SquaredHinge

RNG = np.random.RandomState(0)
RAW = 2 * RNG.normal(size=(30, 4))
CLASSES = RNG.randint(4, size=30)
ANSWERS = RNG.rand(30, 4) < 0.4
WEIGHTS = [None, RNG.rand(30) * (RNG.rand(30) < 0.8)]


def value(loss, raw, y, weight):
    return loss.value_and_grad(raw, y, weight, np.empty_like(raw))


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
def test_hinge(weight):
    expected = hinge_loss(CLASSES, RAW, labels=range(4), sample_weight=weight)
    assert_allclose(value(Hinge(), RAW, CLASSES, weight), expected, rtol=1e-12)
    each = [hinge_loss(ANSWERS[:, k], RAW[:, k], sample_weight=weight) for k in range(4)]
    assert_allclose(value(Hinge(), RAW[:, :1], ANSWERS[:, :1], weight), each[0], rtol=1e-12)
    assert_allclose(value(Hinge(), RAW, ANSWERS, weight), sum(each), rtol=1e-12)


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
def test_squared_hinge(weight):
    each = np.array(
        [hinge_loss(CLASSES[i : i + 1], RAW[i : i + 1], labels=range(4)) for i in range(30)]
    )
    expected = np.average(each**2, weights=weight)
    assert_allclose(value(SquaredHinge(), RAW, CLASSES, weight), expected, rtol=1e-12)
    each = np.maximum(0, 1 - np.where(ANSWERS, 1, -1) * RAW) ** 2
    for k in (1, 4):  # binary and multilabel
        expected = np.average(each[:, :k].sum(axis=1), weights=weight)
        assert_allclose(value(SquaredHinge(), RAW[:, :k], ANSWERS[:, :k], weight), expected)


@pytest.mark.parametrize("loss", [Hinge(), SquaredHinge()])
def test_a_wide_margin_is_no_loss(loss):
    grad = np.full((2, 3), np.nan)
    right = np.array([[5.0, 3.9, -2.0], [0.0, 1.0, 2.1]])
    assert_array_equal(loss.pointwise(right, np.array([0, 2]), grad), [0, 0])
    assert not grad.any()
    answers = np.array([[True, True, False], [False, True, True]])
    right = np.where(answers, 1.0, -1.5)
    assert_array_equal(loss.pointwise(right, answers, grad), [0, 0])
    assert not grad.any()


def test_only_the_truth_and_its_strongest_rival_move():
    grad = np.empty((1, 4))
    Hinge().pointwise(np.array([[1.0, 0.2, 0.9, -3.0]]), np.array([0]), grad)
    assert_array_equal(grad, [[-1, 0, 1, 0]])
    SquaredHinge().pointwise(np.array([[1.0, 0.2, 0.9, -3.0]]), np.array([0]), grad)
    assert_allclose(grad, [[-1.8, 0, 1.8, 0]])
