"""What a checkpoint writes, when, and what happens where it cannot be written or read."""

import pickle
import resource

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sknn import MLPClassifierX, MLPRegressorX, load, save
from sknn.exceptions import (
    DamagedCheckpointError,
    DamagedFileError,
    DivergenceError,
    InterruptedFitWarning,
    InvalidParameterError,
    NotStorableError,
)
from sknn.train import Callback, Checkpoint, ProgressBar, TimeLimit

pytestmark = pytest.mark.filterwarnings("ignore:.*hasn't converged", "ignore:lbfgs failed")
X = np.random.RandomState(0).normal(size=(60, 3))
y = np.where(X[:, 0] > 0, "yes", "no")


seen = []


class Read(Callback):
    """Reads the file before the checkpoint of each epoch is written."""

    def __init__(self, path):
        self.path = path

    def on_epoch_end(self, run):
        if self.path.exists():
            seen.append(load(self.path))


class CtrlC(Callback):
    only_shows = True

    def __init__(self, epoch):
        self.epoch = epoch

    def on_step_end(self, run):
        if run.epoch == self.epoch:
            raise KeyboardInterrupt


class Killed(BaseException):
    pass


class Kill(CtrlC):
    def on_step_end(self, run):
        if run.epoch == self.epoch:
            raise Killed


def fitted(n_epochs, **params):
    return MLPClassifierX(max_iter=n_epochs, **({"random_state": 0} | params)).fit(X, y)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.sknn"


@pytest.mark.parametrize("params", [{}, {"averaging": "ema"}, {"normalization": "batch"}])
def test_the_file_is_the_estimator_of_that_epoch(path, params):
    seen.clear()
    fitted(5, callbacks=[Checkpoint(path, every=2), Read(path)], **params)
    assert [net.n_iter_ for net in seen] == [2, 2, 4]
    last = load(path)
    assert last.n_iter_ == 5, "the end is written too"
    for net, n_epochs in ((seen[0], 2), (seen[2], 4), (last, 5)):
        alone = fitted(n_epochs, **params)
        assert_array_equal(net.predict_proba(X), alone.predict_proba(X))
        assert net.loss_curve_ == alone.loss_curve_
        assert len(net.history_["loss"]) == n_epochs
    assert [file.name for file in path.parent.iterdir()] == ["net.sknn"]


def test_under_early_stopping_the_model_so_far_is_the_best_one(path):
    params = {"early_stopping": True, "learning_rate_init": 0.2, "n_iter_no_change": np.inf}
    with pytest.raises(Killed):
        fitted(30, callbacks=[Checkpoint(path, every=1), Kill(12)], **params)
    so_far, whole = load(path), fitted(12, **params)
    assert so_far.best_epoch_ < so_far.n_iter_ == 12, "the case is one"
    assert_array_equal(so_far.predict_proba(X), whole.predict_proba(X))


def test_auto_writes_as_often_as_it_takes_little_time(path, monkeypatch):
    seen.clear()
    fitted(40, callbacks=[Checkpoint(path), Read(path)])
    epochs = {net.n_iter_ for net in seen}
    assert min(epochs) == 1
    assert len(epochs) < 30, "a write takes longer than an epoch of 60 rows"
    assert load(path).n_iter_ == 40


def test_a_checkpoint_changes_nothing(path):
    for params in ({"averaging": "ema", "normalization": "batch", "dropout": 0.2}, {}):
        with_file = fitted(6, callbacks=Checkpoint(path, every=1, resume=False), **params)
        assert_array_equal(with_file.predict_proba(X), fitted(6, **params).predict_proba(X))


def test_after_ctrl_c_the_next_fit_goes_on(path):
    checkpoint = Checkpoint(path, every=2)
    with pytest.warns(InterruptedFitWarning):
        net = fitted(9, callbacks=[checkpoint, CtrlC(5)])
    assert net.n_iter_ == 5
    assert load(path).n_iter_ == 4
    assert fitted(9, callbacks=checkpoint).loss_curve_ == fitted(9).loss_curve_


def test_a_full_disk_raises_and_keeps_the_old_file(path):
    wide = {"hidden_layer_sizes": (400,)}
    with pytest.raises(Killed):
        fitted(5, callbacks=[Checkpoint(path, every=1), Kill(2)], **wide)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match=r"net\.sknn"):
            fitted(5, callbacks=Checkpoint(path, every=1), **wide)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["net.sknn"]
    resumed = fitted(5, callbacks=Checkpoint(path, every=1), **wide)
    assert resumed.loss_curve_ == fitted(5, **wide).loss_curve_


def broken_off(path):
    with pytest.raises(Killed):
        fitted(5, callbacks=[Checkpoint(path, every=1), Kill(2)])


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "pickle", "model"])
def test_a_broken_or_foreign_file_is_neither_used_nor_overwritten(path, damage):
    broken_off(path)
    good = path.read_bytes()
    bad = {
        "cut": good[:-7],
        "flip": good[:3000] + bytes([good[3000] ^ 4]) + good[3001:],
        "empty": b"",
        "pickle": pickle.dumps([1, 2]),
        "model": b"",
    }[damage]
    path.write_bytes(bad)
    if damage == "model":
        save(fitted(2), path)
        bad = path.read_bytes()
    with pytest.raises(DamagedCheckpointError, match=r"net\.sknn.*To begin anew, delete the file"):
        fitted(5, callbacks=Checkpoint(path))
    assert path.read_bytes() == bad
    anew = fitted(5, callbacks=Checkpoint(path, resume=False))
    assert anew.loss_curve_ == fitted(5).loss_curve_


@pytest.mark.parametrize(
    "spoil",
    [
        lambda doc: doc.pop("stages"),
        lambda doc: doc["stages"][0]["run"].pop("values"),
        lambda doc: doc["stages"][0]["run"].update(values=np.zeros(3)),
        lambda doc: doc["stages"][0]["run"].update(callbacks=3),
        lambda doc: doc["stages"][0].update(generator=("MT19937", 1)),
        lambda doc: doc.update(stages=[7]),
    ],
)
def test_a_file_that_says_what_cannot_be(path, spoil):
    from sknn.storage import read, write

    broken_off(path)
    _, values = read(path, ["checkpoint"])
    spoil(values)
    write(path, values, "checkpoint", {})
    with pytest.raises(DamagedCheckpointError, match=r"net\.sknn"):
        fitted(5, callbacks=Checkpoint(path))


def test_a_folder_that_is_not_there_is_told_before_training(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such folder"):
        fitted(5, callbacks=[Checkpoint(tmp_path / "none" / "net.sknn"), Kill(0)])


def test_a_path_that_ends_with_a_slash_is_a_folder_and_is_made(tmp_path):
    folder = tmp_path / "all" / "fits"
    for _ in range(2):
        fitted(3, callbacks=Checkpoint(f"{folder}/"))
    (file,) = folder.iterdir()
    assert file.name.startswith("MLPClassifierX-")
    with pytest.raises(FileExistsError, match=r"-\w+\.sknn'"):
        fitted(3, callbacks=Checkpoint(f"{file}/"))


def test_an_empty_path_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidParameterError, match=r"path.*that is not empty"):
        fitted(3, callbacks=Checkpoint(""))
    assert list(tmp_path.iterdir()) == []


def test_one_checkpoint_a_fit(tmp_path):
    with pytest.raises(InvalidParameterError, match="2 checkpoints"):
        fitted(5, callbacks=[Checkpoint(tmp_path / "a"), Checkpoint(tmp_path / "b")])


def test_what_cannot_be_kept_of_a_callback_is_told(path):
    class Remembers(Callback):
        def on_fit_begin(self, run):
            run.memory(self).lines = iter([])

    with pytest.raises(NotStorableError, match=r"lines.*run\.memory"):
        fitted(2, callbacks=[Checkpoint(path), Remembers()])
    assert not path.exists()


def own_loss(raw, y):
    return 0.5 * ((raw - y) ** 2).sum(axis=1), raw - y


def test_with_objects_of_ones_own_a_fit_goes_on_but_there_is_no_model_so_far(path):
    net = MLPRegressorX(loss=own_loss, max_iter=6, random_state=0)
    whole = net.fit(X, X[:, 0]).loss_curve_
    with pytest.raises(Killed):
        net.set_params(callbacks=[Checkpoint(path, every=1), Kill(3)]).fit(X, X[:, 0])
    with pytest.raises(DamagedFileError, match="no model"):
        load(path)
    assert net.set_params(callbacks=Checkpoint(path)).fit(X, X[:, 0]).loss_curve_ == whole


def test_after_a_divergence_nothing_stands_in_the_way_of_another_rate(path):
    net = MLPRegressorX(solver="sgd", learning_rate_init=1e4, random_state=0, max_iter=5)
    net.set_params(callbacks=Checkpoint(path, every=1), alpha=0)
    for _ in range(2):
        with pytest.raises(DivergenceError):
            net.fit(X, 100 * X[:, 0])
    net.set_params(learning_rate_init=1e-5).fit(X, 100 * X[:, 0])
    assert load(path).n_iter_ == 5


def test_a_time_limit_counts_the_time_of_training_only(path, monkeypatch):
    import sknn.train.callbacks.stopping as module

    now = [0.0]

    class Clock:
        @staticmethod
        def monotonic():
            now[0] += 1.0
            return now[0]

    monkeypatch.setattr(module, "time", Clock)
    limit = TimeLimit(10)
    with pytest.raises(Killed):
        fitted(90, callbacks=[limit, Checkpoint(path, every=1), Kill(2)])
    now[0] += 1000
    net = fitted(90, callbacks=[limit, Checkpoint(path, every=1)])
    assert 2 < net.n_iter_ < 6
    assert net.stop_reason_.startswith("The time limit of 10 seconds")


def test_a_progress_bar_begins_where_the_fit_goes_on(path, monkeypatch):
    import sknn.train.callbacks.progress as module

    moves = []

    class Bar:
        def update(self, n):
            moves.append(n)

        def set_postfix(self, *_, **__):
            pass

        def close(self):
            pass

    broken_off(path)
    monkeypatch.setattr(module, "new_bar", lambda total: Bar())
    fitted(5, callbacks=[ProgressBar(), Checkpoint(path)])
    assert moves == [2, 1, 1, 1]


class TestInParts:
    """``partial_fit`` is gone on from by the user."""

    def test_the_file_goes_on_bit_for_bit(self, path):
        net = MLPClassifierX(random_state=0, callbacks=Checkpoint(path))
        for _ in range(3):
            net.partial_fit(X, y, classes=["no", "yes"])
        again = load(path)
        assert again.callbacks is None
        for one in (net, again):
            one.partial_fit(X, y).partial_fit(X[:30], y[:30])
        assert_array_equal(again.predict_proba(X), net.predict_proba(X))
        assert again.loss_curve_ == net.loss_curve_

    def test_every_counts_all_calls(self, path):
        net = MLPClassifierX(random_state=0, callbacks=Checkpoint(path, every=3))
        sizes = []
        for _ in range(7):
            net.partial_fit(X, y, classes=["no", "yes"])
            sizes.append(len(load(path).loss_curve_) if path.exists() else 0)
        assert sizes == [0, 0, 3, 3, 3, 6, 6]

    def test_a_folder_cannot_tell_models_apart(self, tmp_path):
        for folder in (tmp_path, f"{tmp_path}/none/"):
            net = MLPClassifierX(random_state=0, callbacks=Checkpoint(folder))
            with pytest.raises(InvalidParameterError, match="partial_fit"):
                net.partial_fit(X, y, classes=["no", "yes"])
