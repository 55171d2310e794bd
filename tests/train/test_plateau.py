"""Plateaus: what counts as an improvement, and which network is kept."""

import numpy as np
import pytest

from sknn.train.plateau import LossPlateau, ScorePlateau

NAN = float("nan")


@pytest.fixture
def network(make_run):
    return make_run().network


def counts(plateau, network, numbers):
    """The count of epochs without improvement after each loss or score."""
    result = []
    for number in numbers:
        plateau.update(network, loss=number, score=number)
        result.append(plateau.count)
    return result


def test_loss_improves_by_more_than_tol(network):
    plateau = LossPlateau(tol=0.1, patience=2)
    losses = [1.0, 0.9, 0.85, 0.74, 0.8, 0.7, 0.69]
    assert counts(plateau, network, losses) == [0, 0, 1, 0, 1, 2, 3]
    assert plateau.best_loss == 0.69
    assert plateau.reached


def test_patience_is_more_than_so_many(network):
    plateau = LossPlateau(tol=0.0, patience=2)
    counts(plateau, network, [1.0, 2.0, 2.0])
    assert (plateau.count, plateau.reached) == (2, False)
    counts(plateau, network, [2.0])
    assert plateau.reached
    endless = LossPlateau(tol=0.0, patience=np.inf)
    counts(endless, network, [1.0] + 100 * [2.0])
    assert not endless.reached


def test_an_equal_loss_is_an_improvement_without_tol(network):
    assert counts(LossPlateau(tol=0.0, patience=2), network, [1.0, 1.0, 1.0]) == [0, 0, 0]


def test_nan_loss_is_never_the_best(network):
    plateau = LossPlateau(tol=0.0, patience=2)
    counts(plateau, network, [NAN, 1.0, NAN])
    assert plateau.best_loss == 1.0


def test_loss_keeps_the_last_network(network):
    plateau = LossPlateau(tol=0.0, patience=2)
    plateau.begin(network, None)
    network.values[:] = 7.0
    counts(plateau, network, [1.0])
    network.values[:] = 8.0
    counts(plateau, network, [2.0])
    plateau.end(network, diverged=False)
    assert (network.values == 8.0).all()


def kept(network, scores, start=0.0, diverged=False, **settings):
    """Give the values 1, 2, ... in turn, each with its score; the plateau and what is kept."""
    network.values[:] = 0.0
    plateau = ScorePlateau(tol=0.1, patience=2, **settings)
    plateau.begin(network, lambda: start)
    for number, score in enumerate(scores, start=1):
        network.values[:] = number
        plateau.update(network, loss=0.0, score=score)
    plateau.end(network, diverged)
    assert len(set(network.values)) == 1
    return plateau, network.values[0]


def test_score_keeps_the_best_network(network):
    plateau, best = kept(network, [0.3, 0.6, 0.65, 0.4])
    assert best == 3
    assert plateau.best_score == 0.65
    assert plateau.count == 2


def test_score_must_improve_by_tol(network):
    assert kept(network, [0.3, 0.4, 0.45])[0].count == 1
    assert kept(network, [0.3, 0.5, 0.61])[0].count == 0


def test_the_start_is_a_candidate_only_where_trained_before(network):
    assert kept(network, [0.3, 0.2], start=0.9)[1] == 1
    plateau, best = kept(network, [0.3, 0.2], start=0.9, trained_before=True)
    assert best == 0
    assert plateau.best_score == 0.9
    assert kept(network, [0.95], start=0.9, trained_before=True)[1] == 1


def test_a_diverged_run_keeps_the_start_unless_it_was_beaten(network):
    assert kept(network, [-9.0, -50.0], start=0.1, diverged=True)[1] == 0
    assert kept(network, [0.5, -50.0], start=0.1, diverged=True)[1] == 1
    assert kept(network, [], start=0.1, diverged=True)[1] == 0


def test_nan_score_is_never_the_best(network):
    plateau, best = kept(network, [NAN, 0.5, NAN])
    assert best == 2
    assert plateau.best_score == 0.5


def test_snapshots_hold_statistics_too(make_run):
    from sknn.nn.layers import BatchNorm

    network = make_run(normalization=BatchNorm()).network
    plateau = ScorePlateau(tol=0.0, patience=2)
    network.statistics[:] = 1.0
    plateau.begin(network, lambda: 0.0)
    plateau.update(network, 0.0, 0.5)
    network.statistics[:] = 2.0
    plateau.update(network, 0.0, 0.4)
    plateau.end(network, diverged=False)
    assert (network.statistics == 1.0).all()


@pytest.mark.parametrize("cls", [LossPlateau, ScorePlateau])
def test_message(cls):
    message = cls(tol=1e-4, patience=10).message
    assert message.endswith("did not improve more than tol=0.000100 for 10 consecutive epochs.")


def test_the_best_epoch_is_counted_from_1(network):
    plateau = ScorePlateau(tol=0.0, patience=2)
    plateau.begin(network, lambda: 0.0)
    assert plateau.best_epoch == 0
    best = []
    for score in (0.1, 0.4, 0.4, 0.2, 0.5, NAN):
        plateau.update(network, loss=1.0, score=score)
        best.append(plateau.best_epoch)
    assert best == [1, 2, 2, 2, 5, 5]
    plateau.end(network, diverged=False)
    assert plateau.best_epoch == 5


def test_the_network_as_it_started_is_epoch_0(network):
    trained = ScorePlateau(tol=0.0, patience=2, trained_before=True)
    trained.begin(network, lambda: 0.9)
    counts(trained, network, [0.5, 0.6])
    trained.end(network, diverged=False)
    assert trained.best_epoch == 0
    diverging = ScorePlateau(tol=0.0, patience=2)
    diverging.begin(network, lambda: 0.9)
    counts(diverging, network, [0.5])
    assert diverging.best_epoch == 1
    diverging.end(network, diverged=True)
    assert diverging.best_epoch == 0
