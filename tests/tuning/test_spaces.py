"""Spaces: every configuration that is drawn can be built and trained."""

import numpy as np
import pytest
from scipy.stats import norm, randint, uniform
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    ParameterSampler,
    RandomizedSearchCV,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import (
    Layers,
    MLPClassifierX,
    MLPRegressorX,
    TabularMLPClassifierX,
    TabularMLPRegressorX,
)
from sknn.exceptions import InvalidParameterError
from sknn.tuning import BayesSearchCV, HyperbandSearchCV, Sometimes, search_space
from sknn.tuning.spaces import SIZES

ESTIMATORS = {
    "classifier": MLPClassifierX(max_iter=1, random_state=0),
    "focal": MLPClassifierX(max_iter=1, loss="focal", random_state=0),
    "regressor": MLPRegressorX(max_iter=1, random_state=0),
    "lbfgs": MLPRegressorX(max_iter=1, solver="lbfgs", random_state=0),
    "sgd": MLPClassifierX(max_iter=1, solver="sgd", random_state=0),
    "pipeline": Pipeline([("scale", StandardScaler()), ("net", MLPClassifierX(max_iter=1))]),
    "target": TransformedTargetRegressor(
        make_pipeline(StandardScaler(), MLPRegressorX(max_iter=1)), transformer=StandardScaler()
    ),
}


TABULAR = {"effort": "fast", "max_iter": 1, "random_state": 0}


@pytest.fixture(scope="module")
def data():
    X = np.random.default_rng(0).normal(size=(60, 3))
    return X, (X[:, 0] > 0).astype(int)


def as_list(space):
    return space if isinstance(space, list) else [space]


@pytest.mark.filterwarnings("ignore")  # that one epoch is few
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_configuration_trains(name, size, data):
    estimator = ESTIMATORS[name]
    space = search_space(estimator, size, n_samples=60)
    for settings in ParameterSampler(space, n_iter=25, random_state=0):
        clone(estimator).set_params(**settings).fit(*data)


@pytest.mark.parametrize("cls", [TabularMLPClassifierX, TabularMLPRegressorX])
@pytest.mark.parametrize("size", SIZES)
def test_every_configuration_of_a_tabular_estimator_trains(cls, size, data):
    space = search_space(cls(**TABULAR), size)
    for settings in ParameterSampler(space, n_iter=6, random_state=0):
        net = clone(cls(**TABULAR)).set_params(**settings).fit(*data)
        if size != "small":
            assert isinstance(net.hidden_layer_sizes, Layers)
            depth = settings["hidden_layer_sizes__depth"]
            assert len(net.estimators_[0].coefs_) == depth + 1


def test_a_search_of_tabular_estimators(data):
    space = search_space(TabularMLPClassifierX(), "default")
    found = BayesSearchCV(
        TabularMLPClassifierX(**TABULAR), space, n_iter=3, cv=2, random_state=0
    ).fit(*data)
    assert set(found.best_params_) >= {"dropout", "weight_decay", "embedding"}
    with pytest.raises(InvalidParameterError, match=r"resource='max_iter'"):
        HyperbandSearchCV(TabularMLPClassifierX(**TABULAR), space).fit(*data)
    assert "net__weight_decay" in search_space(Pipeline([("net", TabularMLPRegressorX())]))


def test_prefixes():
    assert "alpha" in search_space(ESTIMATORS["classifier"])
    assert "net__alpha" in search_space(ESTIMATORS["pipeline"])
    assert "regressor__mlpregressorx__alpha" in search_space(ESTIMATORS["target"])
    for space in as_list(search_space(ESTIMATORS["pipeline"], "wide")):
        assert all(name.startswith("net__") for name in space)


def test_larger_sizes_search_more():
    names = [
        {name for space in as_list(search_space(MLPClassifierX(), size)) for name in space}
        for size in SIZES
    ]
    assert names[0] < names[1] < names[2]
    assert names[2] - names[1] == {
        "input_dropout", "l1", "label_smoothing", "learning_rate", "momentum", "normalization",
        "solver",
    }  # fmt: skip


def test_what_a_solver_does_not_read_is_left_out():
    for size in SIZES:
        space = search_space(ESTIMATORS["lbfgs"], size)
        assert not {"learning_rate_init", "dropout", "batch_size", "solver"} & set(space)
    assert search_space(ESTIMATORS["sgd"])["learning_rate_init"].support()[1] == 0.3
    assert search_space(ESTIMATORS["classifier"])["learning_rate_init"].support()[1] == 0.03
    adaptive, plain = search_space(ESTIMATORS["classifier"], "wide")
    assert "momentum" not in adaptive
    assert plain["solver"] == ["sgd"]


def test_label_smoothing_belongs_to_the_log_loss():
    for space in search_space(ESTIMATORS["focal"], "wide"):
        assert "label_smoothing" not in space


@pytest.mark.parametrize(
    ("n_samples", "expected"),
    [(None, [32, 64, 128, 256, 512]), (1500, [32, 64, 128]), (100, ["auto"])],
)
def test_batches_of_a_tenth_of_the_rows_at_most(n_samples, expected):
    assert search_space(MLPClassifierX(), n_samples=n_samples)["batch_size"] == expected


@pytest.mark.filterwarnings("ignore")  # that three epochs are few
def test_searches_of_scikit_learn(data):
    space = search_space(ESTIMATORS["classifier"], "small")
    random = RandomizedSearchCV(
        ESTIMATORS["classifier"], space, n_iter=3, random_state=0, n_jobs=2, cv=2
    ).fit(*data)
    assert isinstance(random.best_estimator_.hidden_layer_sizes, Layers)
    halving = HalvingRandomSearchCV(
        ESTIMATORS["classifier"], space, resource="max_iter", max_resources=4, random_state=0, cv=2
    ).fit(*data)
    assert halving.best_params_["max_iter"] == 3
    grid = {name: values for name, values in space.items() if isinstance(values, list)}
    chosen = GridSearchCV(ESTIMATORS["classifier"], grid, cv=2).fit(*data).cv_results_
    assert len(chosen["params"]) == 6


def test_what_is_refused():
    with pytest.raises(InvalidParameterError, match=r"'small', 'default', 'wide'.*Did you mean"):
        search_space(MLPClassifierX(), "defualt")
    with pytest.raises(InvalidParameterError, match="Got Ridge without one"):
        search_space(Ridge())


def test_sometimes():
    draws = Sometimes(uniform(1.0, 1.0), probability=0.25).rvs(size=4000, random_state=0)
    assert draws.shape == (4000,)
    assert set(np.unique(draws[draws < 1.0])) == {0.0}
    assert np.mean(draws > 0) == pytest.approx(0.25, abs=0.02)
    assert Sometimes(norm(), probability=0.0, otherwise=None).rvs(random_state=0) is None
    assert (
        Sometimes(randint(5, 6), probability=1.0).rvs(size=(2, 3), random_state=1).tolist()
        == [[5] * 3] * 2
    )
    same = [Sometimes(norm()).rvs(size=5, random_state=7).tolist() for _ in range(2)]
    assert same[0] == same[1]
    with pytest.raises(InvalidParameterError, match="probability"):
        Sometimes(norm(), probability=1.5).rvs()
    with pytest.raises(InvalidParameterError, match="rvs"):
        Sometimes(0.5).rvs()
