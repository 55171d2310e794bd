"""Dropout: its share, its scale, and what it leaves alone."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import SELU
from sknn.nn.layers import DROPOUTS, AlphaDropout, Dropout, Step


def forward(rate, step, shape=(200, 50), kind=Dropout):
    layer = kind(rate).layer()
    layer.declare(shape[1])
    x = np.random.RandomState(0).rand(*shape) + 1.0
    return x, layer.forward(x.copy(), layer.room(len(x), x.dtype, step is not None), step)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_silences_a_share_and_scales_the_rest(rate):
    x, y = forward(rate, Step(None, np.random.default_rng(0)))
    silent = y == 0
    assert abs(silent.mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / x.size)
    assert_allclose(y[~silent], x[~silent] / (1 - rate), rtol=1e-12)


@pytest.mark.parametrize("kind", DROPOUTS.values(), ids=DROPOUTS)
def test_prediction_leaves_all_as_it_is(kind):
    x, y = forward(0.5, None, kind=kind)
    assert_array_equal(y, x)


@pytest.mark.parametrize("container", [scipy.sparse.csr_array, scipy.sparse.csr_matrix])
def test_sparse_input(container):
    rng = np.random.RandomState(0)
    dense = rng.normal(size=(300, 40)) * (rng.rand(300, 40) < 0.2)
    x = container(dense)
    layer = Dropout(0.25).layer()
    layer.declare(40)
    room = layer.room(300, x.dtype, training=True)
    y = layer.forward(x, room, Step(None, np.random.default_rng(0)))
    assert type(y) is container
    assert_array_equal(x.toarray(), dense, err_msg="the caller's data stay as they are")
    stored = x.toarray() != 0
    silent = stored & (y.toarray() == 0)
    assert abs(silent.sum() / stored.sum() - 0.25) < 0.05
    assert_allclose(y.toarray()[stored & ~silent], dense[stored & ~silent] / 0.75)
    assert layer.forward(x, room, None) is x


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_alpha_dropout_keeps_mean_and_variance_of_selu_units(rate):
    # many standard normal inputs, bent by SELU, have mean 0 and variance 1
    x = SELU()(np.random.RandomState(0).normal(size=(2000, 200)))
    assert_allclose([x.mean(), x.var()], [0, 1], atol=0.01)
    layer = AlphaDropout(rate).layer()
    layer.declare(200)
    room = layer.room(2000, x.dtype, training=True)
    y = layer.forward(x, room, Step(None, np.random.default_rng(0)))
    assert_allclose([y.mean(), y.var()], [0, 1], atol=0.01)
    plain = Dropout(rate).layer()
    plain.declare(200)
    room = plain.room(2000, x.dtype, training=True)
    y = plain.forward(x, room, Step(None, np.random.default_rng(0)))
    assert abs(y.var() - 1) > 0.04, "which plain dropout does not"


def test_each_step_draws_anew_and_a_seed_draws_again():
    rng = np.random.default_rng(1)
    first, second = (forward(0.5, Step(None, rng))[1] for _ in range(2))
    assert (first != second).any()
    assert_array_equal(first, forward(0.5, Step(None, np.random.default_rng(1)))[1])
