"""Dropout: its share, its scale, its moments, sparse input, and what it leaves alone."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import SELU
from sknn.nn.layers import (
    DROPOUTS,
    AlphaDropout,
    Dropout,
    InputDropoutLayer,
    Step,
    as_dropout,
)
from sknn.nn.schedules import Exponential, FlatCosine, Progress

CONTAINERS = [scipy.sparse.csr_array, scipy.sparse.csr_matrix, scipy.sparse.csc_array]
LOWEST = -1.7580993408473766  # where SELU ends on the left


def a_step(seed=0):
    return Step(None, np.random.default_rng(seed))


def run(layer, x, step):
    layer.declare(x.shape[1])
    return layer.forward(x, layer.room(x.shape[0], x.dtype, step is not None), step)


def forward(dropout, step, shape=(200, 50)):
    x = np.random.RandomState(0).rand(*shape) + 1.0
    return x, run(dropout.layer(), x.copy(), step)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_silences_a_share_and_scales_the_rest(rate):
    x, y = forward(Dropout(rate), a_step())
    silent = y == 0
    assert abs(silent.mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / x.size)
    assert_allclose(y[~silent], x[~silent] / (1 - rate), rtol=1e-12)


@pytest.mark.parametrize("cls", DROPOUTS.values())
def test_prediction_leaves_all_as_it_is(cls):
    x, y = forward(cls(0.5), None)
    assert_array_equal(y, x)


@pytest.mark.parametrize("cls", DROPOUTS.values())
def test_each_step_draws_anew_and_a_seed_draws_again(cls):
    step = a_step(1)
    first, second = (forward(cls(0.5), step)[1] for _ in range(2))
    assert (first != second).any()
    assert_array_equal(first, forward(cls(0.5), a_step(1))[1])


@pytest.mark.parametrize("cls", DROPOUTS.values())
def test_the_mean_is_kept(cls):
    x = np.random.RandomState(2).normal(size=(1000, 200))
    y = run(cls(0.3).layer(), x, a_step())
    assert abs(y.mean() - x.mean()) < 0.01


def test_the_mask_is_that_of_a_seed():
    # the same random numbers as ever, so that a seed gives the same network again
    _, y = forward(Dropout(0.5), a_step(), shape=(2, 4))
    chance = np.random.default_rng(0).bit_generator.random_raw(2).view(np.uint16).reshape(2, 4)
    assert_array_equal(y != 0, chance >= 2**15)


# -- alpha dropout -----------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.5, 0.9])
def test_alpha_dropout_is_its_formula(rate):
    x, y = forward(AlphaDropout(rate), a_step())
    q = 1 - rate
    a = (q + LOWEST**2 * q * (1 - q)) ** -0.5
    b = -a * (1 - q) * LOWEST
    dropped = np.isclose(y, a * LOWEST + b, rtol=1e-12)
    assert abs(dropped.mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / x.size)
    assert_allclose(y[~dropped], a * x[~dropped] + b, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.5, 0.9])
def test_alpha_dropout_keeps_mean_0_and_variance_1(rate):
    x = np.random.RandomState(3).normal(size=(2000, 200))
    y = run(AlphaDropout(rate).layer(), x, a_step())
    n = x.size  # five standard errors of the moments of a normal law, roughly
    assert abs(y.mean()) < 5 / np.sqrt(n)
    assert abs(y.var() - 1) < 5 * np.sqrt(3 / n)


def test_a_deep_selu_network_keeps_its_moments():
    rng, step = np.random.RandomState(4), a_step()
    x = rng.normal(size=(500, 300))
    for _ in range(8):
        x = SELU()(x @ rng.normal(0, 300**-0.5, size=(300, 300)))
        x = run(AlphaDropout(0.1).layer(), x, step)
    assert abs(x.mean()) < 0.15
    assert abs(x.var() - 1) < 0.15


# -- schedules ---------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.5, 0.6, 0.8, 1.0])
def test_the_rate_follows_its_schedule(share):
    step = Step(None, np.random.default_rng(0), Progress(epoch=10 * share, n_epochs=10))
    rate = FlatCosine().rate(0.4, step.progress, {})
    assert rate == pytest.approx(0.4 * np.cos(np.pi * max(share - 0.5, 0)) ** 2)
    x, y = forward(Dropout(0.4, "flat_cosine"), step)
    silent = y == 0
    assert abs(silent.mean() - rate) <= 5 * np.sqrt(rate * (1 - rate) / x.size)
    assert_allclose(y[~silent], x[~silent] / (1 - rate), rtol=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.7, 0.9, 1.0])
def test_alpha_dropout_keeps_its_moments_along_a_schedule(share):
    x = np.random.RandomState(3).normal(size=(2000, 200))
    step = Step(None, np.random.default_rng(0), Progress(epoch=10 * share, n_epochs=10))
    y = run(AlphaDropout(0.5, "flat_cosine").layer(), x, step)
    assert abs(y.mean()) < 5 / np.sqrt(x.size)
    assert abs(y.var() - 1) < 5 * np.sqrt(3 / x.size)
    if share == 1.0:
        assert_allclose(y, x, rtol=0, atol=1e-14)


def test_a_schedule_is_told_where_it_is_not_constant():
    assert Dropout(0.2).layer().describe() == "Dropout(rate=0.2)"
    of_ones_own = Dropout(0.2, Exponential(factor=0.5)).layer()
    assert of_ones_own.describe() == "Dropout(rate=0.2, schedule=Exponential(factor=0.5))"
    assert "'cosine'" in AlphaDropout(schedule="cosine").layer().describe()


# -- input -------------------------------------------------------------------------------------


def test_dropout_of_dense_input_is_dropout():
    x = np.random.RandomState(5).normal(size=(30, 8))
    x.flags.writeable = False
    assert_array_equal(
        run(InputDropoutLayer(0.4), x, a_step()), run(Dropout(0.4).layer(), x, a_step())
    )


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_of_sparse_input(container, dtype):
    dense = np.random.RandomState(6).rand(200, 50).astype(dtype) + 1
    dense[dense < 1.7] = 0
    x = container(dense)
    for part in (x.data, x.indices, x.indptr):
        part.flags.writeable = False
    y = run(InputDropoutLayer(0.4), x, a_step())
    assert y.dtype == dtype
    assert_array_equal(x.toarray(), dense)
    y, stored = y.toarray(), dense != 0
    assert not y[~stored].any()
    silent = y[stored] == 0
    assert abs(silent.mean() - 0.4) < 5 * np.sqrt(0.24 / stored.sum())
    assert_allclose(y[stored][~silent], dense[stored][~silent] / 0.6, rtol=1e-6)


def test_prediction_leaves_sparse_input_as_it_is():
    x = scipy.sparse.csr_array(np.eye(3))
    assert run(InputDropoutLayer(0.4), x, None) is x


def test_a_value_stored_in_two_parts_is_one_value():
    x = scipy.sparse.csr_array(
        (np.ones(400), np.zeros(400, int), np.arange(0, 401, 2)), shape=(200, 1)
    )
    y = run(InputDropoutLayer(0.5), x, a_step()).toarray()
    assert set(y.ravel()) == {0.0, 4.0}
    assert x.nnz == 400


# -- names -------------------------------------------------------------------------------------


def test_a_rate_a_name_or_the_part_itself():
    assert as_dropout(0.2) == Dropout(0.2)
    assert as_dropout("dropout") == Dropout()
    part = AlphaDropout(0.3)
    assert as_dropout(part) is part
