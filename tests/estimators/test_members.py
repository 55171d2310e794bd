"""The parameter members: from fit to prediction, going on, and what it does not go with."""

import pickle

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from sknn import MLPClassifierX, MLPRegressorX, compile_predictor, diagnose, use_engine
from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import MEMBERS, PBLD, Packed, TabM
from sknn.nn.losses import Quantile
from sknn.nn.stacked import can_stack
from sknn.plots import LossCurveDisplay, NetworkDisplay

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

K = 4
rng = np.random.RandomState(0)
X = rng.normal(size=(120, 3))
y = np.sin(2 * X[:, 0]) + X[:, 1]
labels = np.digitize(y, [-0.7, 0.7])
WAYS = {
    "adam": {},
    "lbfgs": {"solver": "lbfgs"},
    "stopping": {"early_stopping": True},
    "averaged": {"averaging": "ema", "normalization": "layer"},
    "float32": {"dtype": "float32", "dropout": 0.1, "input_dropout": 0.1},
    "looking": {"initializer": "unit_variance", "parametrization": "ntk", "max_norm": 2.0},
    "embedded": {"embedding": PBLD(n_frequencies=4), "input_scaling": True},
    "learned": {"activation": "prelu", "normalization": "rms", "l1": 0.01},
    "linear": {"hidden_layer_sizes": (), "max_iter": 60},
}


def make(members, cls=MLPRegressorX, **params):
    fast = {"hidden_layer_sizes": (8,), "learning_rate_init": 0.01, "max_iter": 25}
    return cls(members=members, **{"batch_size": 25, "random_state": 0} | fast | params)


@pytest.fixture(params=MEMBERS.values(), ids=MEMBERS)
def part(request):
    return request.param(n_members=K)


@pytest.fixture
def net(part):
    return make(part, MLPClassifierX).fit(X, labels)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_of_training(part, way):
    net = make(part, **way).fit(X, y)
    assert net.score(X, y) > 0.1
    assert np.ptp(net._member_raw(X), axis=0).max() > 0
    for same in (pickle.loads(pickle.dumps(net)), clone(net).fit(X, y)):
        assert_array_equal(same.predict(X), net.predict(X))
    assert_array_equal(compile_predictor(net)(X[:3]), net.predict(X[:3]))


def test_probabilities_are_means(net):
    each = net._member_raw(X)
    assert each.shape == (K, 120, 3)
    assert_allclose(net.predict_proba(X), softmax(each, axis=2).mean(axis=0), rtol=1e-9)
    assert net.score(X, labels) > 0.5
    two = make(net.members, MLPClassifierX).fit(X, labels > 1)
    assert_allclose(two.predict_proba(X)[:, 1], expit(two._member_raw(X)).mean(axis=0)[:, 0])
    many = make(net.members, MLPClassifierX).fit(X, np.column_stack([labels > 0, labels > 1]))
    assert_allclose(many.predict_proba(X), expit(many._member_raw(X)).mean(axis=0))


def test_numbers_are_means(part):
    net = make(part, standardize_y=True).fit(X, np.column_stack([y, 5 + 2 * y]))
    mean = net._member_raw(X).mean(axis=0)
    assert_allclose(net.predict(X), net.y_mean_ + net.y_scale_ * mean, rtol=1e-9)
    counts = make(part, loss="poisson").fit(X, np.round(np.exp(y)))
    assert_allclose(counts.predict(X), np.exp(counts._member_raw(X)).mean(axis=0)[:, 0])
    levels = make(part, loss=Quantile((0.1, 0.9))).fit(X, y)
    raw = levels._member_raw(X)
    upper = raw[..., 0] + np.logaddexp(0.0, raw[..., 1])
    assert_allclose(levels.predict(X), np.stack([raw[..., 0], upper], axis=2).mean(axis=0))


def test_without_members_there_is_one():
    net = make(None).fit(X, y)
    assert_array_equal(net._member_raw(X)[0], net._raw_output(X))


def test_shapes(part, net):
    shared = (3, 8) if not isinstance(part, Packed) else (K, 3, 8)
    assert [coef.shape for coef in net.coefs_] == [shared, (K, 8, 3)]
    assert net.n_layers_ == 3
    assert net.n_outputs_ == 3
    summary = net.summary()
    assert summary.n_parameters == net.n_parameters_
    assert f"3-8-3, {K} members" in summary.title
    assert "(4n, 8)" in str(summary)
    assert str(summary).count("(n, 3)") == 3  # the input, the merged output and the link


def test_a_replaced_weight_is_used(net):
    before = net.predict_proba(X)
    net.coefs_[-1] = np.zeros_like(net.coefs_[-1])
    net.intercepts_[-1] = np.zeros_like(net.intercepts_[-1])
    assert np.ptp(before) > 0.1
    assert_allclose(net.predict_proba(X), 1 / 3)


def test_training_goes_on(part):
    whole = make(part, max_iter=4, tol=0.0).fit(X, y)
    parts = make(part)
    for _ in range(4):
        parts.partial_fit(X, y)
    assert_array_equal(whole.predict(X), parts.predict(X))
    warm = make(part, warm_start=True, max_iter=3).fit(X, y)
    loss = warm.loss_
    again = pickle.loads(pickle.dumps(warm)).fit(X, y)
    assert again.loss_ < loss
    with pytest.raises(ValueError, match="members changed from"):
        warm.set_params(members=part.with_params(n_members=K + 1)).fit(X, y)


def test_a_row_of_weight_two_is_two_rows(part):
    settings = {"batch_size": "full", "shuffle": False, "alpha": 0.0}
    twice = np.arange(120) % 3 == 0
    weighted = make(part, **settings).fit(X, y, sample_weight=1.0 + twice)
    repeated = make(part, **settings).fit(np.vstack([X, X[twice]]), np.append(y, y[twice]))
    assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-6)
    balanced = make(part, MLPClassifierX, class_weight="balanced").fit(X, labels)
    assert balanced.score(X, labels) > 0.5


def test_slopes_are_those_of_the_mean(net):
    step = 1e-5 * np.eye(3)[0]
    slope = (net.decision_function(X[:5] + step) - net.decision_function(X[:5] - step)) / 2e-5
    assert_allclose(net.input_gradient(X[:5])[:, 0], slope, rtol=1e-3, atol=1e-6)


def test_what_needs_a_single_network_says_so(net):
    for ask in (
        lambda: net.linear_region(X[0]),
        lambda: net.deeplift(X[:2], X),
        lambda: net.relevance(X[0]),
        lambda: NetworkDisplay.from_estimator(net),
    ):
        with pytest.raises(InvalidParameterError, match=f"single network. Got one with {K} mem"):
            ask()


def test_the_rest_works(net):
    LossCurveDisplay.from_estimator(net)
    assert not can_stack(net._fitted_network())
    looked = make(net.members, MLPClassifierX, callbacks=["gradient_health"]).fit(X, labels)
    assert looked.history_["health_rows"][0] > 0
    assert np.isfinite(looked.history_["gradient_norm_1"]).all()
    assert str(diagnose(looked, X, labels))
    search = GridSearchCV(looked, {"members__n_members": [1, 2]}, cv=2).fit(X, labels)
    assert search.best_params_["members__n_members"] in (1, 2)


def test_gradients_that_are_watched_are_those_of_the_members():
    settings = {"callbacks": ["gradient_health"], "max_iter": 2, "alpha": 0.0}
    plain = make(None, **settings).fit(X, y).history_
    single = make(Packed(n_members=1), **settings).fit(X, y).history_
    for name in plain:
        if name.startswith(("gradient", "backprop", "update", "dead", "health")):
            assert_allclose(single[name], plain[name], rtol=1e-9)


def test_compiled_kernels_give_the_same(part):
    pytest.importorskip("numba")
    fits = []
    for engine in ("numpy", "numba"):
        with use_engine(engine):
            fits.append(make(part, MLPClassifierX, max_iter=5).fit(X, labels))
    assert_allclose(*(fit.predict_proba(X) for fit in fits), rtol=1e-6)


def test_what_does_not_go_together():
    with pytest.raises(InvalidParameterError, match="'layer', 'group' and 'rms'"):
        make("tabm", normalization="batch").fit(X, y)
    with pytest.raises(InvalidParameterError, match="members need a dense array"):
        make("tabm").fit(scipy.sparse.csr_matrix(X), y)
    with pytest.raises(InvalidParameterError, match="members__n_members"):
        make(TabM(n_members=0)).fit(X, y)
