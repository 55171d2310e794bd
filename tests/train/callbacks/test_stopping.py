"""Stopping rules: each ends training when it should, and says why."""

import itertools
import time

import numpy as np
import pytest

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.optimizers import LBFGS
from sknn.train import (
    Callback,
    GrowingPatience,
    LossTolerance,
    NoImprovement,
    StillWeights,
    TargetLoss,
    TargetScore,
    TimeLimit,
)
from sknn.train.loop import train


def stopped_by(make_run, rule, **fields):
    """The run that a rule ended."""
    run = train(make_run(callbacks=[rule], **{"max_iter": 300} | fields), warn=False)
    assert run.stopped
    assert run.notice.endswith(" Stopping.")
    return run


@pytest.mark.parametrize("optimizer", [None, LBFGS()], ids=["adam", "lbfgs"])
def test_target_loss(make_run, optimizer):
    run = stopped_by(make_run, TargetLoss(loss=0.1), optimizer=optimizer)
    assert run.loss <= 0.1 < run.loss_curve[-2]
    assert "The loss is at most 0.1." in run.notice


def test_target_score(make_run):
    scores = iter([0.5, 0.6, 0.8, 0.7, 0.9])
    run = stopped_by(make_run, TargetScore(score=0.75), validate=lambda: next(scores))
    assert run.validation_scores == [0.5, 0.6, 0.8]


def test_loss_tolerance(make_run):
    curve = train(make_run(max_iter=300), warn=False).loss_curve
    steps = np.abs(np.diff(curve))
    tol = 2 * steps.min()
    run = stopped_by(make_run, LossTolerance(tol=tol))
    assert run.epoch == np.argmax(steps < tol) + 2


def test_still_weights(make_run):
    class Keep(Callback):
        def on_epoch_end(self, run):
            weights.append(run.network.values.copy())

    weights = [make_run().network.values.copy()]
    run = train(make_run(callbacks=[Keep()], max_iter=50), warn=False)
    moved = [
        np.linalg.norm(now - before) / np.linalg.norm(before)
        for before, now in itertools.pairwise(weights)
    ]
    change = 1.01 * min(moved)
    run = stopped_by(make_run, StillWeights(change=change))
    assert run.epoch == np.argmax(np.array(moved) < change) + 1


@pytest.mark.parametrize("monitor", ["loss", "validation_score"])
def test_no_improvement(make_run, monitor):
    rule = NoImprovement(monitor=monitor, patience=3, tol=0.1)
    if monitor == "validation_score":
        scores = iter([0.1, 0.15, 0.3, 0.35, 0.36, 0.37, 0.38])
        run = stopped_by(make_run, rule, validate=lambda: next(scores))
        assert run.epoch == 6
        assert "The validation score did not improve for 3 epochs." in run.notice
    else:
        run = stopped_by(make_run, rule, rate=1e-9)  # so that nothing moves
        assert run.epoch == 4


@pytest.mark.parametrize(
    ("rule", "scores", "last"),
    [
        # best in epoch 3: 2 * 3 + 1 epochs are waited for, and the next one is the last
        (GrowingPatience(factor=2, extra=1), [0.1, 0.3, 0.5, 0.5, *[0.4] * 9], 8),
        # a later best one moves the end from 4 to 8
        (GrowingPatience(factor=1.5, extra=0), [0.1, 0.3, 0.2, 0.3, 0.2, 0.9, *[0.8] * 9], 4),
        (GrowingPatience(factor=1.5, extra=2), [0.1, 0.3, 0.2, 0.3, 0.9, *[0.8] * 9], 10),
        # until none of the last epochs was within a tenth of the best
        (GrowingPatience(factor=2, extra=1, tol=0.1), [0.5, 0.4, 0.4, 0.46, 0.44, 0.9], 5),
        (GrowingPatience(factor=1, extra=2, tol=0.1), [0.5, 0.4, 0.46, 0.4, 0.44, 0.9], 5),
        (GrowingPatience(factor=1, extra=0), [0.1, 0.2, 0.3, 0.2, 0.9], 4),
        (GrowingPatience(factor=2, extra=3), [np.nan] * 9, 4),  # there is no best one
    ],
)
def test_growing_patience(make_run, rule, scores, last):
    coming = iter(scores)
    run = stopped_by(make_run, rule, validate=lambda: next(coming))
    assert run.epoch == last
    best = int(np.nanargmax(scores[:last])) + 1 if np.isfinite(scores[0]) else 0
    assert run.notice == f"The validation score was best in epoch {best}. Stopping."


def test_growing_patience_ends_a_fit_that_keeps_its_best_epoch():
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(60, 5)), rng.normal(size=60)  # nothing to be learned
    net = MLPRegressorX(early_stopping=True, n_iter_no_change=np.inf, random_state=0)
    net.set_params(callbacks="growing_patience", max_iter=2000).fit(X, y)
    assert net.n_iter_ == 2 * net.best_epoch_ + 21
    assert net.best_validation_score_ == net.validation_scores_[net.best_epoch_ - 1]


def test_time_limit(make_run, monkeypatch):
    clock = iter(np.arange(100.0))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    run = stopped_by(make_run, TimeLimit(seconds=6.5), size=10)  # 4 batches an epoch
    # begins at 0; four steps and the epoch's end at 1 to 5; then 6, and 7 is too late
    assert (run.epoch, run.n_steps) == (2, 6)
    assert run.samples == 40 + 20
    assert "time limit of 6.5 seconds" in run.notice


def test_a_time_limit_is_kept():
    X, y = np.random.RandomState(0).normal(size=(2000, 20)), np.arange(2000) % 2
    net = MLPClassifierX(max_iter=10**6, tol=0, n_iter_no_change=np.inf, batch_size=50)
    net.set_params(callbacks=TimeLimit(seconds=0.2))
    start = time.monotonic()
    net.fit(X, y)
    assert 0.2 <= time.monotonic() - start < 5
    assert "time limit" in net.stop_reason_


@pytest.mark.parametrize(
    "rule", [TargetScore(), NoImprovement("validation_score"), GrowingPatience()]
)
def test_a_score_must_be_there_to_be_watched(rule):
    net = MLPRegressorX(callbacks=[rule])
    with pytest.raises(ValueError, match="watches the validation score, but there are no valid"):
        net.fit([[0.0], [1.0]], [0.0, 1.0])


def test_one_rule_serves_several_runs(make_run):
    rule = NoImprovement(patience=2, tol=1e9)
    runs = [make_run(callbacks=[rule], max_iter=50) for _ in range(2)]
    assert [train(run).epoch for run in runs] == [3, 3]
    assert train(make_run(callbacks=[rule], max_iter=50)).epoch == 3


def test_why_training_ended_is_told():
    X, y = [[0.0], [1.0]], [0.0, 1.0]
    net = MLPRegressorX(callbacks="target_loss", random_state=0, max_iter=5000).fit(X, y)
    assert net.stop_reason_ == "The loss is at most 0.01. Stopping."
    net = MLPRegressorX(max_iter=2, callbacks=[]).partial_fit(X, y)
    assert net.stop_reason_ == "max_iter=1 reached."
    net = MLPRegressorX(tol=1e9, n_iter_no_change=2).fit(X, y)
    assert "did not improve more than tol" in net.stop_reason_
