"""What all tests share: the profile of hypothesis, and parts with other settings."""

import os

os.environ.setdefault("SKNN_ENGINE", "numpy")  # whether or not kernels are compiled here

import numpy as np
import pytest
from hypothesis import settings

from sknn.config import Choice, Flag, Range

settings.register_profile("sknn", deadline=None, max_examples=25, derandomize=True)
settings.load_profile("sknn")


@pytest.fixture(autouse=True)
def same_random_numbers():
    """Make a test without a seed of its own draw the same numbers each time."""
    np.random.seed(0)


def other_values(rule, default):
    """A few values that a rule accepts, other than the default."""
    if isinstance(rule, Range):
        candidates = [2, 3, 7] if rule.integer else [0.25, 0.75, 1.5, -0.5]
        if rule.low is not None and rule.low >= 1 and not rule.integer:
            candidates = [rule.low, rule.low + 1.0, rule.low + 2.0]
    elif isinstance(rule, Flag):
        candidates = [True, False]
    elif isinstance(rule, Choice):
        candidates = list(rule.names)
    else:
        candidates = [0.25, (0.25, 0.5, 0.9), "flat_cosine"]
    return [value for value in candidates if rule.accepts(value) and value != default]


@pytest.fixture(scope="session")
def variants():
    """A function: the default of a part's class, and it with each setting changed."""

    def of(cls):
        default = cls()
        changed = [
            default.with_params(**{name: value})
            for name, rule in cls.rules().items()
            for value in other_values(rule, getattr(default, name))
        ]
        return [default, *changed]

    return of
