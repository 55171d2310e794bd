"""A small regression problem and a run on it."""

import numpy as np
import pytest

from sknn.nn.activations import Tanh
from sknn.nn.blueprint import multilayer_perceptron
from sknn.nn.initializers import Auto
from sknn.nn.losses import SquaredError
from sknn.nn.network import Network
from sknn.nn.optimizers import LBFGS, Adam
from sknn.nn.penalties import L2
from sknn.nn.schedules import Constant
from sknn.train import Run
from sknn.train.batches import Batches
from sknn.train.objective import Objective
from sknn.train.plateau import LossPlateau


@pytest.fixture
def data():
    """40 rows of 3 features with one target."""
    rng = np.random.RandomState(0)
    X = rng.normal(size=(40, 3))
    return X, np.sin(X[:, :1]) + 0.1 * rng.normal(size=(40, 1))


@pytest.fixture
def make_run(data):
    """A function that makes a run of 3-4-1, or another one: any field of ``Run`` may be given."""

    def make(
        X=None,
        y=None,
        weight=None,
        *,
        sizes=(4,),
        normalization=None,
        dropout=(),
        alpha=0.01,
        size=10,
        shuffle=True,
        seed=0,
        optimizer=None,
        rate=0.01,
        **fields,
    ):
        X, y = (data[0] if X is None else X), (data[1] if y is None else y)
        optimizer = Adam() if optimizer is None else optimizer
        layers = multilayer_perceptron(
            sizes, y.shape[1], [Tanh()] * len(sizes), normalization, dropout, Tanh()
        )
        network = Network(layers, X.shape[1], X.dtype)
        rng = np.random.RandomState(seed)
        network.initialize(Auto(), rng)
        return Run(
            **{
                "objective": Objective(network, SquaredError(), L2(alpha)),
                "batches": Batches(X, y, weight, size=size, shuffle=shuffle, rng=rng),
                "optimizer": optimizer,
                "state": {} if isinstance(optimizer, LBFGS) else optimizer.init(network.values),
                "schedule": Constant(),
                "initial_rate": rate,
                "rate": rate,
                "max_iter": 5,
                "plateau": LossPlateau(tol=0.0, patience=np.inf),
            }
            | fields
        )

    return make
