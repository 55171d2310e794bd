"""How training starts: rows that initializers look at, and two warnings."""

import warnings

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators import starting
from sknn.exceptions import EqualUnitsWarning, NoGradientWarning
from sknn.nn.activations import Activation, BinaryStep, Parametric
from sknn.nn.initializers import (
    INITIALIZERS,
    ConstantBias,
    DataDriven,
    GivenWeights,
    Initializer,
    Normal,
)

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

rng = np.random.RandomState(0)
X = rng.normal(2.0, [1.0, 10.0, 0.1], size=(80, 3))
y = (X[:, 0] > 2.0).astype(int)
#: A rate so small that the starting weights can be seen after a fit.
STILL = {"solver": "sgd", "learning_rate_init": 1e-300, "max_iter": 1, "random_state": 0}


def told(net, call="fit", **kwargs):
    """The warnings of ours that a fit gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(net, call)(X, y, **kwargs)
    kinds = (EqualUnitsWarning, NoGradientWarning)
    return [w for w in caught if issubclass(w.category, kinds)]


# -- rows that initializers look at ----------------------------------------------------------------


class Watchful(Initializer):
    """Keeps what it is shown, in a list that belongs to the test."""

    @property
    def adapts(self):
        return True

    def weight(self, at, rng):
        return rng.normal(size=(at.fan_in, at.fan_out))

    def adapt(self, at, weight, bias, x, share, rng):
        SEEN.append((at.layer, x.copy(), share))


SEEN = []


def seen_by(net, X=X, y=y, call="fit", **kwargs):
    SEEN.clear()
    getattr(net.set_params(initializer=Watchful()), call)(X, y, **kwargs)
    assert [layer for layer, _, _ in SEEN] == list(range(len(net.coefs_)))
    return SEEN[0][1:]


def test_all_training_rows_are_seen_alike():
    rows, share = seen_by(MLPClassifierX((4, 3), **STILL))
    assert_array_equal(rows, X)
    assert_allclose(share, 1 / 80)


def test_weights_count_and_rows_without_weight_are_not_seen():
    weight = np.arange(80) % 3
    rows, share = seen_by(MLPRegressorX(**STILL), sample_weight=weight)
    assert_array_equal(rows, X[weight > 0])
    assert_allclose(share, weight[weight > 0] / weight.sum())


def test_rows_held_out_are_not_seen():
    net = MLPClassifierX(early_stopping=True, validation_fraction=0.25, **STILL)
    rows, _ = seen_by(net)
    assert len(rows) == 60
    assert len(np.unique(rows, axis=0)) == 60
    given, _ = seen_by(MLPClassifierX(**STILL), X_val=X[:5] + 100, y_val=y[:5])
    assert_array_equal(given, X)


def test_no_more_rows_are_seen_than_needed(monkeypatch):
    monkeypatch.setattr(starting, "MOST_ROWS", 30)
    rows, share = seen_by(MLPRegressorX(**STILL))
    assert len(rows) == len(np.unique(rows, axis=0)) == len(share) == 30
    assert set(map(tuple, rows)) < set(map(tuple, X))
    again, _ = seen_by(MLPRegressorX(**STILL))
    assert_array_equal(again, rows)


@pytest.mark.parametrize("container", [scipy.sparse.csr_array, scipy.sparse.csc_matrix])
def test_sparse_data_stay_sparse(container):
    rows, _ = seen_by(MLPRegressorX(**STILL), container(X))
    assert scipy.sparse.issparse(rows)
    assert_array_equal(rows.toarray(), X)


def test_only_a_new_network_adapts():
    net = MLPRegressorX(warm_start=True, **STILL)
    seen_by(net, call="partial_fit")
    SEEN.clear()
    net.partial_fit(X, y)
    net.fit(X, y)
    assert not SEEN


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_data_driven_weights_of_an_estimator(Estimator, dtype):
    net = Estimator(hidden_layer_sizes=(6, 5), initializer="data_driven", dtype=dtype, **STILL)
    net.fit(X, y)
    hidden = X
    for weight, bias in zip(net.coefs_, net.intercepts_, strict=True):
        z = hidden @ weight
        live = z.std(axis=0) > 1e-9
        assert_allclose(z.std(axis=0)[live], 1.0, rtol=1e-4 if dtype == "float32" else 1e-10)
        assert weight.dtype == dtype
        hidden = np.maximum(z + bias, 0.0)


def test_data_driven_weights_make_the_units_of_X_not_matter():
    one, other = (MLPRegressorX(initializer=DataDriven(), **STILL) for _ in range(2))
    assert_allclose(one.fit(X, y).predict(X), other.fit(1e3 * X, y).predict(1e3 * X), rtol=1e-9)


# -- biases --------------------------------------------------------------------------------------


def test_biases_by_name_and_as_object():
    by_name = MLPRegressorX(bias_initializer="zeros", **STILL).fit(X, y)
    assert all(abs(bias).max() < 1e-200 for bias in by_name.intercepts_)
    by_object = MLPRegressorX(bias_initializer=ConstantBias(0.5), **STILL).fit(X, y)
    assert all((bias == 0.5).all() for bias in by_object.intercepts_)
    by_object.set_params(bias_initializer__value=2.0).fit(X, y)
    assert all((bias == 2.0).all() for bias in by_object.intercepts_)


def test_weights_are_drawn_alike_with_any_biases():
    # the first layer at least: what biases draw comes after its weights
    plain = MLPRegressorX(initializer="he_normal", **STILL).fit(X, y)
    for biases in ("zeros", "normal", "uniform", "hyperplane"):
        net = MLPRegressorX(initializer="he_normal", bias_initializer=biases, **STILL).fit(X, y)
        assert_array_equal(net.coefs_[0], plain.coefs_[0])


def test_hyperplanes_lie_amid_the_rows():
    net = MLPRegressorX(initializer="he_normal", bias_initializer="hyperplane", **STILL).fit(X, y)
    z = X @ net.coefs_[0] + net.intercepts_[0]
    assert (z.min(axis=0) < 0).all()
    assert (z.max(axis=0) > 0).all()


# -- units that start alike ------------------------------------------------------------------------


def test_zeros_start_alike_and_stay_alike():
    net = MLPClassifierX((4, 3), "tanh", initializer="zeros", max_iter=5)
    (warning,) = told(net)
    assert warning.category is EqualUnitsWarning
    assert "hidden layers [1, 2] start with equal weights" in str(warning.message)
    assert "'he_normal'" in str(warning.message)
    for weight in net.coefs_[:-1]:
        assert (weight == weight[:, :1]).all()


@pytest.mark.parametrize(
    "params",
    [
        {"hidden_layer_sizes": ()},
        {"hidden_layer_sizes": 1},
        {"hidden_layer_sizes": 4, "dropout": 0.3},
        {"hidden_layer_sizes": 4, "bias_initializer": "uniform"},
        {
            "hidden_layer_sizes": 2,
            "initializer": GivenWeights([np.ones((3, 2)), [[1.0], [2.0]]]),
        },
    ],
    ids=["linear", "one unit", "dropout", "biases", "next layer"],
)
def test_what_can_be_told_apart_is_not_warned_of(params):
    assert not told(MLPClassifierX(**{"initializer": "zeros", "max_iter": 3} | params))


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_initializers_that_break_the_symmetry_are_not_warned_of(initializer):
    warned = told(MLPClassifierX(4, initializer=initializer, max_iter=1))
    assert bool(warned) is not INITIALIZERS[initializer].breaks_symmetry


def test_one_of_several_layers_may_be_alike():
    weights = [np.ones((3, 2)), np.ones((2, 3)), [[1.0], [2.0], [3.0]]]
    (warning,) = told(MLPClassifierX((2, 3), initializer=GivenWeights(weights), max_iter=1))
    assert "All units of the hidden layer 1 start" in str(warning.message)


def test_what_is_alike_is_told_once():
    net = MLPClassifierX(4, initializer="zeros", max_iter=1)
    assert len(told(net, "partial_fit", classes=[0, 1])) == 1
    assert not told(net, "partial_fit")
    assert not told(net.set_params(warm_start=True))


def test_a_data_driven_start_does_not_hide_zeros():
    assert told(MLPClassifierX(4, initializer=DataDriven(INITIALIZERS["zeros"]()), max_iter=1))
    assert not told(MLPClassifierX(4, initializer=DataDriven(Normal()), max_iter=1))


# -- activations without slope ---------------------------------------------------------------------


class Sign(Activation):
    """A user's own step."""

    has_gradient = False

    def forward(self, x, out):
        np.sign(x, out=out)

    def backward(self, x, y, grad):
        grad.fill(0.0)


@pytest.mark.parametrize(
    ("activation", "layers"),
    [
        (("binary_step", "relu"), "hidden layer 1 cannot learn"),
        (("relu", BinaryStep()), "the hidden layers 1 to 2 cannot learn"),
        ("binary_step", "the hidden layers 1 to 2 cannot learn"),
        (("relu", Sign()), r"Sign\(\), the activation of hidden layer 2, has derivative 0"),
    ],
)
def test_layers_that_cannot_learn_are_told_of(activation, layers):
    net = MLPClassifierX((5, 4), activation, max_iter=1)
    with pytest.warns(NoGradientWarning, match=layers):
        net.fit(X, y)
    with pytest.warns(NoGradientWarning, match=r"BinaryStep\(straight_through=True\)"):
        net.fit(X, y)


@pytest.mark.parametrize(
    "activation",
    ["relu", BinaryStep(straight_through=True), Parametric(BinaryStep())],
)
def test_activations_with_some_slope_are_not_told_of(activation):
    assert not told(MLPClassifierX(5, activation, max_iter=1))


def test_missing_slope_is_told_when_training_starts_only():
    net = MLPClassifierX(5, "binary_step", max_iter=1)
    assert len(told(net)) == 1
    assert len(told(net.set_params(warm_start=True))) == 1
    assert not told(net, "partial_fit")
    assert len(told(MLPClassifierX(5, "binary_step"), "partial_fit", classes=[0, 1])) == 1
    net.predict(X)
    net.score(X, y)


def test_a_linear_model_has_no_activation_to_warn_of():
    assert not told(MLPClassifierX((), "binary_step", max_iter=1))


def test_a_straight_through_step_learns_where_a_plain_one_cannot():
    XX = np.random.RandomState(1).normal(size=(300, 2))
    band = (abs(XX @ [1.0, 1.0]) < 1.0).astype(int)
    params = {"hidden_layer_sizes": 3, "random_state": 3, "max_iter": 300}
    params |= {"learning_rate_init": 0.03, "alpha": 0.0}
    with pytest.warns(NoGradientWarning):
        plain = MLPClassifierX(activation=BinaryStep(), **params).fit(XX, band)
    through = MLPClassifierX(activation=BinaryStep(True), **params).fit(XX, band)
    assert through.score(XX, band) > plain.score(XX, band) + 0.05
    start = MLPClassifierX(activation=BinaryStep(True), **params | STILL | {"random_state": 3})
    assert_array_equal(plain.coefs_[0], start.fit(XX, band).coefs_[0])
