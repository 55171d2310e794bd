"""The running average: which steps count, and that training never sees it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.averaging import SWA, Polyak
from sknn.train.average import RunningAverage
from sknn.train.loop import train


@pytest.fixture
def network(make_run):
    return make_run().network


def test_in_place_and_back(network):
    average = RunningAverage(Polyak(start=0.0), network, gather=lambda: None)
    for number in (1.0, 3.0):
        network.values[:] = number
        average.after_step(0.5)
    with average.in_place():
        assert_allclose(network.values, 2.0)
    assert_array_equal(network.values, 3.0)
    with pytest.raises(RuntimeError, match="trouble"), average.in_place():
        raise RuntimeError("trouble")
    assert_array_equal(network.values, 3.0, err_msg="also after an error")
    average.finish()
    assert_allclose(network.values, 2.0)
    assert_array_equal(average.trained[0], 3.0)


def test_what_counts_and_when(network):
    steps = RunningAverage(Polyak(start=0.5), network, gather=lambda: None)
    epochs = RunningAverage(SWA(start=0.5), network, gather=lambda: None)
    for average in (steps, epochs):
        for share in (0.25, 0.5, 0.75, 1.0):
            average.after_step(share)
        assert average.state["t"] == (2 if average is steps else 0)
        for share in (0.5, 1.0):
            average.after_epoch(share)
    assert (steps.state["t"], epochs.state["t"]) == (2, 1)


def test_nothing_averaged_is_nothing_changed(network):
    average = RunningAverage(Polyak(), network, gather=lambda: None)
    before = network.values.copy()
    with average.in_place():
        assert_array_equal(network.values, before)
    average.finish()
    assert_array_equal(network.values, before)
    assert average.trained is None


def test_forgetting(network):
    average = RunningAverage(Polyak(start=0.0), network, gather=lambda: None)
    network.values[:] = np.nan
    average.after_step(1.0)
    average.restart()
    network.values[:] = 1.0
    average.after_step(1.0)
    with average.in_place():
        assert_array_equal(network.values, 1.0)


def test_validation_sees_the_mean(make_run):
    run = make_run(max_iter=4, size=40)
    run.average = RunningAverage(Polyak(start=0.0), run.network, gather=lambda: None)
    seen, trained = [], [run.network.values.copy()]
    run.validate = lambda: seen.append(run.network.values.copy()) or 0.0
    type_of_step = type(run).step

    def step(self):
        type_of_step(self)
        trained.append(self.network.values.copy())

    run.step = step.__get__(run)
    train(run, warn=False)
    for epoch, values in enumerate(seen, start=1):
        assert_allclose(values, np.mean(trained[1 : epoch + 1], axis=0), rtol=1e-12)
    assert_allclose(run.network.values, seen[-1])
