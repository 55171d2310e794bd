"""Steps of the solvers beside PyTorch's, where PyTorch is installed.

PyTorch adds epsilon at another place in Adam's family, so it is made too small to matter. Nadam
has no counterpart there (PyTorch's moves its momentum by a schedule), and neither has Lion.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sknn.nn.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    AMSGrad,
    RMSprop,
    Rprop,
)

torch = pytest.importorskip("torch")
RATE, SMALL = 0.01, 1e-14
optim = torch.optim

PAIRS = {
    "gradient descent": (SGD(momentum=0.0), lambda w: optim.SGD(w, RATE)),
    "momentum": (
        SGD(momentum=0.9, nesterovs_momentum=False),
        lambda w: optim.SGD(w, RATE, momentum=0.9),
    ),
    "nesterov": (SGD(momentum=0.9), lambda w: optim.SGD(w, RATE, momentum=0.9, nesterov=True)),
    "adam": (Adam(epsilon=SMALL), lambda w: optim.Adam(w, RATE, eps=SMALL)),
    "adamw": (
        AdamW(epsilon=SMALL, weight_decay=0.3),
        lambda w: optim.AdamW(w, RATE, eps=SMALL, weight_decay=0.3),
    ),
    "amsgrad": (AMSGrad(epsilon=SMALL), lambda w: optim.Adam(w, RATE, eps=SMALL, amsgrad=True)),
    "adamax": (Adamax(epsilon=SMALL), lambda w: optim.Adamax(w, RATE, eps=SMALL)),
    "rmsprop": (RMSprop(rho=0.95), lambda w: optim.RMSprop(w, RATE, alpha=0.95)),
    "adagrad": (Adagrad(epsilon=1e-3), lambda w: optim.Adagrad(w, RATE, eps=1e-3)),
    "adadelta": (Adadelta(rho=0.9), lambda w: optim.Adadelta(w, RATE, rho=0.9, eps=1e-6)),
    "rprop": (
        Rprop(largest=3.0),
        lambda w: optim.Rprop(w, RATE, etas=(0.5, 1.2), step_sizes=(RATE * 1e-6, RATE * 3.0)),
    ),
}


@pytest.mark.parametrize(("ours", "theirs"), PAIRS.values(), ids=PAIRS)
def test_the_same_steps(ours, theirs):
    rng = np.random.RandomState(0)
    values, tensor = np.ones(8), torch.ones(8, dtype=torch.float64, requires_grad=True)
    state, optimizer = ours.init(values), theirs([tensor])
    for _ in range(50):
        gradient = rng.normal(0.5, size=8)
        ours.step(values, gradient.copy(), state, RATE)
        tensor.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
        assert_allclose(values, tensor.detach().numpy(), rtol=1e-9)
