"""A checkpoint with a right checksum over wrong values: refused by name, or a fit like others."""

import numpy as np
import pytest

from sknn import MLPClassifierX, use_engine
from sknn.exceptions import DamagedCheckpointError, DivergenceError, InvalidParameterError
from sknn.nn.schedules import Schedule, Warmup
from sknn.storage import read, write
from sknn.train import Callback, Checkpoint
from tests.lies import places, replaced

pytestmark = pytest.mark.filterwarnings("ignore")
X = np.random.RandomState(0).normal(size=(60, 3))
y = np.where(X[:, 0] > 0, "yes", "no")


class Killed(BaseException):
    pass


class Kill(Callback):
    only_shows = True

    def on_epoch_end(self, run):
        if run.epoch == 4:
            raise Killed


def fitted(n_epochs, **params):
    return MLPClassifierX(max_iter=n_epochs, random_state=0, **params).fit(X, y)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.sknn"


LIES = [None, True, -1, 0, 7, 1.5, 10**6, 2**70, 1e300, float("nan"), "zzz", [], {}, (), [1, 2]]
LIES += [np.zeros(3), np.full(2, np.nan), np.int64(-5)]
LIED_TO = {
    "adam": {"early_stopping": True, "averaging": "ema", "normalization": "batch"},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "on_divergence": "restore"},
    "plateau": {"learning_rate": "plateau", "dropout": 0.2, "sampling": "weighted"},
    "lbfgs": {"solver": "lbfgs", "dtype": "float32"},
    "refit": {"early_stopping": True, "refit": True, "n_iter_no_change": np.inf},
}
RULES = ["gradient_health", "loss_tolerance", "no_improvement", "still_weights"]


@pytest.mark.parametrize("params", LIED_TO.values(), ids=LIED_TO)
def test_no_lie_gets_further_than_the_file(path, params):
    """With a right checksum over wrong values a fit is refused by the file's name, or ends."""
    settings = {"hidden_layer_sizes": (4,), **params}
    with pytest.raises(Killed):
        fitted(8, callbacks=[*RULES, Checkpoint(path, every=1), Kill()], **settings)
    (_, made_by), sound = read(path, ["checkpoint"])
    every = [where for where in places(sound) if where and where[0] != "estimator"]
    rng = np.random.RandomState(0)
    n_refused, n_ended = 0, 0
    for _ in range(120):
        where, lie = every[rng.randint(len(every))], LIES[rng.randint(len(LIES))]
        write(path, replaced(sound, where, lie), "checkpoint", made_by)
        try:
            net = fitted(8, callbacks=[*RULES, Checkpoint(path, every=1)], **settings)
        except DamagedCheckpointError as error:
            n_refused += "net.sknn" in str(error)
        except (InvalidParameterError, DivergenceError):
            pass  # another fit, another engine, or numbers that no training goes on from
        except Exception as error:
            raise AssertionError(f"{where} = {lie!r} gave {error!r}") from error
        else:
            net.predict(X)
            str(net.summary())
            n_ended += 1
    assert n_refused > 50
    assert n_ended > 3


ONE = np.zeros(1)
OUTSIDE = np.full(60, 10**6)


@pytest.mark.parametrize(
    ("where", "lie", "match"),
    [
        (("optimizer", "mean"), ONE, r"run\.optimizer\.mean is an array \(1,\) of float64"),
        (("optimizer", "t"), -1, r"run\.optimizer\.t is -1"),
        (("optimizer",), {"t": 3}, r"run\.optimizer has the keys \['t'\]"),
        (("values",), ONE, r"run\.values is an array"),
        (("epoch",), 10**9, r"run\.epoch is 1000000000"),
        (("epoch",), 2, r"run\.loss_curve is an array \(3,\)"),
        (("notice",), None, r"run\.notice is None"),
        (("compiled",), "yes", r"run\.compiled is 'yes'"),
        (("callbacks",), [["NoImprovement", {"best": 1.0}]], r"run\.callbacks\.NoImprovement"),
        (("parts", "plateau", "best_epoch"), 10**9, r"plateau\.best_epoch is 10"),
        (("parts", "batches", "order"), OUTSIDE[:54], "rows that are not trained on"),
        (("parts", "batches", "generator", "state", "pos"), 10**9, "no state of MT19937"),
        (("parts", "history"), {"loss": [None]}, r"parts\.history is {'loss'"),
        (("parts", "recovery", "n_attempts"), 11, r"recovery\.n_attempts is 11"),
        (("parts", "recovery", "slowdown"), float("inf"), "slowed down by inf"),
        (("parts", "objective", "progress"), (0.0, 0, 0), "training has no epochs"),
    ],
    ids=str,
)
def test_a_lie_is_named(path, where, lie, match):
    settings = {"early_stopping": True, "on_divergence": "restore"}
    callbacks = ["no_improvement", Checkpoint(path, every=1)]
    with pytest.raises(Killed):
        fitted(8, callbacks=[*callbacks, Kill()], **settings)
    (_, made_by), sound = read(path, ["checkpoint"])
    write(path, replaced(sound, ("stages", 0, "run", *where), lie), "checkpoint", made_by)
    before = path.read_bytes()
    with pytest.raises(DamagedCheckpointError, match=rf"net\.sknn' .*{match}"):
        fitted(8, callbacks=callbacks, **settings)
    assert path.read_bytes() == before


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_compiled_kernels_get_no_arrays_of_another_length(path, solver):
    """They look at no bounds: an array that is too short was a crash of the process."""
    pytest.importorskip("numba")
    name = {"adam": "mean", "sgd": "velocity"}[solver]
    with use_engine("numba"):
        with pytest.raises(Killed):
            fitted(8, callbacks=[Checkpoint(path, every=1), Kill()], solver=solver)
        (_, made_by), sound = read(path, ["checkpoint"])
        where = "stages", 0, "run", "optimizer", name
        write(path, replaced(sound, where, ONE), "checkpoint", made_by)
        with pytest.raises(DamagedCheckpointError, match=f"{name} is an array"):
            fitted(8, callbacks=Checkpoint(path, every=1), solver=solver)


@pytest.mark.parametrize(
    ("where", "lie"),
    [
        (("fit", "alpha"), None),
        (("callbacks",), [3]),
        (("finished",), "no"),
        (("stages", 0, "generator", "state", "pos"), 10**9),
    ],
    ids=str,
)
def test_a_lie_about_the_fit_is_named(path, where, lie):
    with pytest.raises(Killed):
        fitted(8, callbacks=[Checkpoint(path, every=1), Kill()])
    (_, made_by), sound = read(path, ["checkpoint"])
    write(path, replaced(sound, where, lie), "checkpoint", made_by)
    with pytest.raises(DamagedCheckpointError, match=r"net\.sknn"):
        fitted(8, callbacks=Checkpoint(path, every=1))


class Countdown(Schedule):
    """Remembers what no pattern foretells."""

    def start(self):
        return {"left": 3}

    def rate(self, initial, at, state):
        return initial

    def after_epoch(self, badness, state):
        state.update(left=state["left"] - 1, last=[badness])


def test_parts_of_ones_own_may_remember_what_they_like(path):
    for schedule in (Countdown(), Warmup(Countdown(), epochs=2)):
        settings = {"learning_rate": schedule}
        with pytest.raises(Killed):
            fitted(8, callbacks=[Checkpoint(path, every=1), Kill()], **settings)
        again = fitted(8, callbacks=Checkpoint(path, every=1), **settings)
        assert again.loss_curve_ == fitted(8, **settings).loss_curve_
        path.unlink()
