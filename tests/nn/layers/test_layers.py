"""What all layers share: the number of outputs, precision, and prediction without a step."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sknn.nn.activations import ACTIVATIONS, ReLU
from sknn.nn.layers import DROPOUTS, NORMALIZATIONS, Activate, Dense, Step
from sknn.nn.params import FlatVector

LAYERS = {
    "dense": lambda: Dense(3, ReLU()),
    **{name: lambda cls=cls: cls(rate=0.4).layer() for name, cls in DROPOUTS.items()},
    **{name: lambda cls=cls: Activate(cls()) for name, cls in ACTIVATIONS.items()},
    **{f"{name} normalization": lambda c=c: c().layer() for name, c in NORMALIZATIONS.items()},
}


@pytest.fixture(params=LAYERS.values(), ids=LAYERS)
def layer(request):
    """A layer with 4 inputs, bound to memory in float32."""
    layer = request.param()
    wishes = layer.declare(4)
    flat = FlatVector(list(wishes.values()))
    values, grads = flat.zeros("float32"), np.zeros(flat.size, "float32")
    values[:] = np.random.RandomState(0).rand(flat.size)
    layer.bind(
        dict(zip(wishes, flat.views(values), strict=True)),
        dict(zip(wishes, flat.views(grads), strict=True)),
    )
    return layer


@pytest.mark.parametrize("weight", [None, np.arange(5, dtype="float32")], ids=["", "weighted"])
def test_float32_stays_float32(layer, weight):
    room = layer.room(5, np.dtype("float32"), training=True)
    x = np.random.RandomState(1).normal(size=(5, 4)).astype("float32")
    out = layer.forward(x, room, Step(weight, np.random.default_rng(0)))
    assert out.dtype == np.float32
    assert out.shape == (5, layer.n_out)
    dx = layer.backward(np.ones_like(out), room, wanted=True)
    assert dx.dtype == np.float32
    assert dx.shape == (5, 4)


def test_prediction_treats_each_row_by_itself_and_learns_nothing(layer):
    x = np.random.RandomState(2).normal(size=(5, 4)).astype("float32")
    before = {name: value.copy() for name, value in layer.values.items()}
    together = layer.forward(x.copy(), layer.room(5, x.dtype, training=False), None).copy()
    room = layer.room(1, x.dtype, training=False)
    one_by_one = [layer.forward(row[np.newaxis].copy(), room, None).copy() for row in x]
    np.testing.assert_allclose(np.vstack(one_by_one), together, rtol=1e-5, atol=1e-6)
    for name, value in before.items():
        assert_array_equal(layer.values[name], value)


def test_only_what_draws_says_so(layer):
    rng = np.random.default_rng(0)
    x = np.ones((5, 4), "float32")
    layer.forward(x, layer.room(5, x.dtype, training=True), Step(None, rng))
    drew = rng.bit_generator.state != np.random.default_rng(0).bit_generator.state
    assert drew is layer.uses_chance
