"""Losses for labels, against scikit-learn's metrics."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit, softmax
from sklearn.metrics import log_loss, mean_squared_error

from sknn.nn.losses import CLASSIFICATION_LOSSES, LogisticSquaredError, LogLoss

RNG = np.random.RandomState(0)
RAW = 2 * RNG.normal(size=(30, 4))
CLASSES = RNG.randint(4, size=30)
ANSWERS = RNG.rand(30, 4) < 0.4
WEIGHTS = [None, RNG.rand(30) * (RNG.rand(30) < 0.8)]


def value(loss, raw, y, weight):
    return loss.value_and_grad(raw, y, weight, np.empty_like(raw))


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
def test_log_loss(weight):
    expected = log_loss(CLASSES, softmax(RAW, axis=1), sample_weight=weight)
    assert_allclose(value(LogLoss(), RAW, CLASSES, weight), expected, rtol=1e-12)
    expected = log_loss(ANSWERS[:, 0], expit(RAW[:, 0]), sample_weight=weight)
    assert_allclose(value(LogLoss(), RAW[:, :1], ANSWERS[:, :1], weight), expected, rtol=1e-12)
    each = [log_loss(ANSWERS[:, k], expit(RAW[:, k]), sample_weight=weight) for k in range(4)]
    assert_allclose(value(LogLoss(), RAW, ANSWERS, weight), sum(each), rtol=1e-12)


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
def test_squared_error(weight):
    # the loss sums over the outputs where the metric takes the mean
    for y, table in ((CLASSES, np.eye(4)[CLASSES]), (ANSWERS, ANSWERS.astype(float))):
        expected = 4 * mean_squared_error(table, expit(RAW), sample_weight=weight) / 2
        assert_allclose(value(LogisticSquaredError(), RAW, y, weight), expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_log_loss_of_a_hopeless_row_is_that_of_the_machine_epsilon(dtype):
    expected = -np.log(np.finfo(dtype).eps)
    raw = np.array([[1000.0, 0.0]], dtype=dtype)
    assert_allclose(value(LogLoss(), raw, np.array([1]), None), expected, rtol=1e-6)
    assert_allclose(value(LogLoss(), raw[:, :1], np.array([[False]]), None), expected, rtol=1e-6)


def test_links():
    for cls in CLASSIFICATION_LOSSES.values():
        assert cls().link(exclusive=False).name == "logistic"
    assert LogLoss().link(exclusive=True).name == "softmax"
    assert LogisticSquaredError().link(exclusive=True).name == "logistic"
