"""Layer, group and RMS normalization: their formulas, what they do not fit, extreme values."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import NORMALIZATIONS, GroupNorm, LayerNorm, RMSNorm, Step
from sknn.nn.layers.normalization.rows import RowNormLayer

X = np.random.RandomState(0).normal(2, 3, size=(7, 6))


def layer_norm(x, epsilon):
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon)


def group_norm(x, epsilon, n_groups=2):
    return np.hstack([layer_norm(part, epsilon) for part in np.split(x, n_groups, axis=1)])


def rms_norm(x, epsilon):
    return np.array([row / np.sqrt(sum(row**2) / len(row) + epsilon) for row in x])


#: The formula of each normalization by rows, with its settings.
FORMULAS = [
    (LayerNorm(epsilon=0.1), lambda x: layer_norm(x, 0.1)),
    (GroupNorm(epsilon=0.1), lambda x: group_norm(x, 0.1)),
    (GroupNorm(n_groups=3), lambda x: group_norm(x, 1e-5, 3)),
    (GroupNorm(n_groups=1), lambda x: layer_norm(x, 1e-5)),
    (RMSNorm(epsilon=0.1), lambda x: rms_norm(x, 0.1)),
]


def bound(normalization, width=6, dtype="float64"):
    layer = normalization.layer()
    wishes = layer.declare(width)
    values = {name: np.full(wish.shape, wish.fill, dtype) for name, wish in wishes.items()}
    layer.bind(values, {name: np.empty_like(value) for name, value in values.items()})
    return layer


def forward(layer, x, step=None):
    return layer.forward(x.copy(), layer.room(len(x), x.dtype, step is not None), step)


def test_every_normalization_by_rows_has_a_formula_here():
    by_rows = {cls for cls in NORMALIZATIONS.values() if isinstance(cls().layer(), RowNormLayer)}
    assert by_rows == {type(normalization) for normalization, _ in FORMULAS}


@pytest.mark.parametrize(("normalization", "formula"), FORMULAS, ids=lambda x: str(x)[:25])
def test_formula(normalization, formula):
    layer = bound(normalization)
    assert_allclose(forward(layer, X), formula(X), rtol=1e-12, atol=1e-14)
    scale, shift = np.arange(1.0, 7), np.arange(6.0)
    layer.values["scale"][:], layer.values["shift"][:] = scale, shift
    assert_allclose(forward(layer, X), formula(X) * scale + shift, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("normalization", "formula"), FORMULAS, ids=lambda x: str(x)[:25])
def test_training_is_prediction_whatever_the_batch_and_its_weights(normalization, formula):
    layer = bound(normalization)
    expected = forward(layer, X)
    for weight in (None, np.array([0.0, 1, 2, 0, 0, 5, 0])):
        assert_array_equal(forward(layer, X, Step(weight, np.random.default_rng(0))), expected)
    one = forward(layer, X[:1], Step(None, np.random.default_rng(0)))
    assert_allclose(one, expected[:1], rtol=1e-13)


@pytest.mark.parametrize("n_rows", [1, 4])
def test_any_memory_layout(n_rows):
    for normalization, formula in FORMULAS:
        x = np.asfortranarray(X)[:n_rows]
        layer = bound(normalization)
        room = layer.room(n_rows, x.dtype, training=False)
        assert_allclose(layer.forward(x, room, None), formula(X[:n_rows]), rtol=1e-12, atol=1e-14)


# -- extreme values ----------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, 1e6, 12345.678, 1e20, -1e30])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("normalization", [LayerNorm(), GroupNorm()], ids=repr)
@pytest.mark.filterwarnings("ignore:overflow encountered")  # the training loop ignores it
def test_a_constant_row_becomes_0(normalization, dtype, value):
    x = np.full((3, 200), value, dtype)
    x[1] = np.arange(200)
    y = forward(bound(normalization, 200, dtype), x)
    assert_allclose(y[[0, 2]], 0, atol=0.02)
    assert_allclose(y[1], forward(bound(normalization, 200, dtype), x[1:2])[0], rtol=1e-3)


def test_a_row_of_zeros_stays_0():
    assert_array_equal(forward(bound(RMSNorm()), np.zeros((2, 6))), np.zeros((2, 6)))


@pytest.mark.parametrize(("normalization", "formula"), FORMULAS, ids=lambda x: str(x)[:25])
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_squares_beyond_float32(normalization, formula):
    x = X.astype("float32") * np.float32(1e20)
    x[3] = X[3]  # rows of any size in one batch
    layer = bound(normalization, dtype="float32")
    y = forward(layer, x, Step(None, np.random.default_rng(0)))
    assert y.dtype == np.float32
    assert_allclose(y, formula(x.astype("float64")), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("normalization", "formula"), FORMULAS, ids=lambda x: str(x)[:25])
def test_gradient_of_huge_values(normalization, formula):
    gradients = []
    for dtype in ("float64", "float32"):
        layer, x = bound(normalization, dtype=dtype), (X * 1e20).astype(dtype)
        room = layer.room(7, x.dtype, training=True)
        with np.errstate(over="ignore"):
            layer.forward(x, room, Step(None, np.random.default_rng(0)))
        upstream = np.random.RandomState(1).normal(size=x.shape).astype(dtype)
        dx = layer.backward(upstream, room, wanted=True)
        gradients.append((dx, layer.grads["scale"], layer.grads["shift"]))
    for exact, ours, size in zip(*gradients, (1e-20, 1.0, 1.0), strict=True):
        assert_allclose(ours, exact, rtol=1e-3, atol=1e-5 * size)


# -- what does not fit -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("normalization", "width", "message"),
    [
        (GroupNorm(4), 10, "10 units cannot be cut into 4 equal groups of two or more; "
         "n_groups=2 or n_groups=5 would do"),
        (GroupNorm(4), 4, "n_groups=2 would do"),  # a group for each unit: all zeros
        (GroupNorm(32), 100, "n_groups=25 or n_groups=50 would do"),
        (GroupNorm(2), 7, "n_groups=1 would do"),
        (GroupNorm(200), 100, "n_groups=50 would do"),
        (GroupNorm(1), 1, "1 units cannot be cut into 1 equal groups of two or more"),
        (LayerNorm(), 1, "a single unit less its mean is 0"),
        (RMSNorm(), 1, "bare sign"),
    ],
)  # fmt: skip
def test_objections(normalization, width, message):
    assert normalization.objection(width).startswith(message) or message in (
        normalization.objection(width)
    )
    with pytest.raises(InvalidParameterError, match="does not fit") as error:
        normalization.layer().declare(width)
    assert message in str(error.value)


@pytest.mark.parametrize("n_groups", [1, 2, 3, 4, 6])
def test_no_objection_to_divisors(n_groups):
    assert GroupNorm(n_groups).objection(12) == ""
