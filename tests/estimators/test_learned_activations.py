"""Activations that learn, in estimators: trained, seen, copied, resumed, searched."""

import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.activations import (
    ACTIVATIONS,
    ELU,
    SELU,
    BinaryStep,
    LearnedActivation,
    Logistic,
    Mish,
    Parametric,
    PReLU,
    ReLU,
)

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

X = np.random.RandomState(0).normal(size=(100, 2))
Y = np.where(X[:, 0] > 0, X[:, 0], -0.6 * X[:, 0]) + 0.1 * X[:, 1]
LEARNED = [name for name, cls in ACTIVATIONS.items() if issubclass(cls, LearnedActivation)]
SOLVERS = ["adam", "sgd", "lbfgs"]


def net_for(activation, **params):
    defaults = {"hidden_layer_sizes": (4, 3), "max_iter": 20, "random_state": 0}
    return MLPRegressorX(activation=activation, **defaults | params)


def learned(net):
    """All learned numbers of the activations, in one vector."""
    return np.concatenate([v for part in net.activation_parameters_ for v in part.values()])


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", LEARNED)
def test_training_moves_the_learned_numbers(name, solver):
    net = net_for(name, solver=solver).fit(X, Y)
    (start,) = ACTIVATIONS[name]().start.values()
    assert learned(net).shape == (7,)
    assert np.count_nonzero(learned(net) != start) >= 5  # a unit may never see a negative input
    assert net.loss_curve_[-1] < net.loss_curve_[0]


def test_a_unit_finds_the_slope_of_the_data():
    # y = max(x, 0) - 0.6 min(x, 0) is one PReLU unit of slope -0.6
    x = X[:, :1]
    y = np.where(x > 0, x, -0.6 * x).ravel()
    net = net_for(PReLU(), hidden_layer_sizes=1, solver="lbfgs", alpha=0, tol=1e-9, max_iter=500)
    (slopes,) = net.fit(x, y).activation_parameters_
    assert net.coefs_[0][0, 0] > 0  # the sign that makes the slope the data's
    assert_allclose(slopes["slope"], -0.6, rtol=1e-3)


def test_they_are_shown_by_hidden_layer_and_name():
    net = net_for(("prelu", "relu", Parametric()), hidden_layer_sizes=(5, 4, 3)).fit(X, Y)
    shapes = [{k: v.shape for k, v in part.items()} for part in net.activation_parameters_]
    assert shapes == [{"slope": (5,)}, {}, {"share": (3,)}]
    plain = net_for("relu").fit(X, Y)
    assert plain.activation_parameters_ == [{}, {}]
    assert net._network.n_parameters == 2 * 5 + 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3 + 3 + 3 + 1


def test_before_fit_there_is_nothing_to_show():
    net = net_for("prelu")
    assert not hasattr(net, "activation_parameters_")
    with pytest.raises(AttributeError, match="MLPRegressorX is not fitted yet"):
        net.activation_parameters_  # noqa: B018


def test_they_follow_coefs_that_were_replaced():
    net = net_for("prelu").fit(X, Y)
    before = learned(net)
    net.coefs_[0] = net.coefs_[0].copy()
    assert_array_equal(learned(net), before)


def test_learned_numbers_are_not_penalized():
    assert abs(learned(net_for("prelu", alpha=1e3, max_iter=300).fit(X, Y))).max() > 0.1


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))]
)
@pytest.mark.parametrize("name", LEARNED)
def test_copies_predict_the_same_and_go_on(name, copied):
    net = net_for(name).fit(X, Y)
    before, numbers = net.predict(X), learned(net)
    twin = copied(net)
    assert_array_equal(twin.predict(X), before)
    assert_array_equal(learned(twin), numbers)
    twin.partial_fit(X, Y)
    assert (learned(twin) != numbers).any()
    assert_array_equal(learned(net), numbers)
    assert_array_equal(net.predict(X), before)


@pytest.mark.parametrize("name", LEARNED)
def test_k_partial_fits_are_one_fit_also_through_pickles(name):
    whole = net_for(name, max_iter=4, tol=0).fit(X, Y)
    parts = net_for(name, max_iter=4, tol=0)
    for _ in range(4):
        parts = pickle.loads(pickle.dumps(parts.partial_fit(X, Y)))
    assert_array_equal(learned(parts), learned(whole))
    assert_array_equal(parts.predict(X), whole.predict(X))


@pytest.mark.parametrize("solver", SOLVERS)
def test_warm_start_goes_on_from_the_learned_numbers(solver):
    net = net_for("prelu", solver=solver, warm_start=True, max_iter=5).fit(X, Y)
    before = learned(net)
    net.set_params(max_iter=1, learning_rate_init=1e-12).fit(X, Y)
    if solver == "lbfgs":
        assert_array_equal(learned(net) != 0.25, before != 0.25)
    else:
        assert_allclose(learned(net), before, rtol=1e-6)
    assert np.count_nonzero(before != 0.25) >= 5
    with pytest.raises(ValueError, match="activation changed"):
        net.set_params(activation=PReLU(0.5)).fit(X, Y)


def test_a_fit_starts_anew_and_clones_know_nothing():
    net = net_for("prelu").fit(X, Y)
    numbers = learned(net)
    assert_array_equal(learned(net.fit(X, Y)), numbers)
    assert not hasattr(clone(net), "activation_parameters_")
    assert_array_equal(learned(clone(net).fit(X, Y)), numbers)


def test_early_stopping_keeps_the_numbers_of_the_best_network():
    net = net_for("prelu", early_stopping=True, max_iter=60, learning_rate_init=0.05)
    net.fit(X, Y)
    best = int(np.argmax(net.validation_scores_)) + 1
    assert best < net.n_iter_
    shorter = clone(net).set_params(max_iter=best).fit(X, Y)
    assert_array_equal(learned(net), learned(shorter))


@pytest.mark.parametrize("name", LEARNED)
def test_float32(name):
    net = net_for(name, dtype="float32").fit(X, Y)
    assert learned(net).dtype == np.float32
    assert_allclose(net.predict(X), net_for(name).fit(X, Y).predict(X), atol=1e-2)


def test_a_search_over_the_activation_inside_an_activation():
    net = net_for(Parametric(), max_iter=10)
    grid = {"activation__activation": [ReLU(), SELU(), ELU(0.5)], "activation__initial": [0.5, 1.0]}
    search = GridSearchCV(net, grid, cv=2).fit(X, Y)
    assert len(search.cv_results_["params"]) == 6
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    best = search.best_estimator_.activation
    assert best == Parametric(**{k.split("__")[1]: v for k, v in search.best_params_.items()})


def test_settings_of_the_activation_inside():
    part = Parametric(ELU())
    net = MLPClassifierX(activation=part).set_params(activation__activation__alpha=0.5)
    assert net.activation == Parametric(ELU(alpha=0.5))
    assert part == Parametric(ELU())
    grid = {"activation__activation__alpha": [0.5, 2.0]}
    search = GridSearchCV(net_for(Parametric(ELU()), max_iter=5), grid, cv=2).fit(X, Y)
    assert len(set(search.cv_results_["mean_test_score"])) == 2


def test_parametric_starts_as_its_activation():
    # with the same weights and a = 1 it is that function, so the loss of the first epoch is too
    for inner in (Logistic(), Mish(), BinaryStep(straight_through=True)):
        still = {"solver": "sgd", "learning_rate_init": 1e-300, "max_iter": 1}
        plain, parametric = net_for(inner, **still), net_for(Parametric(inner), **still)
        assert_array_equal(plain.fit(X, Y).predict(X), parametric.fit(X, Y).predict(X))
