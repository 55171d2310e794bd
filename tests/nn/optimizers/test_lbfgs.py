"""Settings of L-BFGS; what it does with them is tested in ``tests/train/test_lbfgs.py``."""

from sklearn.neural_network import MLPClassifier

from sknn.nn.optimizers import LBFGS, OPTIMIZERS, StochasticOptimizer


def test_defaults_are_those_of_scikit_learn_and_scipy():
    assert LBFGS().get_params() == {"max_fun": MLPClassifier().max_fun, "memory": 10}


def test_is_the_only_solver_without_steps():
    without = [n for n, cls in OPTIMIZERS.items() if not issubclass(cls, StochasticOptimizer)]
    assert without == ["lbfgs"]
