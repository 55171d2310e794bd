"""Activations: extreme inputs, working in place, and their values against written-out formulas."""

import itertools
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.special import erf, expit

from sknn.config import Instance, param
from sknn.nn.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    SMHT,
    Activation,
    BinaryStep,
    LeakyReLU,
    Logistic,
    Mish,
    Parametric,
    PReLU,
    SiLU,
)

FORMULAS = {
    "identity": lambda x: x,
    "binary_step": lambda x: np.where(x < 0, 0.0, 1.0),
    "prelu": lambda x: np.where(x > 0, x, 0.25 * x),
    "parametric": lambda x: x * np.tanh(np.log(1.0 + np.exp(x))),
    "logistic": expit,
    "tanh": lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    "relu": lambda x: np.where(x > 0, x, 0.0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1.0),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "smht": np.tanh,
    "softsign": lambda x: x / (1.0 + np.abs(x)),
    "gelu": lambda x: 0.5 * x * (1.0 + erf(x / np.sqrt(2.0))),
    "softplus": lambda x: np.log(1.0 + np.exp(x)),
    "silu": lambda x: x / (1.0 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.log(1.0 + np.exp(x))),
    "hard_sigmoid": lambda x: np.minimum(np.maximum(x + 3.0, 0.0), 6.0) / 6.0,
    "hard_tanh": lambda x: np.minimum(np.maximum(x, -1.0), 1.0),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_values(name):
    x = np.linspace(-5, 5, 101)
    assert_allclose(ACTIVATIONS[name]()(x), FORMULAS[name](x), rtol=1e-12, atol=1e-15)


def test_settings_are_used():
    x = np.array([-2.0, 3.0])
    assert_array_equal(LeakyReLU(negative_slope=0.5)(x), [-1.0, 3.0])
    assert_allclose(ELU(alpha=2.0)(x), [2.0 * np.expm1(-2.0), 3.0])
    assert_allclose(SiLU(beta=2.0)(x), x * expit(2.0 * x))
    a, b, c, d = 0.5, 1.5, 1.0, 2.0
    top, bottom = np.exp(a * x) - np.exp(-b * x), np.exp(c * x) + np.exp(-d * x)
    assert_allclose(SMHT(a, b, c, d)(x), top / bottom)
    assert_allclose(GELU("tanh")(x), GELU()(x), atol=1e-3)
    assert not np.allclose(GELU("tanh")(x), GELU()(x), atol=1e-6)


@pytest.mark.parametrize("activation", [ELU(), ELU(alpha=2.5), SELU()], ids=repr)
def test_single_precision_is_right_to_a_rounding_of_the_largest_value(activation):
    x = np.concatenate([-np.geomspace(1e-8, 200, 4000), [-0.0, 0.0], np.geomspace(1e-8, 200, 99)])
    exact, single = activation(x.astype("f4").astype("f8")), activation(x.astype("f4"))
    assert single.dtype == np.float32
    scale = abs(activation.range[0])
    assert abs(single - exact)[x <= 0].max() < 1.2e-7 * scale
    assert_allclose(single[x > 0], exact[x > 0], rtol=1.2e-7)
    for dtype, values in (("f4", single), ("f8", exact)):
        grad = np.full(len(x), 3.0, dtype)
        activation.backward(x.astype(dtype), values.copy(), grad)
        assert grad.dtype == dtype
        above = activation(np.array([1.0]))[0]
        slope = np.where(x > 0, above, scale * np.exp(np.minimum(x, 0)))
        assert_allclose(grad, 3 * slope, rtol=0, atol=6e-7 * scale)


def test_selu_keeps_mean_and_variance():
    x = np.random.RandomState(0).normal(size=(2000, 300))
    for _ in range(5):
        weight = np.random.RandomState(1).normal(0, 1 / np.sqrt(300), (300, 300))
        x = ACTIVATIONS["selu"]()(x @ weight)
    assert abs(x.mean()) < 0.1
    assert abs(x.var() - 1) < 0.15


def test_every_activation_has_its_formula_here():
    assert set(FORMULAS) == set(ACTIVATIONS)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_inputs(name, dtype, variants):
    tiny = np.finfo(dtype).smallest_subnormal
    x = np.array([-1e4, -100, -1, -tiny, -0.0, 0.0, tiny, 1, 100, 1e4], dtype=dtype)
    for activation in variants(ACTIVATIONS[name]):
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            y, grad = activation(x), np.ones_like(x)
            activation.backward(x if activation.needs_input else y, y, grad)
        assert np.isfinite(y).all()
        assert np.isfinite(grad).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_in_place_is_the_same(name, variants):
    # also where needs_input is True, since a network that only predicts works in place
    x = np.random.RandomState(0).normal(scale=3, size=(20, 5))
    for activation in variants(ACTIVATIONS[name]):
        there = np.empty_like(x)
        activation.forward(x.copy(), out=there)
        here = x.copy()
        activation.forward(here, out=here)
        assert_array_equal(here, there)
        assert_array_equal(here, activation(x))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_forward_and_backward_write_only_where_they_say(name):
    activation, x = ACTIVATIONS[name](), np.linspace(-2, 2, 9)
    x.flags.writeable = False
    y = activation(x)
    y.flags.writeable = False
    activation.forward(x, out=np.empty_like(x))
    activation.backward(x if activation.needs_input else y, y, np.ones_like(x))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_call_takes_integers(name):
    activation = ACTIVATIONS[name]()
    y = activation(np.array([[-1, 0, 2]]))
    assert_array_equal(y, activation(np.array([[-1.0, 0.0, 2.0]])))
    assert y.dtype == np.float64


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_call_takes_numbers_and_lists(name):
    activation = ACTIVATIONS[name]()
    assert activation(0.3).dtype == np.float64
    assert activation(0.3).shape == ()
    assert_array_equal(activation([0.3, 1.0]), [activation(0.3), activation(1.0)])
    for half in (np.float16(0.3), np.float32(0.3)):
        assert activation(half).dtype == np.float32


def test_logistic_is_symmetric_and_bounded():
    y = Logistic()(np.linspace(-50, 50, 101))
    assert_allclose(y + y[::-1], 1.0, rtol=1e-15)
    assert y.min() >= 0
    assert y.max() <= 1


def slope(activation, x):
    grad, y = np.ones_like(x), activation(x)
    activation.backward(x if activation.needs_input else y, y, grad)
    return grad


# -- growing without bound -----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_smht_without_bound_is_cut_off_with_its_derivative(dtype):
    activation = SMHT(a=2.0, b=1.5)
    x = np.array([-1e4, -200.0, -150.0, 70.0, 85.0, 1e4], dtype)
    y, grad = activation(x), np.ones_like(x)
    activation.backward(x, y, grad)
    assert_allclose(y[[0, 1, 4, 5]], [-np.exp(80), -np.exp(80), np.exp(80), np.exp(80)], rtol=1e-5)
    assert_allclose(y[[2, 3]], [-np.exp(75), np.exp(70)], rtol=1e-4)
    assert_allclose(grad / abs(y), [0.0, 0.0, 0.5, 1.0, 0.0, 0.0], rtol=1e-4)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_smht_has_all_its_digits_near_0(dtype):
    x = np.array([-1e-6, -1e-20, 1e-20, 1e-6], dtype)
    assert_allclose(SMHT(0.5, 1.5, 1.0, 2.0)(x), x, rtol=1e-5)  # f'(0) = (a + b) / 2


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_float32_is_float64_rounded(name, variants):
    x = np.concatenate([np.linspace(-40, 40, 2001), [-1e4, -1e2, 1e2, 1e4]]).astype("float32")
    for activation in variants(ACTIVATIONS[name]):
        for function in (activation, lambda x: slope(activation, x)):  # noqa: B023
            single, double = function(x), function(x.astype("float64"))
            assert single.dtype == np.float32
            assert_allclose(single, double, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("cls", ACTIVATIONS.values())
def test_settings_drawn_by_a_search_leave_float32_alone(cls):
    class Watched(np.ndarray):
        """Tells of every array of float64 that arithmetic makes."""

        def __array_finalize__(self, origin):
            assert self.dtype != np.float64

    x = np.linspace(-2, 2, 8, dtype="float32").view(Watched)
    activation = cls(**{n: np.float64(0.5) for n, r in cls.rules().items() if r.accepts(0.5)})
    y = np.empty_like(x)
    activation.forward(x, y)
    activation.backward(x, y, np.ones_like(x))


# -- what is told of an activation -----------------------------------------------------------------


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_range_holds_and_no_bound_is_too_wide(name, variants):
    x = np.concatenate([np.linspace(-12, 12, 24_001), [-1e4, 1e4]])
    for activation in variants(ACTIVATIONS[name]):
        y, (low, high) = activation(x), activation.range
        assert low <= y.min() + 1e-15
        assert y.max() - 1e-15 <= high
        if isinstance(activation, (SMHT, Parametric)) and activation != type(activation)():
            continue  # bounds that the function need not come near
        assert y.min() < (low + 1e-3 if np.isfinite(low) else -50)
        assert y.max() > (high - 1e-3 if np.isfinite(high) else 50)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gain_keeps_the_mean_square(name, variants):
    def integrand(z, activation):
        density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
        return float(activation(z)) ** 2 * density

    for activation in variants(ACTIVATIONS[name]):
        ends = [-12, -3, -1, 0, 1, 3, 12]
        mean_square = sum(
            quad(integrand, *between, args=(activation,), epsabs=1e-12)[0]
            for between in itertools.pairwise(ends)
        )
        assert_allclose(activation.gain, 1 / np.sqrt(mean_square), rtol=1e-9)


def test_gains_of_the_literature():
    assert_allclose(ACTIVATIONS["identity"]().gain, 1.0)
    assert_allclose(ACTIVATIONS["relu"]().gain, np.sqrt(2))
    assert_allclose(BinaryStep().gain, np.sqrt(2))
    for a in (0.01, 0.3):
        assert_allclose(LeakyReLU(a).gain, np.sqrt(2 / (1 + a**2)))
        assert_allclose(PReLU(a).gain, np.sqrt(2 / (1 + a**2)))
    assert_allclose(ACTIVATIONS["selu"]().gain, 1.0)


class Nothing(Activation):
    """Always 0, with a setting that has no hash."""

    table: list = param((), Instance((list,), "a list"))

    def forward(self, x, out):
        out.fill(0.0)

    def backward(self, x, y, grad):
        grad.fill(0.0)


def test_an_activation_says_little_unless_its_class_does():
    assert Nothing([1.0]).gain == 1.0
    assert Nothing().range == (-np.inf, np.inf)
    assert Nothing().has_gradient
    assert not Nothing().surrogate_gradient


def test_asking_leaves_no_trace_in_a_part():
    activation = Mish()
    before = pickle.dumps(activation)
    assert activation.gain > 1
    assert pickle.dumps(activation) == before


#: f'(0) where the formula says which side counts, or the middle is computed by itself.
SLOPES_AT_ZERO = [
    (ACTIVATIONS["relu"](), 0.0),
    (LeakyReLU(0.3), 0.3),
    (PReLU(0.4), 0.4),
    (ELU(2.0), 2.0),
    (SELU(), 1.0507009873554805 * 1.6732632423543772),
    (GELU(), 0.5),
    (SiLU(), 0.5),
]


@pytest.mark.parametrize(("activation", "slope"), SLOPES_AT_ZERO, ids=repr)
def test_slope_at_zero(activation, slope):
    x = np.zeros((2, 3))
    y, grad = activation(x), np.full((2, 3), 2.0)
    activation.backward(x if activation.needs_input else y, y, grad)
    assert_allclose(grad, 2.0 * slope, rtol=1e-15)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 3.0])
def test_slope_of_what_an_elu_keeps(alpha):
    y, grad = np.array([[0.5, 4.0]]), np.ones((1, 2))
    ELU(alpha).backward(y, y, grad)
    assert_array_equal(grad, 1.0)
