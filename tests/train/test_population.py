"""Runs in company end where they would have ended alone."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX, MLPRegressorX
from sknn.estimators.population import Fit, fit_together, is_narrow
from sknn.exceptions import DivergenceError, InterruptedFitWarning, NotOfferedError
from sknn.nn.activations import ACTIVATIONS
from sknn.nn.layers import PBLD, AlphaDropout, Category, Dropout, Periodic, PiecewiseLinear
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES
from sknn.nn.optimizers import OPTIMIZERS, AdamW, Lion
from sknn.nn.parametrizations import NTK
from sknn.nn.schedules import SCHEDULES
from sknn.train import Callback, population
from sknn.train.population import train_together

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

#: Numbers in which the members differ.
MEMBERS = [
    {"alpha": 1e-4, "learning_rate_init": 1e-3, "random_state": 0},
    {"alpha": 1.0, "learning_rate_init": 1e-2, "random_state": 1},
    {"alpha": 0.0, "learning_rate_init": 3e-3, "random_state": 2},
]


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:230] / 16, y[:230]


@pytest.fixture(scope="module")
def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X[:150] * 20, (y[:150] - y.mean()) / y.std()


@pytest.fixture
def stacks(monkeypatch):
    """How many runs were trained together, each time."""
    seen = []

    def watched(runs, warn=True):
        seen.append(len(runs))
        return train_together(runs, warn)

    monkeypatch.setattr("sknn.estimators.population.train_together", watched)
    return seen


def check(estimator, data, stacks, stacked=True, **more):
    """Fit copies together and one by one, and compare all that is left behind."""

    def copies():
        cls, params = type(estimator), estimator.get_params(deep=False)
        return [cls(**(params | member)) for member in MEMBERS]

    together, alone = copies(), copies()
    assert fit_together([Fit(net, *data, **more) for net in together]) == [None] * 3
    assert stacks == ([3] if stacked else [])
    for net in alone:
        net.fit(*data, **more)
    tolerance = 1e-4 if together[0].coefs_[0].dtype == np.float32 else 1e-9
    for mine, theirs in zip(together, alone, strict=True):
        for name in ("coefs_", "intercepts_"):
            for a, b in zip(getattr(mine, name), getattr(theirs, name), strict=True):
                assert a.dtype == b.dtype
                assert_allclose(a, b, rtol=tolerance, atol=tolerance)
        assert_allclose(mine.loss_curve_, theirs.loss_curve_, rtol=tolerance)
        for name in ("n_iter_", "t_", "n_updates_", "stop_reason_", "best_epoch_"):
            assert getattr(mine, name) == getattr(theirs, name), name
        assert_array_equal(mine.predict(data[0]), theirs.predict(data[0]))
        again = pickle.loads(pickle.dumps(mine))
        assert_array_equal(again.predict(data[0]), mine.predict(data[0]))
        assert mine.coefs_[0].base is None or mine.coefs_[0].base.ndim == 1  # not the whole stack


def classifier(**params):
    settings = {"hidden_layer_sizes": (6, 5), "max_iter": 6, "batch_size": 50}
    return MLPClassifierX(**(settings | params))


@pytest.mark.parametrize("solver", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_solvers(digits, stacks, solver):
    check(classifier(solver=solver), digits, stacks)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules(digits, stacks, schedule):
    check(classifier(solver="sgd", learning_rate=schedule), digits, stacks)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations(digits, stacks, activation):
    if not ACTIVATIONS[activation]().has_gradient:
        return
    check(classifier(activation=activation), digits, stacks)


@pytest.mark.parametrize("loss", CLASSIFICATION_LOSSES)
def test_losses_for_classes(digits, stacks, loss):
    X, y = digits
    check(classifier(loss=loss), (X, y), stacks)
    stacks.clear()
    check(classifier(loss=loss), (X, y > 4), stacks)


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_losses_for_numbers(diabetes, stacks, loss):
    X, y = diabetes
    net = MLPRegressorX(loss=loss, hidden_layer_sizes=(6,), max_iter=6, batch_size=40)
    check(net, (X, np.exp(y)), stacks)
    if loss == "squared_error":
        stacks.clear()
        check(net, (X, np.c_[y, -y]), stacks)


@pytest.mark.parametrize(
    "params",
    [
        {"dtype": "float32"},
        {"shuffle": False},
        {"dropout": 0.3, "input_dropout": 0.1},
        {"l1": 1e-2},
        {"max_norm": 1.0, "gradient_clip": 0.5},
        {"averaging": "ema"},
        {"averaging": "swa"},
        {"early_stopping": True, "n_iter_no_change": 1},
        {"tol": 0.2, "n_iter_no_change": 1, "max_iter": 30},
        {"label_smoothing": 0.1},
        {"batch_size": "full"},
        {"batch_size": 229},
        {"hidden_layer_sizes": ()},
        {"initializer": "orthogonal"},
        {"input_scaling": True, "parametrization": "ntk"},
        {"input_scaling": True, "parametrization": "ntk", "solver": "sgd", "dtype": "float32"},
        {"dropout": (Dropout(0.4, "flat_cosine"), 0.1), "input_scaling": True},
        {"solver": AdamW(weight_decay=0.1, decay_schedule="flat_cosine")},
        {"solver": Lion(weight_decay=0.1, decay_schedule="cosine")},
    ],
)
def test_settings(digits, stacks, params):
    check(classifier().set_params(**params), digits, stacks)


#: Layers that are stacked as they are; the statistics of the bins are each member's own.
ALIKE = {
    "scale": {"input_scaling": True},
    "prelu": {"activation": ["prelu", "parametric"]},
    "waves": {"embedding": [PBLD(columns=range(3)), Periodic(n_outputs=2)]},
    "pieces": {"embedding": PiecewiseLinear(n_bins=5, n_outputs=3)},
    "codes": {"embedding": [Category(columns=[0, 1]), PiecewiseLinear(n_bins=4, n_outputs=2)]},
}
ALIKE["all"] = {name: value for params in ALIKE.values() for name, value in params.items()}


@pytest.fixture(scope="module")
def codes(digits):
    X, y = digits
    X = X[:, 20:28].copy()
    X[:, :2] = np.random.RandomState(0).randint(0, 5, (len(X), 2))
    return X, y


@pytest.mark.parametrize("stopping", [False, True], ids=["", "stopping"])
@pytest.mark.parametrize("params", ALIKE.values(), ids=ALIKE)
def test_layers_that_stack_as_they_are(codes, stacks, params, stopping):
    """Also validated in the middle of training, when the members live in the stack."""
    more = {"early_stopping": True, "n_iter_no_change": 2, "max_iter": 12} if stopping else {}
    net = classifier(parametrization="ntk", dropout=Dropout(0.1, "flat_cosine"), **params, **more)
    check(net, codes, stacks)


@pytest.mark.parametrize("params", ALIKE.values(), ids=ALIKE)
def test_members_with_bins_of_their_own_rows(codes, stacks, params):
    X, y = codes
    folds = [(X[i : i + 180], y[i : i + 180]) for i in (0, 20, 50)]
    nets, alone = ([classifier(random_state=i, **params) for i in range(3)] for _ in range(2))
    assert fit_together([Fit(net, *f) for net, f in zip(nets, folds, strict=True)]) == [None] * 3
    assert stacks == [3]
    for mine, theirs, fold in zip(nets, alone, folds, strict=True):
        expected = theirs.fit(*fold).predict_proba(X)
        assert_allclose(mine.predict_proba(X), expected, rtol=1e-8, atol=1e-12)


def test_settings_of_layers_that_keep_members_apart(codes, stacks):
    X, y = codes
    parts = [PiecewiseLinear(n_bins=4), PiecewiseLinear(n_bins=5), None]
    nets = [classifier(embedding=part, random_state=0) for part in parts]
    nets += [classifier(input_scaling=True), classifier(activation="prelu")]
    assert fit_together([Fit(net, X, y) for net in nets]) == [None] * 5
    assert stacks == []


def test_members_may_differ_in_rates_and_schedules(digits, stacks):
    params = [
        {"parametrization": "ntk"},
        {"parametrization": "standard", "dropout": 0.2},
        {"parametrization": NTK(bias=1.0), "dropout": Dropout(0.3, "cosine")},
    ]
    params = [{"dropout": 0.1, "solver": AdamW(decay_schedule="cosine")} | own for own in params]
    nets, alone = ([classifier(random_state=0, **own) for own in params] for _ in range(2))
    assert fit_together([Fit(net, *digits) for net in nets]) == [None] * 3
    assert stacks == [3]
    for mine, theirs in zip(nets, alone, strict=True):
        assert_allclose(mine.coefs_[0], theirs.fit(*digits).coefs_[0], rtol=1e-9, atol=1e-12)


def test_weights(digits, stacks):
    weight = np.random.RandomState(0).rand(len(digits[0])) + 0.1
    check(classifier(), digits, stacks, sample_weight=weight)
    stacks.clear()
    weight[3] = 0.0  # a batch of such rows is left out
    check(classifier(batch_size=7), digits, stacks, stacked=False, sample_weight=weight)


@pytest.mark.parametrize(
    "params",
    [
        {"normalization": "batch"},
        {"on_divergence": "restore"},
        {"sampling": "stratified"},
        {"dropout": AlphaDropout(0.1, "flat_cosine"), "activation": "selu"},
    ],
)
def test_what_is_trained_alone(digits, stacks, params):
    check(classifier(**params), digits, stacks, stacked=False)


def test_sparse_rows_are_trained_alone(digits, stacks):
    check(classifier(), (csr_array(digits[0]), digits[1]), stacks, stacked=False)


def test_each_on_rows_of_its_own(digits, stacks):
    X, y = digits
    folds = [(X[:200], y[:200]), (X[30:], y[30:]), (X[:200], y[:200]), (X[:120], y[:120])]
    nets = [classifier(alpha=10.0**-i, random_state=i) for i in range(4)]
    assert fit_together([Fit(n, *f) for n, f in zip(nets, folds, strict=True)]) == [None] * 4
    assert stacks == [3]  # the fourth has fewer rows
    for i, (net, fold) in enumerate(zip(nets, folds, strict=True)):
        alone = classifier(alpha=10.0**-i, random_state=i).fit(*fold)
        assert_allclose(net.coefs_[0], alone.coefs_[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"learning_rate": "cosine"},
        {"averaging": "ema"},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.5},
        {"input_scaling": True, "parametrization": "ntk", "dropout": Dropout(0.2, "cosine")},
        {"solver": AdamW(weight_decay=0.1, decay_schedule="cosine"), "parametrization": "ntk"},
    ],
)
def test_epochs_are_calls_of_partial_fit(digits, params, together):
    X, y = digits
    params = params | {"n_iter_no_change": 1, "max_iter": 9}
    nets = [classifier(random_state=i, **params) for i in range(2 if together else 1)]
    for n_epochs in (2, 4):  # with a pause, and a way through a pickle
        fits = [Fit(net, X, y, n_epochs=n_epochs, classes=range(10)) for net in nets]
        assert fit_together(fits) == [None] * len(nets)
        nets = [pickle.loads(pickle.dumps(net)) for net in nets]
    for i, net in enumerate(nets):
        calls = classifier(random_state=i, **params)
        for _ in range(6):
            calls.partial_fit(X, y, classes=range(10))
        for a, b in zip(net.coefs_, calls.coefs_, strict=True):
            assert_allclose(a, b, rtol=1e-9 if together else 0, atol=1e-12 if together else 0)
        assert_allclose(net.loss_curve_, calls.loss_curve_)
        assert net.stop_reason_ == calls.stop_reason_ or "max_iter" in calls.stop_reason_


def test_one_that_fails_does_not_spoil_the_others(digits):
    X, y = digits
    nets = [
        classifier(solver="sgd", learning_rate_init=rate, random_state=0)
        for rate in (1e-2, 1e200, 1e-1)
    ]
    wrong = classifier(alpha=-1.0)
    errors = fit_together([Fit(net, X, y) for net in [*nets, wrong]])
    assert [type(error) for error in errors[:3]] == [type(None), DivergenceError, type(None)]
    assert "alpha" in str(errors[3])
    for net in (nets[0], nets[2]):
        alone = MLPClassifierX(**net.get_params()).fit(X, y)
        assert_allclose(net.coefs_[0], alone.coefs_[0], rtol=1e-9, atol=1e-12)


def test_what_has_no_partial_fit(digits):
    errors = fit_together([Fit(classifier(early_stopping=True), *digits, n_epochs=2)])
    assert type(errors[0]) is NotOfferedError


class Stopping(Callback):
    def on_epoch_end(self, run):
        return run.epoch >= 2


class StoppingWithin(Callback):
    """Ends a run in the middle of an epoch, as a time limit does."""

    def on_step_end(self, run):
        if run.n_steps == 7 and run.initial_rate == 1e-2:
            run.stopped = True


def test_one_that_stops_within_an_epoch_takes_no_further_step(digits, stacks):
    check(classifier(callbacks=[StoppingWithin()]), digits, stacks)


class Interrupting(Callback):
    def on_epoch_end(self, run):
        if run.epoch == 2:
            raise KeyboardInterrupt
        return False


def test_callbacks(digits, stacks):
    check(classifier(callbacks=[Stopping()]), digits, stacks)


def test_ctrl_c_keeps_what_there_is(digits):
    nets = [classifier(random_state=i, callbacks=[Interrupting()]) for i in range(2)]
    with pytest.warns(InterruptedFitWarning):
        errors = fit_together([Fit(net, *digits) for net in nets])
    assert errors == [None, None]
    assert nets[0].n_iter_ == 2
    assert all(np.isfinite(net.predict_proba(digits[0])).all() for net in nets)


def test_stacks_are_kept_in_the_cache(digits, stacks, monkeypatch):
    monkeypatch.setattr(population, "STACK_BYTES", 1)
    nets = [classifier(random_state=i) for i in range(5)]
    fit_together([Fit(net, *digits) for net in nets])
    assert stacks == [2, 2]  # and one alone


def test_wide_networks_are_not_stacked(digits, stacks):
    nets = [MLPClassifierX((300, 300), max_iter=1, random_state=i) for i in range(2)]
    assert not is_narrow(nets[0], 230, 64)
    assert is_narrow(classifier(), 230, 64)
    assert not is_narrow(MLPClassifierX("wrong"), 230, 64)
    fit_together([Fit(net, *digits) for net in nets])
    assert stacks == []
