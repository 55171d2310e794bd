"""The training loop: its steps, divergence, Ctrl-C, and the memory it takes."""

import tracemalloc
import warnings

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn import MLPClassifierX, MLPRegressorX
from sknn.exceptions import DivergenceError, InterruptedFitWarning
from sknn.nn.constraints import MaxNorm
from sknn.nn.layers import BatchNorm
from sknn.nn.optimizers import SGD
from sknn.train import Callback
from sknn.train.loop import train


class InterruptAt(Callback):
    """Presses Ctrl-C after a step, and remembers the network of that moment."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, run):
        if run.n_steps == self.step:
            self.values = run.network.values.copy()
            raise KeyboardInterrupt


def test_epochs_of_steps(make_run, data):
    X, y = data
    run = train(make_run(optimizer=SGD(momentum=0), rate=0.1, shuffle=False), warn=False)
    by_hand = make_run(shuffle=False)
    network, losses = by_hand.network, []
    network.start_training()
    for _ in range(5):
        batch_losses = []
        for start in range(0, 40, 10):
            rows = slice(start, start + 10)
            batch_losses.append(by_hand.objective.value_and_grad(X[rows], y[rows], None))
            network.values -= 0.1 * network.grads
        losses.append(np.mean(batch_losses))
    assert_allclose(run.network.values, network.values, rtol=1e-13)
    assert_allclose(run.loss_curve, losses, rtol=1e-13)


def test_the_last_batch_counts_by_its_rows(make_run, data):
    run = make_run(size=25, shuffle=False, rate=1e-12, max_iter=1)
    train(run, warn=False)
    X, y = data
    penalty = 0.01 / 2 * sum((w**2).sum() for w in run.network.coefs)
    squares = 0.5 * ((run.network.raw_output(X) - y) ** 2).sum()
    # a batch of 25 and one of 15 rows: each has the whole penalty, divided by its rows
    assert_allclose(run.loss, (squares + 2 * penalty) / 40, rtol=1e-9)


def test_the_loss_is_a_mean_over_the_batches_that_have_weight(make_run, data):
    X, y = data
    weight = np.r_[np.ones(20), np.zeros(20)]
    params = {"shuffle": False, "rate": 1e-12, "max_iter": 1}
    with_zeros = train(make_run(X, y, weight, **params), warn=False)
    without = train(make_run(X[:20], y[:20], weight[:20], **params), warn=False)
    assert_allclose(with_zeros.loss, without.loss)


@pytest.mark.parametrize("container", [np.asarray, scipy.sparse.csr_array])
@pytest.mark.parametrize("shuffle", [True, False])
def test_the_callers_arrays_are_only_read(make_run, data, shuffle, container):
    X, y = data
    weight = np.ones(40)
    for array in (X, y, weight):
        array.flags.writeable = False
    run = make_run(container(X), y, weight, normalization=BatchNorm(), shuffle=shuffle)
    train(run, warn=False)
    assert run.loss_curve[-1] < run.loss_curve[0]


def test_the_error_state_of_numpy_is_as_before(make_run):
    with np.errstate(over="raise", invalid="warn"):
        before = np.geterr()
        train(make_run(), warn=False)
        assert np.geterr() == before


def test_divergence(make_run, data):
    X, y = data
    run = make_run(1e3 * X, 1e3 * y, sizes=(), optimizer=SGD(), rate=10.0, max_iter=500)
    with pytest.raises(DivergenceError, match=r"non-finite .* in epoch \d+ with the learning rate"):
        train(run)
    assert run.diverged
    assert run.epoch < 500
    assert run.network.grads is None


def test_another_error_ends_training_as_it_is(make_run):
    class Broken(Callback):
        def on_epoch_end(self, run):
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        train(make_run(callbacks=[Broken()]))


@pytest.mark.parametrize("step", [1, 4, 6])
def test_an_interruption_keeps_the_weights_so_far(make_run, step):
    interrupt = InterruptAt(step)
    run = make_run(callbacks=[interrupt])
    with pytest.warns(InterruptedFitWarning, match="Training interrupted by user"):
        train(run)
    assert run.interrupted
    assert run.n_steps == step
    assert run.epoch == (step - 1) // 4
    assert_array_equal(run.network.values, interrupt.values)
    assert run.network.grads is None


@pytest.mark.parametrize("extra", [{}, {"normalization": "batch"}, {"early_stopping": True}])
@pytest.mark.parametrize("step", [1, 5])
@pytest.mark.parametrize("Estimator", [MLPClassifierX, MLPRegressorX])
def test_an_estimator_interrupted_within_an_epoch_is_fitted(data, Estimator, step, extra):
    X, y = data[0], (data[1][:, 0] > 0).astype(int)
    net = Estimator(
        hidden_layer_sizes=5,
        batch_size=10,
        random_state=0,
        callbacks=[InterruptAt(step)],
        **extra,
    )
    with pytest.warns(InterruptedFitWarning):
        net.fit(X, y)
    assert np.isfinite(net.predict(X)).all()
    assert net.n_iter_ == len(net.loss_curve_) == (step - 1) // 4
    net.set_params(callbacks=None, tol=1.0, n_iter_no_change=1).fit(X, y)
    assert np.isfinite(net.loss_)


def test_an_interrupted_partial_fit_can_be_continued(data):
    X, y = data[0], data[1][:, 0]
    net = MLPRegressorX(
        hidden_layer_sizes=5, batch_size=10, random_state=0, callbacks=[InterruptAt(2)]
    )
    with pytest.warns(InterruptedFitWarning):
        net.partial_fit(X, y)
    net.set_params(callbacks=None).partial_fit(X, y)
    assert net.n_iter_ == len(net.loss_curve_) == 1


def test_an_interruption_taken_as_an_error_leaves_the_estimator_as_it_was(data):
    X, y = data[0], data[1][:, 0]
    net = MLPRegressorX(hidden_layer_sizes=5, batch_size=10, callbacks=[InterruptAt(2)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InterruptedFitWarning):
            net.fit(X, y)
    assert not hasattr(net, "coefs_")


@pytest.mark.parametrize(
    "settings",
    [{}, {"normalization": BatchNorm(), "dropout": [0.5], "constraint": MaxNorm(0.1)}],
)
@pytest.mark.parametrize("container", [np.asarray, scipy.sparse.csr_array])
def test_memory_does_not_grow_with_the_steps(make_run, settings, container):
    rng = np.random.RandomState(0)
    X, y = container(rng.normal(size=(400, 100))), rng.normal(size=(400, 1))

    def peak(epochs):
        run = make_run(X, y, size=100, max_iter=epochs, **settings)
        tracemalloc.start()
        train(run, warn=False)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert run.n_steps == 4 * epochs
        return highest

    peak(2)  # what is imported and cached once
    # 200 steps more: to keep a gradient of each would take 650 kB, a batch 16 MB
    assert peak(100) - peak(50) < 150_000


def test_a_constraint_holds_after_each_step(make_run):
    run = make_run(constraint=MaxNorm(0.2), sizes=(4, 5), max_iter=2)
    train(run, warn=False)
    *hidden, output = [np.linalg.norm(w, axis=0).max() for w in run.network.coefs]
    assert max(hidden) <= 0.2 * (1 + 1e-12) < output
