"""The activation layer: in place where it can be, and the keeper of what is learned."""

import numpy as np
import pytest

from sknn.nn.activations import ACTIVATIONS, Activation, LearnedActivation, PReLU
from sknn.nn.layers import Activate
from sknn.nn.params import Param


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
    layer.bind({name: np.full(w.shape, w.fill) for name, w in layer.declare(2).items()}, None)
    for training in (True, False):
        here = x.copy()
        y = layer.forward(here, layer.room(3, x.dtype, training), None)
        np.testing.assert_array_equal(y, cls()(x))
        assert np.shares_memory(y, here) is not (training and cls.needs_input)


@pytest.mark.parametrize("cls", [*ACTIVATIONS.values(), Square])
def test_declares_one_number_per_unit_for_what_is_learned(cls):
    wishes = Activate(cls()).declare(7)
    start = cls().start if issubclass(cls, LearnedActivation) else {}
    assert wishes == {name: Param((7,), "constant", value) for name, value in start.items()}


@pytest.mark.parametrize("training", [True, False])
def test_uses_the_learned_numbers_and_not_the_starting_ones(training):
    layer, x = Activate(PReLU()), np.array([[-1.0, -1.0, 1.0]])
    layer.declare(3)
    layer.bind({"slope": np.array([0.5, 2.0, 3.0])}, None)
    y = layer.forward(x.copy(), layer.room(1, x.dtype, training), None)
    np.testing.assert_array_equal(y, [[-0.5, -2.0, 1.0]])


def test_gradients_of_learned_numbers_are_sums_over_the_rows():
    layer, x = Activate(PReLU()), np.array([[-1.0, -2.0], [-3.0, 4.0]])
    layer.declare(2)
    grads = {"slope": np.full(2, np.nan)}
    layer.bind({"slope": np.full(2, 0.25)}, grads)
    room = layer.room(2, x.dtype, training=True)
    layer.forward(x, room, None)
    layer.backward(np.array([[1.0, 10.0], [100.0, 1000.0]]), room, wanted=True)
    np.testing.assert_array_equal(grads["slope"], [-301.0, -20.0])
