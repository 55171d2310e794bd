"""Losses whose output is a probability, against scikit-learn's metrics and written-out formulas."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit, softmax
from sklearn.metrics import log_loss, mean_squared_error

from sknn.nn.losses import CLASSIFICATION_LOSSES, Focal, LogisticSquaredError, LogLoss

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


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_log_loss_of_a_certain_row_is_a_rounding_error(dtype):
    eps = np.finfo(dtype).eps
    raw = np.array([[1000.0, 0.0]], dtype=dtype)
    assert_allclose(value(LogLoss(), raw, np.array([0]), None), eps, rtol=1e-6)
    assert_allclose(value(LogLoss(), raw[:, :1], np.array([[True]]), None), eps, rtol=1e-6)


@pytest.mark.parametrize("loss", [LogLoss(), LogLoss(label_smoothing=0.2), Focal()], ids=repr)
def test_rows_of_another_size_are_by_themselves(loss):
    raw = np.array([[0.0, 1.0, 2.0], [1000.0, 1002.0, 1001.0], [-1000.0, -999.0, -1000.5]])
    y, grad = np.array([0, 1, 2]), np.empty((3, 3))
    together = loss.pointwise(raw, y, grad)
    for i in range(3):
        alone = np.empty((1, 3))
        assert_allclose(loss.pointwise(raw[[i]], y[[i]], alone), together[[i]], rtol=1e-12)
        assert_allclose(alone[0], grad[i], rtol=1e-12, atol=1e-15)


# -- label smoothing ---------------------------------------------------------------------------


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
@pytest.mark.parametrize("smoothing", [0.1, 0.75])
def test_smoothed_labels(smoothing, weight):
    loss = LogLoss(label_smoothing=smoothing)
    smooth = (1 - smoothing) * np.eye(4)[CLASSES] + smoothing / 4
    expected = np.average(-(smooth * np.log(softmax(RAW, axis=1))).sum(axis=1), weights=weight)
    assert_allclose(value(loss, RAW, CLASSES, weight), expected, rtol=1e-12)
    smooth = (1 - smoothing) * ANSWERS + smoothing / 2
    each = -smooth * np.log(expit(RAW)) - (1 - smooth) * np.log(expit(-RAW))
    for k in (1, 4):  # binary and multilabel
        expected = np.average(each[:, :k].sum(axis=1), weights=weight)
        assert_allclose(value(loss, RAW[:, :k], ANSWERS[:, :k], weight), expected, rtol=1e-12)


def test_a_little_smoothing_is_next_to_none():
    grad, none = np.empty_like(RAW), np.empty_like(RAW)
    for y in (CLASSES, ANSWERS):
        expected = LogLoss().pointwise(RAW, y, none)
        assert_allclose(LogLoss(label_smoothing=1e-14).pointwise(RAW, y, grad), expected, rtol=1e-9)
        assert_allclose(grad, none, rtol=1e-9, atol=1e-11)


def test_two_classes_as_one_output_or_as_two_are_smoothed_alike():
    loss, raw = LogLoss(label_smoothing=0.2), RAW[:, :1]
    two = np.hstack([np.zeros_like(raw), raw])
    one_output = loss.pointwise(raw, ANSWERS[:, :1], np.empty_like(raw))
    two_outputs = loss.pointwise(two, ANSWERS[:, 0].astype(int), np.empty_like(two))
    assert_allclose(one_output, two_outputs, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_smoothing_of_extreme_outputs(dtype):
    raw = np.array([[1e4, -1e4, 0.0]], dtype)
    for y in (np.array([1]), np.array([[False, True, True]])):
        grad = np.empty_like(raw)
        with np.errstate(over="raise", invalid="raise"):
            loss = LogLoss(label_smoothing=0.1).pointwise(raw, y, grad)
        assert np.isfinite(loss).all()
        assert loss.dtype == dtype
        assert np.isfinite(grad).all()


# -- focal -------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_focal(gamma, weight):
    p = softmax(RAW, axis=1)[np.arange(30), CLASSES]
    expected = np.average(-((1 - p) ** gamma) * np.log(p), weights=weight)
    assert_allclose(value(Focal(gamma), RAW, CLASSES, weight), expected, rtol=1e-12)
    p = np.where(ANSWERS, expit(RAW), 1 - expit(RAW))
    each = -((1 - p) ** gamma) * np.log(p)
    for k in (1, 4):  # binary and multilabel
        expected = np.average(each[:, :k].sum(axis=1), weights=weight)
        assert_allclose(value(Focal(gamma), RAW[:, :k], ANSWERS[:, :k], weight), expected)


def test_focal_without_focus_is_the_log_loss():
    grad, expected = np.empty_like(RAW), np.empty_like(RAW)
    for y in (CLASSES, ANSWERS):
        loss = LogLoss().pointwise(RAW, y, expected)
        assert_allclose(Focal(gamma=0.0).pointwise(RAW, y, grad), loss, rtol=1e-12)
        assert_allclose(grad, expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_focal_of_certain_outputs(gamma, dtype):
    # right: no loss and no gradient; wrong: the log loss and its gradient
    raw, grad = np.array([[1e4, -1e4], [-1e4, 1e4]], dtype), np.empty((2, 2), dtype)
    with np.errstate(all="raise", under="ignore"):
        loss = Focal(gamma).pointwise(raw, np.array([0, 0]), grad)
    assert_allclose(loss, [0, 2e4], rtol=1e-6)
    assert_allclose(grad, [[0, 0], [-1, 1]], rtol=1e-6)
    with np.errstate(all="raise", under="ignore"):
        loss = Focal(gamma).pointwise(raw, np.array([[True, False], [True, False]]), grad)
    assert_allclose(loss, [0, 2e4], rtol=1e-6)
    assert_allclose(grad, [[0, 0], [-1, 1]], rtol=1e-6)


def test_focal_turns_from_easy_rows_to_hard_ones():
    raw = np.array([[2.0], [-1.0]])  # the first is right, the second is wrong
    grads = {gamma: np.empty_like(raw) for gamma in (0.0, 2.0)}
    for gamma, grad in grads.items():
        Focal(gamma).pointwise(raw, np.ones((2, 1), bool), grad)
    shares = [grad[0, 0] / grad[1, 0] for grad in grads.values()]
    assert shares[1] < 0.2 * shares[0]


# -- links -------------------------------------------------------------------------------------


def test_links():
    softmax, logistic, identity = ("softmax", "logistic"), ("logistic",) * 2, ("identity",) * 2
    expected = {
        "log_loss": softmax,
        "focal": softmax,
        "squared_error": logistic,
        "hinge": identity,
        "squared_hinge": identity,
    }
    names = {
        name: (cls().link(exclusive=True).name, cls().link(exclusive=False).name)
        for name, cls in CLASSIFICATION_LOSSES.items()
    }
    assert names == expected
