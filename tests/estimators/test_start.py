"""How training starts: warnings of what cannot learn, and initializers that look at the data."""

import warnings

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import AlikeUnitsWarning, NoGradientWarning
from sknn.nn.activations import BinaryStep, Parametric
from sknn.nn.initializers import GivenWeights, HyperplaneBias, UnitVariance

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)
X, Y = load_iris(return_X_y=True)


def warnings_of(net, *more, **fit):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.fit(X, Y, *more, **fit)
    return [w for w in caught if not issubclass(w.category, ConvergenceWarning)]


# -- activations without a derivative ----------------------------------------------------------


@pytest.mark.parametrize("activation", ["binary_step", BinaryStep(), ("binary_step", "relu")])
def test_a_step_that_blocks_the_gradient_is_told(activation):
    net = MLPClassifierX((6, 5), activation=activation, max_iter=2, random_state=0)
    (told,) = warnings_of(net)
    assert told.category is NoGradientWarning
    blocked = 1 if isinstance(activation, tuple) else 2
    assert f"hidden layer {blocked} and those before it learn nothing" in str(told.message)
    assert "BinaryStep(straight_through=True)" in str(told.message)
    net.predict(X)  # says nothing
    before = net.coefs_[0].copy()
    net.set_params(warm_start=True, alpha=0.0)
    assert not warnings_of(net), "it was told"
    assert_array_equal(net.coefs_[0], before)


def test_partial_fit_tells_once():
    net = MLPClassifierX(activation="binary_step")
    with pytest.warns(NoGradientWarning):
        net.partial_fit(X, Y, classes=[0, 1, 2])
    net.partial_fit(X, Y)


@pytest.mark.parametrize(
    "activation", ["relu", BinaryStep(straight_through=True), Parametric(BinaryStep(), initial=0.5)]
)
def test_others_say_nothing(activation):
    assert not warnings_of(MLPClassifierX(activation=activation, max_iter=2))


# -- units that are alike ----------------------------------------------------------------------


@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_units_that_stay_alike_are_told(Estimator):
    net = Estimator(hidden_layer_sizes=(7, 4), initializer="zeros", max_iter=3)
    (told,) = warnings_of(net)
    assert told.category is AlikeUnitsWarning
    assert "All 7 units of hidden layer 1 start with the same weights" in str(told.message)
    for weight in net.coefs_[:-1]:
        assert (weight == weight[:, :1]).all(), "and they do stay alike"
    same = GivenWeights([np.ones((4, 7)), np.ones((7, 3))])
    assert warnings_of(MLPClassifierX(7, initializer=same, max_iter=2))


@pytest.mark.parametrize("chance", [{"input_dropout": 0.3}, {"dropout": (0.0, 0.3)}])
def test_chance_elsewhere_does_not_tell_units_apart(chance):
    net = MLPClassifierX((7, 4), initializer="zeros", max_iter=3, random_state=0, **chance)
    (told,) = warnings_of(net)
    assert "All 7 units of hidden layer 1" in str(told.message)
    assert (net.coefs_[0] == net.coefs_[0][:, :1]).all(), "and they do stay alike"


def test_one_of_several_layers_may_be_alike():
    weights = [np.ones((4, 2)), np.ones((2, 3)), np.arange(9.0).reshape(3, 3)]
    net = MLPClassifierX((2, 3), initializer=GivenWeights(weights), max_iter=1)
    (told,) = warnings_of(net)
    assert "All 2 units of hidden layer 1" in str(told.message)


def test_what_breaks_the_symmetry():
    other = {"max_iter": 2, "initializer": "zeros", "random_state": 0}
    assert not warnings_of(MLPClassifierX(1, **other)), "one unit has none to be like"
    assert not warnings_of(MLPClassifierX((), **other)), "a linear model starts well at 0"
    assert not warnings_of(MLPClassifierX(5, dropout=0.5, **other))
    assert not warnings_of(MLPClassifierX(5, bias_initializer="uniform", **other))
    after = GivenWeights([np.ones((4, 2)), [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    net = MLPClassifierX(2, "tanh", max_iter=2, initializer=after)
    assert not warnings_of(net), "what comes after the units tells them apart"
    assert (net.coefs_[0][:, 0] != net.coefs_[0][:, 1]).any()


# -- what looks at data ------------------------------------------------------------------------


def at_the_start(X=X, **params):
    net = MLPClassifierX(30, learning_rate_init=1e-30, max_iter=1, random_state=0, **params)
    return net.fit(X, Y)


def test_unit_variance_of_unscaled_columns():
    wild = X * [1.0, 1e4, 1e-3, 1.0] + [0.0, 1e6, 5.0, 0.0]
    net = at_the_start(wild, initializer="unit_variance")
    z = wild @ net.coefs_[0] + net.intercepts_[0]
    assert_allclose(z.std(axis=0), 1.0, rtol=1e-6)
    sparse = at_the_start(scipy.sparse.csr_array(wild), initializer="unit_variance")
    assert_allclose(sparse.coefs_[0], net.coefs_[0], rtol=1e-9)


def test_only_training_rows_are_looked_at():
    shifted = X.copy()
    net = at_the_start(initializer=UnitVariance(), early_stopping=True)
    rows = np.ones(len(X), bool)
    spreads = []
    for i in range(len(X)):
        shifted[i] += 100.0
        other = at_the_start(shifted, initializer=UnitVariance(), early_stopping=True)
        spreads.append(np.allclose(other.coefs_[0], net.coefs_[0]))
        shifted[i] = X[i]
    rows = np.array(spreads)
    assert rows.sum() == 15, "the tenth that was held out"


def test_hyperplanes():
    shifted = X + 100.0
    net = at_the_start(shifted, bias_initializer=HyperplaneBias(n_points=3))
    on = (shifted @ net.coefs_[0] + net.intercepts_[0] > 0).mean(axis=0)
    assert ((on > 0) & (on < 1)).mean() > 0.9
    plain = at_the_start(shifted)
    on = (shifted @ plain.coefs_[0] + plain.intercepts_[0] > 0).mean(axis=0)
    assert ((on > 0) & (on < 1)).mean() < 0.5


def test_a_large_table_is_looked_at_in_part():
    wide = np.random.RandomState(0).normal(size=(5000, 3))
    net = MLPRegressorX(hidden_layer_sizes=20, initializer="unit_variance", random_state=0)
    net.set_params(learning_rate_init=1e-30, max_iter=1).fit(wide, wide[:, 0])
    spread = (wide @ net.coefs_[0]).std(axis=0)
    assert_allclose(spread, 1.0, rtol=0.1)
    assert not np.allclose(spread, 1.0, rtol=1e-6)
