"""A fit that was broken off goes on from its checkpoint, and ends in the same bits."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.base import clone

from sknn import MLPClassifierX, MLPRegressorX, use_engine
from sknn.exceptions import InvalidParameterError
from sknn.nn.averaging import AVERAGINGS
from sknn.nn.layers import EMBEDDINGS, MEMBERS, NORMALIZATIONS
from sknn.nn.optimizers import OPTIMIZERS
from sknn.nn.schedules import SCHEDULES
from sknn.train import (
    CALLBACKS,
    SAMPLINGS,
    Callback,
    Checkpoint,
    GrowingPatience,
    NoImprovement,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*hasn't converged", "ignore:lbfgs failed", "ignore:Training diverged"
)
rng = np.random.RandomState(0)
X = rng.normal(size=(60, 3))
labels = np.array(["a", "b", "c"])[np.digitize(X[:, 0] + 0.3 * rng.normal(size=60), [-0.5, 0.5])]
numbers = 5.0 + np.sin(X[:, 0]) + 0.1 * rng.normal(size=60)


class Killed(BaseException):
    """What no part of the package catches, as none could catch ``kill -9``."""


class Kill(Callback):
    """Ends everything after an epoch, before the checkpoint of that epoch is written."""

    only_shows = True

    def __init__(self, *epochs):
        self.epochs = list(epochs)

    def on_epoch_end(self, run):
        if self.epochs and run.epoch == self.epochs[0]:
            self.epochs.pop(0)
            raise Killed


def with_callbacks(net, *callbacks):
    given = net.callbacks
    each = given if isinstance(given, list) else [] if given is None else [given]
    return clone(net).set_params(callbacks=[*callbacks, *each])


def alike(a, b, where="estimator"):
    """Assert that two nested values are the same to the last bit."""
    if isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for name in a:
            alike(a[name], b[name], f"{where}[{name!r}]")
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b), where
        for i, (of_a, of_b) in enumerate(zip(a, b, strict=True)):
            alike(of_a, of_b, f"{where}[{i}]")
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype, where
        assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), where
    elif isinstance(a, np.random.RandomState):
        alike(a.get_state(), b.get_state(), where)
    elif isinstance(a, float):
        assert a == b or (np.isnan(a) and np.isnan(b)), f"{where}: {a} and {b}"
    elif type(a).__eq__ is not object.__eq__:
        assert a == b, f"{where}: {a} and {b}"


def everything(net):
    """All that a fit has left, but for the seconds that it took."""
    state = {k: v for k, v in vars(net).items() if k not in ("callbacks", "_network")}
    state["vectors"] = [net._network.values, net._network.statistics]
    state["history_"] = {k: v for k, v in net.history_.items() if k != "seconds"}
    return state


def resumed(net, path, kills=(4,), data=None, every=1, **given):
    """The fit of an estimator that was killed after some epochs, each time anew."""
    data = (X, targets_of(net)) if data is None else data
    kill = Kill(*kills)
    for _ in kills:
        with pytest.raises(Killed):
            with_callbacks(net, Checkpoint(path, every=every), kill).fit(*data, **given)
    return with_callbacks(net, Checkpoint(path, every=every)).fit(*data, **given)


def targets_of(net):
    return numbers if isinstance(net, MLPRegressorX) else labels


def check(net, path, data=None, **options):
    data = (X, targets_of(net)) if data is None else data
    given = {k: v for k, v in options.items() if k not in ("kills", "every")}
    whole = with_callbacks(net).fit(*data, **given)
    broken = resumed(net, path, data=data, **options)
    assert broken.n_iter_ > max(options.get("kills", (4,)))
    alike(everything(broken), everything(whole))
    return broken


SMALL = {
    "hidden_layer_sizes": (6,),
    "max_iter": 8,
    "batch_size": 16,
    "learning_rate_init": 0.01,
    "random_state": 0,
}


def classifier(**params):
    return MLPClassifierX(**(SMALL | params))


def regressor(**params):
    return MLPRegressorX(**(SMALL | params))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fit.sknn"


@pytest.mark.parametrize("solver", OPTIMIZERS)
def test_every_solver(path, solver):
    check(classifier(solver=solver), path)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(path, schedule):
    part = SCHEDULES[schedule]()  # as an object it goes with any solver
    check(classifier(solver="sgd", learning_rate=part), path)


def test_schedules_that_react_to_what_was_before(path):
    lazy = {"learning_rate_init": 1e-6, "max_iter": 12}
    part = SCHEDULES["plateau"](patience=3)
    net = check(classifier(learning_rate=part, tol=0.0, **lazy), path, kills=(2, 5))
    assert len(set(net.history_["learning_rate"])) > 2, "it has fallen at other epochs than these"
    path.unlink()
    net = classifier(solver="sgd", learning_rate="adaptive", n_iter_no_change=3, tol=1.0)
    net.set_params(max_iter=12)
    assert len(set(check(net, path, kills=(2, 8)).history_["learning_rate"])) > 1


MODES = {
    "full batch": classifier(batch_size="full"),
    "stochastic": classifier(batch_size=1, max_iter=5),
    "share": classifier(batch_size=0.3),
    "no shuffle": classifier(shuffle=False),
    "early stopping": classifier(early_stopping=True),
    "early stopping, not shuffled": classifier(early_stopping=True, shuffle=False),
    "stopped early": classifier(
        early_stopping=True, max_iter=100, n_iter_no_change=3, learning_rate_init=0.1
    ),
    "stopped by the loss": classifier(max_iter=100, n_iter_no_change=3, tol=0.05),
    "scorer": classifier(early_stopping=True, early_stopping_scoring="accuracy"),
    "loss as score": classifier(early_stopping=True, early_stopping_scoring="loss"),
    "refined loss": classifier(early_stopping=True, early_stopping_scoring="refined_loss"),
    "dropout": classifier(dropout=0.3, input_dropout=0.1),
    "class weight": classifier(class_weight="balanced", label_smoothing=0.1),
    "clipping": classifier(gradient_clip=0.1, max_norm=1.0, l1=0.01),
    "parametrization": classifier(parametrization="ntk", input_scaling=True),
    "activation that learns": classifier(activation="prelu", solver="adamw"),
    "float32": classifier(dtype="float32", averaging="ema"),
    "scaled targets": regressor(standardize_y=True),
    "quantiles": regressor(loss="quantile", early_stopping=True),
    "embeddings": regressor(embedding=["piecewise_linear"], solver="adamw"),
    "members": regressor(members="tabm", early_stopping=True),
    "lbfgs": regressor(solver="lbfgs", hidden_layer_sizes=(5, 4), max_iter=30),
    "lbfgs in single precision": classifier(solver="lbfgs", dtype="float32", max_iter=30),
    "lbfgs and batch normalization": classifier(solver="lbfgs", normalization="batch", max_iter=30),
    "lbfgs that converges": regressor(solver="lbfgs", tol=0.05, max_iter=500),
    "averaging, early stopping and batch normalization": classifier(
        averaging="polyak", early_stopping=True, normalization="batch", dropout=0.2
    ),
    "average of a network with chance": classifier(
        averaging="ema", normalization="batch", dropout=0.2
    ),
    **{f"normalization {name}": classifier(normalization=name) for name in NORMALIZATIONS},
    **{f"averaging {name}": classifier(averaging=name) for name in AVERAGINGS},
    **{f"sampling {name}": classifier(sampling=name) for name in SAMPLINGS},
    **{f"embedding {name}": regressor(embedding=name) for name in EMBEDDINGS if name != "category"},
    **{f"members {name}": classifier(members=name) for name in MEMBERS},
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode(path, mode):
    check(MODES[mode], path)


def test_killed_again_and_again_and_written_seldom(path):
    net = classifier(early_stopping=True, n_iter_no_change=np.inf, max_iter=20)
    check(net, path, kills=(5, 6, 13, 14, 19), every=4)
    path.unlink()
    check(regressor(solver="lbfgs", max_iter=40), path, kills=(5, 6, 23), every=4)


def test_sparse_rows_weights_and_a_validation_set(path):
    weight = np.arange(60) % 3 + 0.5
    validation = {"X_val": X[:20], "y_val": labels[:20], "sample_weight_val": weight[:20]}
    check(classifier(), path, sample_weight=weight, **validation)
    path.unlink()
    check(classifier(early_stopping=True), path, data=(scipy.sparse.csr_matrix(X), labels))


def test_many_targets_and_labels(path):
    many = np.column_stack([numbers, -numbers])
    check(regressor(), path, data=(X, many))
    path.unlink()
    check(classifier(solver="sgd"), path, data=(X, (many > 5).astype(int)))


def test_divergence_that_is_recovered_from(path):
    net = regressor(solver="sgd", learning_rate_init=1.0, on_divergence="restore", max_iter=12)
    with pytest.warns(match="diverged"):
        check(net, path)


def test_divergence_under_early_stopping(path):
    net = regressor(solver="sgd", learning_rate_init=0.5, early_stopping=True, alpha=0)
    with pytest.warns(match="diverged"):
        whole = with_callbacks(net).fit(X, numbers)
    check(net, path, kills=(whole.n_iter_ - 1,))


def test_a_fit_with_compiled_kernels_goes_on_with_them(path):
    pytest.importorskip("numba")
    net = classifier(early_stopping=True)
    with use_engine("numba"):
        whole = with_callbacks(net).fit(X, labels)
        kill = Kill(4)
        with pytest.raises(Killed):
            with_callbacks(net, Checkpoint(path), kill).fit(X, labels)
    with (
        use_engine("numpy"),
        pytest.raises(InvalidParameterError, match="by the engine 'numba'"),
    ):
        with_callbacks(net, Checkpoint(path)).fit(X, labels)
    with use_engine("auto"):
        broken = with_callbacks(net, Checkpoint(path)).fit(X, labels)
    alike(
        {k: v for k, v in everything(broken).items() if k != "engine_"},
        {k: v for k, v in everything(whole).items() if k != "engine_"},
    )


def test_callbacks_go_on_with_what_they_remembered(path):
    names = set(CALLBACKS) - {"checkpoint", "progress_bar", "print", "time_limit"}
    net = classifier(
        early_stopping=True,
        n_iter_no_change=np.inf,
        learning_rate_init=1e-5,
        max_iter=60,
        callbacks=[*sorted(names - {"still_weights", "no_improvement"}), NoImprovement(patience=6)],
    )
    net.callbacks[net.callbacks.index("growing_patience")] = GrowingPatience(1.5, 5)
    net = check(net, path, kills=(3, 5))
    assert net.stop_reason_.startswith("The "), "a rule has stopped it"
    assert not np.isnan(net.history_["gradient_norm_1"]).any()
