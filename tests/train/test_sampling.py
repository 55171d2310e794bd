"""Sampling: the rows of an epoch, drawn in other ways than by a shuffle."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sknn.train import SAMPLINGS, Sampling, Stratified, Weighted
from sknn.train.batches import Batches


def draw(sampling, y, weight=None, seed=0):
    return sampling.draw(sampling.prepare(y, weight), np.random.RandomState(seed))


TARGETS = {
    "class numbers": np.repeat([0, 1, 2], [60, 30, 10]),
    "yes and no": np.repeat([True, False], [90, 10])[:, np.newaxis],
    "several labels": np.random.RandomState(0).rand(100, 2) < 0.3,
    "numbers": np.random.RandomState(0).normal(size=(100, 2)),
    "equal numbers": np.ones((100, 1)),
    "one row": np.array([0]),
}


@pytest.mark.parametrize("y", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("name", SAMPLINGS)
def test_what_all_samplings_keep_to(name, y):
    sampling = SAMPLINGS[name]()
    rows = draw(sampling, y)
    assert rows.shape == (len(y),)
    assert rows.dtype.kind == "i"
    assert 0 <= rows.min() <= rows.max() < len(y)
    assert_array_equal(draw(sampling, y), rows, err_msg="a seed gives the same rows")
    if len(y) > 1:
        assert (draw(sampling, y, seed=1) != rows).any()


@pytest.mark.parametrize("y", TARGETS.values(), ids=TARGETS)
def test_strata_take_each_row_once(y):
    assert_array_equal(np.sort(draw(Stratified(), y)), np.arange(len(y)))


@pytest.mark.parametrize("size", [10, 20, 50])
def test_each_batch_has_the_mix_of_all(size):
    y = TARGETS["class numbers"]
    for seed in range(20):
        batches = y[draw(Stratified(), y, seed=seed)].reshape(-1, size)
        for label, share in ((0, 0.6), (1, 0.3), (2, 0.1)):
            counts = (batches == label).sum(axis=1)
            # a row may stand anywhere in its part of the epoch, so a batch may miss or gain one
            assert (abs(counts - share * size) <= 1).all()


def test_numbers_are_cut_by_their_rank():
    y = TARGETS["numbers"]
    rank = np.argsort(np.argsort(y[:, 0]))
    for batch in rank[draw(Stratified(), y)].reshape(-1, 20):
        assert (abs(np.bincount(batch // 10, minlength=10) - 2) <= 1).all()


def test_a_plain_shuffle_is_no_stratum():
    # else the test above would prove nothing
    y = TARGETS["class numbers"]
    batches = y[np.random.RandomState(0).permutation(100)].reshape(-1, 10)
    assert (abs((batches == 0).sum(axis=1) - 6) > 1).any()


def test_rows_are_drawn_by_their_weight():
    weight = np.array([0.0, 1.0, 2.0, 7.0])
    prepared = Weighted().prepare(np.zeros(4), weight)
    rng = np.random.RandomState(0)
    counts = np.bincount(np.concatenate([Weighted().draw(prepared, rng) for _ in range(2500)]))
    expected = 10_000 * weight / 10
    assert counts[0] == 0
    assert (abs(counts - expected) <= 4 * np.sqrt(expected)).all()


def test_rows_without_weight_at_the_ends_are_never_drawn():
    rows = draw(Weighted(), np.zeros(1000), np.r_[np.zeros(400), np.ones(100), np.zeros(500)])
    assert rows.min() >= 400
    assert rows.max() < 500


def test_batches_of_the_rows_that_may_be_used():
    X, y = np.arange(20.0)[:, np.newaxis], np.arange(20) % 2
    rows = np.arange(4, 14)
    weight = np.arange(20.0)
    params = {"size": 4, "shuffle": True, "rng": np.random.RandomState(0), "rows": rows}
    stratified = Batches(X, y, weight, **params, sampling=Stratified())
    assert stratified.n_batches == 3
    for _ in range(2):
        seen = list(stratified)
        batch_rows = [batch.X[:, 0].copy() for batch in stratified.in_order()]
        assert_array_equal(np.sort(np.concatenate(batch_rows)), rows)
        assert [batch.weight.tolist() for batch in seen] == [
            list(map(float, r)) for r in batch_rows
        ]
    weighted = Batches(X, y, weight, **params, sampling=Weighted())
    for batch in weighted:
        assert batch.weight is None, "the weights are used up"
        assert np.isin(batch.X, rows).all()


class FirstHalf(Sampling):
    """Leaves out the second half of the rows."""

    def draw(self, prepared, rng):
        return prepared[: len(prepared) // 2]


def test_an_epoch_must_be_full():
    rng = np.random.RandomState(0)
    batches = Batches(
        np.ones((10, 1)),
        np.ones((10, 1)),
        None,
        size=4,
        shuffle=True,
        rng=rng,
        sampling=FirstHalf(),
    )
    with pytest.raises(ValueError, match=r"FirstHalf\(\) must draw as many rows .* 10. Got 5"):
        next(iter(batches))
