"""For all tests and all examples in docstrings and pages."""

import sys

import pytest


@pytest.fixture(autouse=True)
def closed_figures():
    """Close what was opened, since Matplotlib keeps figures and complains of more than 20."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
