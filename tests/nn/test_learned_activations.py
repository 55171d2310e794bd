"""Activations that learn: their gradients, what they are at the start, and what becomes of them."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from sknn import MLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import (
    ACTIVATIONS,
    ELU,
    SELU,
    BinaryStep,
    LeakyReLU,
    LearnedActivation,
    Parametric,
    PReLU,
    ReLU,
)
from sknn.nn.params import Param

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)
LEARNED = [cls for cls in ACTIVATIONS.values() if issubclass(cls, LearnedActivation)]
H = 1e-6


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.mark.parametrize("cls", LEARNED)
def test_gradients_of_the_learned_numbers(cls, variants):
    rng = np.random.RandomState(0)
    x, upstream = rng.normal(size=(20, 4)), rng.normal(size=(20, 4))
    for activation in [*variants(cls), *([Parametric(SELU()), Parametric(ReLU(), 0.3)])]:
        learned = {name: rng.normal(size=4) for name in activation.start()}
        grads = {name: np.full(4, np.nan) for name in learned}

        def value(activation=activation, learned=learned):
            y = np.empty_like(x)
            activation.forward_with(learned, x, y)
            return (y * upstream).sum(axis=0)

        y = np.empty_like(x)
        activation.forward_with(learned, x, y)
        grad = upstream.copy()
        activation.backward_with(learned, grads, x, y, grad)
        for name, numbers in learned.items():
            numbers += H
            above = value()
            numbers -= 2 * H
            below = value()
            numbers += H
            assert_allclose(grads[name], (above - below) / (2 * H), rtol=1e-6, atol=1e-8)


def test_parametric_is_between_linear_and_the_activation():
    x = np.linspace(-3, 3, 13)[:, np.newaxis] * np.ones(3)
    y = np.empty_like(x)
    Parametric(ELU()).forward_with({"share": np.array([0.0, 0.5, 1.0])}, x, y)
    assert_array_equal(y[:, 0], x[:, 0])
    assert_allclose(y[:, 1], (x[:, 0] + ELU()(x[:, 0])) / 2)
    assert_allclose(y[:, 2], ELU()(x[:, 0]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [n for n, cls in ACTIVATIONS.items() if cls not in LEARNED])
def test_parametric_starts_as_its_activation_to_the_last_digit(name, dtype):
    x = np.concatenate([np.linspace(-30, 30, 601), [-1e4, 1234.567, 1e4]]).astype(dtype)
    inner = ACTIVATIONS[name]()
    assert_array_equal(Parametric(inner)(x), inner(x))
    assert_array_equal(Parametric(inner, initial=0.0)(x), x)
    assert Parametric(inner).glorot_gain == inner.glorot_gain


def test_the_activation_inside_must_learn_nothing_itself(iris):
    for inside, hint in (
        (PReLU(), "Got PReLU"),
        (ELU, r"Did you mean ELU\(\)\?"),
        ("elu", "'elu'"),
    ):
        with pytest.raises(InvalidParameterError, match=f"activation__activation.*{hint}"):
            MLPClassifierX(activation=Parametric(inside)).fit(*iris)


def test_a_step_inside_learns_its_shares_and_what_is_before_it(iris):
    net = MLPClassifierX(6, Parametric(BinaryStep()), learning_rate_init=0.01, random_state=0)
    start = clone(net).set_params(max_iter=1, learning_rate_init=1e-30).fit(*iris)
    net.set_params(max_iter=20).fit(*iris)  # without a warning
    assert (net.learned_activations_[0]["share"] != 1.0).all()
    assert abs(net.coefs_[0] - start.coefs_[0]).min() > 0


def test_prelu_is_a_leaky_relu_at_the_start():
    x = np.random.RandomState(0).normal(size=(10, 3))
    assert_array_equal(PReLU(0.1)(x), LeakyReLU(0.1)(x))


@pytest.mark.parametrize("activation", ["prelu", "parametric", Parametric(SELU(), initial=0.5)])
def test_the_numbers_are_learned_kept_and_shown(iris, activation):
    net = MLPClassifierX((6, 5), activation=activation, max_iter=20, learning_rate_init=0.02)
    net.set_params(random_state=0).fit(*iris)
    start = ACTIVATIONS.resolve(activation).start()
    assert [set(layer) for layer in net.learned_activations_] == [set(start)] * 2
    for layer, units in zip(net.learned_activations_, (6, 5), strict=True):
        for name, numbers in layer.items():
            assert numbers.shape == (units,)
            assert (numbers != start[name]).all()
    same = pickle.loads(pickle.dumps(net))
    assert_array_equal(same.predict_proba(iris[0]), net.predict_proba(iris[0]))
    assert net._network.n_parameters == 11 + sum(w.size for w in net.coefs_ + net.intercepts_)
    parts = clone(net).set_params(max_iter=3, n_iter_no_change=9)
    whole = clone(parts).fit(*iris)
    for _ in range(3):
        parts.partial_fit(*iris, classes=[0, 1, 2])
    assert_array_equal(parts._network.values, whole._network.values)


def test_others_learn_nothing(iris):
    net = MLPClassifierX((6, 5), max_iter=2)
    with pytest.raises(AttributeError, match="not fitted"):
        _ = net.learned_activations_
    assert net.fit(*iris).learned_activations_ == [{}, {}]


def test_a_search_reaches_the_activation_inside(iris):
    net = MLPClassifierX(activation=Parametric(ELU()), max_iter=5, random_state=0)
    grid = {"activation__activation__alpha": [0.5, 1.0], "activation__initial": [0.0, 1.0]}
    search = GridSearchCV(net, grid, cv=2).fit(*iris)
    best = search.best_estimator_.activation
    assert best.activation.alpha == search.best_params_["activation__activation__alpha"]
    grid = {"activation__activation": [ReLU(), SELU()]}
    assert GridSearchCV(net, grid, cv=2).fit(*iris).best_params_


# -- the binary step ---------------------------------------------------------------------------


def test_straight_through():
    x = np.array([-3.0, -1.0, -0.5, 0.0, 1.0, 1.5])
    step = BinaryStep(straight_through=True)
    y, grad = step(x), np.full(6, 2.0)
    step.backward(x, y, grad)
    assert_array_equal(y, [0, 0, 0, 1, 1, 1])
    assert_array_equal(grad, [0, 2, 2, 2, 2, 0])
    assert (step.has_gradient, step.surrogate_gradient) == (True, True)
    assert (BinaryStep().has_gradient, BinaryStep().surrogate_gradient) == (False, False)
    inside = Parametric(BinaryStep())
    assert (inside.has_gradient, inside.surrogate_gradient) == (True, False)  # its shares learn
    assert Parametric(step).surrogate_gradient


def test_a_network_of_steps_learns_straight_through(iris):
    params = {"hidden_layer_sizes": 30, "max_iter": 100, "learning_rate_init": 0.02}
    step = BinaryStep(straight_through=True)
    assert MLPClassifierX(activation=step, random_state=0, **params).fit(*iris).score(*iris) > 0.9


@pytest.mark.parametrize("step", [BinaryStep(True), Parametric(BinaryStep(True), initial=0.5)])
def test_without_the_slope_that_is_made_up(step):
    plain = step.without_surrogate()
    assert step.surrogate_gradient
    assert not plain.surrogate_gradient
    x = np.array([-1.0, 2.0])
    assert_array_equal(plain(x), step(x))
    assert plain.start() == step.start() if isinstance(step, Parametric) else plain == BinaryStep()


# -- what a layer asks of them -----------------------------------------------------------------


def test_what_they_ask_memory_for():
    assert PReLU(0.1).declare(3) == {"slope": Param((3,), "constant", fill=0.1)}
    assert Parametric(ELU(), 0.7).declare(2) == {"share": Param((2,), "constant", fill=0.7)}


@pytest.mark.parametrize("activation", [PReLU(), Parametric(ELU())])
def test_each_of_a_stack_has_numbers_of_its_own(activation):
    rng = np.random.RandomState(0)
    x, upstream = rng.normal(size=(2, 2, 5, 3))  # two networks, 5 rows, 3 units
    (name,) = activation.start()
    learned, grads = rng.normal(size=(2, 3)), np.full((2, 3), np.nan)
    y, grad = np.empty_like(x), upstream.copy()
    activation.forward_with({name: learned}, x, y)
    activation.backward_with({name: learned}, {name: grads}, x, y, grad)
    for k in range(2):
        alone, slope, of_number = np.empty((5, 3)), upstream[k].copy(), np.empty(3)
        activation.forward_with({name: learned[k]}, x[k], alone)
        activation.backward_with({name: learned[k]}, {name: of_number}, x[k], alone, slope)
        assert_array_equal(y[k], alone)
        assert_allclose(grad[k], slope, rtol=1e-14)
        assert_allclose(grads[k], of_number, rtol=1e-14)


class Squared(LearnedActivation):
    """scale x^2, whose slope is told by its output."""

    def start(self):
        return {"scale": 3.0}

    def forward_with(self, learned, x, out):
        np.multiply(x * x, learned["scale"], out=out)

    def backward_with(self, learned, grads, x, y, grad):
        grad *= 2.0 * y / x


def test_one_of_your_own_may_use_its_output():
    x, grad = np.array([-1.0, 2.0]), np.ones(2)
    Squared().backward(x, Squared()(x), grad)
    assert_array_equal(grad, 6 * x)


@pytest.mark.parametrize("inside", [PReLU(), 3, "relu"])
def test_what_cannot_be_inside(inside):
    message = "must be an Activation object that learns nothing itself, such as Mish()."
    with pytest.raises(InvalidParameterError) as error:
        Parametric(inside).check()
    assert message in str(error.value)
    assert str(error.value).endswith("instead.")
