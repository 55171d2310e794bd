"""Diagnosis: what goes wrong in training, in words, with the numbers and what to try.

The numbers (:mod:`~sknn.diagnostics.facts`), what they are a sign of
(:mod:`~sknn.diagnostics.symptoms`, :mod:`~sknn.diagnostics.thresholds`), and the words
(:mod:`~sknn.diagnostics.words`) are kept apart.
"""

from sknn.diagnostics.diagnose import diagnose
from sknn.diagnostics.diagnosis import Diagnosis, Finding, Remedy

__all__ = ["Diagnosis", "Finding", "Remedy", "diagnose"]
