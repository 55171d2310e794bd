"""``standardize_y``: the units of the targets do not matter, and what is kept of them."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from sknn import MLPRegressorX
from sknn.estimators.targets import mean_and_scale
from sknn.nn.losses import Quantile
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

BAND = Quantile((0.1, 0.5, 0.9))
LINEAR = {"hidden_layer_sizes": (), "alpha": 0.0, "solver": "lbfgs", "max_iter": 2000}


def pickled(net):
    return pickle.loads(pickle.dumps(net))


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(axis=0), y


def test_the_units_of_the_target_do_not_matter(diabetes):
    X, y = diabetes
    params = {"hidden_layer_sizes": 20, "learning_rate_init": 0.01, "random_state": 0}
    units = [(1.0, 0.0), (1e-4, 0.0), (1e4, 1e6)]
    ours = [
        MLPRegressorX(standardize_y=True, **params).fit(X, s * y + c).score(X, s * y + c)
        for s, c in units
    ]
    theirs = [MLPRegressor(**params).fit(X, s * y + c).score(X, s * y + c) for s, c in units]
    assert ours[0] > 0.6
    assert_allclose(ours, ours[0], rtol=1e-5)
    assert max(theirs[1:]) < -10  # what it is for


@pytest.mark.parametrize(
    "params", [{"loss": BAND}, {"loss": "huber"}, {"early_stopping": True}, {"solver": "lbfgs"}]
)
def test_predictions_and_scores_are_in_the_units_of_the_target(diabetes, params):
    X, y = diabetes
    common = {"hidden_layer_sizes": 5, "max_iter": 10, "random_state": 0, "standardize_y": True}
    net = MLPRegressorX(**common | params).fit(X, y)
    other = MLPRegressorX(**common | params).fit(X, 1000 * y - 3e5)
    assert_allclose(other.predict(X), 1000 * net.predict(X) - 3e5, rtol=1e-6)
    assert_allclose(other.score(X, 1000 * y - 3e5), net.score(X, y), rtol=1e-6)
    if "early_stopping" in params:
        assert_allclose(other.validation_scores_, net.validation_scores_, rtol=1e-6)
    assert_allclose(other.loss_curve_, net.loss_curve_, rtol=1e-6)


def test_standardizing_inside_is_standardizing_outside(diabetes):
    X, y = diabetes
    both = np.column_stack([y, -7 * y[::-1]])
    standardized = (both - both.mean(axis=0)) / both.std(axis=0)
    inside = MLPRegressorX(standardize_y=True, max_iter=5, random_state=0).fit(X, both)
    outside = MLPRegressorX(max_iter=5, random_state=0).fit(X, standardized)
    assert_allclose(inside.coefs_[0], outside.coefs_[0], rtol=1e-9)
    assert_allclose(inside.y_mean_, both.mean(axis=0))
    assert_allclose(inside.y_scale_, both.std(axis=0))
    assert outside.y_mean_ is None
    assert outside.y_scale_ is None
    expected = outside.predict(X) * both.std(axis=0) + both.mean(axis=0)
    assert_allclose(inside.predict(X), expected, rtol=1e-9)


def test_the_scale_is_weighted_and_of_the_training_rows(diabetes):
    X, y = diabetes
    weight = np.random.RandomState(0).rand(442)
    net = MLPRegressorX(standardize_y=True, max_iter=1, random_state=0)
    net.fit(X, y, sample_weight=weight)
    mean = np.average(y, weights=weight)
    assert_allclose(net.y_mean_, [mean])
    assert_allclose(net.y_scale_, [np.sqrt(np.average((y - mean) ** 2, weights=weight))])

    seen = []

    class Rows(Callback):
        def on_fit_begin(self, run):
            seen.append(run.batches.order)

    net.set_params(early_stopping=True, callbacks=[Rows()]).fit(X, y)
    rows = seen[0]
    assert len(rows) == 397
    assert_allclose(net.y_mean_, [y[rows].mean()])
    assert_allclose(net.y_scale_, [y[rows].std()])


def test_the_scale_is_kept_where_training_goes_on(diabetes):
    X, y = diabetes
    net = MLPRegressorX(standardize_y=True, max_iter=2, random_state=0)
    net.partial_fit(X[:100], y[:100]).partial_fit(X[100:], y[100:] + 500)
    assert_allclose(net.y_mean_, [y[:100].mean()])
    warm = MLPRegressorX(standardize_y=True, warm_start=True, max_iter=2, random_state=0)
    warm.fit(X[:100], y[:100]).fit(X, y)
    assert_allclose(warm.y_mean_, [y[:100].mean()])
    again = pickled(warm).fit(X, y)
    assert_allclose(again.y_mean_, [y[:100].mean()])
    for changed in (net, warm):
        changed.set_params(standardize_y=False)
        step = changed.fit if changed.warm_start else changed.partial_fit
        with pytest.raises(ValueError, match="standardize_y changed from True to False"):
            step(X, y)
        assert_allclose(changed.y_mean_, [y[:100].mean()])


def test_partial_fit_equals_fit(diabetes):
    X, y = diabetes
    params = {"standardize_y": True, "hidden_layer_sizes": 5, "random_state": 0}
    whole = MLPRegressorX(max_iter=3, **params).fit(X, y)
    parts = MLPRegressorX(**params)
    for _ in range(3):
        parts.partial_fit(X, y)
    assert_array_equal(parts.predict(X), whole.predict(X))


def test_constant_targets(diabetes):
    X, y = diabetes
    for constant in (0.0, 3.0, 0.1 * 3, 1e9 + 0.1):
        both = np.column_stack([np.full(442, constant), y])
        net = MLPRegressorX(standardize_y=True, max_iter=3, random_state=0).fit(X, both)
        assert net.y_scale_[0] == 1.0
        assert_allclose(net.y_mean_[0], constant, rtol=1e-12)
        weight = (np.arange(442) > 0).astype(float)
        both[0, 0] += 1.0  # a row that does not count
        assert net.fit(X, both, sample_weight=weight).y_scale_[0] == 1.0
        assert np.isfinite(net.predict(X)).all()


def test_a_change_of_parameters_keeps_the_units(diabetes):
    X, y = diabetes
    net = MLPRegressorX(standardize_y=True, max_iter=3, random_state=0).fit(X, y)
    before = net.predict(X)
    assert_array_equal(net.set_params(standardize_y=False).predict(X), before)
    assert_array_equal(pickled(net).predict(X), before)
    plain = MLPRegressorX(max_iter=3, random_state=0).fit(X, y)
    assert_array_equal(net.fit(X, y).predict(X), plain.predict(X))


def test_mean_and_scale_of_the_largest_and_smallest():
    y = np.array([[1e200, 1e-200, 5.0], [3e200, 3e-200, 5.0]])
    mean, scale = mean_and_scale(y, np.array([1.0, 3.0]))
    assert_allclose(mean, [2.5e200, 2.5e-200, 5.0])
    assert_allclose(scale, [np.sqrt(0.75) * 1e200, np.sqrt(0.75) * 1e-200, 1.0])


def test_float32_standardizes_before_it_rounds(diabetes):
    X, y = diabetes[0].astype("float32"), diabetes[1] + 1e9  # steps of 64 in float32
    net = MLPRegressorX(standardize_y=True, **LINEAR).fit(X, y)
    expected = MLPRegressorX(standardize_y=True, **LINEAR).fit(diabetes[0], y)
    assert_allclose(net.loss_, expected.loss_, rtol=1e-4)
