"""The callback that records the health of the gradients."""

import pickle

import numpy as np
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss

from sknn import MLPClassifierX, MLPRegressorX
from sknn.nn.activations import Parametric, Tanh
from sknn.nn.initializers import GivenWeights
from sknn.nn.layers import LayerNorm
from sknn.nn.optimizers import SGD
from sknn.train import CALLBACKS, GradientHealth

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.RandomState(0)
X = rng.normal(size=(60, 5))
y = (X[:, 0] + 0.3 * rng.normal(size=60) > 0).astype(int)

#: Kinds of training that the record must leave as they are.
SETTINGS = {
    "plain": {},
    "deep": {"hidden_layer_sizes": (6, 5, 4), "activation": ("tanh", "gelu", "relu")},
    "dropout": {"dropout": 0.4},
    "normalization": {"normalization": "batch", "batch_size": 7},
    "rows of one": {"batch_size": 1, "normalization": "batch"},
    "learned activation": {"activation": Parametric(Tanh())},
    "normalization of rows": {"normalization": LayerNorm(position="after")},
    "dropout of the input": {
        "input_dropout": 0.3,
        "dropout": "alpha_dropout",
        "activation": "selu",
    },
    "penalties": {"l1": 0.1, "max_norm": 0.5},
    "linear": {"hidden_layer_sizes": ()},
    "lbfgs": {"solver": "lbfgs", "normalization": "batch"},
    "float32": {"dtype": "float32", "activation": "silu"},
    "clipping": {"gradient_clip": 0.01},
    "averaging": {"averaging": "ema"},
    "early stopping": {"early_stopping": True},
    "restore": {"on_divergence": "restore", "solver": "sgd"},
}


def pair(**kwargs):
    """The same network, without and with the record."""
    kwargs = {"hidden_layer_sizes": (8,), "max_iter": 6, "random_state": 0} | kwargs
    return MLPClassifierX(**kwargs), MLPClassifierX(**kwargs, callbacks=["gradient_health"])


def same(one, other):
    return all(
        np.array_equal(a, b)
        for a, b in zip(
            [*one.coefs_, *one.intercepts_], [*other.coefs_, *other.intercepts_], strict=True
        )
    )


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("kind", [np.array, scipy.sparse.csr_array], ids=["dense", "sparse"])
def test_training_is_not_changed(settings, kind):
    without, with_record = pair(**settings)
    data = kind(X)
    assert same(without.fit(data, y), with_record.fit(data, y))
    assert without.loss_curve_ == with_record.loss_curve_
    n_dense = len(with_record.coefs_)
    for name in ("gradient_norm", "backprop_norm", "update_ratio"):
        for k in range(1, n_dense + 1):
            column = with_record.history_[f"{name}_{k}"]
            assert len(column) == len(with_record.loss_curve_)
            assert np.isfinite(column).all()
            assert min(column) > 0
    for k in range(1, n_dense):
        assert all(0 <= share <= 1 for share in with_record.history_[f"dead_units_{k}"])
    assert f"dead_units_{n_dense}" not in with_record.history_


def test_partial_fit_grows_the_record_and_is_not_changed():
    without, with_record = pair()
    for _ in range(3):
        without.partial_fit(X, y, classes=[0, 1])
        with_record.partial_fit(X, y, classes=[0, 1])
    assert same(without, with_record)
    assert len(set(with_record.history_["gradient_norm_1"])) == 3


def test_one_full_batch_step():
    """Gradient before clipping and without penalty; the update with all that is in it."""
    W1, W2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 1))
    net = MLPRegressorX(
        hidden_layer_sizes=(3,),
        activation="tanh",
        initializer=GivenWeights([W1, W2]),
        solver=SGD(momentum=0.0),
        learning_rate_init=0.5,
        batch_size="full",
        max_iter=1,
        alpha=10.0,
        gradient_clip=0.125,
        callbacks=GradientHealth(),
    ).fit(X, y.astype(float))
    h = np.tanh(X @ W1)
    dz2 = (h @ W2 - y[:, np.newaxis]) / len(X)
    dz1 = dz2 @ W2.T * (1 - h**2)
    history = net.history_
    assert history["gradient_norm_1"] == pytest.approx([np.linalg.norm(X.T @ dz1)])
    assert history["gradient_norm_2"] == pytest.approx([np.linalg.norm(h.T @ dz2)])
    assert history["backprop_norm_1"] == pytest.approx([60**0.5 * np.linalg.norm(dz1)])
    moved = [np.linalg.norm(new - old) for new, old in zip(net.coefs_, (W1, W2), strict=True)]
    lengths = np.linalg.norm(W1), np.linalg.norm(W2)
    assert history["update_ratio_1"] == pytest.approx([moved[0] / lengths[0]])
    assert history["update_ratio_2"] == pytest.approx([moved[1] / lengths[1]])
    assert np.hypot(*moved) <= 0.5 * 0.125 * 1.000001  # it was clipped, the record was not
    assert history["gradient_norm_1"][0] > 0.125 / 2


def test_an_iteration_of_lbfgs_is_looked_at_where_it_ends():
    net = MLPRegressorX(
        hidden_layer_sizes=(4,), activation="tanh", solver="lbfgs", max_iter=5, random_state=0,
        callbacks=["gradient_health"],
    )  # fmt: skip
    net.fit(X, y.astype(float))
    (W1, W2), (b1, b2) = net.coefs_, net.intercepts_
    h = np.tanh(X @ W1 + b1)
    dz2 = (h @ W2 + b2 - y[:, np.newaxis]) / len(X)
    assert net.history_["gradient_norm_2"][-1] == pytest.approx(np.linalg.norm(h.T @ dz2))
    assert net.history_["health_rows"] == [60] * 5


def test_dead_units_are_counted():
    biases = [np.where(np.arange(8) < 6, -1e3, 1.0), np.zeros(1)]
    start = GivenWeights([rng.normal(size=(5, 8)), rng.normal(size=(8, 1))], biases)
    _, net = pair(initializer=start)
    assert net.fit(X, y).history_["dead_units_1"] == [0.75] * 6
    assert np.isnan(net.history_["saturated_1"]).all()


def test_saturated_units_are_counted():
    start = GivenWeights([100.0 * np.eye(5), rng.normal(size=(5, 1))])
    _, net = pair(hidden_layer_sizes=(5,), activation="logistic", initializer=start)
    far = np.mean(np.abs(100.0 * X) > 4.36)  # where f' < 0.05 / 4
    assert net.fit(X, y).history_["saturated_1"] == pytest.approx([far] * 6, abs=0.02)
    assert far > 0.9


@pytest.mark.parametrize(
    ("rows", "batch_size", "seen"), [(1, 10, 10), (15, 10, 20), (200, 10, 60), (3, 1, 3)]
)
def test_as_many_batches_as_the_rows_take(rows, batch_size, seen):
    net = MLPClassifierX(batch_size=batch_size, max_iter=2, callbacks=GradientHealth(rows=rows))
    assert net.fit(X, y).history_["health_rows"] == [seen, seen]


def test_validation_loss_is_that_of_the_predictions():
    _, net = pair()
    net.fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    assert len(net.history_["validation_loss"]) == 6
    expected = log_loss(y[40:], net.predict_proba(X[40:]))
    assert net.history_["validation_loss"][-1] == pytest.approx(expected)


def test_validation_loss_is_that_of_the_average():
    _, net = pair(averaging="ema")
    net.fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    expected = log_loss(y[40:], net.predict_proba(X[40:]))
    assert net.history_["validation_loss"][-1] == pytest.approx(expected)


def test_validation_loss_is_in_the_units_of_the_training_loss():
    net = MLPRegressorX(standardize_y=True, max_iter=30, alpha=0.0, callbacks=["gradient_health"])
    net.fit(X, 1e6 * X[:, 0], X_val=X, y_val=1e6 * X[:, 0])
    assert net.history_["validation_loss"][-1] == pytest.approx(net.loss_, rel=0.2)


def test_no_validation_rows_no_validation_loss():
    _, net = pair()
    assert "validation_loss" not in net.fit(X, y).history_


def test_an_epoch_taken_back_leaves_nothing():
    net = MLPRegressorX(
        hidden_layer_sizes=(4,), solver="sgd", learning_rate_init=20.0, max_iter=8,
        batch_size=1, on_divergence="restore", random_state=0,
        callbacks=[GradientHealth(rows=10)],
    )  # fmt: skip
    with pytest.warns(Warning, match="each time it went back"):
        net.fit(X, 10.0 * X[:, 0])
    assert net.history_["health_rows"] == [10] * 8
    assert np.isfinite(net.history_["gradient_norm_1"]).all()


def test_one_callback_serves_several_fits():
    shared = GradientHealth(rows=60)
    kwargs = {"hidden_layer_sizes": (8,), "max_iter": 3, "random_state": 0, "callbacks": [shared]}
    first, second = (MLPClassifierX(**kwargs).fit(X, y) for _ in range(2))
    assert first.history_["gradient_norm_1"] == second.history_["gradient_norm_1"]
    assert clone(shared, safe=False) == pickle.loads(pickle.dumps(shared)) == shared


def test_by_name_and_by_search():
    assert CALLBACKS["gradient_health"] is GradientHealth
    with pytest.raises(ValueError, match="must be an int in the range"):
        MLPClassifierX(callbacks=[GradientHealth(rows=0)]).fit(X, y)


def test_the_fit_still_warns_of_max_iter():
    _, net = pair()
    with pytest.warns(ConvergenceWarning):
        net.fit(X, y)
