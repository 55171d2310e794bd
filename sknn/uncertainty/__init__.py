"""Calibrated probabilities and honest intervals, from predictions for rows that were not seen.

Everything takes arrays, of any model: what each member of an ensemble tells of new rows, and what
the members told of the rows of folds that they were not trained on.
"""

from sknn.uncertainty.coverage import coverage, coverage_of_sets, expected_coverage_band
from sknn.uncertainty.intervals import CrossConformalIntervals
from sknn.uncertainty.refinement import refined_loss
from sknn.uncertainty.sets import CrossConformalSets
from sknn.uncertainty.spread import Entropies, entropies, spread
from sknn.uncertainty.temperature import Temperature, fit_temperature

__all__ = [
    "CrossConformalIntervals",
    "CrossConformalSets",
    "Entropies",
    "Temperature",
    "coverage",
    "coverage_of_sets",
    "entropies",
    "expected_coverage_band",
    "fit_temperature",
    "refined_loss",
    "spread",
]
