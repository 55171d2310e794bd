"""The share of truths that are held, and where it lies by chance."""

import numpy as np
import pytest

from sknn.exceptions import InvalidParameterError
from sknn.uncertainty import (
    CrossConformalIntervals,
    coverage,
    coverage_of_sets,
    expected_coverage_band,
)


def test_shares_of_outputs_and_weights():
    y = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]])
    interval = np.tile([0.0, 1.0], (3, 2, 1))
    np.testing.assert_allclose(coverage(y, interval), [2 / 3, 0])
    np.testing.assert_allclose(coverage(y, interval, weight=[1, 1, 2]), [0.5, 0])
    assert coverage([1.0], [[-np.inf, np.inf]]) == 1


def test_shares_of_sets():
    sets = np.array([[True, False], [True, True], [False, True]])
    np.testing.assert_allclose(coverage_of_sets([1, 1, 1], sets), 2 / 3)
    np.testing.assert_allclose(coverage_of_sets([1, 1, 1], sets, weight=[2, 1, 1]), 0.5)


@pytest.mark.parametrize(("m", "n", "share"), [(30, 200, 0.8), (99, 50, 0.9)])
def test_the_band_is_exact_for_split_conformal(m, n, share):
    rng = np.random.default_rng(0)
    low, high = expected_coverage_band(m, n, share, confidence=0.8)
    inside, tables = 0, 1500
    fold, new = np.zeros(m, dtype=int), np.zeros((1, n))
    for _ in range(tables):
        ends = CrossConformalIntervals.fit(np.zeros(m), rng.normal(size=m), fold).interval(
            new, share
        )
        inside += low - 1e-12 <= coverage(rng.normal(size=n), ends) <= high + 1e-12
    # counts are whole, so the band holds a little more than 80 %
    assert 0.77 < inside / tables < 0.88


def test_the_band_narrows():
    widths = [np.ptp(expected_coverage_band(m, 10 * m, 0.9)) for m in (20, 200, 2000)]
    assert widths == sorted(widths, reverse=True)
    low, high = expected_coverage_band(10**5, 10**5, 0.9)
    assert low == pytest.approx(0.9, abs=4e-3)
    assert high == pytest.approx(0.9, abs=4e-3)


def test_it_refuses():
    with pytest.raises(InvalidParameterError, match=r"interval must have shape \(2, 2\)"):
        coverage([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(InvalidParameterError, match=r"y must have shape \(1,\)"):
        coverage_of_sets([0, 1], [[True, False]])
    with pytest.raises(InvalidParameterError, match=r"at most m / \(m \+ 1\) = 0.9 for m=9"):
        expected_coverage_band(9, 10, 0.95)
    with pytest.raises(InvalidParameterError, match="The 'n' parameter of expected_coverage_band"):
        expected_coverage_band(9, 0, 0.5)
