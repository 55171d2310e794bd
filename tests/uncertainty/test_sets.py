"""Sets of classes: their coverage, and p-values against the definition."""

import pickle

import numpy as np
import pytest
from scipy.stats import binom

from sknn.exceptions import InvalidParameterError
from sknn.uncertainty import CrossConformalSets, coverage_of_sets

SCORES = ["threshold", "adaptive"]


def score_of(p, c, score):
    """The score of one class for one row of probabilities."""
    return 1 - p[c] if score == "threshold" else p[p > p[c]].sum()


def p_value(proba, y, fold, new, c, score):
    """The p-value of class c at one new row, row by row."""
    worse = sum(
        score_of(p, t, score) >= score_of(new[j], c, score) - 1e-12
        for p, t, j in zip(proba, y, fold, strict=True)
    )
    return (worse + 1) / (len(y) + 1)


def draw(rng, m, n_classes=4, sharpness=2.0):
    """Probabilities, and classes drawn with them."""
    p = rng.dirichlet(np.full(n_classes, 1 / sharpness), size=m)
    return p, (p.cumsum(axis=1) < rng.uniform(size=(m, 1))).sum(axis=1).clip(max=n_classes - 1)


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    proba, y = draw(rng, 80)
    return proba, y, rng.integers(3, size=80), rng.dirichlet(np.ones(4), size=(3, 6))


@pytest.mark.parametrize("score", SCORES)
def test_p_values_by_definition(table, score):
    proba, y, fold, new = table
    got = CrossConformalSets.fit(proba, y, fold, score=score).p_values(new)
    wanted = [
        [p_value(proba, y, fold, new[:, i], c, score) for c in range(4)] for i in range(len(got))
    ]
    np.testing.assert_allclose(got, wanted, rtol=1e-14)


@pytest.mark.parametrize("score", SCORES)
def test_p_values_by_class(table, score):
    proba, y, fold, new = table
    got = CrossConformalSets.fit(proba, y, fold, score=score, by_class=True).p_values(new)
    for c in range(4):
        of = y == c
        wanted = [p_value(proba[of], y[of], fold[of], row, c, score) for row in new.swapaxes(0, 1)]
        np.testing.assert_allclose(got[:, c], wanted, rtol=1e-14)


def test_sets_are_the_classes_above_alpha(table):
    proba, y, fold, new = table
    calibrated = CrossConformalSets.fit(proba, y, fold)
    for share in (0.5, 0.8, 0.9):
        wanted = calibrated.p_values(new) > 1 - share + 1e-9
        np.testing.assert_array_equal(calibrated.sets(new, share, allow_empty=True), wanted)


def test_a_class_at_the_level_is_not_in_the_set():
    proba = np.array([[0.5, 0.5]] * 9)
    calibrated = CrossConformalSets.fit(proba, [0] * 9, [0] * 9)
    new = [[[0.9, 0.1]]]
    np.testing.assert_array_equal(calibrated.p_values(new), [[1.0, 0.1]])
    np.testing.assert_array_equal(calibrated.sets(new, 0.9), [[True, False]])
    np.testing.assert_array_equal(calibrated.sets(new, 0.91), [[True, True]])


def test_empty_sets_get_the_most_probable_class():
    calibrated = CrossConformalSets.fit([[1.0, 0.0, 0.0]] * 20, [0] * 20, [0, 1] * 10)
    new = [[[0.3, 0.4, 0.3]], [[0.3, 0.2, 0.5]]]
    assert not calibrated.sets(new, allow_empty=True).any()
    np.testing.assert_array_equal(calibrated.sets(new), [[False, False, True]])


@pytest.mark.parametrize("by_class", [False, True])
@pytest.mark.parametrize("score", SCORES)
def test_weights_are_repetitions(table, score, by_class):
    proba, y, fold, new = table
    weight = np.random.default_rng(1).integers(0, 4, size=len(y))
    fold[:3], weight[:3] = [0, 1, 2], 1
    how = {"score": score, "by_class": by_class}
    repeated = [np.repeat(a, weight, axis=0) for a in (proba, y, fold)]
    np.testing.assert_array_equal(
        CrossConformalSets.fit(proba, y, fold, weight=weight, **how).p_values(new),
        CrossConformalSets.fit(*repeated, **how).p_values(new),
    )


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("share", [0.6, 0.9])
def test_coverage(score, share):
    rng = np.random.default_rng(0)
    n, m, k = 500, 60, 3
    held = 0
    for _ in range(n):  # one new row each, so that rows are independent and the share binomial
        proba, y = draw(rng, m + 1)
        members = [wrong(proba, sureness) for sureness in (0.5, 1.0, 2.0)]
        fold = np.arange(m) % k
        out_of_fold = np.stack(members)[fold, np.arange(m)]
        calibrated = CrossConformalSets.fit(out_of_fold, y[:m], fold, score=score)
        sets = calibrated.sets([p[m:] for p in members], share, allow_empty=True)
        held += int(sets[0, y[m]])
    low, high = binom(n, share).ppf([0.5e-4, 1 - 0.5e-4])
    assert low <= held <= high


def wrong(proba, sureness):
    """Probabilities of a member that is too sure, or not sure enough."""
    p = proba**sureness
    return p / p.sum(axis=1, keepdims=True)


def test_by_class_covers_the_rare_class_too():
    rng = np.random.default_rng(0)
    y = (rng.uniform(size=6000) < 0.1).astype(int)
    p = 1 / (1 + np.exp(2.2 - 1.5 * (y - rng.normal(size=6000))))
    proba = np.stack([1 - p, p], axis=1)
    cal, new = slice(0, 3000), slice(3000, None)
    rare = y[new] == 1
    found = {}
    for by_class in (False, True):
        calibrated = CrossConformalSets.fit(
            proba[cal], y[cal], np.zeros(3000, dtype=int), by_class=by_class
        )
        found[by_class] = calibrated.sets(proba[None, new], 0.9)[rare, 1].mean()
    assert found[False] < 0.6
    assert abs(found[True] - 0.9) < 0.06


def test_labels_are_tables_of_their_own(table):
    rng = np.random.default_rng(3)
    p, fold, new = rng.uniform(size=(50, 2)), np.arange(50) % 2, rng.uniform(size=(2, 7, 2))
    y = (rng.uniform(size=p.shape) < p).astype(int)
    calibrated = CrossConformalSets.fit(p, y, fold, kind="multilabel")
    sets = calibrated.sets(new, 0.8)
    assert sets.shape == (7, 2, 2)
    assert coverage_of_sets(y[:7], sets).shape == (2,)
    for label in range(2):
        both = np.stack([1 - p[:, label], p[:, label]], axis=-1)
        new_both = np.stack([1 - new[..., label], new[..., label]], axis=-1)
        alone = CrossConformalSets.fit(both, y[:, label], fold)
        np.testing.assert_array_equal(alone.sets(new_both, 0.8), sets[:, label])


def test_float32_probabilities_and_a_class_without_rows(table):
    proba, y, fold, new = table
    y = np.where(y == 3, 0, y)
    single = proba.astype(np.float32)
    calibrated = CrossConformalSets.fit(single, y, fold, by_class=True)
    p = calibrated.p_values(new.astype(np.float32))
    assert p.dtype == np.float64
    np.testing.assert_array_equal(p[:, 3], 1.0)  # nothing speaks against it


def test_it_is_pickled(table):
    proba, y, fold, new = table
    calibrated = CrossConformalSets.fit(proba, y, fold, score="adaptive")
    same = pickle.loads(pickle.dumps(calibrated))
    np.testing.assert_array_equal(same.sets(new), calibrated.sets(new))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"score": "adaptve"}, "Got 'adaptve' instead. Did you mean 'adaptive'?"),
        ({"kind": "binary"}, "The 'kind' parameter of CrossConformalSets must be a str among"),
        ({"proba": [[2.0, -1.0]] * 3}, "proba must hold probabilities that sum to 1"),
        ({"proba": [[0.5, 0.4]] * 3}, "apply the softmax"),
        ({"proba": [0.5, 0.4, 0.1]}, r"proba must have shape \(m, n_classes\)"),
        ({"y": [0, 1, 2]}, "the numbers of classes, 0 to 1. Got .*2.*; encode classes"),
        ({"y": ["a", "b", "b"]}, "Got .*'a'.*LabelEncoder"),
        ({"y": [0, 1]}, r"y must have shape \(3,\)"),
    ],
)
def test_calibration_refuses(wrong, message):
    right = {"proba": [[0.5, 0.5]] * 3, "y": [0, 1, 1], "fold": [0, 1, 1]}
    with pytest.raises(InvalidParameterError, match=message):
        CrossConformalSets.fit(**right | wrong)


def test_new_rows_that_do_not_fit(table):
    proba, y, fold, new = table
    calibrated = CrossConformalSets.fit(proba, y, fold)
    with pytest.raises(InvalidParameterError, match=r"proba must have shape \(3, n_rows, 4\)"):
        calibrated.sets(new[0])
    with pytest.raises(InvalidParameterError, match="The 'coverage' parameter of sets"):
        calibrated.sets(new, 1.0)
