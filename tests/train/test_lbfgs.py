"""L-BFGS: SciPy's iterates, the exact solution of a convex problem, and interruptions."""

import numpy as np
import pytest
import scipy.optimize
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPRegressorX
from sknn.exceptions import InterruptedFitWarning
from sknn.nn.layers import BatchNorm
from sknn.nn.optimizers import LBFGS
from sknn.train import Callback
from sknn.train.loop import train
from sknn.train.plateau import LossPlateau


class Record(Callback):
    """Keeps the accepted iterates, and presses Ctrl-C after one of them."""

    def __init__(self, interrupt_at=None):
        self.interrupt_at, self.iterates = interrupt_at, []

    def on_epoch_end(self, run):
        self.iterates.append(run.network.values.copy())
        if run.epoch == self.interrupt_at:
            raise KeyboardInterrupt


@pytest.fixture
def make(make_run):
    """A run of L-BFGS."""

    def make(*data, tol=1e-10, max_fun=15_000, **changes):
        plateau = LossPlateau(tol=tol, patience=np.inf)
        optimizer = LBFGS(max_fun=max_fun)
        return make_run(
            *data, optimizer=optimizer, plateau=plateau, size=40, shuffle=False, **changes
        )

    return make


def test_a_linear_network_is_ridge_regression(make, data):
    X, y = data
    run = train(make(sizes=(), alpha=2.0, max_iter=100))
    centred = X - X.mean(axis=0)
    weight = np.linalg.solve(centred.T @ centred + 2.0 * np.eye(3), centred.T @ (y - y.mean()))
    error = centred @ weight - (y - y.mean())
    smallest = ((error**2).sum() + 2.0 * (weight**2).sum()) / 80
    assert smallest <= run.loss <= smallest * (1 + 1e-7)
    assert_allclose(run.network.coefs[0], weight, atol=1e-4)
    intercept = y.mean() - X.mean(axis=0) @ weight[:, 0]
    assert_allclose(run.network.intercepts[0], intercept, atol=1e-4)


def test_the_iterates_are_those_of_scipy(make, data):
    X, y = data
    run = make(sizes=(), alpha=2.0, max_iter=100, tol=1e-6)

    def value_and_grad(w):
        error = X @ w[:3] + w[3] - y[:, 0]
        value = (error @ error + 2.0 * w[:3] @ w[:3]) / 80
        return value, np.append(X.T @ error + 2.0 * w[:3], error.sum()) / 40

    theirs = scipy.optimize.minimize(
        value_and_grad, run.network.values.copy(), jac=True, method="L-BFGS-B",
        options={"gtol": 1e-6},
    )  # fmt: skip
    train(run)
    assert run.epoch == theirs.nit
    assert_allclose(run.network.values, theirs.x, rtol=1e-7)
    assert_allclose(run.loss, theirs.fun, rtol=1e-12)


def test_the_loss_is_that_of_the_network_at_the_end(make, data):
    run = make(max_iter=7)
    train(run, warn=False)
    run.network.start_training()
    assert run.objective.value_and_grad(*data, None) == run.loss == run.loss_curve[-1]


def test_limits_warn(make):
    with pytest.warns(ConvergenceWarning, match=r"lbfgs failed to converge after 3 iteration"):
        train(make(max_iter=3))
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge"):
        train(make(max_iter=100, max_fun=4))
    train(make(max_iter=3), warn=False)


@pytest.mark.parametrize("k", [1, 4])
def test_an_interruption_leaves_the_last_accepted_iterate(make, k):
    record = Record(interrupt_at=k)
    run = make(max_iter=50, callbacks=[record])
    with pytest.warns(InterruptedFitWarning):
        train(run)
    assert run.epoch == k
    assert_array_equal(run.network.values, record.iterates[-1])
    other = make(max_iter=k)
    train(other, warn=False)
    assert_array_equal(run.network.values, other.network.values)
    assert run.loss == other.loss


@pytest.mark.parametrize("calls", [1, 6, 9])
def test_an_interruption_within_a_line_search_leaves_no_trial_point(make, monkeypatch, calls):
    record = Record()
    run = make(max_iter=50, callbacks=[record])
    start = run.network.values.copy()
    evaluate, count = run.objective.value_and_grad, iter(range(1, 100))

    def interrupted(*args):
        if next(count) == calls:
            raise KeyboardInterrupt
        return evaluate(*args)

    monkeypatch.setattr(run.objective, "value_and_grad", interrupted)
    with pytest.warns(InterruptedFitWarning):
        train(run)
    expected = record.iterates[-1] if record.iterates else start
    assert_array_equal(run.network.values, expected)


def test_float32_stays_float32(make, data):
    X, y = (array.astype("float32") for array in data)
    run = make(X, y, max_iter=20, tol=1e-4)
    train(run, warn=False)
    assert run.network.values.dtype == np.float32
    assert run.loss < 0.5 * run.loss_curve[0]


# -- batch normalization -----------------------------------------------------------------------


def moments(network, X):
    """Mean and variance of the first layer's sums: what its statistics should be."""
    sums = X @ network.coefs[0] + network.intercepts[0]
    return sums.mean(axis=0), sums.var(axis=0)


def assert_statistics_belong_to_the_weights(network, X):
    normalization = network.layers[1].values
    mean, variance = moments(network, X)
    assert_allclose(normalization["mean"], mean, rtol=1e-9, atol=1e-12)
    assert_allclose(normalization["variance"], variance, rtol=1e-9)


def test_statistics_belong_to_the_last_weights(make, data):
    run = make(max_iter=5, normalization=BatchNorm())
    train(run, warn=False)
    assert_statistics_belong_to_the_weights(run.network, data[0])


def test_statistics_belong_to_the_last_weights_of_an_interrupted_run(make, data):
    run = make(max_iter=50, normalization=BatchNorm(), callbacks=[Record(interrupt_at=5)])
    with pytest.warns(InterruptedFitWarning):
        train(run)
    assert_statistics_belong_to_the_weights(run.network, data[0])


def test_validation_scores_are_those_of_the_network_of_each_iteration(data):
    X, y = data[0], data[1][:, 0]
    for k in (2, 5):
        net = MLPRegressorX(
            hidden_layer_sizes=4,
            solver="lbfgs",
            normalization="batch",
            max_iter=k,
            random_state=0,
            tol=1e-9,
        )
        with pytest.warns(ConvergenceWarning):
            net.fit(X[:30], y[:30], X_val=X[30:], y_val=y[30:])
        assert_allclose(net.validation_scores_[-1], net.score(X[30:], y[30:]), rtol=1e-9)


def test_the_reason_to_stop_is_scipys_where_it_is_not_max_iter(data):
    X, y = data[0], data[1][:, 0]
    net = MLPRegressorX(hidden_layer_sizes=4, solver="lbfgs", random_state=0)
    assert net.set_params(tol=1e9).fit(X, y).stop_reason_.startswith("lbfgs: CONVERGENCE")
    with pytest.warns(ConvergenceWarning):
        net.set_params(tol=1e-9, max_iter=2).fit(X, y)
    assert net.stop_reason_ == "max_iter=2 reached."
    with pytest.warns(ConvergenceWarning):
        net.set_params(max_iter=200, max_fun=3).fit(X, y)
    assert net.stop_reason_.startswith("lbfgs: STOP")
