"""Layers of embeddings, bound to memory and with drawn parameters."""

import numpy as np
import pytest

from sknn.nn.layers import EMBEDDINGS, Category, Embed
from sknn.nn.layers.embeddings import settle

N_ROWS = 9


def bound(layer, n_in, dtype="float64", seed=0, x=None):
    """A layer on memory of its own, started, and moved off the zeros that it starts with."""
    wishes = layer.declare(n_in)
    values = {name: np.zeros(wish.shape, dtype) for name, wish in wishes.items()}
    learned = [name for name, wish in wishes.items() if wish.role in ("embedding", "table")]
    for name in set(values) - set(learned):
        values[name] = values[name].astype(np.float64)
    layer.bind(values, {name: np.full_like(values[name], np.nan) for name in learned})
    rng = np.random.RandomState(seed)
    layer.start(rng)
    if x is not None:
        layer.look(x, np.full(len(x), 1 / len(x)))
    for name in learned:
        values[name] += rng.normal(scale=0.3, size=values[name].shape).astype(dtype)
    return layer


def small(cls):
    """The default embedding in a size that is quick to differentiate."""
    sizes = {"n_frequencies": 3, "n_bins": 4, "n_outputs": 3, "scale": 0.3}
    return cls(**{name: size for name, size in sizes.items() if name in cls.rules()})


@pytest.fixture
def x():
    """Three columns, the last one of codes with two that are unknown."""
    rng = np.random.RandomState(1)
    x = rng.normal(size=(N_ROWS, 3))
    x[:, 2] = [0, 1, 2, 3, 3, 1, -1, 2.5, 9]
    return x


@pytest.fixture
def mixed(x):
    """A function: a bound layer with all embeddings side by side and a column as it is."""

    def make(seed=0, dtype="float64"):
        parts = [small(cls) for cls in EMBEDDINGS.values() if cls is not Category]
        each = [part.with_params(columns=(i,)) for i, part in enumerate(parts)]
        each.append(Category(columns=[len(parts)], n_levels=4, n_outputs=2))
        wide = np.hstack([x[:, [0, 1, 0]][:, : len(parts)], x[:, 2:], x[:, :1] ** 2])
        return bound(Embed(settle(each, 5)), 5, dtype, seed, wide), wide

    return make
