"""Averages of weights, against the sums that they stand for."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.nn.averaging import AVERAGINGS, EMA, SWA, Polyak
from sknn.nn.optimizers import base


def averaged(averaging, vectors):
    state = averaging.init(vectors[0])
    for vector in vectors:
        averaging.add(vector, state)
    assert state["t"] == len(vectors)
    return state["mean"]


@pytest.fixture
def vectors():
    return np.random.RandomState(0).normal(size=(7, 10))


@pytest.mark.parametrize("averaging", [Polyak(), SWA(), EMA(decay=1 - 1e-9)])
def test_plain_mean(averaging, vectors):
    assert_allclose(averaged(averaging, vectors), vectors.mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.999])
def test_exponential_mean(decay, vectors):
    weights = decay ** np.arange(len(vectors))[::-1] if decay else np.eye(len(vectors))[-1]
    assert_allclose(averaged(EMA(decay=decay), vectors), np.average(vectors, 0, weights))


@pytest.mark.parametrize("name", AVERAGINGS)
def test_what_all_averages_keep_to(name, variants, monkeypatch, vectors):
    for averaging in variants(AVERAGINGS[name]):
        whole = averaged(averaging, vectors)
        assert_allclose(averaged(averaging, vectors[:1]), vectors[0], err_msg="one is its own mean")
        assert averaged(averaging, vectors.astype("float32")).dtype == np.float32
        with monkeypatch.context() as patch:
            patch.setattr(base, "BLOCK", 4)
            assert_allclose(averaged(averaging, vectors), whole, rtol=1e-14)
        assert_allclose(averaged(averaging, np.ones((5, 3))), 1.0)
