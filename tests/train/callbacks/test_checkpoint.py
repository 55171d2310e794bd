"""Checkpoints: a file that is always a whole estimator."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sknn import MLPClassifierX
from sknn.train import Callback, Checkpoint

pytestmark = pytest.mark.filterwarnings("ignore:.*hasn't converged")
X = np.random.RandomState(0).normal(size=(60, 3))
y = np.where(X[:, 0] > 0, "yes", "no")


seen = []


class Read(Callback):
    """Reads the file after each epoch."""

    def __init__(self, path):
        self.path = path

    def on_epoch_end(self, run):
        if self.path.exists():
            seen.append(joblib.load(self.path))


def fitted(n_epochs, **params):
    return MLPClassifierX(max_iter=n_epochs, random_state=0, **params).fit(X, y)


@pytest.mark.parametrize("params", [{}, {"averaging": "ema"}, {"normalization": "batch"}])
def test_the_file_is_the_estimator_of_that_epoch(tmp_path, params):
    path = tmp_path / "net.joblib"
    seen.clear()
    fitted(5, callbacks=[Checkpoint(path, every=2), Read(path)], **params)
    assert [net.n_iter_ for net in seen] == [2, 2, 4, 4]
    last = joblib.load(path)
    assert last.n_iter_ == 5, "the end is written too"
    for net, n_epochs in ((seen[0], 2), (seen[2], 4), (last, 5)):
        alone = fitted(n_epochs, **params)
        assert_array_equal(net.predict_proba(X), alone.predict_proba(X))
        assert net.loss_curve_ == alone.loss_curve_
        assert len(net.history_["loss"]) == n_epochs
    assert [file.name for file in tmp_path.iterdir()] == ["net.joblib"]


def test_a_failing_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.joblib"
    fitted(2, callbacks=Checkpoint(str(path)))
    before = path.read_bytes()

    def full_disk(value, file):
        file.write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(joblib, "dump", full_disk)
    with pytest.raises(OSError, match="No space left"):
        fitted(2, callbacks=Checkpoint(path))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["net.joblib"]
