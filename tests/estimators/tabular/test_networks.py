"""Members that predict side by side give what each gives by itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.estimators.tabular.networks import MemberNetworks
from sknn.nn.layers import TabM
from sknn.nn.network import Network
from sknn.nn.stacked import StackedNetwork


@pytest.mark.parametrize("n_rows", [1, 80])
def test_stacks_of_two_kinds_of_members(quick, raw, target, n_rows):
    net = quick().fit(raw[0], target)
    encoded = net.encoder_.encode(raw[0])[:n_rows]
    networks = MemberNetworks(net.estimators_)
    assert [type(part) for _, part in networks._parts] == [StackedNetwork] * 2
    one_by_one = [network.raw_output(encoded) for network in networks.networks]
    assert_allclose(networks.raw_output(encoded), one_by_one, rtol=1e-12, atol=1e-12)


def test_what_does_not_stack_predicts_by_itself(quick, raw, target):
    net = quick(member_params={"members": TabM(2)}).fit(raw[0], target)
    networks = MemberNetworks(net.estimators_)
    assert [type(part) for _, part in networks._parts] == [Network] * 4
    outputs = networks.raw_output(net.encoder_.encode(raw[0]))
    assert np.isfinite(outputs).all()
    assert net.predict(raw[0]).shape == (80,)


def test_blocks_of_rows_are_the_same_as_all_rows(quick, raw, target):
    net = quick().fit(raw[0], target)
    encoded = np.tile(net.encoder_.encode(raw[0]), (200, 1))
    outputs = net._networks.raw_output(encoded)
    assert_allclose(outputs[:, :80], outputs[:, -80:], rtol=1e-12, atol=1e-12)
