"""Tuning: spaces of parameters for scikit-learn's searches."""

from sknn.tuning.distributions import Sometimes
from sknn.tuning.spaces import search_space

__all__ = ["Sometimes", "search_space"]
