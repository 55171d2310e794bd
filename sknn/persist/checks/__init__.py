"""What must be true of an estimator that came out of a file.

A checksum tells that a file is what was written, not that an estimator wrote it. So all that an
estimator relies on is looked at once, and it predicts a row, before a user gets it.
"""

from sknn.persist.checks.estimator import check

__all__ = ["check"]
