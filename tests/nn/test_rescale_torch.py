"""The rescale rule equals that of ``shap.DeepExplainer`` on the same network in PyTorch."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.nn.activations import ELU, LeakyReLU, Logistic, ReLU, Softplus, Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.layers import Activate
from sknn.nn.network import Network
from sknn.nn.rescale import Rescale

torch = pytest.importorskip("torch")
shap = pytest.importorskip("shap")

THEIRS = {
    ReLU(): torch.nn.ReLU,
    Tanh(): torch.nn.Tanh,
    ELU(): torch.nn.ELU,
    LeakyReLU(): torch.nn.LeakyReLU,
    Softplus(): torch.nn.Softplus,
    Logistic(): torch.nn.Sigmoid,
}


def pair(activation, n_outputs, sizes=(20, 12), n_features=5):
    """A network of ours, and the same one in PyTorch."""
    layers = multilayer_perceptron(sizes, n_outputs, [activation] * len(sizes))
    network = Network(layers, n_features, "float64")
    network.values[:] = np.random.RandomState(0).normal(scale=0.5, size=network.n_parameters)
    modules = []
    for w, b in zip(network.coefs, network.intercepts, strict=True):
        linear = torch.nn.Linear(*w.shape, dtype=torch.float64)
        linear.weight.data[:] = torch.tensor(w.T.copy())
        linear.bias.data[:] = torch.tensor(b)
        modules += [linear, THEIRS[activation]()]
    return network, torch.nn.Sequential(*modules[:-1])


def explained(module, rows, background):
    """Values by DeepExplainer, shape (n, d, q)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        explainer = shap.DeepExplainer(module, torch.tensor(background))
        values = explainer.shap_values(torch.tensor(rows), check_additivity=False)
    return np.asarray(values).reshape(*rows.shape, -1)


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("activation", THEIRS, ids=repr)
def test_equals_torch(activation, n_outputs):
    rng = np.random.RandomState(1)
    rows, background = rng.normal(size=(6, 5)), rng.normal(size=(11, 5))
    network, module = pair(activation, n_outputs)
    found = Rescale(network, background).contributions(rows)
    assert_allclose(found, explained(module, rows, background), rtol=1e-10, atol=1e-12)


def test_equals_torch_after_the_logistic_link():
    rng = np.random.RandomState(1)
    rows, background = rng.normal(size=(6, 5)), rng.normal(size=(11, 5))
    network, module = pair(ReLU(), 1)
    found = Rescale(network, background, link=[Activate(Logistic())]).contributions(rows)
    with_link = torch.nn.Sequential(*module, torch.nn.Sigmoid())
    assert_allclose(found, explained(with_link, rows, background), rtol=1e-10, atol=1e-12)
