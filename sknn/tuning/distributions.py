"""Distributions that SciPy does not have, drawn from as scikit-learn's searches draw."""

from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from sknn.config import Config, Range, param

__all__ = ["Sometimes"]


class _Drawn:
    """Something that a search can draw from."""

    def accepts(self, value: object) -> bool:
        return hasattr(value, "rvs")

    def describe(self) -> str:
        return "a distribution with a method rvs, such as scipy.stats.loguniform(1e-6, 1e-2)"

    def hint(self, value: object) -> str:
        return ""


class _Anything:
    """A value that nothing is known of."""

    def accepts(self, value: object) -> bool:
        return True

    def describe(self) -> str:
        return "anything"

    def hint(self, value: object) -> str:
        return ""


class Sometimes(Config):
    """A value from a distribution, or with some probability a plain one, such as none at all.

    Dropout or an L1 penalty is often best left out; a range that ends at 0 hardly ever is there.

    Parameters
    ----------
    distribution : object with a method ``rvs``
        Of what is drawn where something is, such as a frozen distribution of SciPy.
    otherwise : object, default=0.0
        The value in its place.
    probability : float in [0, 1], default=0.5
        Of the distribution.

    Examples
    --------
    >>> from scipy.stats import uniform
    >>> dropout = Sometimes(uniform(0.1, 0.4))
    >>> [round(float(dropout.rvs(random_state=seed)), 2) for seed in range(5)]
    [0.0, 0.39, 0.11, 0.0, 0.0]
    """

    distribution: Any = param(None, _Drawn())
    otherwise: Any = param(0.0, _Anything())
    probability: float = param(0.5, Range(0, 1, closed="both"))

    def rvs(self, size: Any = None, random_state: Any = None) -> Any:
        """Draw one value, or an array of them.

        Parameters
        ----------
        size : int or tuple of int, optional
            One value by default.
        random_state : int, RandomState or None
            Where randomness comes from.
        """
        self.check()
        rng = check_random_state(random_state)
        if size is not None:
            drawn = [self.rvs(random_state=rng) for _ in range(int(np.prod(size)))]
            return np.array(drawn).reshape(size)
        chance = rng.uniform()
        return (
            self.distribution.rvs(random_state=rng) if chance < self.probability else self.otherwise
        )
