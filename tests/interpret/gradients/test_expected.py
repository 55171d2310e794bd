"""Expected gradients: exact where nothing is left to chance, unbiased, and honest about errors."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn import MLPRegressorX
from sknn.interpret import integrated_gradients
from sknn.interpret.gradients.expected import expected_gradients
from sknn.interpret.model import Model
from sknn.interpret.players import Players
from sknn.interpret.result import weights_of
from sknn.interpret.table import Table


def explain(
    estimator, X, background, output="auto", groups=None, weight=None, seed=0, n_samples=200
):
    model, table, behind = (
        Model.of(estimator, X, output=output),
        Table.of(X),
        Table.of(background),
    )
    return expected_gradients(
        model,
        table,
        behind,
        weights_of(weight, behind.n_rows),
        Players.of(groups, table),
        np.random.default_rng(seed),
        n_samples,
    )


@pytest.fixture(scope="module")
def net(iris):
    X, y = iris
    how = {"hidden_layer_sizes": 6, "activation": "tanh", "solver": "lbfgs", "tol": 0.1}
    return MLPRegressorX(**how, random_state=0).fit(X, y)


def test_adds_up_in_expectation_on_every_scale(case):
    net, X, output = case
    values, base, se = explain(net, X[:6], X[::10], output, n_samples=600)
    model = Model.of(net, X, output=output)
    assert values.shape == se.shape == (6, 4, model.n_outputs)
    assert_allclose(base, model(X[::10]).mean(axis=0))
    gap = np.abs(values.sum(axis=1) + base - model(X[:6]))
    assert (gap <= 0.05 * np.ptp(model(X), axis=0)).all()


@pytest.mark.parametrize("weight", [None, np.arange(15.0)])
def test_unbiased_with_errors_of_the_right_size(net, iris, weight):
    X, _ = iris
    behind = X[::10]
    truth = integrated_gradients(
        net, X[:4], "background", background=behind, n_steps=64, sample_weight=weight
    ).values
    runs = [explain(net, X[:4], behind, weight=weight, seed=i, n_samples=60) for i in range(40)]
    values = np.stack([run[0][..., 0] for run in runs])
    told = np.sqrt(np.mean([run[2][..., 0] ** 2 for run in runs], axis=0))
    spread = values.std(axis=0, ddof=1)
    assert (np.abs(values.mean(axis=0) - truth) < 5 * told / np.sqrt(40) + 1e-3).all()
    assert (spread < 1.5 * told + 1e-6).all()  # whole passes spread less than independent draws


@pytest.mark.parametrize("weight", [None, [0, 1, 2, 3, 4]])
def test_linear_models_are_exact_in_whole_passes(iris, weight):
    X, y = iris
    linear = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", tol=0.01, random_state=0)
    linear.fit(X, y)
    values, _, _ = explain(linear, X[:5], X[5:10], weight=weight, n_samples=11)
    expected = linear.coefs_[0][:, 0] * (X[:5] - np.average(X[5:10], axis=0, weights=weight))
    assert_allclose(values[..., 0], expected, atol=1e-12)


def test_rows_are_explained_one_by_one(net, iris):
    X, _ = iris
    values, _, se = explain(net, X[:5], X[::10])
    alone, _, alone_se = explain(net, X[[3]], X[::10])
    assert_allclose(alone[0], values[3], rtol=1e-10, atol=1e-13)
    assert_allclose(alone_se[0], se[3], rtol=1e-6, atol=1e-9)


def test_seeds(net, iris):
    X, _ = iris
    first, again, other = (explain(net, X[:2], X, seed=i)[0] for i in (1, 1, 2))
    assert_array_equal(first, again)
    assert (first != other).any()


def test_few_samples(net, iris):
    X, _ = iris
    values, _, se = explain(net, X[:2], X, n_samples=1)
    assert np.isfinite(values).all()
    assert np.isnan(se).all()
    values, _, se = explain(net, X[:2], X, n_samples=20)  # fewer than background rows
    assert np.isfinite(se).all()


def test_of_raw_columns_and_groups(people):
    pipeline, frame = people
    values, _, se = explain(pipeline, frame.head(3), frame)
    assert values.shape == (3, 3, 1)
    grouped, _, grouped_se = explain(
        pipeline, frame.head(3), frame, groups={"both": ["age", "city"]}
    )
    assert_allclose(grouped[:, 0], values[:, :2].sum(axis=1), rtol=1e-10)
    assert (grouped_se[:, 0] <= se[:, :2].sum(axis=1) + 1e-12).all()


def test_little_memory_makes_no_difference(net, iris, monkeypatch):
    X, _ = iris
    whole = explain(net, X[:3], X)
    monkeypatch.setattr("sknn.interpret.gradients.expected.HELD", 1000)
    parts = explain(net, X[:3], X)
    assert_allclose(parts[0], whole[0], rtol=1e-10, atol=1e-13)
