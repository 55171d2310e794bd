"""Integrated gradients: complete, exact where that is known, and from any baseline."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sknn import MLPRegressorX
from sknn.exceptions import InvalidParameterError
from sknn.interpret import integrated_gradients
from sknn.interpret.model import Model


def test_complete_on_every_scale(case):
    net, X, output = case
    explanation = integrated_gradients(net, X[:20], background=X, output=output)
    moved = explanation.predictions - explanation.base_values
    assert_allclose(explanation.values.sum(axis=1), moved, atol=1.01e-3 * abs(moved).max(), rtol=0)
    assert explanation.additivity_gap <= 1.01e-3 * abs(moved).max()
    model = Model.of(net, X, output=output)
    at_mean = model(X.mean(axis=0, keepdims=True))[0]
    assert_allclose(explanation.base_values[0], at_mean if at_mean.size > 1 else at_mean[0])
    assert explanation.output_names == model.output_names
    assert explanation.output == output
    assert explanation.approximate


@pytest.mark.parametrize("weight", [None, np.linspace(0, 1, 150)])
def test_linear_models_are_exact(weight, iris):
    X, y = iris
    net = MLPRegressorX(hidden_layer_sizes=(), solver="lbfgs", tol=0.01, random_state=0).fit(X, y)
    found = integrated_gradients(net, X, n_steps=1, sample_weight=weight)
    expected = net.coefs_[0][:, 0] * (X - np.average(X, axis=0, weights=weight))
    assert_allclose(found.values, expected, atol=1e-12)
    assert (found.n_steps == 1).all()


def test_a_product_is_shared_alike():
    """f = relu(x0 + x1) from 0 gives each its own summand; the way is straight."""
    net = MLPRegressorX(hidden_layer_sizes=1, solver="lbfgs", tol=1e9, random_state=0)
    net.fit([[0.0, 0.0], [1.0, 1.0]], [0.0, 1.0])
    for w, value in zip([*net.coefs_, *net.intercepts_], (1.0, 1.0, 0.0, 0.0), strict=True):
        w[...] = value
    found = integrated_gradients(net, [[2.0, 3.0], [-2.0, 1.0]], "zeros")
    assert_allclose(found.values, [[2.0, 3.0], [0.0, 0.0]], atol=1e-9)


@pytest.fixture(scope="module")
def net(iris):
    X, y = iris
    how = {"hidden_layer_sizes": 5, "activation": "tanh", "solver": "lbfgs", "tol": 0.1}
    return MLPRegressorX(**how, random_state=0).fit(X, y)


class TestBaselines:
    def test_the_background_is_a_mean_over_its_rows(self, net, iris):
        X, _ = iris
        some, weight = X[50:54], np.array([1.0, 0.0, 2.0, 1.0])
        found = integrated_gradients(
            net, X[:5], "background", background=some, n_steps=9, sample_weight=weight
        )
        each = [integrated_gradients(net, X[:5], b, n_steps=9) for b in some]
        assert_allclose(found.values, np.average([e.values for e in each], 0, weight))
        assert_allclose(found.base_values, np.average(net.predict(some), weights=weight))

    def test_one_row_or_one_for_each(self, net, iris):
        X, _ = iris
        one = integrated_gradients(net, X[:3], X[7])
        for same in (X[[7]], np.repeat(X[[7]], 3, axis=0)):
            assert_allclose(integrated_gradients(net, X[:3], same).values, one.values)
        assert_allclose(one.base_values, net.predict(X[[7, 7, 7]]))
        each = integrated_gradients(net, X[:3], X[7:10])
        assert_allclose(each.base_values, net.predict(X[7:10]))

    def test_a_row_from_itself(self, net, iris):
        X, _ = iris
        assert not integrated_gradients(net, X[:3], X[:3]).values.any()

    @pytest.mark.parametrize("wrong", ["median", "Mean"])
    def test_unknown_names(self, net, iris, wrong):
        with pytest.raises(InvalidParameterError, match=r"'mean', 'zeros', 'background'"):
            integrated_gradients(net, iris[0], wrong)

    def test_neither_one_nor_all(self, net, iris):
        X, _ = iris
        with pytest.raises(InvalidParameterError, match=r"one for each of the 5 rows of X\. Got 3"):
            integrated_gradients(net, X[:5], X[:3])

    @pytest.mark.parametrize("wrong", [0, 1.5, True, "many", None])
    def test_wrong_steps(self, net, iris, wrong):
        with pytest.raises(InvalidParameterError, match="n_steps must be a whole number"):
            integrated_gradients(net, iris[0], n_steps=wrong)


def test_more_steps_where_they_are_needed(iris):
    X, y = iris
    net = MLPRegressorX(hidden_layer_sizes=20, solver="lbfgs", tol=0.01, random_state=0).fit(X, y)
    rough = integrated_gradients(net, X, n_steps=8)
    auto = integrated_gradients(net, X)
    assert auto.additivity_gap < rough.additivity_gap
    assert set(auto.n_steps) <= {16, 32, 64, 128, 256, 512, 1024}
    assert len(set(auto.n_steps)) > 1
    assert f"{auto.n_steps.min()} to {auto.n_steps.max()} slopes" in auto.method
    assert f"within {auto.additivity_gap:.2g}" in auto.method


class TestPipelines:
    def test_of_raw_columns(self, people):
        pipeline, frame = people
        found = integrated_gradients(pipeline, frame.head(10), background=frame)
        assert found.feature_names == ["age", "city", "income"]
        assert found.values.shape == (10, 3)
        assert found.data[0, 1] == frame["city"][0]
        steps, net = pipeline[:-1], pipeline[-1]
        encoded = steps.transform(frame)
        inside = integrated_gradients(net, encoded[:10], background=encoded)
        assert_allclose(found.values[:, 1], inside.values[:, :3].sum(axis=1))
        assert_allclose(found.values[:, [0, 2]], inside.values[:, 3:])
        together = integrated_gradients(
            pipeline, frame.head(10), background=frame, groups={"who": ["age", "city"]}
        )
        assert together.feature_names == ["who", "income"]
        assert_allclose(together.values[:, 0], found.values[:, :2].sum(axis=1))

    def test_a_baseline_of_raw_values(self, people):
        pipeline, frame = people
        one = integrated_gradients(pipeline, frame.head(4), frame.iloc[[9]])
        assert_allclose(one.base_values, pipeline.predict(frame.iloc[[9] * 4]))

    def test_of_scaled_columns_equals_scaling_by_hand(self, iris):
        X, y = 3.0 + 7.0 * iris[0], iris[1]
        net = MLPRegressorX(hidden_layer_sizes=4, solver="lbfgs", tol=0.1, random_state=0)
        pipeline = make_pipeline(StandardScaler(), net).fit(X, y)
        frame = pd.DataFrame(X, columns=list("abcd"))
        found = integrated_gradients(pipeline, X, n_steps=20)
        scaled = pipeline[0].transform(X)
        assert_allclose(found.values, integrated_gradients(net, scaled, n_steps=20).values)
        named = make_pipeline(StandardScaler().set_output(transform="pandas"), net).fit(frame, y)
        same = integrated_gradients(named, frame, n_steps=20)
        assert_allclose(same.values, found.values)
        assert same.feature_names == list("abcd")


def test_blocks_make_no_difference(iris, monkeypatch):
    X, y = iris
    net = MLPRegressorX(hidden_layer_sizes=4, solver="lbfgs", tol=0.1, random_state=0).fit(X, y)
    whole = integrated_gradients(net, X).values
    monkeypatch.setattr("sknn.interpret.gradients.slopes.HELD", 1000)
    assert_allclose(integrated_gradients(net, X).values, whole, rtol=1e-9, atol=1e-12)
