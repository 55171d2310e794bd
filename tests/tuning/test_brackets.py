"""The plan of Hyperband, against the tables of the paper."""

import pytest

from sknn.tuning.brackets import plan


def counts(brackets):
    return (
        sum(bracket.n_candidates[0] for bracket in brackets),
        sum(sum(bracket.n_candidates) for bracket in brackets),
        sum(bracket.total for bracket in brackets),
    )


def test_81_epochs_as_in_the_paper():
    brackets = plan(81, eta=3)
    rungs = [list(zip(bracket.n_candidates, bracket.n_epochs, strict=True)) for bracket in brackets]
    assert rungs == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (11, 9), (3, 27), (1, 81)],
        [(15, 9), (5, 27), (1, 81)],
        [(8, 27), (2, 81)],
        [(5, 81)],
    ]
    assert counts(brackets) == (143, 206, 1581)
    assert [bracket.total for bracket in brackets] == [297, 276, 279, 324, 405]


@pytest.mark.parametrize(
    ("max_epochs", "eta", "n_brackets", "n_candidates", "n_epochs"),
    [(9, 3, 3, 17, 69), (243, 3, 6, 415, 6831), (1000, 10, 4, 1158, 14910), (1, 3, 1, 1, 1)],
)
def test_logarithms_are_not_rounded(max_epochs, eta, n_brackets, n_candidates, n_epochs):
    brackets = plan(max_epochs, eta=eta)
    assert len(brackets) == n_brackets
    assert counts(brackets)[0] == n_candidates
    assert counts(brackets)[2] == n_epochs


@pytest.mark.parametrize("max_epochs", [2, 10, 50, 100, 200])
@pytest.mark.parametrize("min_epochs", [1, 2, 5])
@pytest.mark.parametrize("eta", [2, 3, 4])
def test_any_numbers(max_epochs, min_epochs, eta):
    if min_epochs > max_epochs:
        return
    for bracket in plan(max_epochs, min_epochs, eta):
        assert bracket.n_epochs[-1] == max_epochs
        assert bracket.n_epochs[0] >= min_epochs
        assert list(bracket.n_epochs) == sorted(set(bracket.n_epochs))
        assert list(bracket.n_candidates) == sorted(bracket.n_candidates, reverse=True)
        assert bracket.n_candidates[-1] >= 1


def test_only_some_brackets():
    assert plan(81, n_brackets=2) == plan(81)[:2]
    assert len(plan(81, n_brackets=99)) == 5
