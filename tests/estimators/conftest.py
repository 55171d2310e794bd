"""Fitted estimators that tests of errors share."""

import copy

import pytest

from .situations import ALL, X, make


@pytest.fixture(scope="session")
def fitted_once():
    return {cls: make(cls).fit(X, y) for cls, y in ALL.items()}


@pytest.fixture
def fitted(fitted_once):
    """A fitted estimator of each class, to be changed at will."""
    return {cls: copy.deepcopy(net) for cls, net in fitted_once.items()}
