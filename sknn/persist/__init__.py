"""Fitted estimators as files and as other programs."""

from sknn.persist.archive import load, save
from sknn.persist.skops import SKOPS_TRUSTED_TYPES

__all__ = ["SKOPS_TRUSTED_TYPES", "load", "save"]
