"""Subgroups to permute within."""

import numpy as np

from sknn.interpret.importance.conditional import permuted_within, subgroups
from sknn.interpret.table import Table


def test_rows_are_permuted_within_their_subgroup_only():
    groups = np.array([0, 1, 0, 2, 1, 0, 1])
    for source in permuted_within(groups, 20, np.random.RandomState(0)):
        assert sorted(source) == list(range(7))
        assert np.array_equal(groups[source], groups)


def test_every_order_within_a_subgroup_is_as_likely():
    seen = [
        tuple(source)
        for source in permuted_within(np.zeros(3, int), 6000, np.random.RandomState(0))
    ]
    counts = np.unique(seen, axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert counts.min() > 880
    assert counts.max() < 1120


def test_subgroups_follow_the_other_columns_of_all_kinds(frame):
    big = Table.of(frame).tile(5)
    for column in range(big.n_columns):
        groups = subgroups(big, np.array([column]))
        assert groups.shape == (600,)
        assert np.bincount(groups)[np.unique(groups)].min() >= 30


def test_few_rows_one_column_and_a_constant_column_are_one_subgroup():
    rng = np.random.default_rng(0)
    few = Table.of(rng.normal(size=(20, 2)))
    alone = Table.of(rng.normal(size=(200, 1)))
    constant = Table.of(np.stack([np.ones(200), rng.normal(size=200)], axis=1))
    for table in (few, alone, constant):
        assert (subgroups(table, np.array([0])) == 0).all()


def test_a_column_that_follows_from_another_is_told_apart():
    first = np.random.default_rng(0).uniform(-1, 1, 1000)
    table = Table.of(np.stack([first, first**2], axis=1))
    groups = subgroups(table, np.array([1]))
    within = [table.native[groups == g, 1].var() for g in np.unique(groups)]
    assert np.mean(within) < 0.1 * table.native[:, 1].var()
