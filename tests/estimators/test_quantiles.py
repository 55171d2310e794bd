"""Several quantiles at once: shapes, coverage, scores, and that they never cross."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import r2_score

from sknn import MLPRegressorX
from sknn.nn.losses import Quantile

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

BAND = Quantile((0.1, 0.5, 0.9))
LINEAR = {"hidden_layer_sizes": (), "alpha": 0.0, "solver": "lbfgs", "max_iter": 2000}


def pickled(net):
    return pickle.loads(pickle.dumps(net))


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(axis=0), y


def test_several_quantiles(diabetes):
    X, y = diabetes
    params = {"hidden_layer_sizes": 20, "learning_rate_init": 0.01, "random_state": 0}
    net = MLPRegressorX(loss=BAND, standardize_y=True, **params).fit(X, y)
    predicted = net.predict(X)
    assert predicted.shape == (442, 3)
    assert net.n_outputs_ == 3
    assert net.quantiles_ == (0.1, 0.5, 0.9)
    assert (np.diff(predicted) >= 0).all()
    assert_allclose((y[:, np.newaxis] <= predicted).mean(axis=0), net.quantiles_, atol=0.06)
    assert_allclose(net.score(X, y), r2_score(y, predicted[:, 1]))
    far = net.predict(1e3 * np.random.RandomState(0).normal(size=(1000, 10)))
    assert (np.diff(far) >= 0).all()


def test_several_quantiles_of_several_targets(diabetes):
    X, y = diabetes
    both = np.column_stack([y, 1000 - 5 * y])
    net = MLPRegressorX(loss=Quantile((0.2, 0.6)), standardize_y=True, **LINEAR).fit(X, both)
    predicted = net.predict(X)
    assert predicted.shape == (442, 2, 2)
    assert (np.diff(predicted, axis=2) >= 0).all()
    covered = (both[:, :, np.newaxis] <= predicted).mean(axis=0)
    assert_allclose(covered, [[0.2, 0.6]] * 2, atol=0.05)
    assert_allclose(net.score(X, both), r2_score(both, predicted[:, :, 1]))
    weight = np.linspace(0, 1, 442)
    expected = r2_score(both, predicted[:, :, 1], sample_weight=weight)
    assert_allclose(net.score(X, both, weight), expected)
    assert_array_equal(pickled(net).predict(X), predicted)


@pytest.mark.parametrize(
    ("quantiles", "middle"), [((0.4, 0.6), 0), ((0.1, 0.6), 1), ((0.1, 0.3, 0.8), 1)]
)
def test_the_quantile_nearest_to_the_median_is_scored(diabetes, quantiles, middle):
    X, y = diabetes
    net = MLPRegressorX(loss=Quantile(quantiles), max_iter=5, random_state=0)
    net.fit(X, y, X_val=X[:50], y_val=y[:50])
    assert_allclose(net.score(X, y), r2_score(y, net.predict(X)[:, middle]))
    assert_allclose(net.validation_scores_[-1], net.score(X[:50], y[:50]))


def test_quantiles_are_those_that_were_fitted(diabetes):
    X, y = diabetes
    net = MLPRegressorX(loss=BAND, max_iter=3, random_state=0).fit(X, y)
    before, score = net.predict(X), net.score(X, y)
    net.set_params(loss__quantiles=(0.3, 0.9))
    assert_array_equal(net.predict(X), before)
    assert_array_equal(pickled(net).predict(X), before)
    assert net.score(X, y) == score
    with pytest.raises(ValueError, match="n_outputs changed from 3 to 2"):
        net.partial_fit(X, y)
    assert net.quantiles_ == (0.1, 0.5, 0.9)
    net.set_params(loss="squared_error").fit(X, y)
    assert net.quantiles_ is None
    assert net.predict(X).shape == y.shape


def test_float32_quantiles(diabetes):
    X, y = diabetes[0].astype("float32"), diabetes[1]
    net = MLPRegressorX(loss=BAND, standardize_y=True, max_iter=5, random_state=0).fit(X, y)
    assert net.predict(X).dtype == np.float32
    assert net.coefs_[0].dtype == np.float32
