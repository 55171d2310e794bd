"""Figures drawn in memory."""

import matplotlib
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot


@pytest.fixture
def figures():
    """Numbers of the figures that pyplot keeps open."""
    return pyplot.get_fignums


@pytest.fixture
def axes():
    """Axes of the user's own."""
    return pyplot.subplots(figsize=(5, 4))[1]


@pytest.fixture
def boxes():
    """A function: where texts stand, as boxes in pixels."""

    def of(texts):
        return [text.get_window_extent() for text in texts]

    return of


@pytest.fixture
def overlapping():
    """A function: pairs of boxes that overlap by more than a pixel."""

    def of(boxes):
        shrunk = [box.padded(-1) for box in boxes]
        return [
            (i, j)
            for i, first in enumerate(shrunk)
            for j, second in enumerate(shrunk[:i])
            if first.overlaps(second)
        ]

    return of
