"""Ensembles for tables that go on from their checkpoints."""

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
        if self.left <= 0:  # every thread, each at its next epoch
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
    # with n_jobs, a thread may finish the epoch that it is in when the other is killed
    spared = n_all.n_epochs - counted.n_epochs
    assert after - 3 * n_members <= spared <= after + n_members
    assert contents(broken, tmp_path) == contents(whole, tmp_path)


def test_without_a_seed_it_goes_on_with_the_random_numbers_of_before(tmp_path):
    net = classifier(random_state=None, max_iter=8)
    np.random.seed(1)
    whole = clone(net).fit(X, labels)
    np.random.seed(1)
    with pytest.raises(Killed):
        with_callbacks(net, Checkpoint(tmp_path, every=1), Kill(7)).fit(X, labels)
    np.random.seed(2)
    broken = with_callbacks(net, Checkpoint(tmp_path, every=1)).fit(X, labels)
    assert contents(broken, tmp_path) == contents(whole, tmp_path)
    anew = with_callbacks(net, Checkpoint(tmp_path, every=1)).fit(X, labels)
    assert (anew.predict_proba(X) != broken.predict_proba(X)).any(), "that fit had ended"


def test_one_that_has_ended_is_put_together_again(tmp_path):
    net = regressor(max_iter=8)
    first = with_callbacks(net, Checkpoint(tmp_path)).fit(X, numbers)
    counted = Counted()
    again = with_callbacks(net, Checkpoint(tmp_path), counted).fit(X, numbers)
    assert counted.n_epochs == 0
    (file,) = tmp_path.glob("TabularMLPRegressorX-*")
    np.testing.assert_array_equal(load(file).predict(X), first.predict(X))
    np.testing.assert_array_equal(again.predict(X), first.predict(X))


def test_members_that_have_a_validation_set(tmp_path):
    net = classifier(max_iter=6)
    given = {"X_val": X[:30], "y_val": labels[:30]}
    whole = clone(net).fit(X, labels, **given)
    with pytest.raises(Killed):
        with_callbacks(net, Checkpoint(tmp_path, every=2), Kill(9)).fit(X, labels, **given)
    broken = with_callbacks(net, Checkpoint(tmp_path, every=2)).fit(X, labels, **given)
    assert contents(broken, tmp_path) == contents(whole, tmp_path)


def test_its_path_is_a_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InvalidParameterError, match="must be a folder"):
        classifier(callbacks=Checkpoint(tmp_path / "file")).fit(X, labels)
    folder = tmp_path / "none" / "folder"
    classifier(callbacks=Checkpoint(folder)).fit(X, labels)
    assert any(file.name.startswith("Tabular") for file in folder.iterdir())
