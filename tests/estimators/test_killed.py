"""Processes that are killed in the middle of a fit, and others that go on with it."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sknn.train import Checkpoint

#: What both processes run: three fits, of which each child of the first process makes one.
FITS = """
import numpy as np
from sknn import MLPClassifierX, MLPRegressorX, TabularMLPClassifierX

rng = np.random.RandomState(0)
X = rng.normal(size=(200, 4))
labels = np.where(X[:, 0] + 0.5 * rng.normal(size=200) > 0, "yes", "no")
FITS = {
    "adam": (
        MLPClassifierX(
            early_stopping=True, dropout=0.1, max_iter=40, n_iter_no_change=np.inf, random_state=0
        ),
        labels,
    ),
    "lbfgs": (
        MLPRegressorX(hidden_layer_sizes=(20, 10), solver="lbfgs", max_iter=60, random_state=0),
        X[:, 0] ** 2,
    ),
    "tabular": (
        TabularMLPClassifierX(hidden_layer_sizes=(8,), n_folds=2, max_iter=20, random_state=0),
        labels,
    ),
}
"""

KILL = """
import os, signal, sys, time, warnings
from sknn.train import Callback, Checkpoint

warnings.simplefilter("ignore")

class Kill(Callback):
    only_shows = True
    n = 0

    def on_epoch_end(self, run):
        Kill.n += 1
        if Kill.n == 25:
            os.kill(os.getpid(), signal.SIGKILL)

for name, (net, y) in FITS.items():
    child = os.fork()
    if not child:
        net.set_params(callbacks=[Checkpoint(sys.argv[1] + "/" + name, every=2), Kill()])
        net.fit(X, y)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, name
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files that killed processes have left."""
    folder = tmp_path_factory.mktemp("killed")
    subprocess.run([sys.executable, "-c", FITS + KILL, str(folder)], check=True, timeout=120)
    return folder


@pytest.mark.filterwarnings("ignore:.*hasn't converged", "ignore:lbfgs failed")
@pytest.mark.parametrize("name", ["adam", "lbfgs", "tabular"])
def test_another_process_goes_on_to_the_same_bits(folder, name):
    told = {}
    exec(FITS, told)
    net, y = told["FITS"][name]
    X = told["X"]
    answer = "predict" if name == "lbfgs" else "predict_proba"
    whole = getattr(net.fit(X, y), answer)(X)
    n_written = len(list((folder / name).iterdir())) if name == "tabular" else 1
    assert n_written
    resumed = net.set_params(callbacks=Checkpoint(folder / name, every=2)).fit(X, y)
    assert_array_equal(getattr(resumed, answer)(X), whole)
    if name != "tabular":
        assert np.isnan(resumed.history_["seconds"]).sum() == 0
        assert resumed.n_iter_ > 25
