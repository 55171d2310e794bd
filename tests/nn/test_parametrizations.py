"""Parametrizations: their factors, and that NTK is the layer z = x V / sqrt(fan_in) + b."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sknn.nn.activations import PReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import Auto
from sknn.nn.layers import BatchNorm, Category, Dense, PiecewiseLinear
from sknn.nn.layers.embeddings import settle
from sknn.nn.losses import SquaredError
from sknn.nn.network import Network
from sknn.nn.optimizers import (
    SGD,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    Lion,
    Nadam,
    RMSprop,
    Rprop,
)
from sknn.nn.parametrizations import NTK, Parametrization, Standard
from sknn.nn.params import Param
from sknn.train.objective import Objective

rng = np.random.RandomState(0)
X, y = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
#: So small that the gradient of V, which is smaller than that of W, is divided alike.
TINY = {"epsilon": 1e-30}
SOLVERS = [
    SGD(),
    SGD(momentum=0.0),
    SGD(nesterovs_momentum=False),
    Adam(**TINY),
    AdamW(**TINY, weight_decay=0.5),
    AdamW(**TINY, weight_decay=0.5, decay_schedule="flat_cosine"),
    AMSGrad(**TINY),
    Adamax(**TINY),
    Nadam(**TINY),
    Lion(weight_decay=0.5),
    RMSprop(**TINY),
    Adagrad(**TINY),
    Rprop(),
]


def make(sizes=(5, 4), dtype="float64", n_outputs=2, **parts):
    """A network of 3 columns with an input scaling and activations that learn."""
    layers = multilayer_perceptron(
        sizes, n_outputs, [PReLU()] * len(sizes), input_scaling=True, **parts
    )
    network = Network(layers, n_features=3, dtype=dtype)
    network.initialize(Auto(), np.random.RandomState(1))
    return network


def by_layer(network, vector):
    return {
        f"{i}.{name}": view
        for i, views in enumerate(network.by_layer(vector))
        for name, view in views.items()
    }


# -- factors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale_free", [True, False])
def test_factors_of_each_role(scale_free):
    ntk = NTK(bias=0.2, scale=3.0, constant=0.5)
    shapes = {"weight": (16, 5), "bias": (5,), "scale": (3,), "constant": (5,), "table": (9, 4)}
    shapes["embedding"] = (3, 4, 2)
    found = {role: ntk.factor(Param(of, role), scale_free) for role, of in shapes.items()}
    weight = 1 / 4 if scale_free else 1 / 16
    others = {"bias": 0.2, "scale": 3.0, "constant": 0.5, "embedding": 0.5, "table": 1.0}
    assert found == {"weight": weight} | others
    assert {Standard().factor(Param(of, role), scale_free) for role, of in shapes.items()} == {1.0}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_number_of_a_network_has_the_factor_of_its_parameter(dtype):
    embedding = settle([Category(columns=0, n_levels=3), PiecewiseLinear(columns=1)], 3)
    network = make(dtype=dtype, embedding=embedding, normalization=BatchNorm())
    rates = network.rates(NTK(), scale_free=True)
    assert rates.dtype == dtype
    assert rates.shape == network.values.shape
    for layer, views in zip(network.layers, network.by_layer(rates), strict=True):
        for name, view in views.items():
            if name == "weight":
                expected = layer.n_in**-0.5
            else:
                expected = {"bias": 0.1, "scale": 6.0, "0.table": 1.0}.get(name, 0.1)
            if layer.describe().startswith("BatchNorm"):
                expected = 0.1
            assert_allclose(view, expected, rtol=1e-6, err_msg=f"{layer.describe()} {name}")


def test_members_side_by_side_have_the_fan_in_of_each():
    shapes = (8, 16, 5), (16, 5)
    one, other = (NTK().factor(Param(shape, "weight"), scale_free=True) for shape in shapes)
    assert one == other == 0.25


def test_without_factors_there_is_no_array():
    assert make().rates(Standard(), scale_free=True) is None


def test_one_of_ones_own():
    class StillBiases(Parametrization):
        def factor(self, of, scale_free):
            return 0.0 if of.role == "bias" else 1.0

    rates = by_layer(make(), make().rates(StillBiases(), True))
    assert {name: set(view.ravel()) for name, view in rates.items()} == {
        name: {0.0} if name.endswith("bias") else {1.0} for name in rates
    }


# -- the layer that NTK stands for ---------------------------------------------------------------


def trained(network, solver, rates, root, n_steps=25):
    """Train V, where the network computes with W = V root; the W at the end."""
    objective = Objective(network, SquaredError())
    network.start_training()
    own = network.values / root
    state = solver.start(own, network.n_weights, rates)
    for _ in range(n_steps):
        network.values[:] = own * root
        objective.value_and_grad(X, y, None)
        solver.step(own, network.grads * root, state, rate=0.01)  # dL/dV = dL/dW root
    return own * root


@pytest.mark.parametrize("solver", SOLVERS, ids=repr)
def test_ntk_is_the_reparametrized_layer(solver):
    network, other = make(), make()
    start, root = network.values.copy(), np.ones_like(network.values)
    for layer, views in zip(network.layers, network.by_layer(root), strict=True):
        if isinstance(layer, Dense):
            views["weight"][:] = layer.n_in**-0.5
    rates = network.rates(NTK(), solver.scale_free)
    found = trained(network, solver, rates, np.ones_like(root))
    # as it is written: V learns at the learning rate, and the others have their factors
    assert_allclose(
        found,
        trained(other, solver, np.where(root == 1.0, rates, 1.0), root),
        rtol=1e-9,
        atol=1e-12,
    )
    moved = abs(found - start)
    assert moved.min() > 0 or isinstance(solver, Rprop)
    plain = trained(make(), solver, None, np.ones_like(root))
    assert abs(plain - found).max() > 1e-3


def first_move(solver, parametrization, width):
    """How far the first step moves the output, with weights of variance 1 / fan_in."""
    network = Network(multilayer_perceptron([width], 1, [PReLU(1.0)]), 3, "float64")
    draw = np.random.RandomState(0)
    for weight in network.coefs:
        weight[:] = draw.choice([-1.0, 1.0], weight.shape) * len(weight) ** -0.5
    before = network.raw_output(X)
    objective = Objective(network, SquaredError())
    network.start_training()
    objective.value_and_grad(X, before + 1.0, None)  # the same slope for all
    rates = network.rates(parametrization, solver.scale_free)
    state = solver.start(network.values, network.n_weights, rates)
    solver.step(network.values, network.grads, state, rate=1e-4)
    return abs(network.raw_output(X) - before).mean()


@pytest.mark.parametrize(
    ("solver", "parametrization", "power"),
    [
        (SGD(momentum=0.0), NTK(), 0.0),
        (SGD(momentum=0.0), Standard(), 1.0),
        (Adam(**TINY), NTK(), 0.5),
        (Adam(**TINY), Standard(), 1.0),
    ],
)
def test_how_the_first_step_grows_with_the_width(solver, parametrization, power):
    narrow, wide = (first_move(solver, parametrization, width) for width in (256, 4096))
    assert abs(np.log(wide / narrow) / np.log(16) - power) < 0.1


def test_rates_do_not_change_the_state():
    rates = make().rates(NTK(), True)
    kept = rates.copy()
    trained(make(), Adam(), rates, 1.0)
    assert_array_equal(rates, kept)
