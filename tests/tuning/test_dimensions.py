"""Spaces as Optuna sees them: same supports, and every value has its way back."""

import numpy as np
import optuna
import pytest
from scipy.stats import beta, loguniform, norm, poisson, randint, uniform
from sklearn.model_selection import ParameterSampler

from sknn import Layers, MLPClassifierX
from sknn.exceptions import InvalidParameterError
from sknn.tuning import Sometimes, search_space, suggest
from sknn.tuning.dimensions import Space, dimension_of

optuna.logging.set_verbosity(optuna.logging.WARNING)

KINDS = {
    "uniform": uniform(2, 3),
    "loguniform": loguniform(1e-4, 1e-1),
    "named": loguniform(a=1e-4, b=1e-1),
    "shifted": loguniform(1e-4, 1e-1, loc=5),
    "randint": randint(3, 7),
    "beta": beta(2, 5),
    "norm": norm(0, 2),
    "poisson": poisson(4),
    "sometimes": Sometimes(uniform(0.1, 0.4), 0.0, 0.5),
    "nothing": Sometimes(loguniform(1e-3, 1e0), None, 0.5),
    "names": ["relu", "tanh"],
    "widths": [32, 64, 128],
    "mixed": [None, 1, "auto", True],
    "tuples": [(8,), (8, 8)],
    "parts": [Layers(1, 8), Layers(2, 8)],
    "array": np.array([0.5, 1.5]),
    "float": optuna.distributions.FloatDistribution(0.1, 0.9, step=0.1),
    "int": optuna.distributions.IntDistribution(1, 9, log=True),
    "categorical": optuna.distributions.CategoricalDistribution(["a", "b"]),
}


def study():
    return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_suggested_can_be_enqueued(kind):
    space, one = Space({kind: KINDS[kind]}), study()
    seen = [space.suggest(one.ask()) for _ in range(40)]
    assert len({repr(values) for values in seen}) > 1
    for values in seen:
        other = study()
        other.enqueue_trial(space.encode(values))
        again = space.suggest(other.ask())[kind]
        value = values[kind]
        assert again == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize("kind", ["uniform", "loguniform", "shifted", "randint", "beta", "poisson"])
def test_distributions_of_scipy_keep_their_shape(kind):
    one, distribution = study(), KINDS[kind]
    space = Space({kind: distribution})
    drawn = [space.suggest(one.ask())[kind] for _ in range(400)]
    low, high = distribution.support()
    assert low <= min(drawn)
    assert max(drawn) <= high
    assert np.mean(drawn) == pytest.approx(distribution.mean(), rel=0.1)
    if kind in ("randint", "poisson"):
        assert all(type(value) is int for value in drawn)
    if kind == "randint":
        assert set(drawn) == {3, 4, 5, 6}


def test_numbers_in_order_are_known_to_be_in_order():
    one = study()
    Space({"width": [32, 64, 128], "name": ["a", "b", "c"], "two": [1, 2]}).suggest(one.ask())
    distributions = one.trials[0].distributions
    assert distributions["width"] == optuna.distributions.IntDistribution(0, 2)
    assert type(distributions["name"]) is optuna.distributions.CategoricalDistribution
    assert type(distributions["two"]) is optuna.distributions.CategoricalDistribution


def test_several_dictionaries_are_one_choice_more():
    given = [
        {"solver": ["adam"], "learning_rate_init": loguniform(1e-4, 1e-2)},
        {"solver": ["sgd"], "learning_rate_init": loguniform(1e-2, 1e0), "momentum": uniform(0, 1)},
    ]
    space, one = Space(given), study()
    seen = [space.suggest(one.ask()) for _ in range(40)]
    for values in seen:
        if values["solver"] == "adam":
            assert values["learning_rate_init"] <= 1e-2
            assert "momentum" not in values
        else:
            assert values["learning_rate_init"] >= 1e-2
            assert "momentum" in values
    assert {values["solver"] for values in seen} == {"adam", "sgd"}
    point = {"solver": "sgd", "momentum": 0.5}
    one.enqueue_trial(space.encode(point))
    assert space.suggest(one.ask()).items() >= point.items()


@pytest.mark.parametrize("size", ["small", "default", "wide"])
def test_ready_made_spaces(size):
    net = MLPClassifierX(hidden_layer_sizes=(4,), max_iter=1)
    given = search_space(net, size, n_samples=400)
    space, one = Space(given), study()
    names = {name for d in ([given] if isinstance(given, dict) else given) for name in d}
    for values in ParameterSampler(given, 20, random_state=0):
        assert set(values) <= names
        one.enqueue_trial(space.encode(values))
        again = space.suggest(one.ask())
        assert again.keys() == values.keys()
        for name, value in values.items():
            assert again[name] == (pytest.approx(value) if isinstance(value, float) else value)


def test_suggest_for_a_study_of_ones_own():
    one = study()
    one.optimize(lambda trial: suggest(trial, {"x": uniform(-1, 2)})["x"] ** 2, n_trials=20)
    assert one.best_value < 0.1


@pytest.mark.parametrize("given", [3.0, "relu", [], {}, lambda: 3])
def test_what_cannot_be_searched(given):
    with pytest.raises(InvalidParameterError, match=r"'alpha' is searched among .*must be"):
        dimension_of("alpha", given)


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ({"alpha": 7.0}, "alpha=7.0, but the space allows a number from 0.001 to 1.0"),
        ({"alpha": "x"}, "allows a number"),
        ({"width": 65}, r"allows one of \[32, 64, 128\]"),
        ({"dropout": 0.9}, "allows 0.0 or a number from 0.1 to 0.5"),
        ({"depth": 3.0}, "allows an integer from 1 to 4"),
        ({"shape": -1.0}, "allows a number from 0.0 to 1.0"),
        ({"step": 0.123}, "allows in FloatDistribution"),
        ({"beta": 1.0}, "'beta', which is not searched"),
    ],
)
def test_points_outside_the_space(point, words):
    space = Space(
        {
            "alpha": loguniform(1e-3, 1e0),
            "width": [32, 64, 128],
            "dropout": Sometimes(uniform(0.1, 0.4)),
            "depth": randint(1, 5),
            "shape": beta(2, 2),
            "step": optuna.distributions.FloatDistribution(0.0, 1.0, step=0.5),
        }
    )
    with pytest.raises(InvalidParameterError, match=words):
        space.encode(point)


def test_points_in_the_second_of_several_spaces():
    net = MLPClassifierX()
    space, one = Space(search_space(net, "wide")), study()
    one.enqueue_trial(space.encode({"solver": "sgd"}))
    assert space.suggest(one.ask())["solver"] == "sgd"
    with pytest.raises(InvalidParameterError, match="allows one of"):
        space.encode({"solver": "lbfgs"})


def test_equal_numbers_of_other_types():
    space = Space({"width": [8, 16], "alpha": [0.1, 1.0, 10.0], "mixed": [None, True, 2]})
    assert space.encode({"width": np.int64(8)}) == {"width": 8}
    assert space.encode({"alpha": 1}) == {"alpha": 1}
    assert space.encode({"mixed": 2.0}) == {"mixed": 2}
    with pytest.raises(InvalidParameterError, match="allows one of"):
        space.encode({"mixed": 1})  # which is not True


@pytest.mark.parametrize("probability", [0.0, 0.05, 0.5, 1.0])
def test_sometimes_is_as_often_as_it_says(probability):
    one = study()
    space = Space({"dropout": Sometimes(uniform(0.1, 0.2), 0.0, probability)})
    drawn = [space.suggest(one.ask())["dropout"] for _ in range(300)]
    assert np.mean([value > 0 for value in drawn]) == pytest.approx(probability, abs=0.06)
