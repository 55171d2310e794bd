"""What holds for any network and any data: batching, pickles, going on, weights, seeds."""

import pickle
from functools import partial

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.activations import ACTIVATIONS
from sknn.nn.averaging import AVERAGINGS
from sknn.nn.clipping import CLIPPINGS
from sknn.nn.initializers import GivenWeights
from sknn.nn.layers import DROPOUTS, NORMALIZATIONS
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES, LogLoss, Quantile
from sknn.nn.optimizers import OPTIMIZERS, StochasticOptimizer
from sknn.nn.schedules import SCHEDULES
from sknn.train import SAMPLINGS

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

CONTAINERS = [np.asarray, np.asfortranarray, scipy.sparse.csr_array, scipy.sparse.csc_matrix]
STEPPING = [n for n, cls in OPTIMIZERS.items() if issubclass(cls, StochasticOptimizer)]
LABEL_LOSSES = [*(cls() for cls in CLASSIFICATION_LOSSES.values()), LogLoss(label_smoothing=0.1)]
NUMBER_LOSSES = [*(cls() for cls in REGRESSION_LOSSES.values()), Quantile((0.1, 0.5, 0.9))]
FOREVER = {"tol": 0.0, "n_iter_no_change": np.inf}


@st.composite
def problems(draw):
    """An estimator's class, with a loss, and X and y that it can be fitted to."""
    rng = np.random.RandomState(draw(st.integers(0, 1000)))
    n_samples, n_features = draw(st.integers(8, 40)), draw(st.integers(1, 5))
    X = rng.normal(size=(n_samples, n_features)).astype(draw(st.sampled_from(["f8", "f4"])))
    kind = draw(st.sampled_from(["binary", "multiclass", "multilabel", "number", "numbers"]))
    if kind in ("number", "numbers"):
        loss = draw(st.sampled_from(NUMBER_LOSSES))
        y = rng.normal(size=n_samples if kind == "number" else (n_samples, 3))
        y = y if loss.support == "real" else 0.5 + rng.rand(*y.shape)
        return partial(MLPRegressorX, loss=loss), X, y
    Classifier = partial(MLPClassifierX, loss=draw(st.sampled_from(LABEL_LOSSES)))
    if kind == "multilabel":
        return Classifier, X, rng.randint(2, size=(n_samples, 3))
    return Classifier, X, np.arange(n_samples) % (2 if kind == "binary" else 4)


def networks(**extra):
    """Parameters of a small network with any parts."""
    return st.fixed_dictionaries(
        {
            # groups of 4 units, since two of almost one value make rounding large
            "hidden_layer_sizes": st.sampled_from([(), (8,), (12, 8)]),
            "activation": st.sampled_from(list(ACTIVATIONS)),
            "normalization": st.sampled_from(
                [None]
                + [cls(position=p) for cls in NORMALIZATIONS.values() for p in ("before", "after")]
            ),
            "dropout": st.sampled_from([0.0, 0.3, *DROPOUTS]),
            "input_dropout": st.sampled_from([0.0, 0.2]),
            "alpha": st.sampled_from([0.0, 0.1]),
            "l1": st.sampled_from([0.0, 0.1]),
            "max_norm": st.sampled_from([None, 1.0]),
            "batch_size": st.sampled_from([1, 7, 0.5, "full"]),
            "shuffle": st.booleans(),
            "solver": st.sampled_from(STEPPING),
            "learning_rate_init": st.just(0.01),
            "random_state": st.integers(0, 100),
            "max_iter": st.integers(1, 3),
            **extra,
        }
    )


def raw(net, X):
    """The raw output: what all predictions are made of."""
    return net.decision_function(X) if isinstance(net, MLPClassifierX) else net.predict(X)


def rounding(X):
    """How far two ways to add up may differ."""
    tolerance = 1e-10 if X.dtype == np.float64 else 1e-4
    return {"rtol": tolerance, "atol": tolerance}


def assert_same_network(one, other):
    """The same weights and predictions, bit for bit."""
    for mine, theirs in zip(
        [*one.coefs_, *one.intercepts_], [*other.coefs_, *other.intercepts_], strict=True
    ):
        assert_array_equal(mine, theirs)
    assert_array_equal(one._network.statistics, other._network.statistics)
    assert one.loss_curve_ == other.loss_curve_


def first_call(net, y):
    """What the first call of ``partial_fit`` needs besides the data."""
    is_labelled = isinstance(net, MLPClassifierX)
    return (
        {"classes": np.arange(y.shape[1]) if y.ndim == 2 else np.unique(y)} if is_labelled else {}
    )


# -- prediction --------------------------------------------------------------------------------


@given(problems(), networks(), st.sampled_from(CONTAINERS), st.integers(1, 40))
def test_predicting_in_parts_is_predicting_at_once(problem, params, container, size):
    Estimator, X, y = problem
    net = Estimator(**params).fit(X, y)
    parts = [raw(net, container(X[i : i + size])) for i in range(0, len(X), size)]
    assert_allclose(np.concatenate(parts), raw(net, X), **rounding(X))


@given(problems(), networks(), st.sampled_from(CONTAINERS))
def test_a_pickle_predicts_the_same_bit_for_bit(problem, params, container):
    Estimator, X, y = problem
    X = container(X)
    net = Estimator(**params).fit(X, y)
    copy = pickle.loads(pickle.dumps(net))
    assert_array_equal(raw(copy, X), raw(net, X))
    assert_array_equal(copy.predict(X), net.predict(X))
    again = pickle.loads(pickle.dumps(copy))
    assert_array_equal(raw(again, X), raw(net, X))


FULL_BATCH = {
    "solver": st.just("lbfgs"),
    "dropout": st.just(0.0),
    "input_dropout": st.just(0.0),
    "max_norm": st.none(),
}


@given(problems(), networks(**FULL_BATCH))
def test_a_pickle_of_a_full_batch_fit_too(problem, params):
    Estimator, X, y = problem
    net = Estimator(**params).fit(X, y)
    assert_array_equal(raw(pickle.loads(pickle.dumps(net)), X), raw(net, X))


# -- going on ----------------------------------------------------------------------------------


@given(problems(), networks(), st.integers(1, 5), st.booleans(), st.booleans(), st.data())
def test_k_partial_fits_are_one_fit(problem, params, k, weighted, through_a_pickle, data):
    Estimator, X, y = problem
    weight = np.random.RandomState(0).rand(len(X)).astype(X.dtype) if weighted else None
    params = params | FOREVER | {"max_iter": k}
    for name, parts in (
        ("learning_rate", SCHEDULES),
        ("averaging", [None, *AVERAGINGS]),
        ("sampling", [None, *SAMPLINGS]),
        ("gradient_clip", [None, *CLIPPINGS]),
    ):
        params[name] = data.draw(st.sampled_from(list(parts)))
    whole = Estimator(**params).fit(X, y, weight)
    parts = Estimator(**params)
    for call in range(k):
        parts.partial_fit(X, y, weight, **(first_call(parts, y) if call == 0 else {}))
        if through_a_pickle:
            parts = pickle.loads(pickle.dumps(parts))
    assert_same_network(parts, whole)
    assert (parts.t_, parts.loss_) == (whole.t_, whole.loss_)
    assert parts.best_loss_ == whole.best_loss_


def test_partial_fits_slow_down_at_a_plateau_as_one_fit_does():
    # the loss is exactly 0 from the start, so it cannot improve
    X, y = np.eye(3), np.zeros(3)
    params = {
        "solver": "sgd",
        "learning_rate": "adaptive",
        "n_iter_no_change": 2,
        "initializer": "zeros",
        "max_iter": 5,
        "random_state": 0,
    }
    whole, parts = MLPRegressorX(**params).fit(X, y), MLPRegressorX(**params)
    for _ in range(5):
        parts.partial_fit(X, y)
    assert whole.loss_ == 0
    assert whole._optimizer.learning_rate == pytest.approx(0.001 / 5)
    assert parts._optimizer.learning_rate == whole._optimizer.learning_rate


@given(problems(), networks())
def test_the_same_seed_is_the_same_network(problem, params):
    Estimator, X, y = problem
    net = Estimator(**params)
    one, other = clone(net).fit(X, y), clone(net).fit(X, y)
    assert_same_network(one, other)
    assert_same_network(other.fit(X, y), one)  # a fit starts anew


# -- weights -----------------------------------------------------------------------------------

WITHOUT_CHANCE = {
    "dropout": st.just(0.0),
    "input_dropout": st.just(0.0),
    "batch_size": st.just("full"),
    "shuffle": st.just(False),
    # Adam divides by the size of the gradient, so where it is 0 rounding is all there is
    "solver": st.sampled_from(["sgd"]),
    "max_iter": st.integers(1, 5),
}


@given(problems(), networks(**WITHOUT_CHANCE), st.randoms(use_true_random=False))
def test_weight_2_is_two_rows_and_weight_0_is_none(problem, params, random):
    Estimator, X, y = problem
    weight = np.array([random.randint(0, 3) for _ in X])
    weight[:4] = [1, 1, 2, 3]  # each class occurs
    weighted = Estimator(**params).fit(X, y, sample_weight=weight)
    repeated = Estimator(**params).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight, axis=0))
    assert_allclose(raw(weighted, X), raw(repeated, X), **rounding(X))
    assert_allclose(weighted.loss_curve_, repeated.loss_curve_, **rounding(X))


@given(
    problems(),
    networks(solver=st.just("sgd"), alpha=st.just(0.0), l1=st.just(0.0)),
    st.sampled_from([0.001, 3.0, 1000.0]),
    st.sampled_from([-10, -1, 3]),
)
def test_only_the_ratio_of_weights_counts(problem, params, factor, power):
    Estimator, X, y = problem
    weight = np.random.RandomState(1).rand(len(X)) + 0.1

    def fitted(X, factor):
        return raw(Estimator(**params).fit(X, y, sample_weight=factor * weight), X)

    # a power of 2 is exact; elsewhere two rows that batch normalization finds almost alike
    # make rounding large, so that float32 says nothing
    assert_array_equal(fitted(X, 2.0**power), fitted(X, 1.0))
    X = X.astype("f8")
    assert_allclose(fitted(X, factor), fitted(X, 1.0), **rounding(X))


@given(problems(), networks(solver=st.just("sgd"), alpha=st.just(0.0), l1=st.just(0.0)))
def test_equal_weights_are_none(problem, params):
    Estimator, X, y = problem
    plain = Estimator(**params).fit(X, y)
    weighted = Estimator(**params).fit(X, y, sample_weight=np.full(len(X), 2.0))
    assert_allclose(raw(weighted, X), raw(plain, X), **rounding(X))


# -- data --------------------------------------------------------------------------------------


@given(
    problems(),
    networks(solver=st.just("sgd"), input_dropout=st.just(0.0)),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_features_does_not_matter(problem, params, random):
    Estimator, X, y = problem
    start = Estimator(**params).fit(X, y)
    order = list(range(X.shape[1]))
    random.shuffle(order)
    first, *others = start.coefs_
    given = GivenWeights([first, *others], start.intercepts_)
    permuted = GivenWeights([first[order], *others], start.intercepts_)
    one = Estimator(**params | {"initializer": given}).fit(X, y)
    other = Estimator(**params | {"initializer": permuted}).fit(X[:, order], y)
    assert_allclose(raw(other, X[:, order]), raw(one, X), **rounding(X))
    assert_allclose(other.coefs_[0], one.coefs_[0][order], **rounding(X))


@given(problems(), networks(solver=st.just("sgd")), st.sampled_from(CONTAINERS))
def test_the_container_does_not_matter(problem, params, container):
    Estimator, X, y = problem
    dense, other = Estimator(**params).fit(X, y), Estimator(**params).fit(container(X), y)
    assert_allclose(raw(other, X), raw(dense, X), **rounding(X))


@given(problems(), networks())
def test_the_callers_data_are_only_read(problem, params):
    Estimator, X, y = problem
    weight = np.ones(len(X), X.dtype)
    for array in (X, y, weight):
        array.flags.writeable = False
    net = Estimator(**params).fit(X, y, sample_weight=weight)
    net.predict(X)


@given(problems(), networks())
def test_fitted_arrays_have_the_precision_of_the_data(problem, params):
    Estimator, X, y = problem
    net = Estimator(**params).fit(X, y)
    assert {w.dtype for w in [*net.coefs_, *net.intercepts_]} == {X.dtype}
    assert raw(net, X).dtype == X.dtype
