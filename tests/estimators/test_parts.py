"""From parameters to parts: normalization, dropout, penalties and max-norm in a whole fit."""

import copy
import pickle

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from sknn import Layers, MLPClassifierX, MLPRegressorX
from sknn.estimators.parts import penalties_of
from sknn.exceptions import InvalidParameterError
from sknn.nn.layers import (
    DROPOUTS,
    NORMALIZATIONS,
    AlphaDropout,
    BaseDropout,
    BatchNorm,
    Dropout,
    GroupNorm,
    Layer,
    Normalization,
)
from sknn.nn.penalties import L1, L2
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture(scope="module")
def cancer():
    X, y = load_breast_cancer(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def kinds(net):
    return [type(layer).__name__ for layer in net._network.layers]


# -- normalization -----------------------------------------------------------------------------


@pytest.mark.parametrize("position", ["before", "after"])
@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_every_normalization_learns(name, position, cancer):
    part = NORMALIZATIONS[name](position=position)
    net = MLPClassifierX(
        16, normalization=part, max_iter=30, learning_rate_init=0.01, random_state=0
    )
    assert net.fit(*cancer).score(*cancer) > 0.97
    assert net.loss_ < 0.3 * net.loss_curve_[0]


def test_a_search_reaches_the_settings_of_a_normalization(cancer):
    net = MLPClassifierX(12, normalization=GroupNorm(), max_iter=3, random_state=0)
    grid = {
        "normalization__n_groups": [2, 3],
        "normalization__position": ["before", "after"],
    }
    search = GridSearchCV(net, grid, cv=2, error_score="raise").fit(*cancer)
    assert len(set(search.cv_results_["mean_test_score"])) > 1


class Statistics(Callback):
    """Keeps the statistics of each epoch."""

    def __init__(self):
        self.of_epoch = []

    def on_epoch_end(self, run):
        self.of_epoch.append(run.network.statistics.copy())


@pytest.mark.parametrize("position", ["before", "after"])
def test_early_stopping_brings_back_the_statistics_of_the_best_epoch(position, cancer):
    record = Statistics()
    net = MLPClassifierX(
        8,
        normalization=BatchNorm(position=position),
        early_stopping=True,
        n_iter_no_change=5,
        learning_rate_init=0.02,
        callbacks=[record],
        random_state=0,
    ).fit(*cancer)
    scores = net.validation_scores_
    best = int(np.argmax(scores))
    assert best < len(scores) - 1
    assert_array_equal(net._network.statistics, record.of_epoch[best])
    assert_array_equal(pickle.loads(pickle.dumps(net))._network.statistics, record.of_epoch[best])


@pytest.mark.parametrize("through_a_pickle", [False, True])
def test_going_on_goes_on_with_the_statistics(through_a_pickle, cancer):
    X, y = cancer
    net = MLPClassifierX(8, normalization="batch", max_iter=1, warm_start=True, random_state=0)
    batches = -(-len(X) // 200)
    counts = []
    for method in ("fit", "fit", "partial_fit"):
        getattr(net, method)(X, y)
        counts.append(float(net._network.layers[1].values["n_batches"][0]))
        if through_a_pickle:
            net = pickle.loads(pickle.dumps(net))
    assert counts == [batches, 2 * batches, 3 * batches]


def test_a_last_batch_of_one_row():
    X = np.random.RandomState(0).normal(size=(41, 3))
    for name in NORMALIZATIONS:
        net = MLPRegressorX(
            hidden_layer_sizes=4, normalization=name, batch_size=10, max_iter=20, random_state=0
        )
        weight = np.ones(41)
        weight[5:25] = 0
        for sample_weight in (None, weight):
            assert np.isfinite(net.fit(X, X[:, 0], sample_weight).predict(X)).all()


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_huge_inputs_in_float32(name):
    rng = np.random.RandomState(0)
    X = rng.normal(size=(300, 3)).astype("float32")
    y = (X[:, 0] + X[:, 1] > 0).astype(int)
    net = MLPClassifierX(
        16, normalization=name, learning_rate_init=0.01, max_iter=30, random_state=0
    )
    huge = X * np.float32(1e20)
    assert net.fit(huge, y).score(huge, y) > 0.85
    assert net.predict_proba(huge).dtype == np.float32


# -- dropout -----------------------------------------------------------------------------------


def test_dropout_by_rate_name_object_and_layer(cancer):
    for dropout, layers, rates in [
        (0.2, ["DropoutLayer"] * 2, [0.2, 0.2]),
        ("alpha_dropout", ["AlphaDropoutLayer"] * 2, [0.1, 0.1]),
        (Dropout(0.3), ["DropoutLayer"] * 2, [0.3, 0.3]),
        ((0.0, AlphaDropout(0.2)), ["AlphaDropoutLayer"], [0.2]),
        (["dropout", 0.1], ["DropoutLayer"] * 2, [0.5, 0.1]),
        (np.array([0.1, 0.0]), ["DropoutLayer"], [0.1]),
    ]:
        net = MLPClassifierX((5, 4), dropout=dropout, max_iter=1, random_state=0).fit(*cancer)
        for same in (net, pickle.loads(pickle.dumps(net)), copy.deepcopy(net)):
            drops = [layer for layer in same._network.layers if layer.uses_chance]
            assert [type(layer).__name__ for layer in drops] == layers
            assert [layer.rate for layer in drops] == rates


def test_the_ways_to_say_it_are_one_network(cancer):
    nets = [
        MLPClassifierX((5, 4), dropout=dropout, max_iter=3, random_state=0).fit(*cancer)
        for dropout in (0.5, "dropout", Dropout(), (0.5, "dropout"))
    ]
    for net in nets[1:]:
        assert net.loss_curve_ == nets[0].loss_curve_
    first, *others = nets
    first.set_params(warm_start=True)
    for other in others:
        first.set_params(dropout=other.dropout).fit(*cancer)  # the same architecture


def test_warm_start_refuses_another_dropout(cancer):
    net = MLPClassifierX(5, dropout=0.2, warm_start=True, max_iter=1).fit(*cancer)
    for params in ({"dropout": AlphaDropout(0.2)}, {"dropout": 0.2, "input_dropout": 0.1}):
        with pytest.raises(ValueError, match="dropout changed from"):
            net.set_params(**params).fit(*cancer)


@pytest.mark.parametrize("cls", DROPOUTS.values())
def test_a_search_reaches_the_rate(cls, cancer):
    net = MLPClassifierX(8, activation="selu", dropout=cls(), max_iter=3, random_state=0)
    search = GridSearchCV(net, {"dropout__rate": [0.0, 0.8]}, cv=2, error_score="raise")
    search.fit(*cancer)
    assert len(set(search.cv_results_["mean_test_score"])) == 2


@pytest.mark.parametrize("sizes", [(), (8,)])
@pytest.mark.parametrize("container", [np.asarray, scipy.sparse.csr_array, scipy.sparse.csc_matrix])
def test_input_dropout(sizes, container, cancer):
    X, y = cancer
    X = np.where(abs(X) < 0.3, 0.0, X)
    given = container(X)
    for array in [given] if given is X else [given.data, given.indices, given.indptr]:
        array.flags.writeable = False
    common = {"max_iter": 60, "learning_rate_init": 0.01, "random_state": 0}
    net = MLPClassifierX(sizes, input_dropout=0.2, **common)
    net.fit(given, y)
    assert_array_equal(given if given is X else given.toarray(), X)
    assert kinds(net)[0] == "InputDropoutLayer"
    assert net.score(given, y) > 0.95
    assert_array_equal(net.predict_proba(given), net.predict_proba(given))
    plain = MLPClassifierX(sizes, **common).fit(given, y)
    assert net.loss_ > plain.loss_


def test_input_dropout_computes_no_gradient_of_a_sparse_input():
    X = scipy.sparse.csr_array((np.ones(5), (np.arange(5), np.arange(5))), shape=(20, 2_000_000))
    net = MLPRegressorX(
        hidden_layer_sizes=(), input_dropout=0.1, max_iter=1, batch_size=20, random_state=0
    )

    class Touched(Callback):
        def on_step_end(self, run):
            (room, _), *_ = run.objective._rooms.values()
            self.reads = "x" in vars(room[1])
            self.touched = bool(room[1].dx[:, :1000].any())

    seen = Touched()
    net.set_params(callbacks=[seen]).fit(X, np.arange(20.0))
    assert seen.reads
    assert not seen.touched


# -- of one's own ------------------------------------------------------------------------------


class HalfLayer(Layer):
    """Halves each value."""

    def forward(self, x, room, step):
        return 0.5 * x

    def backward(self, grad, room, wanted):
        grad *= 0.5
        return grad


class Half(Normalization):
    """A user's own normalization; its position is that of all."""

    def layer(self):
        return HalfLayer()


class HalfDropout(BaseDropout):
    """A user's own dropout."""

    def layer(self):
        return HalfLayer()


def test_parts_of_ones_own(cancer):
    net = MLPClassifierX(
        8, normalization=Half(position="after"), dropout=HalfDropout(0.2), random_state=0
    ).fit(*cancer)
    assert kinds(net) == ["Dense", "Activate", "HalfLayer", "HalfLayer", "Dense"]
    assert net.score(*cancer) > 0.97
    net.set_params(dropout__rate=0.0, max_iter=1).fit(*cancer)
    assert kinds(net) == ["Dense", "Activate", "HalfLayer", "Dense"]


# -- penalties and max-norm --------------------------------------------------------------------


def test_only_penalties_that_cost_something_are_computed():
    assert penalties_of(MLPClassifierX(alpha=0)) == []
    assert penalties_of(MLPClassifierX()) == [L2(0.0001)]
    assert penalties_of(MLPClassifierX(alpha=0, l1=0.1)) == [L1(0.1)]
    assert penalties_of(MLPClassifierX(alpha=0.2, l1=0.1)) == [L2(0.2), L1(0.1)]


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_l1_makes_most_weights_tiny(solver, cancer):
    net = MLPClassifierX(20, solver=solver, alpha=0, max_iter=300, random_state=0)

    def share_of_tiny(l1):
        net.set_params(l1=l1, learning_rate_init=0.003).fit(*cancer)
        weights = np.concatenate([abs(w).ravel() for w in net.coefs_])
        return (weights < 1e-3).mean()

    assert share_of_tiny(0) < 0.02
    assert share_of_tiny(1.0) > 0.8
    assert net.score(*cancer) > 0.97


def test_l1_is_in_the_loss(cancer):
    X, y = cancer
    net = MLPClassifierX(5, l1=0.5, alpha=0, max_iter=1, learning_rate_init=1e-9, random_state=0)
    plain = MLPClassifierX(5, alpha=0, max_iter=1, learning_rate_init=1e-9, random_state=0)
    net.fit(X, y, sample_weight=np.full(len(X), 2.0))
    plain.fit(X, y)
    sizes = sum(abs(w).sum() for w in net.coefs_)
    per_batch = [0.5 / (2 * rows) * sizes * rows / len(X) for rows in (200, 200, 169)]
    assert_allclose(net.loss_ - plain.loss_, sum(per_batch), rtol=1e-5)


class Lengths(Callback):
    """Keeps the longest incoming vector of each layer after each step."""

    def __init__(self):
        self.longest = []

    def on_fit_begin(self, run):
        self.on_step_end(run)

    def on_step_end(self, run):
        lengths = [np.linalg.norm(w, axis=0).max() for w in run.network.coefs]
        self.longest.append(lengths)


def test_max_norm_holds_at_the_start_and_after_each_step(cancer):
    X, y = (array[:100] for array in cancer)
    params = {"hidden_layer_sizes": (6, 5), "learning_rate_init": 0.1, "random_state": 0}
    free, held = Lengths(), Lengths()
    MLPClassifierX(max_iter=15, callbacks=[free], **params).fit(X, y)
    net = MLPClassifierX(max_iter=15, callbacks=[held], max_norm=0.7, **params).fit(X, y)
    free, held = np.array(free.longest), np.array(held.longest)
    assert (free[0, :2] > 0.7).all()
    assert (held[:, :2] <= 0.7 * (1 + 1e-12)).all()
    assert (held[:, :2] > 0.69).any()
    assert held[-1, 2] > 0.7  # the output layer is free
    assert net.score(X, y) > 0.95


def test_max_norm_of_a_linear_model_holds_nothing(cancer):
    common = {"hidden_layer_sizes": (), "max_iter": 2, "random_state": 0}
    plain = MLPClassifierX(**common).fit(*cancer)
    held = MLPClassifierX(max_norm=0.01, **common).fit(*cancer)
    assert_array_equal(held.coefs_[0], plain.coefs_[0])


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_numbers_drawn_by_a_search_are_plain_numbers(solver, cancer):
    X, y = cancer
    drawn = {"learning_rate_init": 0.01, "alpha": 0.1, "dropout": 0.2, "momentum": 0.8}
    drawn |= {"l1": 0.01, "max_norm": 2.0, "gradient_clip": 1.0, "beta_1": 0.8}
    fixed = {"solver": solver, "max_iter": 3, "random_state": 0, "dtype": "float32"}
    plain = MLPClassifierX(**fixed, **drawn).fit(X, y)
    numpys = MLPClassifierX(**fixed, **{k: np.float64(v) for k, v in drawn.items()}).fit(X, y)
    assert numpys.loss_curve_ == plain.loss_curve_
    assert_array_equal(numpys.coefs_[0], plain.coefs_[0])


def test_layers_of_one_width(tmp_path):
    X = np.random.default_rng(0).normal(size=(40, 3))
    y = X[:, 0] > 0
    settings = {"max_iter": 3, "random_state": 0}
    with pytest.warns(ConvergenceWarning):
        one = MLPClassifierX(Layers(depth=2, width=7), **settings).fit(X, y)
    with pytest.warns(ConvergenceWarning):
        other = MLPClassifierX((7, 7), **settings).fit(X, y)
    for mine, theirs in zip(one.coefs_, other.coefs_, strict=True):
        assert_array_equal(mine, theirs)
    changed = clone(one).set_params(
        hidden_layer_sizes__depth=0, hidden_layer_sizes__width=np.int64(3)
    )
    assert changed.hidden_layer_sizes == Layers(0, 3)
    assert one.hidden_layer_sizes == Layers(2, 7)
    assert one.get_params()["hidden_layer_sizes__width"] == 7
    with pytest.warns(ConvergenceWarning):
        assert changed.fit(X, y).n_layers_ == 2
    for wrong, words in (
        (Layers(depth=-1), "hidden_layer_sizes__depth.*-1"),
        (Layers(width=0), "hidden_layer_sizes__width.*0"),
    ):
        with pytest.raises(InvalidParameterError, match=words):
            MLPClassifierX(wrong).fit(X, y)
