"""What every embedding keeps to: gradients, stacks, precision, and columns by themselves."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.layers import EMBEDDINGS, Category, Embed, Step
from sknn.nn.layers.embeddings import settle

from .conftest import N_ROWS, bound, small

H = 1e-6
CLOSE = {"rtol": 1e-6, "atol": 2e-8}


def central_differences(function, x):
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        at = x[i]
        x[i] = at + H
        above = function()
        x[i] = at - H
        gradient[i] = (above - function()) / (2 * H)
        x[i] = at
    return gradient


@pytest.fixture(params=EMBEDDINGS.values(), ids=EMBEDDINGS)
def part(request):
    part = small(request.param)
    return part.with_params(n_levels=4) if request.param is Category else part


@pytest.fixture
def layer(part, x):
    return bound(part.layer(), 3, x=x[::2])


def test_gradients_agree_with_differences(part, layer, x):
    x = x + 0.01 * (type(part) is not Category)  # off the edges of bins, which are values of rows
    upstream = np.random.RandomState(2).normal(size=(N_ROWS, layer.n_out))
    room = layer.room(N_ROWS, x.dtype, training=True)

    def output():
        return (layer.forward(x, room, None) * upstream).sum()

    output()
    dx = layer.backward(upstream.copy(), room, wanted=True).copy()
    for name, grad in layer.grads.items():
        assert_allclose(grad, central_differences(output, layer.values[name]), **CLOSE)
    if type(part) is Category:
        assert not dx.any()
    else:
        assert_allclose(dx, central_differences(output, x), **CLOSE)
        output()
    for _ in range(2):  # the record of the rows stays
        assert_array_equal(layer.pull_back(upstream.copy(), room), dx)


def test_members_of_a_stack_are_as_alone(mixed):
    alone = [mixed(seed)[0] for seed in range(3)]
    x = np.stack([mixed()[1] + shift for shift in (0.0, 1.0, 2.0)])
    together = Embed(alone[0].embeddings)
    together.declare(5)
    together.bind(
        {name: np.stack([layer.values[name] for layer in alone]) for name in alone[0].values},
        {name: np.stack([layer.grads[name] for layer in alone]) for name in alone[0].grads},
    )
    upstream = np.random.RandomState(3).normal(size=(3, N_ROWS, together.n_out))
    room = together.room((3, N_ROWS), x.dtype, training=True)
    y = together.forward(x, room, None)
    dx = together.backward(upstream.copy(), room, wanted=True)
    assert together.stacks
    for k, layer in enumerate(alone):
        room = layer.room(N_ROWS, x.dtype, training=True)
        assert_allclose(layer.forward(x[k], room, None), y[k], rtol=1e-12)
        assert_allclose(layer.backward(upstream[k].copy(), room, True), dx[k], rtol=1e-12)
        for name, grad in layer.grads.items():
            assert_allclose(together.grads[name][k], grad, rtol=1e-12, atol=1e-14)


def test_parameters_that_lie_apart_in_the_stack_get_their_gradients(part, x):
    layer = bound(part.layer(), 3, x=x)
    values, grads = {}, {}
    for name, value in layer.values.items():  # rows of a wider array, as in a stack of vectors
        wide = np.zeros((2, value.size + 5), value.dtype)
        values[name] = wide[:, 2:-3].reshape(2, *value.shape)
        values[name][:] = value
        if name in layer.grads:
            grads[name] = np.zeros_like(wide)[:, 2:-3].reshape(2, *value.shape)
    upstream = np.random.RandomState(4).normal(size=(N_ROWS, layer.n_out))
    room = layer.room(N_ROWS, x.dtype, training=True)
    layer.forward(x, room, None)
    layer.backward(upstream.copy(), room, wanted=False)
    alone = layer.grads
    layer.bind(values, grads)
    room = layer.room((2, N_ROWS), x.dtype, training=True)
    layer.forward(np.stack([x, x]), room, None)
    layer.backward(np.stack([upstream, upstream]), room, wanted=False)
    for name, grad in alone.items():
        for member in grads[name]:
            assert_allclose(member, grad, rtol=1e-12, atol=1e-14)


def test_float32_stays_float32(mixed):
    outputs = {}
    for dtype in ("float32", "float64"):
        layer, x = mixed(dtype=dtype)
        x = x.astype("float32").astype(dtype)
        room = layer.room(N_ROWS, np.dtype(dtype), training=True)
        step = Step(None, np.random.default_rng(0))
        y = outputs[dtype] = layer.forward(x, room, step).copy()
        dx = layer.backward(np.ones_like(y), room, wanted=True)
        assert y.dtype == dx.dtype == dtype
        assert all(grad.dtype == dtype for grad in layer.grads.values())
    assert_allclose(outputs["float32"], outputs["float64"], rtol=1e-4, atol=1e-4)


def test_each_number_is_a_function_of_its_column(mixed):
    layer, x = mixed()
    room = layer.room(N_ROWS, x.dtype, training=False)
    before = layer.forward(x, room, None).copy()
    for column in range(5):
        moved = x.copy()
        moved[:, column] += 1.0
        changed = (layer.forward(moved, room, None) != before).any(axis=0)
        assert_array_equal(np.unique(layer.origin[changed]), [column])


def test_input_is_left_as_it_is(layer, x):
    x.flags.writeable = False
    layer.forward(x, layer.room(N_ROWS, x.dtype, training=True), None)


def test_prediction_is_that_of_training(layer, x):
    rooms = [layer.room(N_ROWS, x.dtype, training) for training in (False, True)]
    assert_array_equal(*(layer.forward(x, room, None) for room in rooms))
    one = layer.room(1, x.dtype, training=False)
    single = np.vstack([layer.forward(row[np.newaxis], one, None).copy() for row in x])
    assert_allclose(single, layer.forward(x, rooms[0], None), rtol=1e-12, atol=1e-14)


def test_a_seed_gives_the_same_start(part, x):
    first, second, other = (bound(part.layer(), 3, seed=seed, x=x).values for seed in (5, 5, 6))
    for name, value in first.items():
        assert_array_equal(value, second[name])
        if name != "edges":
            assert (value != other[name]).any()


def test_settings_are_values(part):
    for columns in ([0, 2], np.array([0, 2])):
        assert hash(part.with_params(columns=columns)) == hash(part.with_params(columns=(0, 2)))
    assert settle([part.with_params(columns=range(2))], 3) == settle(
        [part.with_params(columns=[0, 1])], 3
    )
