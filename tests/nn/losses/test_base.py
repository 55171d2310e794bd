"""What all losses share: the weighted mean, and nothing written but the gradient."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES, LogLoss, Quantile, Tweedie

CASES = [
    *[(cls(), "exclusive") for cls in CLASSIFICATION_LOSSES.values()],
    *[(cls(), "yes or no") for cls in CLASSIFICATION_LOSSES.values()],
    *[(cls(), "numbers") for cls in REGRESSION_LOSSES.values()],
    (LogLoss(label_smoothing=0.2), "exclusive"),
    (LogLoss(label_smoothing=0.2), "yes or no"),
    (Quantile((0.2, 0.5, 0.6)), "number"),
    (Tweedie(power=3.0), "numbers"),
]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def case(request):
    """A loss with raw outputs and targets of 8 rows."""
    loss, kind = request.param
    rng = np.random.RandomState(0)
    y = {
        "exclusive": np.arange(8) % 3,
        "yes or no": rng.rand(8, 3) < 0.5,
        "numbers": rng.rand(8, 3) + 0.5,
        "number": rng.rand(8, 1) + 0.5,
    }[kind]
    return loss, rng.normal(size=(8, 3)), y


def test_weight_2_is_two_rows_and_weight_0_is_none(case):
    loss, raw, y = case
    weight = np.array([2.0, 0, 1, 1, 3, 0, 1, 1])
    repeated = np.repeat(np.arange(8), weight.astype(int))
    grad, grad_repeated = np.empty_like(raw), np.empty((len(repeated), 3))
    value = loss.value_and_grad(raw, y, weight, grad)
    assert_allclose(
        value, loss.value_and_grad(raw[repeated], y[repeated], None, grad_repeated), rtol=1e-14
    )
    summed = np.zeros_like(raw)
    np.add.at(summed, repeated, grad_repeated)
    assert_allclose(grad, summed, rtol=1e-13, atol=1e-16)


def test_only_the_ratio_of_weights_counts(case):
    loss, raw, y = case
    grad, one, two = np.empty_like(raw), np.empty_like(raw), np.empty_like(raw)
    weight = np.linspace(0.5, 3, 8)
    value = loss.value_and_grad(raw, y, weight, one)
    assert_allclose(loss.value_and_grad(raw, y, 1e3 * weight, two), value, rtol=1e-14)
    assert_allclose(one, two, rtol=1e-13)
    assert_allclose(
        loss.value_and_grad(raw, y, np.full(8, 7.0), two), loss.value_and_grad(raw, y, None, grad)
    )
    assert_allclose(two, grad, rtol=1e-14)


def test_writes_only_the_gradient(case):
    loss, raw, y = case
    for array in (raw, y):
        array.flags.writeable = False
    grad = np.full_like(raw, np.nan)
    loss.value_and_grad(raw, y, None, grad)
    assert np.isfinite(grad).all()


def test_extreme_outputs(case):
    loss, raw, y = case
    grad, limit = np.empty_like(raw), 100.0  # exp(100) is a number still
    value = loss.value_and_grad(np.clip(1e4 * raw, -limit, limit), y, None, grad)
    assert np.isfinite(value)
    assert np.isfinite(grad).all()


def test_value_is_the_mean_of_the_rows(case):
    loss, raw, y = case
    each = loss.pointwise(raw, y, np.empty_like(raw))
    assert each.shape == (8,)
    assert_allclose(loss.value_and_grad(raw, y, None, np.empty_like(raw)), each.mean())
    in_turn = loss.pointwise(raw[::-1].copy(), y[::-1].copy(), np.empty_like(raw))
    assert_array_equal(in_turn[::-1], each)
