"""The activation layer: in place where the derivative can be had from the output alone."""

import numpy as np
import pytest

from sknn.nn.activations import ACTIVATIONS, Activation
from sknn.nn.layers import Activate


class Square(Activation):
    """x times x: its derivative needs the input."""

    needs_input = True

    def forward(self, x, out):
        np.multiply(x, x, out=out)

    def backward(self, x, y, grad):
        grad *= 2.0 * x


@pytest.mark.parametrize("cls", [*ACTIVATIONS.values(), Square])
def test_keeps_its_input_only_where_training_needs_it(cls):
    layer, x = Activate(cls()), np.linspace(-1, 1, 6).reshape(3, 2)
    wishes = layer.declare(2)
    layer.bind({name: np.full(wish.shape, wish.fill) for name, wish in wishes.items()}, None)
    for training in (True, False):
        here = x.copy()
        y = layer.forward(here, layer.room(3, x.dtype, training), None)
        np.testing.assert_array_equal(y, cls()(x))
        assert np.shares_memory(y, here) is not (training and cls.needs_input)
