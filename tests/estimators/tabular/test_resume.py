"""Ensembles for tables that go on from their checkpoints."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone

from sknn import TabularMLPClassifierX, TabularMLPRegressorX, load, save
from sknn.exceptions import InvalidParameterError
from sknn.train import Callback, Checkpoint

rng = np.random.RandomState(0)
X = np.column_stack([rng.normal(size=(90, 3)), rng.randint(3, size=90)])
labels = np.where(X[:, 0] + 0.5 * rng.normal(size=90) > 0, "yes", "no")
numbers = np.sin(X[:, 0]) + X[:, 3] + 0.1 * rng.normal(size=90)

SMALL = {"hidden_layer_sizes": (4,), "n_folds": 3, "n_repeats": 1, "random_state": 3}


class Killed(BaseException):
    pass


class Kill(Callback):
    """Ends everything after so many epochs of all members together."""

    only_shows = True

    def __init__(self, after):
        self.left = after

    def on_epoch_end(self, run):
        self.left -= 1
        if self.left == 0:
            raise Killed


class Counted(Callback):
    only_shows = True

    def __init__(self):
        self.n_epochs = 0

    def on_epoch_end(self, run):
        self.n_epochs += 1


def classifier(**params):
    return TabularMLPClassifierX(**(SMALL | params))


def regressor(**params):
    return TabularMLPRegressorX(**(SMALL | params))


def with_callbacks(net, *callbacks):
    # scikit-learn's clone would copy what counts
    return clone(net).set_params(callbacks=list(callbacks))


def contents(net, folder):
    """The bytes of the whole estimator, but for the seconds that epochs took."""
    for member in net.estimators_:
        member.history_.pop("seconds", None)
    net.callbacks = None
    save(net, folder / "bits")
    return (folder / "bits").read_bytes()


@pytest.mark.parametrize(
    ("net", "after"),
    [
        (classifier(), 40),  # all members in one stack, in the first schedule
        (classifier(), 250),  # in the second one
        (classifier(n_jobs=2, n_repeats=2), 100),
        (classifier(hidden_layer_sizes=(400, 400), max_iter=4), 6),  # one after the other
        (regressor(), 40),
        (regressor(effort="fast", n_folds="auto", n_repeats="auto"), 10),
    ],
)
def test_an_ensemble_goes_on(tmp_path, net, after):
    y = labels if isinstance(net, TabularMLPClassifierX) else numbers
    whole = clone(net).fit(X, y)
    folder = tmp_path / "table"
    with pytest.raises(Killed):
        with_callbacks(net, Checkpoint(folder, every=3), Kill(after)).fit(X, y)
    counted = Counted()
    broken = with_callbacks(net, Checkpoint(folder, every=3), counted).fit(X, y)
    n_all = Counted()
    with_callbacks(net, n_all).fit(X, y)
    n_members = len(whole.estimators_)
    assert n_all.n_epochs - after <= counted.n_epochs <= n_all.n_epochs - after + 3 * n_members
    assert contents(broken, tmp_path) == contents(whole, tmp_path)
