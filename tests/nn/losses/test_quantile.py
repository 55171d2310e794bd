"""The quantile loss: scikit-learn's pinball loss, one level or several that never cross."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import mean_pinball_loss

from sknn.config import check_value
from sknn.exceptions import InvalidParameterError
from sknn.nn.links import IncreasingLink
from sknn.nn.losses import AbsoluteError, Quantile

RNG = np.random.RandomState(0)
Y = RNG.normal(size=(30, 2))
WEIGHTS = [None, RNG.rand(30) * (RNG.rand(30) < 0.8)]
BAND = (0.1, 0.5, 0.9)


@pytest.mark.parametrize("n_targets", [1, 2])
@pytest.mark.parametrize("weight", WEIGHTS, ids=["unweighted", "weighted"])
@pytest.mark.parametrize("quantiles", [0.5, 0.2, BAND, (0.01, 0.99)])
def test_is_the_sum_of_scikit_learns(quantiles, weight, n_targets):
    loss, y = Quantile(quantiles), Y[:, :n_targets]
    n_levels = len(loss.levels)
    raw = RNG.normal(size=(30, n_targets * n_levels))
    predicted = np.empty_like(raw)
    loss.link(None).inverse(raw, predicted)
    expected = sum(
        mean_pinball_loss(
            y[:, k], predicted[:, k * n_levels + j], sample_weight=weight, alpha=level
        )
        for k in range(n_targets)
        for j, level in enumerate(loss.levels)
    )
    assert_allclose(loss.value_and_grad(raw, y, weight, np.empty_like(raw)), expected, rtol=1e-12)


def test_the_median_is_half_the_absolute_error():
    raw, one, two = RNG.normal(size=(30, 2)), np.empty((30, 2)), np.empty((30, 2))
    half = AbsoluteError().pointwise(raw, Y, one) / 2
    assert_allclose(Quantile(0.5).pointwise(raw, Y, two), half)
    assert_allclose(two, one / 2)


def test_a_prediction_that_is_right_has_the_slope_of_one_too_large():
    y, grad = np.array([[2.0]]), np.empty((1, 1))
    assert Quantile(0.8).pointwise(y.copy(), y, grad) == 0
    assert_allclose(grad, 1 - 0.8)


def test_the_minimum_is_the_quantile():
    y = np.arange(1.0, 101.0)[:, np.newaxis]
    for level, quantile in ((0.1, 10.0), (0.5, 50.0), (0.9, 90.0)):
        values = [
            Quantile(level).value_and_grad(np.full_like(y, guess), y, None, np.empty_like(y))
            for guess in (quantile - 2, quantile + 0.5, quantile + 3)
        ]
        assert np.argmin(values) == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_extreme_outputs_stay_finite(dtype):
    raw = np.array([[1e4, -1e4, 1e4], [-1e4, 1e4, -1e4]], dtype)
    y, grad = np.zeros((2, 1), dtype), np.empty_like(raw)
    with np.errstate(over="raise", invalid="raise"):
        loss = Quantile(BAND).pointwise(raw, y, grad)
    assert np.isfinite(loss).all()
    assert np.isfinite(grad).all()


def test_links():
    assert Quantile().link(None).name == "identity"
    assert Quantile().outputs_per_target == 1
    link = Quantile(BAND).link(None)
    assert isinstance(link, IncreasingLink)
    assert link.per_target == Quantile(BAND).outputs_per_target == 3


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (0.0, ""),
        (1, ""),
        ((0.5,), ""),
        ((0.1, 0.1), ""),
        ((0.5, 0.1), "Did you mean (0.1, 0.5)?"),
        ([0.1, 0.9], "Did you mean (0.1, 0.9)?"),
        ((0.0, 0.5), ""),
        ((0.5, True), ""),
        ("median", ""),
        (np.array([0.1, 0.9]), "Did you mean (0.1, 0.9)?"),
    ],
)
def test_wrong_levels(value, hint):
    rule = Quantile.rules()["quantiles"]
    with pytest.raises(
        InvalidParameterError, match="or a tuple of several such floats, the lowest first\\."
    ) as error:
        check_value("loss__quantiles", "MLPRegressorX", value, rule)
    assert str(error.value).endswith(f"instead. {hint}".strip())
