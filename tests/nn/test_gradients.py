"""Every gradient agrees with central differences: activations, losses, layers and networks."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose

from sknn.nn.activations import ACTIVATIONS, Activation, ReLU
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.layers import DROPOUTS, NORMALIZATIONS, Activate, Dense, Scale, Step
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES
from sknn.nn.network import Network
from sknn.nn.penalties import L2
from sknn.train.objective import Objective

N_ROWS = 6
H = 1e-6
CLOSE = {"rtol": 1e-6, "atol": 2e-8}

#: Each loss with each form of target that it is made for.
LOSSES = [
    (registry, name, target)
    for registry, targets in (
        (CLASSIFICATION_LOSSES, ("exclusive", "binary", "multilabel")),
        (REGRESSION_LOSSES, ("number", "numbers")),
    )
    for name in registry
    for target in targets
]
N_OUTPUTS = {"exclusive": 3, "binary": 1, "multilabel": 3, "number": 1, "numbers": 3}
WEIGHTS = {
    "unweighted": None,
    "weighted": np.array([0.5, 2.0, 0.0, 1.0, 0.0, 3.0]),
    "one row": np.array([0.0, 0.0, 2.0, 0.0, 0.0, 0.0]),
}


def target_for(loss, target, rng):
    """Targets of the given form for ``N_ROWS`` rows, of a kind the loss is defined for."""
    shape = (N_ROWS, N_OUTPUTS[target])
    if target == "exclusive":
        return np.arange(N_ROWS) % 3
    if target in ("binary", "multilabel"):
        return rng.rand(*shape) < 0.5
    return rng.normal(size=shape) if loss.support == "real" else rng.rand(*shape) + 0.1


def raw_width(loss, target):
    """Outputs of the network for targets of the given form."""
    return N_OUTPUTS[target] * getattr(loss, "outputs_per_target", 1)


def central_differences(function, x):
    """The gradient of a function of the array ``x``, which is moved in place and put back."""
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        at = x[i]
        x[i] = at + H
        above = function()
        x[i] = at - H
        below = function()
        x[i] = at
        gradient[i] = (above - below) / (2 * H)
    return gradient


class Swish(Activation):
    """x times logistic(x): a function whose derivative needs its input."""

    needs_input = True

    def forward(self, x, out):
        np.divide(x, 1.0 + np.exp(-x), out=out)

    def backward(self, x, y, grad):
        p = 1.0 / (1.0 + np.exp(-x))
        grad *= p + y * (1.0 - p)


# -- activations -------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [*ACTIVATIONS.values(), Swish])
def test_activation(cls, variants):
    x = np.linspace(-6, 6, 200)
    upstream = np.random.RandomState(0).normal(size=x.shape)
    for activation in variants(cls):
        if activation.surrogate_gradient:
            continue  # it is not the derivative, and tested by itself
        below, at, above = (activation(x + step) for step in (-H, 0, H))
        smooth = abs(above - 2 * at + below) / H < 1e-3
        assert smooth.sum() >= 195, "more than a few kinks"
        grad = upstream.copy()
        activation.backward(x if activation.needs_input else at, at, grad)
        slope = (above - below) / (2 * H)
        assert_allclose(grad[smooth], (upstream * slope)[smooth], **CLOSE)


# -- losses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize(("registry", "name", "target"), LOSSES)
def test_loss(registry, name, target, weight, variants):
    rng = np.random.RandomState(1)
    for loss in variants(registry[name]):
        y = target_for(loss, target, rng)
        raw = 1.5 * rng.normal(size=(N_ROWS, raw_width(loss, target)))
        before, grad, unused = raw.copy(), np.empty_like(raw), np.empty_like(raw)
        value = loss.value_and_grad(raw, y, weight, grad)
        numeric = central_differences(lambda: loss.value_and_grad(raw, y, weight, unused), raw)  # noqa: B023
        assert_allclose(grad, numeric, **CLOSE)
        assert value > 0 or (value == 0 and weight is not None)  # a single row may be right
        assert (raw == before).all()


# -- layers ------------------------------------------------------------------------------------


def check_layer(layer, n_rows=N_ROWS, weight=None):
    """Compare a layer's gradients, of its input and of all it learns, with differences."""
    rng = np.random.RandomState(2)
    wishes = layer.declare(4)
    values = {name: rng.normal(size=wish.shape) for name, wish in wishes.items()}
    for name, wish in wishes.items():
        if wish.role == "statistic":
            values[name] = np.abs(values[name]) + 0.5
    learned = [name for name, wish in wishes.items() if wish.role != "statistic"]
    grads = {name: np.full_like(values[name], np.nan) for name in learned}
    layer.bind(values, grads)
    room = layer.room(n_rows, np.float64, training=True)
    x = rng.normal(size=(n_rows, 4))
    upstream = rng.normal(size=(n_rows, layer.n_out))

    def output():
        step = Step(weight, np.random.default_rng(3))  # the same mask each time
        return (layer.forward(x.copy(), room, step) * upstream).sum()

    output()
    dx = layer.backward(upstream.copy(), room, wanted=True).copy()
    assert_allclose(dx, central_differences(output, x), **CLOSE)
    for name in learned:
        assert_allclose(grads[name], central_differences(output, values[name]), **CLOSE)


def test_dense():
    check_layer(Dense(3, ReLU()))
    check_layer(Dense(3, ReLU()), n_rows=1)


def test_scale():
    check_layer(Scale())
    check_layer(Scale(), n_rows=1)


@pytest.mark.parametrize("cls", [*ACTIVATIONS.values(), Swish])
def test_activate(cls):
    check_layer(Activate(cls()))


@pytest.mark.parametrize("name", DROPOUTS)
def test_dropout(name, variants):
    for dropout in variants(DROPOUTS[name]):
        check_layer(dropout.layer())


@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_normalization(name, weight, variants):
    for normalization in variants(NORMALIZATIONS[name]):
        if normalization.objection(4) is None:
            check_layer(normalization.layer(), weight=weight)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_normalization_of_one_row(name):
    layer = NORMALIZATIONS[name]().layer()
    check_layer(layer, n_rows=1)
    check_layer(layer, n_rows=1, weight=np.array([2.0]))


# -- networks ----------------------------------------------------------------------------------


def make_objective(
    loss, n_outputs, activation="tanh", normalization=None, dropout=(), alpha=0.0, dtype="float64"
):
    """A 4-4-4-``n_outputs`` network in training, its parameters drawn from a normal law."""
    layers = multilayer_perceptron(
        [4, 4],
        n_outputs,
        [ACTIVATIONS.resolve(activation)] * 2,
        None if normalization is None else NORMALIZATIONS[normalization](),
        dropout,
    )
    network = Network(layers, n_features=4, dtype=dtype)
    network.values[:] = np.random.RandomState(4).normal(scale=0.7, size=network.n_parameters)
    network.start_training()
    return Objective(network, loss, L2(alpha))


def check_objective(objective, X, y, weight):
    """Compare the flat gradient with differences."""
    network = objective.network

    def value():
        objective.rng = np.random.default_rng(5)  # the same mask each time
        return objective.value_and_grad(X, y, weight)

    # what differences of a large number lose; exp(x) of a deviance has rounding of x times eps
    rounding = 10 * np.finfo(float).eps * abs(value()) / H
    gradient = network.grads.copy()
    close = CLOSE | {"atol": CLOSE["atol"] + rounding}
    assert_allclose(gradient, central_differences(value, network.values), **close)
    assert gradient.any()


def rows(seed=6):
    """Data with many zeros, so that it can be sparse."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(N_ROWS, 4))
    X[rng.rand(*X.shape) < 0.3] = 0.0
    return X


def place_of(name, target, activation):
    """A number with which to go round the kinds of something, in step with losses and activations.

    Each kind meets every loss and every activation somewhere, if not all pairs of them.
    """
    return [(n, t) for _, n, t in LOSSES].index((name, target)) + list(ACTIVATIONS).index(
        activation
    )


def normalization_beside(name, target, activation):
    kinds = [None, *NORMALIZATIONS]
    return kinds[place_of(name, target, activation) % len(kinds)]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("registry", "name", "target"), LOSSES)
def test_network(registry, name, target, activation):
    loss, X = registry[name](), rows()
    normalization = normalization_beside(name, target, activation)
    y = target_for(loss, target, np.random.RandomState(7))
    rounds = place_of(name, target, activation) // (1 + len(NORMALIZATIONS))
    for alpha, weight in ((0.0, None), (0.3, WEIGHTS["weighted"])):
        objective = make_objective(loss, N_OUTPUTS[target], activation, normalization, alpha=alpha)
        check_objective(objective, scipy.sparse.csr_array(X) if rounds % 2 else X, y, weight)
        rounds += 1


@pytest.mark.parametrize("normalization", [None, *NORMALIZATIONS])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_network_with_dropout(activation, normalization):
    loss = next(iter(REGRESSION_LOSSES.values()))()
    y = target_for(loss, "numbers", np.random.RandomState(8))
    objective = make_objective(loss, 3, activation, normalization, dropout=[0.3, 0.2], alpha=0.1)
    check_objective(objective, rows(), y, WEIGHTS["weighted"])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_linear_network(activation):
    loss = next(iter(CLASSIFICATION_LOSSES.values()))()
    layers = multilayer_perceptron([], 3, [], default_activation=ACTIVATIONS.resolve(activation))
    network = Network(layers, n_features=4, dtype="float64")
    network.start_training()
    for X in (rows(), scipy.sparse.csr_matrix(rows())):
        check_objective(Objective(network, loss, L2(0.2)), X, np.arange(N_ROWS) % 3, None)


# -- precision ---------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("registry", "name", "target"), LOSSES)
def test_float32_stays_float32_and_agrees_with_float64(registry, name, target, activation):
    loss, X, gradients = registry[name](), rows(), {}
    normalization = normalization_beside(name, target, activation)
    y = target_for(loss, target, np.random.RandomState(9))
    for weight in (None, WEIGHTS["weighted"]):
        for dtype in ("float64", "float32"):
            objective = make_objective(
                loss, N_OUTPUTS[target], activation, normalization, [0.2, 0.2], 0.1, dtype
            )
            objective.rng = np.random.default_rng(10)
            target_y = y.astype(dtype) if y.dtype.kind == "f" else y
            cast = None if weight is None else weight.astype(dtype)
            objective.value_and_grad(X.astype(dtype), target_y, cast)
            gradients[dtype] = objective.network.grads
            assert objective.network.grads.dtype == objective.network.values.dtype == dtype
            room, grad = objective._room(N_ROWS)
            kept = [grad, *(array for place in room for array in vars(place).values())]
            kept = [array.dtype for array in kept if isinstance(array, np.ndarray)]
            if dtype == "float32":
                assert set(kept) == {np.dtype("float32")}
        error = np.linalg.norm(gradients["float32"] - gradients["float64"])
        assert error < 1e-3 * np.linalg.norm(gradients["float64"])


@pytest.mark.parametrize("cls", [*ACTIVATIONS.values(), Swish])
def test_activation_keeps_float32(cls, variants):
    x = np.linspace(-3, 3, 20, dtype="float32")
    for activation in variants(cls):
        y, grad = activation(x), np.ones_like(x)
        activation.backward(x if activation.needs_input else y, y, grad)
        assert y.dtype == grad.dtype == np.float32


@pytest.mark.parametrize(("registry", "name", "target"), LOSSES)
def test_loss_keeps_float32(registry, name, target, variants):
    rng = np.random.RandomState(11)
    for loss in variants(registry[name]):
        y = target_for(loss, target, rng)
        y = y.astype("float32") if y.dtype.kind == "f" else y
        raw = rng.normal(size=(N_ROWS, raw_width(loss, target))).astype("float32")
        assert loss.pointwise(raw, y, np.empty_like(raw)).dtype == np.float32
