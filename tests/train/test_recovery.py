"""Recovery: which network it goes back to, when, and how often."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sknn.nn.layers import BatchNorm
from sknn.train.recovery import EXPLODED, MOST_ATTEMPTS, SLOWDOWN, Recovery


@pytest.fixture
def network(make_run):
    return make_run(normalization=BatchNorm()).network


def keep(recovery, network, number):
    network.values[:] = network.statistics[:] = number
    recovery.keep(network)


def test_it_goes_back_to_where_the_last_good_epoch_began(network):
    recovery = Recovery()
    for number in range(4):  # the start, and the ends of three epochs
        keep(recovery, network, number)
    network.values[:] = np.nan
    assert recovery.restore(network)
    assert_array_equal(network.values, 2)
    assert_array_equal(network.statistics, 2)
    assert recovery.restore(network)
    assert_array_equal(network.values, 2, err_msg="and no further")
    keep(recovery, network, 5)
    keep(recovery, network, 6)
    assert recovery.restore(network)
    assert_array_equal(network.values, 5)


def test_before_the_first_epoch_has_gone_well_there_is_the_start(network):
    recovery = Recovery()
    keep(recovery, network, 1)
    network.values[:] = np.inf
    assert recovery.restore(network)
    assert_array_equal(network.values, 1)


def test_each_time_the_rate_falls_until_there_is_no_hope(network):
    recovery = Recovery(slowdown=0.5)
    keep(recovery, network, 1)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert recovery.restore(network)
        assert recovery.slowdown == pytest.approx(0.5 * SLOWDOWN**attempt)
        assert recovery.n_attempts == attempt
    network.values[:] = 9
    assert not recovery.restore(network)
    assert_array_equal(network.values, 9)


def test_what_a_loss_has_exploded_beside():
    recovery = Recovery()
    assert not recovery.is_exploded(2.0), "the first one is the measure"
    assert not recovery.is_exploded(2.0 * EXPLODED)
    assert recovery.is_exploded(2.1 * EXPLODED)
    assert not recovery.is_exploded(1e-9)
    perfect = Recovery()
    perfect.is_exploded(0.0)
    assert not perfect.is_exploded(1.0), "nothing is out of proportion to 0"
