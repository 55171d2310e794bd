"""What all members keep to: gradients, means of losses and of predictions, and precision."""

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from sknn.exceptions import InvalidParameterError
from sknn.nn.activations import ReLU, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import BIASES, INITIALIZERS
from sknn.nn.layers import MEMBERS, PBLD, Embed, LayerNorm, Packed, TabM, TabMMini
from sknn.nn.layers.embeddings import settle
from sknn.nn.links import LINKS
from sknn.nn.losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES, LogLoss, SquaredError
from sknn.nn.network import Network
from sknn.nn.parametrizations import NTK
from sknn.nn.penalties import L2
from sknn.train.objective import Objective

N_ROWS, N_FEATURES, K = 6, 3, 3
H = 1e-6
CLOSE = {"rtol": 1e-6, "atol": 2e-8}
rng = np.random.RandomState(0)
X = rng.normal(size=(N_ROWS, N_FEATURES))
WEIGHT = np.array([0.5, 2.0, 0.0, 1.0, 0.7, 3.0])
#: Each loss with the form of its targets: exclusive classes, yes/no, and numbers.
LOSSES = [
    *((loss, kind) for loss in CLASSIFICATION_LOSSES.values() for kind in (True, False)),
    *((loss, None) for loss in REGRESSION_LOSSES.values()),
]


def made(part, loss=None, exclusive=None, n_outputs=2, dtype="float64", sizes=(4, 5), **settings):
    """A network and its objective, moved off the ones that factors start with."""
    loss = SquaredError() if loss is None else loss
    link = loss.link(exclusive)
    layers = multilayer_perceptron(
        sizes, n_outputs, [Tanh()] * len(sizes), members=part, link=link, **settings
    )
    network = Network(layers, N_FEATURES, dtype)
    network.initialize(INITIALIZERS["auto"](), np.random.RandomState(1))
    network.values += np.random.RandomState(2).normal(scale=0.3, size=network.values.shape)
    objective = Objective(network, loss)
    objective.start(None)
    return network, objective


def target(loss, exclusive):
    if exclusive:
        return np.arange(N_ROWS) % 3, 3
    if exclusive is False:
        return rng.rand(N_ROWS, 2) < 0.5, 2
    y = rng.normal(size=(N_ROWS, 2)) if loss.support == "real" else rng.rand(N_ROWS, 2) + 0.1
    return y, 2 * loss.outputs_per_target


def central_differences(function, x):
    gradient = np.empty_like(x)
    for i in range(len(x)):
        at = x[i]
        x[i] = at + H
        above = function()
        x[i] = at - H
        gradient[i] = (above - function()) / (2 * H)
        x[i] = at
    return gradient


@pytest.fixture(params=MEMBERS.values(), ids=MEMBERS)
def part(request):
    return request.param(n_members=K)


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize(("cls", "exclusive"), LOSSES)
def test_gradients_agree_with_differences(part, cls, exclusive, weight):
    loss = cls()
    y, width = target(loss, exclusive)
    network, objective = made(part, loss, exclusive, width, sizes=(4,))
    objective.penalties, objective._add_penalties = (L2(0.1),), [L2(0.1).add]
    objective.value_and_grad(X, y, weight)
    grads = network.grads.copy()
    numbers = central_differences(lambda: objective.value_and_grad(X, y, weight), network.values)
    assert_allclose(grads, numbers, **CLOSE)


@pytest.mark.parametrize(
    "settings",
    [
        {"embedding": settle([PBLD(n_frequencies=2, n_outputs=2)], N_FEATURES)},
        {"normalization": LayerNorm(), "input_scaling": True},
        {"sizes": ()},
        {"sizes": (3, 4, 2)},
    ],
    ids=["embedding", "normalization", "linear", "deep"],
)
def test_gradients_of_other_networks(part, settings):
    y = rng.normal(size=(N_ROWS, 2))
    network, objective = made(part, default_activation=Tanh(), **settings)
    objective.value_and_grad(X, y, WEIGHT)
    grads = network.grads.copy()
    numbers = central_differences(lambda: objective.value_and_grad(X, y, WEIGHT), network.values)
    assert_allclose(grads, numbers, **CLOSE)


@pytest.mark.parametrize("exclusive", [True, False, None], ids=["softmax", "logistic", "identity"])
def test_loss_and_prediction_are_means_over_members(part, exclusive):
    loss = SquaredError() if exclusive is None else LogLoss()
    y, width = target(loss, exclusive)
    network, objective = made(part, loss, exclusive, width)
    each = network.member_output(X)
    assert each.shape == (K, N_ROWS, width)
    assert np.ptp(each, axis=0).min() > 0
    losses = [loss.value_and_grad(raw, y, WEIGHT, np.empty_like(raw)) for raw in each]
    assert_allclose(objective.value_and_grad(X, y, WEIGHT), np.mean(losses), rtol=1e-12)
    link, merged = loss.link(exclusive), network.raw_output(X)
    predictions = np.empty_like(each)
    for raw, out in zip(each, predictions, strict=True):
        link.inverse(raw, out)
    link.inverse(merged, merged)
    assert_allclose(merged, predictions.mean(axis=0), rtol=1e-12)


@pytest.mark.parametrize("exclusive", [True, False, None], ids=["softmax", "logistic", "identity"])
def test_input_gradient_agrees_with_differences(part, exclusive):
    loss = SquaredError() if exclusive is None else LogLoss()
    network, _ = made(part, loss, exclusive, 2)
    gradient = network.input_gradient(X)
    for j in range(N_FEATURES):
        step = H * (np.arange(N_FEATURES) == j)
        slope = (network.raw_output(X + step) - network.raw_output(X - step)) / (2 * H)
        assert_allclose(gradient[:, j], slope, **CLOSE)
    assert_array_equal(network.input_gradient(X, output=1), gradient[..., 1])


def test_one_member_is_a_plain_network(part):
    y = rng.normal(size=(N_ROWS, 2))
    plain, objective = made(None)
    loss = objective.value_and_grad(X, y, WEIGHT)
    single, of_single = made(part.with_params(n_members=1))
    for name in ("coefs", "intercepts"):
        for mine, theirs in zip(getattr(single, name), getattr(plain, name), strict=True):
            mine[...] = theirs
    for layer in single.layers:
        for name in {"input_scale", "output_scale"} & set(layer.values):
            layer.values[name].fill(1.0)
    assert_allclose(single.raw_output(X), plain.raw_output(X), rtol=1e-13)
    assert_allclose(of_single.value_and_grad(X, y, WEIGHT), loss, rtol=1e-13)
    mine, theirs = ([*net.by_layer(net.grads)] for net in (single, plain))
    dense = [layer for layer in mine if "weight" in layer]
    for own, other in zip(dense, [layer for layer in theirs if layer], strict=True):
        for name in ("weight", "bias"):
            assert_allclose(own[name].reshape(other[name].shape), other[name], rtol=1e-12)


def test_packed_members_are_networks_by_themselves():
    y = rng.normal(size=(N_ROWS, 2))
    together, objective = made(Packed(n_members=K))
    objective.value_and_grad(X, y, None)
    for k in range(K):
        alone, of_alone = made(None)
        for name in ("coefs", "intercepts"):
            for mine, theirs in zip(getattr(alone, name), getattr(together, name), strict=True):
                mine[...] = theirs[k]
        assert_allclose(together.member_output(X)[k], alone.raw_output(X), rtol=1e-12)
        of_alone.value_and_grad(X, y, None)
        dense = [layer for layer in together.by_layer(together.grads) if layer]
        for own, other in zip(dense, filter(None, alone.by_layer(alone.grads)), strict=True):
            for name, grad in other.items():
                assert_allclose(K * own[name][k], grad, rtol=1e-10)


@pytest.mark.parametrize("cls", [TabM, TabMMini])
def test_they_start_alike_but_for_signs_and_heads(cls):
    layers = multilayer_perceptron(
        (4, 5), 2, [ReLU()] * 2, members=cls(n_members=40), link=LINKS["identity"]
    )
    network = Network(layers, N_FEATURES, "float64")
    network.initialize(INITIALIZERS["auto"](), np.random.RandomState(0))
    signs = layers[0].values["input_scale"]
    assert signs.shape == (40, N_FEATURES)
    assert_array_equal(np.unique(signs), [-1.0, 1.0])
    assert abs(signs.mean()) < 0.3
    assert [coef.shape for coef in network.coefs] == [(3, 4), (4, 5), (40, 5, 2)]
    for bias in network.intercepts[:-1]:
        assert_array_equal(bias, np.broadcast_to(np.atleast_2d(bias)[0], bias.shape))
        assert np.ptp(bias) > 0
    assert np.ptp(network.coefs[-1], axis=0).min() > 0
    for layer in layers[1:]:
        for name in {"input_scale", "output_scale"} & set(layer.values):
            assert_array_equal(layer.values[name], 1.0)


def test_numbers_of_one_column_start_with_one_factor():
    embed = settle([PBLD(columns=(0, 2), n_outputs=3)], N_FEATURES)
    layers = multilayer_perceptron(
        (4,), 1, [ReLU()], embedding=embed, members=TabM(n_members=5), link=LINKS["identity"]
    )
    network = Network(layers, N_FEATURES, "float64")
    network.initialize(INITIALIZERS["auto"](), np.random.RandomState(0))
    scale = next(la for la in layers if type(la).__name__ == "ScaledSplit").values["input_scale"]
    assert isinstance(layers[0], Embed)
    assert scale.shape == (5, 7)
    first = [np.flatnonzero(layers[0].origin == column)[0] for column in range(N_FEATURES)]
    assert_array_equal(scale, scale[:, first][:, layers[0].origin])
    assert len(np.unique(scale)) == 5 * N_FEATURES


def test_initializers_look_at_what_members_see(part):
    layers = multilayer_perceptron((4, 5), 2, [ReLU()] * 2, members=part, link=LINKS["identity"])
    network, rng = Network(layers, N_FEATURES, "float64"), np.random.RandomState(0)
    drawn, biases = INITIALIZERS["unit_variance"](), BIASES["hyperplane"]()
    network.initialize(drawn, rng, biases)
    x = rng.normal(size=(50, N_FEATURES))
    network.look(x, drawn, rng, biases)
    assert all(bias.any() for bias in network.intercepts)
    for layer in layers[:2]:
        x = layer.forward(x, layer.room(len(x), x.dtype, training=False), None)
    z = x - layers[1].bias_of_rows(len(x))
    # of each member by itself, or of all of them where they share the weights
    each = z.reshape(K, 50, 4) if isinstance(part, Packed) else z[np.newaxis]
    assert_allclose(each.std(axis=1), 1.0, rtol=1e-6)


def test_only_weights_are_penalized(part):
    network, _ = made(part)
    dense = sum(coef.size for coef in network.coefs)
    assert network.n_weights == dense
    assert_array_equal(network.values[:dense], np.concatenate([c.ravel() for c in network.coefs]))


def test_each_member_has_its_own_dropout():
    network, objective = made(Packed(n_members=K), dropout=[0.5, 0.5])
    for array in (*network.coefs, *network.intercepts):
        array[:] = array[0]
    assert_array_equal(*network.member_output(X)[:2])
    raw = network.forward(X, network.room(N_ROWS, training=True), objective.step(None))
    assert np.ptp(raw.reshape(K, N_ROWS, 2), axis=0).min() > 0


def test_ntk_knows_the_inputs_of_a_unit(part):
    network, _ = made(part)
    rates = network.by_layer(network.rates(NTK(), scale_free=True))
    found = [layer["weight"].flat[0] for layer in rates if "weight" in layer]
    assert_allclose(found, [3**-0.5, 4**-0.5, 5**-0.5])


def test_float32_stays_float32(part):
    y = np.arange(N_ROWS) % 3
    network, objective = made(part, LogLoss(), True, 3, dtype="float32")
    x = X.astype("float32")
    objective.value_and_grad(x, y, WEIGHT.astype("float32"))
    assert network.grads.dtype == network.raw_output(x).dtype == np.float32
    assert network.input_gradient(x).dtype == network.member_output(x).dtype == np.float32
    exact, of_exact = made(part, LogLoss(), True, 3)
    exact.values[:] = network.values
    of_exact.value_and_grad(X, y, WEIGHT)
    assert_allclose(network.grads, exact.grads, rtol=1e-3, atol=1e-5)


def test_blocks_of_rows_add_up(part):
    network, objective = made(part)
    rows, y = np.resize(X, (2000, N_FEATURES)), np.resize(X, (2000, 2))
    whole = objective.value_and_grad(rows, y, None)
    grads = network.grads.copy()
    assert_allclose(objective.value_and_grad_of_many(rows, y, None), whole, rtol=1e-12)
    assert_allclose(network.grads, grads, rtol=1e-9, atol=1e-12)


def test_sparse_rows_are_refused(part):
    network, _ = made(part)
    with pytest.raises(InvalidParameterError, match=r"X\.toarray\(\), or members=None"):
        network.raw_output(scipy.sparse.csr_matrix(X))
