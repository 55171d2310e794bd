"""A loss from a plain function: what it is given, and what it must return."""

import functools
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax

from sknn.exceptions import InvalidParameterError
from sknn.nn.losses import CustomLoss, LogLoss, Poisson, SquaredError

RNG = np.random.RandomState(0)
RAW = RNG.normal(size=(8, 3))
TARGETS = {
    "exclusive": np.arange(8) % 3,
    "yes or no": RNG.rand(8, 3) < 0.5,
    "numbers": RNG.rand(8, 3),
}


def half_square(raw, y):
    return 0.5 * ((raw - y) ** 2).sum(axis=1), raw - y


def poisson(raw, y):
    mean = np.exp(raw)
    return (mean - y * raw).sum(axis=1), mean - y


def cross_entropy(raw, y):
    p = softmax(raw, axis=1)
    return -np.log((p * y).sum(axis=1)), p - y


def cross_entropies(raw, y):
    p = expit(raw)
    return -np.log(np.where(y, p, 1 - p)).sum(axis=1), p - y


@pytest.mark.parametrize("weight", [None, np.linspace(0, 2, 8)], ids=["unweighted", "weighted"])
@pytest.mark.parametrize(
    ("function", "target", "loss"),
    [
        (half_square, "numbers", SquaredError()),
        (cross_entropy, "exclusive", LogLoss()),
        (cross_entropies, "yes or no", LogLoss()),
    ],
)
def test_a_function_does_what_the_loss_does(function, target, loss, weight):
    y, mine, expected = TARGETS[target], np.empty_like(RAW), np.empty_like(RAW)
    value = CustomLoss(function).value_and_grad(RAW, y, weight, mine)
    assert_allclose(value, loss.value_and_grad(RAW, y, weight, expected), rtol=1e-13)
    assert_allclose(mine, expected, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("target", TARGETS)
def test_raw_and_y_are_alike_and_read_only(target, dtype):
    seen = []

    def watching(raw, y):
        seen.extend([raw, y])
        return half_square(raw, y)

    y = TARGETS[target]
    y = y.astype(dtype) if target == "numbers" else y
    raw = RAW.astype(dtype)
    loss = CustomLoss(watching).pointwise(raw, y, np.empty_like(raw))
    assert [array.shape for array in seen] == [(8, 3)] * 2
    assert [array.dtype for array in (*seen, loss)] == [dtype] * 3
    assert not any(array.flags.writeable for array in seen)
    assert raw.flags.writeable
    assert y.flags.writeable
    table = np.eye(3)[y] if target == "exclusive" else y
    assert_array_equal(seen[1], table.astype(dtype))


def test_float64_from_the_function_becomes_the_networks_float32():
    raw, y = RAW.astype("float32"), TARGETS["numbers"].astype("float32")
    grad = np.empty_like(raw)
    loss = CustomLoss(lambda raw, y: half_square(raw.astype("float64"), y)).pointwise(raw, y, grad)
    assert loss.dtype == np.float32
    assert_allclose(grad, raw - y, rtol=1e-6)


def test_the_function_may_keep_what_it_returns():
    kept = []

    def keeping(raw, y):
        kept.extend(half_square(raw, y))
        return tuple(kept)

    CustomLoss(keeping).value_and_grad(RAW, TARGETS["numbers"], np.arange(8.0), np.empty_like(RAW))
    assert_array_equal(kept[1], RAW - TARGETS["numbers"])


WRONG = [
    (lambda raw, y: (raw - y).sum(), "Got float64, which is no pair instead"),
    (lambda raw, y: None, "Got NoneType, which is no pair instead"),
    (lambda raw, y: (raw, raw, raw), "Got tuple, which is no pair instead"),
    (lambda raw, y: (0.5, raw), "Got float64 of shape () and float64 of shape (8, 3) instead"),
    (lambda raw, y: (raw[:, :1], raw), "Got float64 of shape (8, 1) and"),
    (lambda raw, y: (raw[:, 0], raw[:, 0]), "and float64 of shape (8,) instead"),
    (lambda raw, y: (raw[:, 0], raw.T), "and float64 of shape (3, 8) instead"),
    (lambda raw, y: (raw[:, 0] + 0j, raw), "Got complex128 of shape (8,)"),
    (lambda raw, y: (raw[:, 0], raw.astype(str)), "of shape (8, 3) instead"),
    (lambda raw, y: (raw[:, 0] > 0, raw), "Got bool of shape (8,)"),
]


@pytest.mark.parametrize(("function", "message"), WRONG)
def test_what_the_function_returns_is_checked(function, message):
    with pytest.raises(InvalidParameterError, match=re.escape(message)) as error:
        CustomLoss(function).pointwise(RAW, TARGETS["numbers"], np.empty_like(RAW))
    assert "The function '<lambda>' given as loss must return two arrays" in str(error.value)
    assert "the shape (8,) and its gradient with the shape (8, 3)" in str(error.value)


def test_a_function_without_a_name_is_told_as_it_is_written():
    nameless = functools.partial(lambda raw, y: None)
    with pytest.raises(InvalidParameterError, match=re.escape(f"The function {repr(nameless)!r}")):
        CustomLoss(nameless).pointwise(RAW, TARGETS["numbers"], np.empty_like(RAW))


def test_a_function_that_writes_is_stopped():
    def writing(raw, y):
        raw -= y
        return (raw**2).sum(axis=1), 2 * raw

    with pytest.raises(ValueError, match="read-only"):
        CustomLoss(writing).pointwise(RAW, TARGETS["numbers"], np.empty_like(RAW))


def test_links():
    names = [CustomLoss(poisson).link(exclusive).name for exclusive in (None, False, True)]
    assert names == ["identity", "logistic", "softmax"]
    for name in ("identity", "logistic", "exp"):
        assert CustomLoss(poisson, out_activation=name).link(True).name == name
    assert CustomLoss(poisson, "exp").link(None) is Poisson().link(None)


def test_settings_are_checked():
    CustomLoss(poisson, "exp").check()
    for function in (None, "poisson", Poisson, Poisson()):
        with pytest.raises(
            InvalidParameterError, match=r"must be a function \(raw, y\) .* instead\.$"
        ):
            CustomLoss(function).check()
    with pytest.raises(InvalidParameterError, match="Did you mean 'exp'"):
        CustomLoss(poisson, out_activation="expo").check()


def test_is_a_value():
    assert CustomLoss(poisson, "exp") == CustomLoss(poisson, "exp")
    assert CustomLoss(poisson) != CustomLoss(half_square)
    assert CustomLoss(poisson).with_params(out_activation="exp") == CustomLoss(poisson, "exp")
    assert hash(CustomLoss(poisson)) == hash(CustomLoss(poisson))
