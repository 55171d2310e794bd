"""Training with compiled kernels gives the networks that training with NumPy gives."""

import warnings

import numpy as np
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler, scale

from sknn import MLPClassifierX, MLPRegressorX, use_engine
from sknn.nn.compiled import parts
from sknn.nn.compiled.layers import SLOPES
from sknn.nn.layers import Dropout
from sknn.nn.losses import LogLoss
from sknn.nn.optimizers import AdamW
from sknn.train.callbacks import GradientHealth

pytest.importorskip("numba")

FEW = {"max_iter": 4, "batch_size": 33, "random_state": 0, "tol": 0.0}


@pytest.fixture(scope="module")
def binary():
    X, y = load_breast_cancer(return_X_y=True)
    return scale(X), y


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:500] / 16, y[:500]


def both(estimator, X, y, **fit):
    fitted = {}
    for name in ("numpy", "numba"):
        with use_engine(name), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted[name] = clone(estimator).fit(X, y, **fit)
    assert fitted["numpy"].engine_.startswith("numpy: ")
    assert fitted["numba"].engine_.startswith("numba: ")
    return fitted["numpy"], fitted["numba"]


def assert_same(estimator, X, y, rtol=1e-9, **fit):
    plain, compiled = both(estimator, X, y, **fit)
    np.testing.assert_allclose(compiled.loss_curve_, plain.loss_curve_, rtol=rtol)
    for mine, theirs in zip(compiled.coefs_, plain.coefs_, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=rtol)
    for mine, theirs in zip(compiled.intercepts_, plain.intercepts_, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=rtol)
    return compiled


NETWORKS = [
    {},
    {"hidden_layer_sizes": (20, 7, 5)},
    {"hidden_layer_sizes": ()},
    {"activation": "leaky_relu", "hidden_layer_sizes": (9, 8)},
    {"activation": "identity", "hidden_layer_sizes": (9, 8)},
    {"activation": "tanh", "hidden_layer_sizes": (9, 8)},
    {"activation": "prelu", "hidden_layer_sizes": (9, 8)},
    {"activation": ["relu", "silu"], "hidden_layer_sizes": (9, 8)},
    {"normalization": "batch", "hidden_layer_sizes": (9, 8)},
    {"normalization": "layer", "dropout": 0.2, "hidden_layer_sizes": (9, 8)},
    {"input_dropout": 0.1},
    {"alpha": 0.0},
    {"alpha": 0.5, "l1": 0.01},
    {"gradient_clip": 0.1},
    {"input_scaling": True, "input_dropout": 0.1},
    {"input_scaling": True, "embedding": "pbld"},
    {"parametrization": "ntk"},
    {"parametrization": "ntk", "input_scaling": True, "solver": "sgd"},
    {"parametrization": "ntk", "solver": AdamW(weight_decay=0.1)},
    {"solver": AdamW(weight_decay=0.1, decay_schedule="flat_cosine")},
    {"dropout": Dropout(0.3, "flat_cosine")},
    {"averaging": "ema"},
    {"loss": "focal"},
    {"shuffle": False},
    {"batch_size": "full"},
    {"early_stopping": True},
    {"solver": "lbfgs"},
    {"solver": "sgd", "learning_rate_init": 0.01},
    {"solver": "sgd", "nesterovs_momentum": False, "learning_rate_init": 0.01},
    {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 0.01},
    {"solver": "adamw"},
    {"solver": "rmsprop"},
]


@pytest.mark.parametrize("settings", NETWORKS, ids=str)
def test_yes_no_networks(binary, settings):
    assert_same(MLPClassifierX(**(FEW | settings)), *binary)


@pytest.mark.parametrize("settings", NETWORKS[:3], ids=str)
def test_networks_of_several_classes(digits, settings):
    assert_same(MLPClassifierX(**(FEW | settings)), *digits)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weighted", [False, True])
def test_log_loss(binary, digits, smoothing, weighted):
    estimator = MLPClassifierX(**FEW, loss=LogLoss(label_smoothing=smoothing))
    for X, y in (binary, digits):
        weight = np.random.default_rng(0).uniform(0, 2, len(y)) if weighted else None
        assert_same(estimator, X, y, sample_weight=weight)
    assert_same(estimator, X, np.stack([y > 4, y % 2], axis=1))  # two yes/no answers


@pytest.mark.parametrize("weighted", [False, True])
def test_squared_error(binary, weighted):
    X, _ = binary
    weight = np.random.default_rng(0).uniform(0, 2, len(X)) if weighted else None
    for y in (X[:, 0], X[:, :2]):
        assert_same(MLPRegressorX(**FEW), X[:, 2:], y, sample_weight=weight)


def test_an_estimator_in_float32(binary):
    assert_same(MLPClassifierX(**FEW, dtype="float32"), *binary, rtol=1e-3)


def test_rows_that_the_kernels_cannot_read_as_they_are(binary):
    X, y = binary
    read_only = X.copy()
    read_only.flags.writeable = False
    strange = np.frombuffer(b"0" + X.tobytes(), np.uint8)[1:].view(X.dtype).reshape(X.shape)
    assert not strange.flags.aligned
    for shuffle in (True, False):
        for x in (np.asfortranarray(X), scipy.sparse.csr_array(X), read_only, strange):
            assert_same(MLPClassifierX(**FEW, shuffle=shuffle), x, y)


@pytest.mark.parametrize("solver", ["adam", "sgd", AdamW()])
def test_a_solver_with_several_rates_is_left_to_numpy(binary, solver):
    estimator = MLPClassifierX(**FEW, solver=solver)
    assert both(estimator, *binary)[1].engine_ == "numba: compiled layers, loss and solver"
    estimator.set_params(parametrization="ntk")
    assert both(estimator, *binary)[1].engine_ == "numba: compiled layers and loss"
    estimator.set_params(parametrization="standard", input_scaling=True)
    assert both(estimator, *binary)[1].engine_ == "numba: compiled layers, loss and solver"


def test_every_entry_of_the_tables_is_compared():
    """A new kernel must come with a case above; these are what the cases cover."""
    assert {cls.__name__ for cls in parts.LOSSES} == {"LogLoss", "SquaredError"}
    assert {cls.__name__ for cls in parts.PENALTIES} == {"L2"}
    assert {cls.__name__ for cls in parts.OPTIMIZERS} == {"Adam", "AdamW", "SGD"}
    assert {cls.__name__ for cls in SLOPES} == {"Identity", "LeakyReLU", "ReLU"}


def test_a_subclass_of_a_part_keeps_its_own_formula(binary):
    class Doubled(LogLoss):
        def value_and_grad(self, raw, y, weight, grad):
            value = super().value_and_grad(raw, y, weight, grad)
            grad *= 2
            return 2 * value

    compiled = assert_same(MLPClassifierX(**FEW, loss=Doubled()), *binary)
    assert compiled.engine_ == "numba: compiled layers and solver"


def test_engine_says_what_is_compiled(binary):
    names = {}
    for solver in ("adam", "rmsprop", "lbfgs"):
        _, compiled = both(MLPClassifierX(**FEW, solver=solver), *binary)
        names[solver] = compiled.engine_
    assert names == {
        "adam": "numba: compiled layers, loss and solver",
        "rmsprop": "numba: compiled layers and loss",
        "lbfgs": "numba: compiled layers and loss",
    }


def test_who_watches_gradients_sees_the_same(binary):
    seen = []
    for name in ("numpy", "numba"):
        estimator = MLPClassifierX((9, 8), **FEW, callbacks=[GradientHealth()])
        with use_engine(name), pytest.warns():
            history = estimator.fit(*binary).history_
        seen.append({k: v for k, v in history.items() if k != "seconds"})
    assert seen[0].keys() == seen[1].keys()
    assert len(seen[0]) > 6
    for name, values in seen[0].items():
        np.testing.assert_allclose(seen[1][name], values, rtol=1e-9, err_msg=name)


def test_training_goes_on_with_the_other_engine(binary):
    X, y = binary
    curves = []
    for second in ("numpy", "numba"):
        estimator = MLPClassifierX(**FEW)
        for name in ("numpy", second):
            with use_engine(name):
                for _ in range(3):
                    estimator.partial_fit(X, y, classes=[0, 1])
        curves.append(estimator.loss_curve_)
    np.testing.assert_allclose(*curves, rtol=1e-9)


def test_values_that_are_no_numbers_are_told_of(binary):
    X, y = StandardScaler().fit_transform(binary[0]) * 1e200, binary[1]
    for name in ("numpy", "numba"):
        with use_engine(name), pytest.raises(ValueError, match="non-finite"):
            MLPRegressorX(**FEW, solver="sgd", learning_rate_init=1e3).fit(X, y)


@pytest.mark.parametrize("shuffle", [True, False])
def test_targets_and_weights_that_cannot_be_written_to(binary, digits, shuffle):
    X, y = binary
    weight = np.linspace(0.0, 2.0, len(y))
    targets = np.asfortranarray(X[:, :2])
    for array in (y, weight, targets):
        array.flags.writeable = False
    few = FEW | {"shuffle": shuffle}
    assert_same(MLPClassifierX(**few), X, y, sample_weight=weight)
    assert_same(MLPRegressorX(**few), X[:, 2:], targets, sample_weight=weight)
    assert_same(MLPClassifierX(**few), *digits, sample_weight=weight[:500])
