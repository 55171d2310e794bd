"""Tuning: spaces of parameters for any search, and searches that learn or stop early."""

from sknn.tuning.bayes import BayesSearchCV
from sknn.tuning.dimensions import suggest
from sknn.tuning.distributions import Sometimes
from sknn.tuning.hyperband import HyperbandSearchCV
from sknn.tuning.plain import PopulationGridSearchCV, PopulationRandomizedSearchCV
from sknn.tuning.spaces import search_space

__all__ = [
    "BayesSearchCV",
    "HyperbandSearchCV",
    "PopulationGridSearchCV",
    "PopulationRandomizedSearchCV",
    "Sometimes",
    "search_space",
    "suggest",
]
