"""Scores sorted by fold: ranks, and weights beyond a value."""

from fractions import Fraction

import numpy as np
import pytest

from sknn.uncertainty.folds import FoldScores, tail_rank


@pytest.mark.parametrize("percent", [1, 5, 10, 20, 50, 68, 90, 95, 99])
def test_ranks_are_those_of_exact_arithmetic(percent):
    for total in [*range(1, 300), 9_999, 99_999, 999_999]:
        exact = (1 - Fraction(percent, 100)) * (total + 1)
        assert tail_rank(percent / 100, total) == exact.__floor__()


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return rng.integers(5, size=50) / 2, rng.integers(3, size=50), rng.uniform(size=50)


def test_weight_at_least(rows):
    score, fold, weight = rows
    value = np.random.default_rng(1).integers(-1, 7, size=(3, 20)) / 2
    got = FoldScores.of(score, fold, weight, 3).weight_at_least(value)
    wanted = [(weight * (score >= value[fold, i])).sum() for i in range(20)]
    np.testing.assert_allclose(got, wanted, rtol=1e-13)


def test_rows_without_weight_are_gone(rows):
    score, fold, weight = rows
    weight[fold == 1] = 0
    folds = FoldScores.of(score, fold, weight, 3)
    assert [len(scores) - 2 for scores in folds.scores] == [
        np.sum(fold == 0),
        0,
        np.sum(fold == 2),
    ]
    assert folds.total == pytest.approx(weight.sum())


def test_weighted_upper_ends(rows):
    score, fold, weight = rows
    center = np.random.default_rng(2).normal(size=(3, 8))
    got = FoldScores.of(score, fold, weight, 3).upper_ends(center, np.ones((3, 8)), 4)
    ends = center[fold].T + score
    reached = [[weight[row >= end].sum() >= 4 for end in row] for row in ends]
    np.testing.assert_array_equal(got, np.max(ends, axis=1, where=reached, initial=-np.inf))
