"""The run: its hooks in their order, its counts, and how it adapts the learning rate."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from sknn.nn.optimizers import LBFGS
from sknn.nn.parametrizations import NTK
from sknn.nn.schedules import SCHEDULES, Adaptive, InvScaling
from sknn.train import Callback
from sknn.train.loop import train
from sknn.train.plateau import LossPlateau
from sknn.train.recovery import Recovery


class Record(Callback):
    """Writes down each hook and the epochs and steps so far."""

    def __init__(self, name, book):
        self.name, self.book = name, book

    def on_fit_begin(self, run):
        self.book.append((self.name, "begin", run.epoch, run.n_steps))

    def on_step_end(self, run):
        self.book.append((self.name, "step", run.epoch, run.n_steps))

    def on_epoch_end(self, run):
        self.book.append((self.name, "epoch", run.epoch, run.n_steps))

    def on_fit_end(self, run):
        self.book.append((self.name, "end", run.epoch, run.n_steps))


class StopAfter(Callback):
    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_end(self, run):
        return run.epoch == self.epoch


def test_hooks_are_called_in_order(make_run):
    book = []
    run = make_run(callbacks=[Record("a", book), Record("b", book)], max_iter=2, size=20)
    train(run, warn=False)
    moments = [
        ("begin", 0, 0),
        ("step", 0, 1),
        ("step", 0, 2),
        ("epoch", 1, 2),
        ("step", 1, 3),
        ("step", 1, 4),
        ("epoch", 2, 4),
        ("end", 2, 4),
    ]
    assert book == [(name, *moment) for moment in moments for name in "ab"]


def test_lbfgs_has_no_steps(make_run):
    book = []
    train(make_run(callbacks=[Record("a", book)], max_iter=3, optimizer=LBFGS()), warn=False)
    assert [hook for _, hook, *_ in book] == ["begin", "epoch", "epoch", "epoch", "end"]


@pytest.mark.parametrize("optimizer", [None, LBFGS()], ids=["adam", "lbfgs"])
def test_a_callback_stops_a_run(make_run, optimizer):
    run = make_run(callbacks=[StopAfter(3), Callback()], max_iter=50, optimizer=optimizer)
    assert train(run) is run  # and nothing warns
    assert run.stopped
    assert run.epoch == len(run.loss_curve) == 3
    assert run.network.grads is None


def test_the_others_are_told_when_one_stops(make_run):
    book = []
    train(make_run(callbacks=[StopAfter(2), Record("a", book)]))
    assert [hook for _, hook, *_ in book if hook != "step"] == ["begin", "epoch", "epoch", "end"]


def test_counts(make_run):
    run = train(make_run(max_iter=3, size=15, samples=100, loss_curve=[9.0]), warn=False)
    assert (run.epoch, run.n_steps, run.samples) == (3, 9, 100 + 3 * 40)
    assert run.loss_curve[0] == 9.0
    assert run.loss_curve[-1] == run.loss
    assert len(run.loss_curve) == 4


def test_max_iter_warns_where_asked(make_run):
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(5\) reached"):
        train(make_run())
    train(make_run(), warn=False)


def test_validation_is_scored_after_each_epoch(make_run):
    scores = iter(range(100))
    run = train(make_run(validate=lambda: next(scores)), warn=False)
    assert run.validation_scores == [0, 1, 2, 3, 4]


def plateau_at_once():
    """Every epoch is one without improvement."""
    return LossPlateau(tol=1e9, patience=1, best_loss=0.0)


def test_a_plateau_stops(make_run):
    run = train(make_run(plateau=plateau_at_once(), max_iter=50))
    assert run.stopped
    assert run.epoch == 2
    assert run.notice.endswith("for 1 consecutive epochs. Stopping.")


def test_adaptive_slows_down_at_each_plateau(make_run):
    rates = []

    class Rates(Callback):
        def on_epoch_end(self, run):
            rates.append(run.rate)

    run = make_run(
        plateau=plateau_at_once(), schedule=Adaptive(), callbacks=[Rates()], rate=3e-6, max_iter=50
    )
    train(run)
    assert rates == pytest.approx([3e-6, 6e-7, 6e-7, 6e-7])
    assert run.notice.endswith("Learning rate too small. Stopping.")


def test_the_rate_follows_the_rows_seen(make_run):
    run = train(make_run(schedule=InvScaling(), rate=0.5, max_iter=3), warn=False)
    assert run.rate == 0.5 / (3 * 40 + 1) ** 0.5
    assert run.initial_rate == 0.5


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_trains(make_run, name):
    run = make_run(schedule=SCHEDULES[name](), max_iter=20)
    train(run, warn=False)
    assert run.loss_curve[-1] < run.loss_curve[0]
    assert np.isfinite(run.rate)


def test_layers_and_solver_know_how_far_training_had_come_when_the_epoch_began(make_run):
    class Watch(Callback):
        def on_step_end(self, run):
            step = run.objective.step(None)
            assert step.progress == run.state["progress"]
            seen.append((step.progress.epoch, step.progress.n_epochs, step.progress.samples))

    seen = []
    before = {"epochs_before": 3, "n_epochs": 10, "samples": 120}
    train(make_run(callbacks=[Watch()], max_iter=2, size=20, **before), warn=False)
    assert seen == [(3, 10, 120)] * 2 + [(4, 10, 160)] * 2


def test_a_run_that_goes_back_keeps_its_rates(make_run):
    run = make_run(recovery=Recovery(), rate=0.1)
    network = run.network
    rates = network.rates(NTK(), run.optimizer.scale_free)
    run.state = run.optimizer.start(network.values, network.n_weights, rates)
    run.begin()
    run.begin_epoch()
    assert run.explodes(np.nan)
    run.end_epoch(np.nan, samples=40)
    assert (run.epoch, run.state["t"], run.state["n_weights"]) == (0, 0, network.n_weights)
    assert run.rate < 0.1
    assert run.state["rates"] is rates
