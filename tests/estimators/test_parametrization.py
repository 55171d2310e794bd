"""The parameters parametrization and input_scaling, and schedules within steps: fit and go on."""

import pickle

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from sknn import MLPClassifierX, MLPRegressorX, compile_predictor, diagnose
from sknn.exceptions import DivergenceWarning
from sknn.nn.layers import AlphaDropout, Dropout, Scale
from sknn.nn.optimizers import SGD, AdamW, Lion
from sknn.nn.parametrizations import NTK
from sknn.nn.schedules import Schedule
from sknn.plots import NetworkDisplay
from sknn.train import Callback

pytestmark = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)

rng = np.random.RandomState(0)
X = rng.normal(size=(200, 4))
y = np.sin(2 * X[:, 0]) + X[:, 1]
WAYS = {
    "adam": {},
    "sgd": {"solver": "sgd"},
    "decay": {"solver": AdamW(weight_decay=0.1, decay_schedule="flat_cosine")},
    "dropout": {"dropout": Dropout(0.3, "flat_cosine"), "input_dropout": 0.1},
    "alpha dropout": {"dropout": AlphaDropout(0.1, "cosine"), "activation": "selu"},
    "learned": {"activation": "prelu", "normalization": "batch", "embedding": "pbld"},
    "averaged": {"averaging": "ema", "dtype": "float32"},
}


def make(**params):
    fast = {"hidden_layer_sizes": (6, 5), "learning_rate_init": 0.02, "max_iter": 6}
    both = {"parametrization": "ntk", "input_scaling": True, "batch_size": 50, "random_state": 0}
    return MLPRegressorX(**(fast | both | params))


def scale_of(net):
    return next(layer for layer in net._fitted_network().layers if isinstance(layer, Scale))


@pytest.fixture(scope="module")
def fitted():
    return make(max_iter=30).fit(X, y)


# -- training ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("solver", "power"), [("adam", -0.5), (SGD(momentum=0.0), -1.0)])
def test_one_step_is_that_of_the_standard_one_times_the_factors(solver, power):
    one = {"solver": solver, "batch_size": "full", "max_iter": 1, "alpha": 0.0}
    start, plain, ntk = (
        make(**one | {"parametrization": name, "learning_rate_init": rate}).fit(X, y)
        for name, rate in (
            ("standard", 1e-30),
            ("standard", 1e-3),
            (NTK(bias=0.3, scale=2.0), 1e-3),
        )
    )
    factors = [*(fan_in**power for fan_in in (4, 6, 5)), 0.3, 0.3, 0.3, 2.0]
    arrays = [
        [*net.coefs_, *net.intercepts_, scale_of(net).values["scale"]]
        for net in (start, plain, ntk)
    ]
    for before, usual, own, factor in zip(*arrays, factors, strict=True):
        assert abs(usual - before).max() > 0
        assert_allclose(own - before, factor * (usual - before), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_of_training(way):
    net = make(**way, max_iter=40).fit(X, y)
    assert net.loss_curve_[-1] < 0.8 * net.loss_curve_[0]
    assert_array_equal(clone(net).fit(X, y).predict(X), net.predict(X))
    assert_array_equal(pickle.loads(pickle.dumps(net)).predict(X), net.predict(X))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_partial_fit_goes_on_with_the_same_rates(way):
    parts = make(**way)
    for _ in range(6):
        parts = pickle.loads(pickle.dumps(parts.partial_fit(X, y)))
        assert not {"rates", "progress", "scratch"} & set(parts._continuation["optimizer"])
    whole = make(**way).fit(X, y)
    assert_array_equal(parts.predict(X), whole.predict(X))
    assert_array_equal(parts.loss_curve_, whole.loss_curve_)


def test_other_rates_from_now_on():
    net = make(solver="sgd", momentum=0.0).partial_fit(X, y)
    still = net.set_params(parametrization=NTK(bias=1e-30)).partial_fit(X, y).intercepts_[0].copy()
    assert_array_equal(net.partial_fit(X, y).intercepts_[0], still)


def test_warm_start_goes_on():
    net = make(warm_start=True).fit(X, y)
    before = scale_of(net).values["scale"].copy()
    first = net.loss_
    assert net.fit(X, y).loss_ < first
    assert (scale_of(net).values["scale"] != before).all()
    with pytest.raises(ValueError, match="but input_scaling changed from True to False"):
        net.set_params(input_scaling=False).fit(X, y)


def test_a_slower_run_after_divergence_has_the_rates():
    class Watch(Callback):
        def on_epoch_end(self, run):
            rates.append(run.state["rates"])

    rates = []
    net = make(solver="sgd", learning_rate_init=1.0, on_divergence="restore", callbacks=Watch())
    with pytest.warns(DivergenceWarning, match="went back to the last good epoch"):
        net.fit(X, 100 * y)
    assert all(each is rates[0] for each in rates)
    assert rates[0].max() == 6.0


def test_a_search_reaches_the_settings():
    grid = {
        "parametrization__bias": [0.1, 1.0],
        "dropout__schedule": ["constant", "flat_cosine"],
        "input_scaling": [True, False],
    }
    search = GridSearchCV(make(parametrization=NTK(), dropout=Dropout(0.1)), grid, cv=2)
    assert len(search.fit(X, y).cv_results_["params"]) == 8


# -- schedules within steps ----------------------------------------------------------------------

#: What a watched schedule was asked: its base value, epoch and number of epochs.
asked = []


class Watched(Schedule):
    """Constant, and keeps what it is asked."""

    def rate(self, initial, at, state):
        asked.append((initial, at.epoch, at.n_epochs))
        return initial


@pytest.mark.parametrize(
    ("params", "value"),
    [
        ({"dropout": (Dropout(0.4, Watched()), 0.1)}, 0.4),
        ({"dropout": (0.0, AlphaDropout(0.3, Watched()))}, 0.3),
        ({"solver": AdamW(weight_decay=0.2, decay_schedule=Watched())}, 0.2),
        ({"solver": Lion(weight_decay=0.7, decay_schedule=Watched())}, 0.7),
    ],
)
def test_schedules_are_asked_for_the_epoch(params, value):
    asked.clear()
    net = make(**params, max_iter=3).fit(X, y)
    expected = [(value, epoch, 3) for epoch in range(3) for _ in range(4)]  # 4 batches
    assert asked == expected
    asked.clear()
    net = make(**params, max_iter=3)
    for _ in range(4):
        net = pickle.loads(pickle.dumps(net.partial_fit(X, y)))
    assert asked == expected + [(value, 3, 3)] * 4  # at its end, from then on
    asked.clear()
    net.predict(X)
    assert asked == []


def test_dropout_ends_with_its_schedule():
    """In the last epochs there is no noise left: two seeds of dropout take the same steps."""
    net = make(dropout=Dropout(0.5, "flat_cosine"), max_iter=40, tol=0).fit(X, y)
    noisy = make(dropout=0.5, max_iter=40, tol=0).fit(X, y)
    assert net.loss_curve_[-1] < 0.7 * noisy.loss_curve_[-1]


# -- explaining ----------------------------------------------------------------------------------


def test_slopes_contributions_and_relevance(fitted):
    gradient, h = fitted.input_gradient(X), 1e-6
    for column, step in enumerate(h * np.eye(4)):
        slope = (fitted.predict(X + step) - fitted.predict(X - step)) / (2 * h)
        assert (abs(gradient[:, column] - slope) < 1e-5).mean() > 0.97  # kinks of ReLU
    contribution = fitted.deeplift(X[:9], X[50:])
    gap = fitted.predict(X[:9]) - fitted.predict(X[50:]).mean()
    assert_allclose(contribution.sum(axis=1), gap, atol=1e-12)
    relevance = fitted.relevance(X[0], X)
    assert [len(units) for units in relevance.units] == [4, 6, 5, 1]
    assert_allclose(relevance.units[0], fitted.deeplift(X[:1], X)[0], atol=1e-12)


def test_the_linear_region_is_that_of_the_columns(fitted):
    region = fitted.linear_region(X[0])
    assert_allclose(region.coef, fitted.input_gradient(X[:1])[0], rtol=1e-10)
    assert_allclose(X[0] @ region.coef + region.intercept, fitted.predict(X[:1])[0])
    away = region.coef * 0 + 0.99 * region.distance / 2  # of length 0.99 distance
    assert_allclose(away @ region.coef, (fitted.predict([X[0] + away]) - fitted.predict(X[:1]))[0])


def test_summary_drawing_diagnosis_and_predictor(fitted):
    text = str(fitted.summary())
    assert "Scale()" in text
    assert "parametrization  NTK(bias=0.1, scale=6.0, constant=0.1)" in text
    assert "parametrization" not in str(make(parametrization="standard").fit(X, y).summary())
    assert fitted.n_parameters_ == 4 + 4 * 6 + 6 + 6 * 5 + 5 + 5 + 1
    display = NetworkDisplay.from_estimator(fitted, x=X[0])
    assert [len(circles) for circles in display.units_] == [4, 6, 5, 1]
    assert "4-6-5-1" in str(diagnose(fitted, X, y))
    assert_array_equal(compile_predictor(fitted)(X[:3]), fitted.predict(X[:3]))


@pytest.mark.parametrize("params", [{}, {"solver": "sgd"}, {"solver": "lbfgs"}])
def test_sparse_rows_are_rows(params):
    dense = np.where(rng.rand(200, 4) < 0.5, X, 0)
    sparse = scipy.sparse.csr_array(dense)
    if "solver" in params:
        params = params | {"parametrization": "standard"}
    of_dense, of_sparse = (make(**params).fit(rows, y) for rows in (dense, sparse))
    assert_allclose(of_sparse.predict(sparse), of_dense.predict(dense), rtol=1e-9)
    assert_allclose(of_sparse.input_gradient(sparse), of_dense.input_gradient(dense), atol=1e-9)
    assert_allclose(
        of_sparse.deeplift(sparse[:3], sparse), of_dense.deeplift(dense[:3], dense), atol=1e-9
    )


def test_a_classifier_in_which_a_column_is_noise():
    """The factor of the column that decides grows beyond the others'."""
    noise = np.c_[X[:, :1], rng.normal(size=(200, 20))]
    net = MLPClassifierX(8, parametrization="ntk", input_scaling=True, random_state=0)
    net.set_params(learning_rate_init=0.03, max_iter=30).fit(noise, X[:, 0] > 0)
    scale = abs(scale_of(net).values["scale"])
    assert scale.argmax() == 0
