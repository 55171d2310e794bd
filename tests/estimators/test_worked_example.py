"""The classic exercise on backpropagation, through the public class, and XOR.

A network of 3-2-1 logistic units (numbered 1 to 6) is trained for one step of gradient descent on
half the squared error; all numbers are those that one finds by hand, to three decimals.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.exceptions import ConvergenceWarning

from sknn import MLPClassifierX
from sknn.nn.initializers import GivenWeights
from sknn.train import Callback

X, Y = np.array([[1.0, 0.0, 1.0]]), [1]
RATE = 0.9
#: w_ij leads from unit i to unit j; 1 to 3 are the inputs, 4 and 5 hidden, 6 the output.
COEFS = [
    [[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]],
    [[-0.3], [-0.2]],
]
INTERCEPTS = [[-0.4, 0.2], [0.1]]
BY_HAND = {"rtol": 0, "atol": 0.0006}


class Forward(Callback):
    """Writes down what each unit says before and after the step."""

    def on_fit_begin(self, run):
        self.before = self.outputs(run.network)

    def on_fit_end(self, run):
        self.after = self.outputs(run.network)

    def outputs(self, network):
        room = network.room(1, training=False)
        raw = network.forward(X, room)
        return [*room[1].output[0], 1 / (1 + np.exp(-raw[0, 0]))]


@pytest.fixture
def forward():
    return Forward()


@pytest.fixture
def net(forward):
    """The network after one step on the one row."""
    return MLPClassifierX(
        hidden_layer_sizes=2,
        activation="logistic",
        loss="squared_error",
        solver="sgd",
        momentum=0,
        alpha=0,
        batch_size=1,
        learning_rate_init=RATE,
        max_iter=1,
        initializer=GivenWeights(COEFS, INTERCEPTS),
        callbacks=[forward],
    ).partial_fit(X, Y, classes=[0, 1])


def test_forward(net, forward):
    assert_allclose(forward.before, [0.332, 0.525, 0.474], **BY_HAND)
    assert_allclose(net.loss_, 0.5 * (1 - forward.before[-1]) ** 2, rtol=1e-12)


def test_errors(net):
    # with an input of 1 to each bias, the step of a bias is the rate times its unit's error
    output = (net.intercepts_[1] - INTERCEPTS[1]) / RATE
    hidden = (net.intercepts_[0] - INTERCEPTS[0]) / RATE
    assert_allclose(output, [0.1312], rtol=0, atol=0.00006)
    assert_allclose(hidden, [-0.0087, -0.0065], rtol=0, atol=0.00006)


def test_weights_after_one_step(net):
    assert_allclose(net.coefs_[1], [[-0.261], [-0.138]], **BY_HAND)
    assert_allclose(net.intercepts_[1], [0.218], **BY_HAND)
    assert_allclose(net.coefs_[0], [[0.192, -0.306], [0.4, 0.1], [-0.508, 0.194]], **BY_HAND)
    assert_allclose(net.intercepts_[0], [-0.408, 0.194], **BY_HAND)
    assert_allclose(net.coefs_[0][1], COEFS[0][1], rtol=0)  # an input of 0 moves no weight


def test_the_step_was_in_the_right_direction(net, forward):
    assert forward.after[-1] > forward.before[-1]
    assert_allclose(net.predict_proba(X), [[1 - forward.after[-1], forward.after[-1]]])


# -- XOR ---------------------------------------------------------------------------------------

POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])


@pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)
@pytest.mark.parametrize("solver", ["lbfgs", "adam", "sgd"])
@pytest.mark.parametrize("seed", range(3))
def test_no_line_separates_xor(solver, seed):
    net = MLPClassifierX(
        hidden_layer_sizes=(), solver=solver, learning_rate_init=0.1, random_state=seed
    )
    assert net.fit(POINTS, XOR).score(POINTS, XOR) < 1


@pytest.mark.parametrize("seed", range(5))
def test_a_hidden_layer_separates_xor(seed):
    net = MLPClassifierX(hidden_layer_sizes=10, solver="lbfgs", random_state=seed, max_iter=1000)
    assert net.fit(POINTS, XOR).score(POINTS, XOR) == 1


@pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)
@pytest.mark.parametrize("seed", range(3))
def test_a_hidden_layer_separates_xor_by_steps(seed):
    net = MLPClassifierX(
        hidden_layer_sizes=10, learning_rate_init=0.1, random_state=seed, batch_size="full"
    )
    assert net.fit(POINTS, XOR).score(POINTS, XOR) == 1
